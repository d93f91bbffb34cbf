// Does every shipped cluster file get a sound answer?
#include <doctest/doctest.h>

#include <map>
#include <nlohmann/json.hpp>
#include <regex>
#include <set>

#include "run_program.h"

using Json = nlohmann::json;

namespace {

Json plan(const std::string& name, std::vector<std::string> more = {}) {
  std::vector<std::string> words{"plan", scenario(name), "--json"};
  words.insert(words.end(), more.begin(), more.end());
  const Run result = run(words);
  REQUIRE(result.exit == 0);
  return Json::parse(result.out);
}

const Json& figures(const Json& report, const std::string& section) { return report["sections"][section]["figures"]; }

/// Value of each day, for every series of a timeline.
std::map<std::string, std::map<std::string, double>> days(const Json& timeline, const std::string& value) {
  std::map<std::string, std::map<std::string, double>> found;
  for (const auto& [key, series] : timeline["series"].items())
    for (const Json& point : series["points"]) found[key][point["day"]] = point[value];
  return found;
}

}  // namespace

TEST_CASE("the scenarios that others type by name are there") {
  const std::vector<std::string> found = scenario_names();
  const std::set<std::string> names(found.begin(), found.end());
  for (const char* name :
       {"memphis-100k-h100", "memphis-grid-only", "oracle-24k-h100", "oracle-100k-h100-unsigned", "stargate-100busd",
        "oracle-100k-b200", "meta-24k-roce", "meta-24k-ib", "meta-350k-h100", "aws-rainier", "aws-p5-ultracluster",
        "gpt4-25k-a100", "llama3-16k-h100", "grok3-100k-h100", "gpt5-as-expected-2024", "gpt5-as-estimated-2025", "lab-64"}) {
    CAPTURE(name);
    CHECK(names.contains(name));
  }
}

TEST_CASE("every scenario is answered on one screen, without a value that is no number") {
  const std::regex not_finite(R"((^|[^A-Za-z])-?(nan|inf)([^A-Za-z]|$))", std::regex::icase);
  for (const std::string& name : scenario_names()) {
    CAPTURE(name);
    const Run summary = run({"plan", scenario(name)});
    CHECK(summary.exit == 0);
    CHECK(std::count(summary.out.begin(), summary.out.end(), '\n') <= 48);
    CHECK_FALSE(std::regex_search(summary.out, not_finite));
    CHECK_FALSE(contains(summary.out, "\x1b"));
    for (const char* part : {"power", "racks", "fabric", "supply", "jobs", "cost"}) {
      const Run depth = run({"plan", scenario(name), "--only", part, "--samples", "0"});
      CHECK(depth.exit == 0);
      CHECK_FALSE(std::regex_search(depth.out, not_finite));
    }
  }
}

TEST_CASE("laws that hold for every machine") {
  for (const std::string& name : scenario_names()) {
    CAPTURE(name);
    const Json report = plan(name, {"--samples", "8"});
    const Json& power = figures(report, "power");
    CHECK(power["pue"] >= 1.0);
    CHECK(power["site_training_w"] >= power["it_training_w"]);
    CHECK(power["per_gpu_training_w"] <= power["per_gpu_nameplate_w"]);
    // Ranges are matched over samples by these keys.
    for (const auto& [key, section] : report["sections"].items())
      if (section.contains("tables"))
        for (const auto& [title, table] : section["tables"].items()) {
          std::set<std::string> keys;
          CAPTURE(title);
          for (const Json& row : table["rows"])
            if (key != "claims") CHECK(keys.insert(row.value("key", "")).second);
        }
    if (!report["sections"]["supply"].contains("timelines")) continue;
    const auto gpus = days(report["sections"]["supply"]["timelines"]["gpus"], "value");
    for (const auto& [day, online] : gpus.at("online")) {
      CHECK(online <= gpus.at("installed").at(day));
      CHECK(online <= gpus.at("powered").at(day));
    }
    const auto watts = days(report["sections"]["supply"]["timelines"]["power"], "value_w");
    for (const auto& [day, drawn] : watts.at("drawn")) CHECK(drawn <= watts.at("counted").at(day) * (1 + 1e-6));
  }
}

TEST_CASE("ranges surround nothing backward, and zero samples have none") {
  const Json report = plan("memphis-100k-h100");
  CHECK(report["samples"].get<int>() > 0);
  for (const auto& [key, section] : report["sections"].items())
    if (section.contains("ranges"))
      for (const auto& [figure, range] : section["ranges"].items()) {
        CAPTURE(figure);
        CHECK(range["low"] <= range["high"]);
      }
  const Json without = plan("memphis-100k-h100", {"--samples", "0"});
  for (const auto& [key, section] : without["sections"].items()) CHECK_FALSE(section.contains("ranges"));
}

TEST_CASE("the same bytes on every run and for any number of threads, and others for another seed") {
  const std::string file = scenario("memphis-100k-h100");
  const Run one = run({"plan", file, "--json", "--threads", "1"});
  CHECK(one.out == run({"plan", file, "--json", "--threads", "1"}).out);
  CHECK(one.out == run({"plan", file, "--json", "--threads", "5"}).out);
  CHECK(one.out != run({"plan", file, "--json", "--seed", "2"}).out);
}

TEST_CASE("the founding case: what the news said, beside what the machine would be") {
  const Json report = plan("memphis-100k-h100");
  std::map<std::string, Json> claims;
  for (const Json& judgment : report["sections"]["claims"]["judgments"]) claims[judgment["claim"]] = judgment;
  const auto verdict = [&](const std::string& claim) { return claims.at(claim)["verdict"].get<std::string>(); };
  const auto number = [&](const std::string& claim, const std::string& key) {
    return claims.at(claim)["figures"][key].get<double>();
  };

  CHECK(verdict("100,000 H100 need 150 MW") == "holds");
  CHECK(number("100,000 H100 need 150 MW", "per_card_w") == doctest::Approx(1500));
  const std::string impossible = "32,000 cards online in July 2024 on 8 MW";
  CHECK(verdict(impossible) == "cannot be");
  CHECK(number(impossible, "per_card_w") == doctest::Approx(250));
  CHECK(contains(claims.at(impossible)["closes"].dump(), "1,344 W"));
  CHECK(contains(claims.at(impossible)["closes"].dump(), "1,266 W"));
  const std::string generators = "32,000 cards online in July 2024 with 14 generators";
  CHECK(verdict(generators) == "holds if");
  CHECK(number(generators, "per_card_w") == doctest::Approx(43e6 / 32000));
  CHECK(verdict("all cards online in Q4 2024 on the grid agreement") == "cannot be");
  const std::string pace = "100,000 cards in 19 days";
  CHECK(number(pace, "cards_per_day") == doctest::Approx(100000.0 / 19));
  CHECK(number(pace, "servers_per_day") == doctest::Approx(100000.0 / 19 / 8));
  CHECK(verdict("10 GUSD for the lease is 2.28 to 3.80 USD per GPU-hour") == "holds");
  CHECK(verdict("training at GPT-5 scale takes 70 to 670 days at MFU 0.35") == "holds");
  CHECK(figures(report, "racks")["servers"] == 12500);
}

TEST_CASE("the screen of the README is what the program prints; scripts/update_reference.sh writes it") {
  std::string screen = run({"plan", scenario("memphis-100k-h100")}).out;
  const std::string before = std::string(EIGENBAU_SOURCE_DIR) + "/",
                    command = "$ eigenbau plan scenarios/memphis-100k-h100.toml\n";
  screen.erase(screen.find(before), before.size());
  CHECK(contains(read(before + "README.md"), command + screen + "```"));
}

TEST_CASE("the pages of the largest machines stay small") {
  for (const char* name : {"stargate-100busd", "meta-350k-h100", "aws-rainier"}) {
    CAPTURE(name);
    CHECK(run({"plan", scenario(name), "--html", "large.html"}).exit == 0);
    CHECK(std::filesystem::file_size(playground() / "large.html") < 500'000);
  }
}

TEST_CASE("the page of the founding case can be mailed: whole, small, and on its own") {
  const Run result = run({"plan", scenario("memphis-100k-h100"), "--html", "memphis.html"});
  CHECK(result.exit == 0);
  const std::string page = read(playground() / "memphis.html");
  CHECK(page.starts_with("<!doctype html>"));
  CHECK(page.ends_with("</html>\n"));
  CHECK(page.size() < 500'000);
  for (const char* outside : {"http:", "https:", "<script", "src=", "url("}) CHECK_FALSE(contains(page, outside));
  for (const char* drawn : {"GPUs by date", "Supply and draw by date", "Capital by kind", "Halls, from above"})
    CHECK(contains(page, drawn));
}

TEST_CASE("files side by side") {
  const Run result = run({"compare", scenario("memphis-100k-h100"), scenario("memphis-grid-only"), "--samples", "0"});
  CHECK(result.exit == 0);
  CHECK(contains(result.out, "Site, all GPUs training"));
  const Json both =
      Json::parse(run({"compare", scenario("lab-64"), scenario("memphis-grid-only"), "--json", "--samples", "0"}).out);
  CHECK(both["reports"].size() == 2);
}

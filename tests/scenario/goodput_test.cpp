// Does `eigenbau goodput` give the figures of its law, and refuse what makes no sense?
#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "run_program.h"

namespace {

nlohmann::json answer(std::vector<std::string> words) {
  words.insert(words.begin(), "goodput");
  words.emplace_back("--json");
  const Run result = run(words);
  CAPTURE(result.err);
  REQUIRE(result.exit == 0);
  return nlohmann::json::parse(result.out)["sections"]["goodput"]["figures"];
}

}  // namespace

TEST_CASE("16,384 GPUs at Llama 3's rate are interrupted every 3.09 hours") {
  const nlohmann::json figures = answer({"--gpus", "16384", "--rate", "3.79 per 1000 node-days", "--job-rate", "0 per day"});
  CHECK(figures.at("mtti_s").get<double>() / 3600 == doctest::Approx(3.09).epsilon(0.003));
}

TEST_CASE("a longer restart leaves less of the time") {
  const nlohmann::json quick = answer({"--gpus", "100000", "--restart", "3 min"});
  const nlohmann::json slow = answer({"--gpus", "100000", "--restart", "10 min"});
  CHECK(quick.at("goodput").get<double>() > slow.at("goodput").get<double>());
  CHECK(slow.at("goodput").get<double>() > 0.5);
}

TEST_CASE("a checkpoint that holds nothing up leaves more of the time than one of a second") {
  CHECK(answer({"--blocking", "0 s"}).at("goodput").get<double>() > answer({"--blocking", "1 s"}).at("goodput").get<double>());
}

TEST_CASE("what makes no sense is refused") {
  CHECK(run({"goodput", "--gpus", "0"}).exit == 2);
  CHECK(run({"goodput", "--rate", "5 MW"}).exit == 2);
  CHECK(run({"goodput", "--restart", "5"}).exit == 2);
  CHECK(run({"goodput", "--restart", "-5 min"}).exit == 2);
  CHECK(run({"goodput", "--gpus", "1000", "--rate", "100 per s"}).exit == 3);
  CHECK(run({"goodput", "--interval", "10 years"}).exit == 3);
  CHECK(run({"goodput", "--restart", "100 years"}).exit == 3);
  CHECK(run({"goodput", "--interval", "0 s"}).exit == 2);
  CHECK(run({"goodput", scenario("lab-64"), "--gpus", "32"}).exit == 2);  // the file says how many
}

TEST_CASE("a file's training jobs have the goodput that the plan gives them, and time that adds up") {
  const std::string file = std::string(EIGENBAU_SOURCE_DIR) + "/scenarios/lab-64.toml";
  const Run plan = run({"plan", file, "--json", "--samples", "0"}), alone = run({"goodput", file, "--json", "--samples", "0"});
  REQUIRE(alone.exit == 0);
  const auto jobs = nlohmann::json::parse(plan.out)["sections"]["jobs"]["figures"];
  const auto sections = nlohmann::json::parse(alone.out)["sections"];
  CHECK(sections.size() >= 1);
  for (const auto& [key, section] : sections.items()) {
    CAPTURE(key);
    CHECK(section.at("figures").at("goodput") == jobs.at(key + "_goodput"));
    double sum = 0;
    for (const auto& [bucket, share] : section.at("stacks").at("wall_time").at("bars").at("wall_time").at("parts").items())
      sum += share.get<double>();
    CHECK(sum == doctest::Approx(1));
  }
  CHECK(run({"goodput", file, "--job", "no such job"}).exit == 2);
}

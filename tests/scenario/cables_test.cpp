// Do the scenarios carry complete cable lists that pass the checks?
#include <doctest/doctest.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "run_program.h"

using Json = nlohmann::json;

namespace {

/// Rows of a table, by a key of its columns.
const Json& rows(const Json& report, const std::string& table) { return report["sections"]["cables"]["tables"][table]["rows"]; }

long lines(const std::filesystem::path& path) {
  const std::string text = read(path);
  return std::count(text.begin(), text.end(), '\n');
}

}  // namespace

TEST_CASE("Memphis and Meta carry cable lists that pass every check, written whole") {
  for (const char* name : {"memphis-100k-h100", "meta-24k-roce", "meta-24k-ib"}) {
    CAPTURE(name);
    const std::string directory = std::string("cabling-") + name;
    const Run result = run({"cables", scenario(name), "--out", directory, "--json"});
    REQUIRE(result.exit == 0);
    const Json report = Json::parse(result.out);
    for (const Json& rule : rows(report, "checks")) {
      CAPTURE(rule.dump());
      CHECK(rule["looked_at"] > 0);
      CHECK(rule["faults"] == 0);
    }
    long cables = 0;
    for (const Json& bundle : rows(report, "cables")) cables += bundle["cables"].get<long>();
    CHECK(cables > 20000);
    for (const char* file : {"cables.csv", "netbox-9-cables.csv"}) CHECK(lines(playground() / directory / file) == cables + 1);
    CHECK(lines(playground() / directory / "netbox-8-interfaces.csv") == 2 * cables + 1);
    for (const auto& entry : std::filesystem::directory_iterator(playground() / directory))
      CHECK(entry.path().extension() == ".csv");
    std::filesystem::remove_all(playground() / directory);
  }
}

TEST_CASE("the bill of a plan buys the cables of the list") {
  const Run planned = run({"plan", scenario("meta-24k-roce"), "--json", "--samples", "0"});
  const Run listed = run({"cables", scenario("meta-24k-roce"), "--json"});
  REQUIRE(planned.exit == 0);
  REQUIRE(listed.exit == 0);
  double links = 0, cables = 0;
  const Json plan = Json::parse(planned.out), list = Json::parse(listed.out);
  for (const char* key : {"back_end_links", "front_end_links", "management_links"})
    links += plan["sections"]["fabric"]["figures"][key].get<double>();
  for (const Json& bundle : rows(list, "cables")) cables += bundle["cables"].get<double>();
  CHECK(links == cables);
}

TEST_CASE("a machine that cannot be wired as one fabric has no cable list: exit 3, and what to do") {
  const Run result = run({"cables", scenario("stargate-100busd"), "--set", "fabric.islands=1", "--out", "no-such-cabling"});
  CHECK(result.exit == 3);
  CHECK(contains(result.err, "EB3201"));
  CHECK(contains(result.err, "hint"));
  CHECK_FALSE(std::filesystem::exists(playground() / "no-such-cabling"));
}

TEST_CASE("a plan of a fabric that cannot be wired ends like its list: exit 3, with designs that work, which then do") {
  const std::string lab = scenario("lab-64"), memphis = scenario("memphis-100k-h100");
  for (const std::vector<std::string>& change :
       {std::vector<std::string>{"fabric.switch=tomahawk4-64x400g"}, {"fabric.tiers=1"}, {"fabric.switch=nvidia-qm8700"}}) {
    for (const char* command : {"plan", "cables"}) {
      const Run result = run({command, memphis, "--set", change[0]});
      CAPTURE(change[0]);
      CHECK(result.exit == 3);
      CHECK(contains(result.err, "works: "));
      CHECK(contains(result.err, "hint"));
      CHECK(result.out.empty());
    }
  }
  for (const char* change : {"storage_network.switch=nvidia-sn4600c", "fabric.front_end_switch=minipack2"}) {
    const Run result = run({"plan", lab, "--set", change});
    CAPTURE(change);
    CHECK(result.exit == 3);
    CHECK(contains(result.err, "works: "));
  }
  for (const char* change : {"storage_network.nic=nope", "management.switch=nvidia-sn5600", "management.switch=nope",
                             "management.aggregation_switch=nvidia-qm9700", "fabric.switch=sn560"}) {
    const Run result = run({"plan", lab, "--set", change});
    CAPTURE(change);
    CHECK(result.exit == 1);
    CHECK(contains(result.err, "hint"));
    CHECK_FALSE(contains(result.err, "no failure called"));
  }
  const Run islands = run({"cables", memphis, "--set", "fabric.switch=tomahawk4-64x400g", "--set", "fabric.islands=2"});
  CHECK(islands.exit == 0);
  const Run three = run({"plan", lab, "--set", "fabric.planes=3"});
  CHECK(three.exit == 1);
  CHECK(contains(three.err, "EB2028"));
  CHECK(contains(three.err, "planes = 2 or 4"));
  const Run eight = run({"plan", lab, "--set", "fabric.planes=8"});
  CHECK(eight.exit == 3);
  CHECK(contains(eight.err, "planes = 1 or 2"));
  CHECK(run({"plan", lab, "--set", "fabric.planes=2", "--samples", "0"}).exit == 0);
}

TEST_CASE("a list that cannot be written is an error of usage") {
  write("a-file", "x");
  CHECK(run({"cables", scenario("lab-64"), "--out", "a-file"}).exit == 2);
  CHECK(run({"cables", scenario("lab-64"), "--out", "x", "--format", "xml"}).exit == 2);
  CHECK(run({"cables", scenario("lab-64"), "--format", "netbox"}).exit == 2);
}

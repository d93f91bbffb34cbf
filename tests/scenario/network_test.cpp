// Does the program simulate traffic on a file's fabric, and tell what is wrong with a question about it?
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "run_program.h"

using Json = nlohmann::json;

namespace {

Json network(std::vector<std::string> words) {
  words.insert(words.begin(), "network");
  words.push_back("--json");
  const Run result = run(words);
  CAPTURE(result.err);
  REQUIRE(result.exit == 0);
  return Json::parse(result.out)["sections"]["network"];
}

double figure(const Json& section, const std::string& key) { return section["figures"][key].get<double>(); }

}  // namespace

TEST_CASE("options of data-parallel groups are refused where there are none") {
  CHECK(run({"network", "--fat-tree", "8", "--members", "4"}).exit == 2);
  CHECK(run({"network", "--fat-tree", "8", "--traffic", "ring", "--stride", "2"}).exit == 2);
  CHECK(run({"network", "--fat-tree", "8", "--traffic", "dp-allreduce", "--members", "4"}).exit == 0);
}

TEST_CASE("on every scenario's fabric a ring of neighbors moves at the speed of the link or what oversubscription leaves") {
  for (const std::string& name : scenario_names()) {
    const Run result = run({"network", scenario(name), "--traffic", "ring", "--routing", "adaptive", "--json"});
    CAPTURE(name);
    CAPTURE(result.err);
    if (result.exit == 3) {
      CHECK(contains(result.err, "EB0012"));  // no fabric to simulate
      continue;
    }
    REQUIRE(result.exit == 0);
    const Json section = Json::parse(result.out)["sections"]["network"];
    CHECK(figure(section, "worst_share") > 0);
    CHECK(figure(section, "worst_share") <= 1.0 + 1e-9);
    CHECK(section["heat_maps"]["load"]["lines"].size() % 2 == 0);
  }
}

TEST_CASE("twice the bytes take twice the time at the same rates") {
  const Json one = network({"--fat-tree", "8", "--bytes", "1 GiB"}), two = network({"--fat-tree", "8", "--bytes", "2 GiB"});
  CHECK(figure(two, "completion_s") == doctest::Approx(2 * figure(one, "completion_s")));
  CHECK(figure(two, "worst_share") == doctest::Approx(figure(one, "worst_share")));
}

TEST_CASE("a trace of one message takes its bytes over the link, after its start") {
  write("one.csv", "source,target,bytes,start_s\ngpu-1,gpu-10,50e9,2\ngpu-2,gpu-10,50e9,3\n");
  const Json section = network({"--fat-tree", "4", "--traffic", "one.csv", "--routing", "adaptive"});
  // Alone from 2 to 3 s, then two into one link: 100 GB over 50 GB/s from the first byte to the last.
  CHECK(figure(section, "completion_s") == doctest::Approx(2));
}

TEST_CASE("errors of a trace are told at once, each with its line and column, and what is near") {
  write("bad.csv", "source,target,bytes\nserver-1,servr-9,1e9\nserver-99,server-1,x\nserver-1,server-1,5\n");
  const Run result = run({"network", "--fat-tree", "4", "--traffic", "bad.csv"});
  CHECK(result.exit == 1);
  CHECK(contains(result.err, "bad.csv:2:10: error[EB0011]"));
  CHECK(contains(result.err, "did you mean server-9?"));
  CHECK(contains(result.err, "bad.csv:3:1: error[EB0011]"));
  CHECK(contains(result.err, "gpu-01 to gpu-16"));
  CHECK(contains(result.err, "bad.csv:3:20: error[EB0011]"));
  CHECK(contains(result.err, "bad.csv:4:10: error[EB0011]"));
  write("columns.csv", "source,targte,bytes\nserver-1,server-9,1e9\n");
  const Run columns = run({"network", "--fat-tree", "4", "--traffic", "columns.csv"});
  CHECK(columns.exit == 1);
  CHECK(contains(columns.err, "columns.csv:1:1: error[EB0007]"));
  CHECK(contains(columns.err, "targte"));
}

TEST_CASE("what a trace may not say: columns twice, amounts and times without measure, messages within a server") {
  for (const char* text :
       {"source,source,target,bytes\ngpu-1,gpu-2,gpu-3,5\n", "source,target,bytes\ngpu-1,gpu-2,1e300\n",
        "source,target,bytes,start_s\ngpu-1,gpu-2,5,1e300\n", "source,target,bytes\ngpu-1,gpu-1,5\n", "source,target,bytes\n",
        "source,target,bytes\ngpu-1,gpu-2,inf\n", "", "source,target,bytes\n\"gpu-1,gpu-2,5\n"}) {
    write("odd.csv", text);
    const Run result = run({"network", "--fat-tree", "4", "--traffic", "odd.csv"});
    CAPTURE(text);
    CHECK(result.exit == 1);
    CHECK(contains(result.err, "error["));
    CHECK(result.out.empty());
  }
  write("odd.csv", "source,target,bytes\n\xff,gpu-2,1\n");  // no text
  CHECK(run({"network", "--fat-tree", "4", "--traffic", "odd.csv"}).exit == 2);
}

TEST_CASE("questions without an answer, and words that mean nothing, have their exit codes") {
  CHECK(run({"network"}).exit == 2);
  CHECK(run({"network", "--fat-tree", "5"}).exit == 2);
  CHECK(run({"network", "--fat-tree", "4", "--traffic", "rign"}).exit == 2);
  CHECK(run({"network", "--fat-tree", "4", "--traffic", "ring:3-99"}).exit == 2);
  CHECK(run({"network", "--fat-tree", "4", "--traffic", "missing.csv"}).exit == 2);
  CHECK(run({"network", "--fat-tree", "4", "--bytes", "1e300 B"}).exit == 2);
  const Run unwired = run({"network", scenario("memphis-100k-h100"), "--set", "fabric.switch=tomahawk4-64x400g"});
  CHECK(unwired.exit == 3);
  CHECK(contains(unwired.err, "works: "));
  const Run unknown = run({"network", "--fat-tree", "4", "--fail", "spine-99", "--fail", "lef-1"});
  CHECK(unknown.exit == 1);
  CHECK(contains(unknown.err, "they are be-spine-01 to be-spine-08"));
  CHECK(contains(unknown.err, "did you mean leaf-1?"));
  write("across.csv", "source,target,bytes\nserver-1,server-9,1e9\n");
  const Run cut = run({"network", "--fat-tree", "4", "--traffic", "across.csv", "--fail", "leaf-1"});
  CHECK(cut.exit == 3);
  CHECK(contains(cut.err, "gpu-01:0 to gpu-09:0"));
}

TEST_CASE(
    "fabrics side by side are all simulated: rails apart and planes carry what one fabric carries, islands each their own") {
  const auto ask = [](const std::vector<std::string>& more) {
    std::vector<std::string> words{scenario("llama3-16k-h100"), "--routing", "adaptive"};
    words.insert(words.end(), more.begin(), more.end());
    return network(words);
  };
  const auto messages = [](const Json& section) { return section["tables"]["jobs"]["rows"][0]["messages"].get<double>(); };
  const Json one = ask({"--traffic", "ring"});
  for (const char* change : {"fabric.topology=rail-only", "fabric.planes=2", "fabric.islands=2"}) {
    CAPTURE(change);
    const Json other = ask({"--traffic", "ring", "--set", change});
    CHECK(messages(other) == messages(one));
    CHECK(figure(other, "worst_share") == doctest::Approx(figure(one, "worst_share")));
    CHECK(figure(other, "completion_s") == doctest::Approx(figure(one, "completion_s")));
  }
  const Json crossing = ask({"--set", "fabric.topology=rail-only"});
  CHECK(crossing.dump().find("for another rail") != std::string::npos);
  const Run apart = run({"network", scenario("llama3-16k-h100"), "--set", "fabric.islands=2", "--traffic", "ring:1000-1100"});
  CHECK(apart.exit == 3);
  CHECK(contains(apart.err, "no cable joins"));
  CHECK(contains(apart.err, "island 1 holds servers 1-"));
}

TEST_CASE("a server that loses a plane still sends, at half its rate; a failure falls on the fabric that it names") {
  write("one.csv", "source,target,bytes\ngpu-1,gpu-600,50e9\n");
  const std::vector<std::string> ask{
      scenario("llama3-16k-h100"), "--set", "fabric.planes=2", "--routing", "adaptive", "--traffic", "one.csv"};
  auto failing = ask;
  failing.insert(failing.end(), {"--fail", "gpu-1/nic0p1"});
  CHECK(figure(network(failing), "completion_s") == doctest::Approx(2 * figure(network(ask), "completion_s")));
  auto both = failing;
  both.insert(both.end(), {"--fail", "gpu-1/nic0p0"});
  both.insert(both.begin(), "network");
  CHECK(run(both).exit == 3);
}

TEST_CASE("the same seed gives the same bytes, another seed another answer") {
  const std::vector<std::string> words{"network", "--fat-tree", "8", "--seeds", "3", "--json", "--seed"};
  auto first = words, second = words;
  first.push_back("1");
  second.push_back("7");
  CHECK(run(first).out == run(first).out);
  CHECK(run(first).out != run(second).out);
}

TEST_CASE("rails that no switch joins cost a job of experts the way from rail to rail, and a dense one nothing") {
  const auto step = [](const char* name, const char* topology) {
    const Run result = run({"train", scenario(name), "--set", std::string("fabric.topology=") + topology, "--json"});
    CAPTURE(result.err);
    REQUIRE(result.exit == 0);
    return Json::parse(result.out)["sections"]["step"]["figures"]["step_time_s"].dump();
  };
  CHECK(step("memphis-100k-h100", "rail-only") != step("memphis-100k-h100", "rail-fat-tree"));
  CHECK(step("llama3-16k-h100", "rail-only") == step("llama3-16k-h100", "rail-fat-tree"));
  const Run told =
      run({"plan", scenario("llama3-16k-h100"), "--set", "fabric.topology=rail-only", "--only", "fabric", "--samples", "0"});
  CHECK(contains(told.out, "keep to their rail and pay nothing"));
}

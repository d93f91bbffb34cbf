// Do the questions that need no file keep the laws that everyone in the field knows?
#include <doctest/doctest.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "run_program.h"

using Json = nlohmann::json;

namespace {

Json section(std::vector<std::string> words, const std::string& name) {
  words.push_back("--json");
  const Run result = run(words);
  CAPTURE(result.err);
  REQUIRE(result.exit == 0);
  return Json::parse(result.out)["sections"][name];
}

/// The figure whose key ends so; keys begin with the job's name.
double figure(const Json& section, const std::string& ending) {
  for (const auto& [key, value] : section["figures"].items())
    if (key.ends_with(ending)) return value.get<double>();
  FAIL("no figure ends with ", ending);
  return 0;
}

}  // namespace

TEST_CASE("a training step is the sum of its parts and no faster than the hardware") {
  const Json step = section({"train", "--model", "llama3-8b", "--gpu", "h100-sxm", "--gpus", "64"}, "training");
  double sum = 0;
  for (const auto& [key, stack] : step["stacks"].items())
    for (const auto& [part, seconds] : stack["bars"]["step"]["parts"].items()) sum += seconds.get<double>();
  CHECK(sum == doctest::Approx(figure(step, "_step_s")).epsilon(1e-6));
  CHECK(figure(step, "_mfu") > 0.1);
  CHECK(figure(step, "_mfu") < 0.75);
}

TEST_CASE("tokens and sequences name the same batch") {
  const std::vector<std::string> base{"train", "--model", "llama3-8b", "--gpus", "64",  "--tp",
                                      "2",     "--mbs",   "1",         "--seq",  "8192"};
  auto counted = base, weighed = base;
  counted.insert(counted.end(), {"--global-batch", "512"});
  weighed.insert(weighed.end(), {"--global-batch", "4.194304 Mtoken"});
  CHECK(figure(section(counted, "training"), "_step_s") == figure(section(weighed, "training"), "_step_s"));
}

TEST_CASE("plans that break a rule or the memory are refused with the way out") {
  Run result = run({"train", "--model", "llama3-70b", "--gpus", "64", "--tp", "3"});
  CHECK(result.exit == 2);
  CHECK(contains(result.err, "tp does not divide the heads"));
  result = run({"train", "--model", "llama3.1-405b", "--gpus", "64", "--tp", "8"});
  CHECK(result.exit == 3);
  CHECK(contains(result.err, "too much"));
  CHECK(run({"train", "--model", "llama3-70b"}).exit == 2);
  CHECK(run({"train", scenario("lab-64"), "--job", "no such job"}).exit == 2);
  CHECK(run({"infer", "--model", "llama3.1-405b", "--gpus", "1"}).exit == 3);
}

TEST_CASE("the cost of output tokens is in proportion to the price of the GPU-hour") {
  const std::vector<std::string> base{"infer", "--model", "llama3-70b", "--gpu", "h100-sxm", "--gpu-hour"};
  auto cheap = base, dear = base;
  cheap.push_back("2 USD/GPU-h");
  dear.push_back("4 USD/GPU-h");
  const Json one = section(cheap, "serving"), two = section(dear, "serving");
  CHECK(figure(two, "_cost_per_token_usd_per_tokens") == doctest::Approx(2 * figure(one, "_cost_per_token_usd_per_tokens")));
  const double rate = figure(one, "_replica_output_tokens_per_s"), gpus = figure(one, "_replica_gpus");
  CHECK(figure(one, "_cost_per_token_usd_per_tokens") == doctest::Approx(2.0 / 3600 * gpus / rate));
}

TEST_CASE("more nodes fail more often, and shares of time add up") {
  double before = 1;
  for (const char* gpus : {"1024", "16384", "100000"}) {
    const Json answer = section({"goodput", "--gpus", gpus}, "goodput");
    const double goodput = answer["figures"]["goodput"];
    CHECK(goodput < before);
    before = goodput;
    double sum = goodput;
    for (const auto& [key, share] : answer["figures"].items())
      if (key.starts_with("badput_")) sum += share.get<double>();
    CHECK(sum == doctest::Approx(1).epsilon(1e-6));
  }
}

// Does serving, asked about alone, keep the laws that everyone in the field knows?
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

TEST_CASE("a part that is fitted to several tables names all of them, in any order") {
  const auto table = [](const std::string& id, int first) {
    std::string rows = "id,gpu,num_gpus,collective,bytes,algbw_gbs,loop\n";
    for (int i = 0; i < 6; ++i)
      rows += id + std::to_string(i) + ",H100,8,all_reduce," + std::to_string((1L << 20) * (first + i)) + "," +
              std::to_string(100 + 10 * (first + i)) + ",library\n";
    return rows;
  };
  write("p.csv", table("p", 1));
  write("q.csv", table("q", 7));
  CHECK(run({"calibrate", "collectives", "p.csv", "q.csv", "--directory", "forward"}).exit == 0);
  CHECK(run({"calibrate", "collectives", "q.csv", "p.csv", "--directory", "backward"}).exit == 0);
  const std::string part = read(playground() / "forward/collectives/nccl.toml");
  CHECK(contains(part, "measured collectives of p.csv, q.csv"));
  CHECK(part == read(playground() / "backward/collectives/nccl.toml"));
}

TEST_CASE("what cannot be served, and jobs that a file does not have, are refused") {
  CHECK(run({"infer", "--model", "llama3.1-405b", "--gpus", "1"}).exit == 3);
  CHECK(run({"infer", "--model", "llama3.1-405b", "--gpus", "0"}).exit == 2);
  CHECK(run({"infer"}).exit == 2);
  CHECK(run({"infer", scenario("memphis-100k-h100"), "--job", "no such job", "--samples", "0"}).exit == 2);
  CHECK(contains(run({"infer", scenario("memphis-100k-h100"), "--samples", "0"}).out, "running it"));
  const Run pue = run({"infer", "--model", "llama3-70b", "--pue", "0.5"});
  CHECK(pue.exit == 2);
  CHECK(contains(pue.err, "as in --pue 1.2"));
  CHECK(run({"infer", "--model", "llama3-70b", "--pue", "1"}).exit == 0);
  CHECK(run({"infer", scenario("memphis-100k-h100"), "--pue", "1.2", "--samples", "0"}).exit == 2);
}

TEST_CASE("options that speak of a file are refused where none is named") {
  const std::vector<std::string> serving{"infer", "--model", "llama3-8b"}, share{"goodput"}, fabric{"network", "--fat-tree", "8"};
  for (const auto& [base, options] : {std::pair{serving, std::vector<std::string>{"--set", "--job", "--samples", "--seed"}},
                                      {share, {"--set", "--job", "--samples", "--seed"}},
                                      {fabric, {"--set"}}})
    for (const std::string& option : options) {
      std::vector<std::string> words = base;
      words.insert(words.end(), {option, option.starts_with("--s") && option != "--set" ? "3" : "a=1"});
      const Run refused = run(words);
      CHECK(refused.exit == 2);
      CHECK_MESSAGE(contains(refused.err, option + " speaks of a file"), refused.err);
    }
  CHECK(run({"network", "--fat-tree", "8", "--seed", "3"}).exit == 0);  // chance of its own
}

TEST_CASE("a serving answer without a file has the band of its law") {
  const Json serving = section({"infer", "--model", "llama3-8b", "--gpu", "h100-sxm"}, "serving");
  int ranged = 0;
  for (const auto& [key, range] : serving["ranges"].items()) {
    const double middle = serving["figures"][key], low = range["low"], high = range["high"];
    CHECK(low < middle);
    CHECK(low * high == doctest::Approx(middle * middle));
    ++ranged;
  }
  CHECK(ranged == 6);
}

TEST_CASE("a target that no pace meets is said, with the least that can be had") {
  const std::vector<std::string> base{"infer", "--model", "llama3-8b", "--gpu", "h100-sxm", "--time-per-token"};
  const auto asked = [&](const char* target) {
    auto words = base;
    words.emplace_back(target);
    return run(words).out;
  };
  CHECK(contains(asked("1 us"), "no token every 1.00 us"));
  CHECK_FALSE(contains(asked("50 ms"), "no token every"));
}

TEST_CASE("the cost of output says from where its price is") {
  CHECK(contains(run({"infer", "--model", "llama3-8b"}).out, "the market price of a GPU-hour"));
  CHECK(contains(run({"infer", "--model", "llama3-8b", "--gpu-hour", "2 USD/h"}).out, "GPUs of a replica at --gpu-hour"));
  CHECK(contains(run({"infer", scenario("memphis-100k-h100"), "--samples", "0"}).out, "the cost of an own GPU-hour"));
}

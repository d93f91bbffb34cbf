// Does `eigenbau train` take its step apart without losing any of it, from a file or from options?
#include <doctest/doctest.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "run_program.h"

using Json = nlohmann::json;

namespace {

Json sections(std::vector<std::string> words) {
  words.insert(words.begin(), "train");
  words.emplace_back("--json");
  const Run result = run(words);
  CAPTURE(result.err);
  REQUIRE(result.exit == 0);
  return Json::parse(result.out)["sections"];
}

const std::vector<std::string> kLlama{"--model", "llama3-70b", "--gpu", "h100-sxm", "--gpus", "512", "--global-batch", "512"};

std::vector<std::string> llama(std::vector<std::string> more) {
  more.insert(more.begin(), kLlama.begin(), kLlama.end());
  return more;
}

std::string lab() { return std::string(EIGENBAU_SOURCE_DIR) + "/scenarios/lab-64.toml"; }

}  // namespace

TEST_CASE("the parts of a step add up to it") {
  const Json answer = sections(llama({"--tp", "8", "--pp", "4"}));
  double sum = 0;
  for (const auto& [part, time] : answer["step"]["stacks"]["bar"]["bars"]["step"]["parts"].items()) sum += time.get<double>();
  CHECK(sum == doctest::Approx(answer["step"]["figures"]["step_time_s"].get<double>()).epsilon(1e-4));
}

TEST_CASE("without degrees no stated plan is faster than the one that is found") {
  const double found = sections(kLlama)["step"]["figures"]["step_time_s"];
  for (const char* tp : {"2", "4", "8"})
    for (const char* pp : {"2", "4", "8"})
      CHECK(sections(llama({"--tp", tp, "--pp", pp}))["step"]["figures"]["step_time_s"].get<double>() >= found);
}

TEST_CASE("a schedule of the software's own is among the plans that are tried, and one that is asked for is taken") {
  const std::vector<std::string> job{"--model", "deepseek-v3", "--gpu",    "h800", "--gpus", "256",  "--global-batch",
                                     "2048",    "--stack",     "deepseek", "--ep", "64",     "--pp", "4"};
  const std::vector<std::string> open(job.begin(), job.end() - 4);
  const auto time = [](std::vector<std::string> words) -> double { return sections(words)["step"]["figures"]["step_time_s"]; };
  CHECK(time(open) <= time(job));
  std::vector<std::string> settled = open;
  settled.insert(settled.end(), {"--schedule", "zero-bubble"});
  CHECK(time(open) <= time(settled));
}

TEST_CASE("a batch of tokens is as many sequences for train as for search") {
  const std::vector<std::string> job{"--model", "llama3-8b", "--gpu", "h100-sxm", "--gpus", "64", "--global-batch", "4 Mtoken"};
  std::vector<std::string> words{"search"};
  words.insert(words.end(), job.begin(), job.end());
  words.emplace_back("--json");
  const Json found = Json::parse(run(words).out)["sections"]["search"]["figures"];
  CHECK(sections(job)["step"]["figures"]["step_time_s"].get<double>() ==
        doctest::Approx(found["step_time_s"].get<double>()).epsilon(1e-3));
}

TEST_CASE("a file's job trains as the plan of the file says") {
  const Json jobs = Json::parse(run({"plan", lab(), "--json", "--samples", "0"}).out)["sections"]["jobs"]["figures"];
  const Json step = sections({lab()})["step"]["figures"];
  bool same = false;
  for (const auto& [key, value] : jobs.items())
    same = same || (key.ends_with("_step_s") && value.get<double>() == doctest::Approx(step["step_time_s"].get<double>()));
  CHECK(same);
}

TEST_CASE("degrees that do not divide are named with the nearest that do") {
  const Run heads = run({"train", "--model", "llama3-70b", "--gpu", "h100-sxm", "--gpus", "512", "--global-batch", "512", "--tp",
                         "7", "--dp", "73"});
  CHECK(heads.exit == 2);
  CHECK(heads.err.find("nearest: 4 and 8") != std::string::npos);
  CHECK(run({"train", "--model", "llama3-70b", "--gpu", "h100-sxm", "--gpus", "512"}).exit == 2);
  CHECK(run({"train", lab(), "--job", "none"}).exit == 2);
  CHECK(run({"train", lab(), "--model", "grok-1"}).exit == 2);  // the file names its model
  CHECK(run({"train", "--model", "llama3.1-405b", "--gpu", "h100-sxm", "--gpus", "8", "--global-batch", "8"}).exit == 3);
}

TEST_CASE("a trace is written whole") {
  const auto path = std::filesystem::temp_directory_path() / "eigenbau_train_test.pftrace";
  sections(llama({"--tp", "8", "--pp", "4", "--trace", path.string()}));
  CHECK(std::filesystem::file_size(path) > 1000);
  std::filesystem::remove(path);
}

TEST_CASE("a power cap below what an accelerator draws without work has no answer; one above its rating changes nothing") {
  const auto capped = [&](const char* watts) {
    return run([&] {
      std::vector<std::string> words = llama({"--power-cap", watts, "--json"});
      words.insert(words.begin(), "train");
      return words;
    }());
  };
  CHECK(capped("1 W").exit == 3);
  CHECK(contains(capped("1 W").err, "cannot be held"));
  const double free = sections(kLlama)["step"]["figures"]["step_time_s"];
  const Run half = capped("350 W"), beyond = capped("2 kW");
  REQUIRE(half.exit == 0);
  REQUIRE(beyond.exit == 0);
  CHECK(Json::parse(half.out)["sections"]["step"]["figures"]["step_time_s"].get<double>() > free);
  CHECK(Json::parse(beyond.out)["sections"]["step"]["figures"]["step_time_s"].get<double>() == free);
  CHECK(run({"check", lab(), "--set", "power.gpu_cap=1 W"}).exit == 1);
}

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

TEST_CASE("what makes no sense is refused") {
  CHECK(run({"goodput", "--gpus", "0"}).exit == 2);
  CHECK(run({"goodput", "--rate", "5 MW"}).exit == 2);
  CHECK(run({"goodput", "--restart", "5"}).exit == 2);
  CHECK(run({"goodput", "--restart", "-5 min"}).exit == 2);
  CHECK(run({"goodput", "--gpus", "1000", "--rate", "100 per s"}).exit == 3);
}

// Laws of repairs: a plan with a value that is named runs, and the nearest of them are named.
#include "perf/plan_repair.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "sample_jobs.h"

namespace eigenbau::perf {
namespace {

constexpr int kGpus = 128;

bool runs(const ParallelPlan& plan) {
  return std::ranges::none_of(check_plan(gpt3_175b(), h100_machine(kGpus), plan), &PlanViolation::fatal);
}

ParallelPlan changed(ParallelPlan plan, const NearestDegrees& way, long value) {
  (way.degree == "tp"   ? plan.tp
   : way.degree == "pp" ? plan.pp
   : way.degree == "cp" ? plan.cp
                        : plan.dp) = static_cast<int>(value);
  if (way.frees_dp) plan.dp = kGpus / (plan.tp * plan.pp * plan.cp);
  return plan;
}

}  // namespace

TEST_CASE("a plan with a value that is named runs, and none nearer does") {
  for (const int tp : {3, 5, 6, 7})
    for (const int pp : {1, 2, 3, 8})
      for (const int dp : {1, 2, 7, 16})
        for (const Schedule schedule : {Schedule::one_f_one_b, Schedule::dual_pipe}) {
          ParallelPlan plan = gpt3_plan();
          plan.tp = tp;
          plan.pp = pp;
          plan.dp = dp;
          plan.schedule = schedule;
          for (const PlanViolation& violation : check_plan(gpt3_175b(), h100_machine(kGpus), plan)) {
            if (violation.degree != "tp" && violation.degree != "pp") continue;
            const auto way = nearest_that_runs(gpt3_175b(), h100_machine(kGpus), plan, violation, true);
            for (const long value : way.nearest)
              if (value > 0) CHECK(runs(changed(plan, way, value)));
            const int now = way.degree == "tp" ? tp : pp;
            for (long value = way.nearest[0] + 1; way.any() && value < now; ++value) CHECK_FALSE(runs(changed(plan, way, value)));
            for (long value = now + 1; way.any() && way.nearest[1] > 0 && value < way.nearest[1]; ++value)
              CHECK_FALSE(runs(changed(plan, way, value)));
          }
        }
}

TEST_CASE("stated data parallelism is kept where some value goes with it, and given up only where none does") {
  ParallelPlan plan = gpt3_plan();
  plan.tp = 6;  // divides the 96 heads, not the 128 GPUs
  plan.dp = 4;
  const auto kept = degrees_that_match(gpt3_175b(), h100_machine(kGpus), plan, true);
  REQUIRE(kept.size() == 1);
  CHECK(kept[0].degree == "tp");
  CHECK(kept[0].nearest == std::array{4L, 0L});
  CHECK_FALSE(kept[0].frees_dp);
  plan.dp = 5;
  const auto freed = degrees_that_match(gpt3_175b(), h100_machine(kGpus), plan, true);
  REQUIRE_FALSE(freed.empty());
  for (const NearestDegrees& way : freed) {
    CHECK(way.frees_dp);
    for (const long value : way.nearest)
      if (value > 0) CHECK(runs(changed(plan, way, value)));
  }
}

TEST_CASE("degrees whose product is wrong are told by the degrees that make it right") {
  ParallelPlan plan = gpt3_plan();
  plan.pp = 32;
  plan.dp = 1;
  const auto ways = degrees_that_match(gpt3_175b(), h100_machine(kGpus), plan, false);
  CHECK_FALSE(ways.empty());
  for (const NearestDegrees& way : ways) {
    CHECK(way.degree != "dp");
    for (const long value : way.nearest) {
      if (value == 0) continue;
      const long product = way.degree == "tp" ? value * plan.pp : value * plan.tp;
      CHECK(kGpus % product == 0);
    }
  }
}

TEST_CASE("degrees that are said to match do, whatever else is wrong with the plan") {
  for (const int vp : {1, 3, 50})
    for (const int micro_batch : {1, 7})
      for (const bool dp_is_stated : {true, false}) {
        ParallelPlan plan = gpt3_plan();
        plan.vp = vp;
        plan.micro_batch = micro_batch;
        plan.pp = 5;
        plan.ep = 3;
        const auto ways = degrees_that_match(gpt3_175b(), h100_machine(kGpus), plan, dp_is_stated);
        REQUIRE_FALSE(ways.empty());
        for (const NearestDegrees& way : ways)
          for (const long value : way.nearest) {
            if (value == 0) continue;
            ParallelPlan other = changed(plan, way, value);
            if (!dp_is_stated) other.dp = kGpus / (other.tp * other.pp * other.cp);
            CHECK(other.gpus() == kGpus);
          }
      }
}

TEST_CASE("stages that DualPipe cannot pair are never named for it") {
  ParallelPlan plan = gpt3_plan();
  plan.schedule = Schedule::dual_pipe;
  plan.tp = 1;
  plan.pp = 4;
  plan.dp = 1;
  for (const int gpus : {9, 12, 36}) {
    for (const NearestDegrees& way : degrees_that_match(gpt3_175b(), h100_machine(gpus), plan, true))
      if (way.degree == "pp")
        for (const long value : way.nearest)
          if (value > 0) CHECK(value % 2 == 0);
  }
}

}  // namespace eigenbau::perf

// On how many of the accelerators offered does a job run, and how many would do where no plan fits?
#include "search/counts.h"

#include <doctest/doctest.h>

#include <charconv>

#include "../perf/sample_jobs.h"
#include "search/search.h"

using namespace eigenbau;
using namespace eigenbau::literals;
using namespace eigenbau::search;

namespace {

catalog::Model seven_layers() {
  catalog::Model model = perf::gpt3_175b();
  model.layers = 7;
  model.hidden = 2048;
  model.heads = model.kv_heads = 16;
  model.ffn_hidden = 8192;
  return model;
}

const catalog::TrainingConstants kStack{};

}  // namespace

TEST_CASE("a job takes the fastest of all numbers that have a plan, those with uneven stages among them") {
  for (const int offered : {13, 23, 30, 47}) {
    CAPTURE(offered);
    const SearchSpace space{.gpus = offered, .global_batch = 32};
    BestPlans plans(seven_layers(), perf::h100_machine(offered), kStack, space);
    const auto taken = plans.within(offered);
    REQUIRE(taken.has_value());
    int widest = 0;
    for (int gpus = (offered + 1) / 2; gpus <= offered; ++gpus) {
      const ScalePoint& point = plans.on(gpus);
      if (!point.best) continue;
      widest = gpus;
      CHECK(taken->best->cost <= point.best->cost);
    }
    CHECK(plans.widest_within(offered)->gpus == widest);
  }
}

TEST_CASE("every number with a plan is a usable one") {
  const SearchSpace space{.gpus = 40, .global_batch = 24};
  const std::vector<int> usable = usable_counts(seven_layers(), perf::h100_machine(40), {}, space, 40, StageLengths::any, 100);
  const std::vector<int> equal = usable_counts(seven_layers(), perf::h100_machine(40), {}, space, 40, StageLengths::equal, 100);
  BestPlans plans(seven_layers(), perf::h100_machine(40), kStack, space);
  for (int gpus = 20; gpus <= 40; ++gpus)
    if (plans.on(gpus).best) CHECK(std::ranges::find(usable, gpus) != usable.end());
  for (const int gpus : equal) CHECK(std::ranges::find(usable, gpus) != usable.end());
  CHECK(equal.size() < usable.size());
}

TEST_CASE("software that splits no model shards its state alone, unless a degree is settled") {
  catalog::TrainingConstants splits_nothing = kStack;
  splits_nothing.model_parallel = false;
  SearchSpace space{.gpus = 16, .global_batch = 48};
  const auto plans = [&] { return search::search(seven_layers(), perf::h100_machine(16), splits_nothing, space); };
  const auto whole = plans();
  REQUIRE(whole.has_value());
  const perf::ParallelPlan& plan = whole->best.front().plan;
  CHECK(plan.tp * plan.pp * plan.cp == 1);
  for (const int gpus : usable_counts(seven_layers(), perf::h100_machine(16), splits_nothing, space, 16, StageLengths::any, 100))
    CHECK(space.global_batch % gpus == 0);
  space.settled.tp = 2;
  const auto split = plans();
  REQUIRE(split.has_value());
  CHECK(split->best.front().plan.tp == 2);
  CHECK(split->best.front().plan.pp * split->best.front().plan.cp == 1);
}

TEST_CASE("where no plan fits, as many accelerators as are named do, and half of them do not") {
  for (const Bytes memory : {5_GB, 6_GB, 7_GB}) {
    perf::Machine machine = perf::h100_machine(2);
    machine.gpu.memory = memory;
    SearchSpace space{.gpus = 2, .global_batch = 48};
    const auto none = search::search(seven_layers(), machine, kStack, space);
    REQUIRE_FALSE(none.has_value());
    const std::string& hint = none.error().diagnostics.all().front().hint;
    CAPTURE(hint);
    constexpr std::string_view kBefore = "with ";
    REQUIRE(hint.starts_with(kBefore));
    int gpus = 0;
    std::from_chars(hint.data() + kBefore.size(), hint.data() + hint.size(), gpus);
    REQUIRE(gpus > 2);
    space.gpus = gpus;
    CHECK(search::search(seven_layers(), machine, kStack, space).has_value());
    space.gpus = gpus / 2;
    CHECK_FALSE(search::search(seven_layers(), machine, kStack, space).has_value());
  }
}

// Laws of plans of which only some degrees are stated.
#include "perf/open_plan.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "perf/pipeline.h"
#include "perf/plan_check.h"
#include "perf/training_step.h"
#include "sample_jobs.h"

namespace eigenbau::perf {
namespace {

constexpr int kGpus = 256;
const Degrees kAll{true, true, true, true, true, true, true, true, true};

ParallelPlan stated_plan() {
  return {.tp = 4, .pp = 8, .dp = 8, .global_batch = 256, .sequence_length = 2048, .recompute = Recompute::full};
}

std::optional<SettledPlan> settled(const ParallelPlan& stated, const Degrees& open, int micro_batches = 0) {
  return fastest_plan(gpt3_175b(), h100_machine(kGpus), catalog::Stack{}, stated, open, micro_batches);
}

TrainingStep step_of(const ParallelPlan& plan) { return training_step(gpt3_175b(), h100_machine(kGpus), plan, catalog::Stack{}); }

}  // namespace

TEST_CASE("no plan that differs in an open degree, fits and breaks no rule is faster than the one that is taken") {
  struct Case {
    Degrees open;
    int ParallelPlan::* degree;
  };
  for (const Case& c : {Case{{.pp = true, .dp = true}, &ParallelPlan::pp}, Case{{.tp = true, .dp = true}, &ParallelPlan::tp},
                        Case{{.micro_batch = true}, &ParallelPlan::micro_batch}}) {
    const auto taken = settled(stated_plan(), c.open);
    REQUIRE(taken);
    const TrainingStep best = step_of(taken->plan);
    CHECK(best.memory.fits(kMemoryTolerance));
    int others = 0;
    for (int value = 1; value <= 16; ++value) {
      ParallelPlan other = stated_plan();
      other.*c.degree = value;
      other.dp = kGpus / (other.tp * other.pp);
      if (!check_plan(gpt3_175b(), h100_machine(kGpus), other).empty()) continue;
      const TrainingStep step = step_of(other);
      if (!step.memory.fits(kMemoryTolerance)) continue;
      CHECK(step.total >= 0.998 * best.total);
      ++others;
    }
    CHECK(others > 1);
  }
}

TEST_CASE("stages that nothing divides count as fast as they are: stating how many there are gains a fifth at most") {
  catalog::Model model = gpt3_175b();
  model.layers = 61;
  model.heads = model.kv_heads = 64;
  model.hidden = 8192;
  model.ffn_hidden = 32768;
  Machine machine = h100_machine(kGpus);
  machine.nic_per_gpu = 25 * kGigabitPerSecond;  // over which the gradients of a whole model take their time
  const auto time = [&](std::optional<int> pp) {
    Degrees open = kAll;
    open.pp = !pp;
    const ParallelPlan stated{.pp = pp.value_or(1), .global_batch = 256, .sequence_length = 2048};
    const auto taken = fastest_plan(model, machine, catalog::Stack{}, stated, open);
    REQUIRE(taken);
    CHECK(taken->fits);
    return training_step(model, machine, taken->plan, catalog::Stack{}).total;
  };
  CHECK(time({}) < time(1) / 1.2);
  for (const int pp : {1, 2, 4, 8, 16}) CHECK(time({}) <= 1.2 * time(pp));
}

TEST_CASE("stating what was chosen chooses it again, and there is no choice any more") {
  const auto taken = settled(stated_plan(), kAll);
  REQUIRE(taken);
  CHECK(taken->chosen.tp);
  CHECK(taken->chosen.pp);
  CHECK(taken->chosen.micro_batch);
  CHECK(taken->plan.gpus() == kGpus);
  const auto again = settled(taken->plan, {.dp = true});
  REQUIRE(again);
  CHECK_FALSE(again->chosen.dp);
  CHECK(step_of(again->plan).total == step_of(taken->plan).total);
}

TEST_CASE("the fewer degrees are stated, the faster the plan") {
  Time before{};
  for (const Degrees& open :
       {Degrees{}, Degrees{.micro_batch = true}, Degrees{.pp = true, .dp = true, .micro_batch = true}, kAll}) {
    const auto taken = settled(stated_plan(), open);
    REQUIRE(taken);
    const Time time = step_of(taken->plan).total;
    if (before > Time{}) CHECK(time <= 1.001 * before);
    before = time;
  }
}

TEST_CASE("more memory never makes the plan that is taken slower, nor one that fits unfit") {
  catalog::Model model = gpt3_175b();
  model.layers = model.heads = model.kv_heads = 32;
  model.hidden = 4096;
  model.ffn_hidden = 16384;
  constexpr double kTie = 1.002;  // of two plans so close the simpler one is taken
  const ParallelPlan stated{.global_batch = 8, .sequence_length = 2048, .recompute = Recompute::automatic};
  for (const int domain : {1, 8}) {
    Machine machine = h100_machine(8);
    machine.scale_up_domain = domain;
    std::optional<Time> last;
    for (int gigabytes = 10; gigabytes <= 80; ++gigabytes) {
      machine.gpu.memory = gigabytes * kGigabyte;
      const auto taken = fastest_plan(model, machine, catalog::Stack{}, stated, kAll);
      REQUIRE(taken);
      const TrainingStep step = training_step(model, machine, taken->plan, catalog::Stack{});
      CHECK((step.memory.fits(kMemoryTolerance) || !last));
      if (!step.memory.fits(kMemoryTolerance)) continue;
      if (last) CHECK(step.total <= kTie * *last);
      last = step.total;
    }
    CHECK(last);
  }
}

TEST_CASE("a stated number of micro-batches settles the micro-batch") {
  for (const int count : {4, 8, 16, 32}) {
    const auto taken = settled(stated_plan(), {.micro_batch = true}, count);
    REQUIRE(taken);
    CHECK(taken->plan.micro_batches() == count);
    CHECK_FALSE(taken->chosen.micro_batch);
  }
}

TEST_CASE("where nothing fits the leanest is taken; where nothing divides there is none") {
  const ParallelPlan whole{.tp = 1, .pp = 1, .dp = kGpus, .global_batch = 4096, .sequence_length = 2048};
  const auto taken = settled(whole, {.micro_batch = true});
  REQUIRE(taken);
  CHECK_FALSE(taken->fits);
  CHECK_FALSE(step_of(taken->plan).memory.fits(kMemoryTolerance));
  CHECK(taken->plan.micro_batch == 1);
  ParallelPlan odd = stated_plan();
  odd.tp = 7;
  CHECK_FALSE(settled(odd, {.pp = true, .dp = true}));
}

TEST_CASE("experts are split as the stack does it wherever a plan fits so, and the other way only where none does") {
  catalog::Model model = gpt3_175b();
  model.layers = 32;
  model.hidden = 4096;
  model.heads = model.kv_heads = 32;
  model.ffn_hidden = 14336;
  model.mlp = catalog::MlpKind::gated;
  model.experts = catalog::Experts{.count = 8, .top_k = 2, .hidden = 14336};
  const Degrees open{.tp = true, .dp = true, .etp = true, .micro_batch = true};
  int other_way = 0;
  for (const bool follows : {false, true})
    for (const double gigabytes : {10.0, 20.0, 40.0, 80.0, 160.0})
      for (const int ep : {1, 2, 8}) {
        catalog::Stack stack;
        stack.training.expert_tp_follows = follows;
        Machine machine = h100_machine(16);
        machine.gpu.memory = gigabytes * kGigabyte;
        const ParallelPlan stated{.pp = 2, .ep = ep, .global_batch = 64};
        const auto taken = fastest_plan(model, machine, stack, stated, open);
        REQUIRE(taken);
        const auto broken = check_plan(model, machine, taken->plan);
        const auto divides_not = [](const PlanViolation& v) { return v.rule == PlanRule::ep_divides_ranks; };
        if (taken->fits) CHECK(std::ranges::none_of(broken, divides_not));
        Degrees whole = open;
        whole.etp = false;
        const auto unsplit = fastest_plan(model, machine, stack, stated, whole);
        REQUIRE(unsplit);
        if (!follows && unsplit->fits) {
          CHECK(taken->plan.etp == 1);
          CHECK(taken->plan.tp == unsplit->plan.tp);
        }
        if (!follows && !unsplit->fits && taken->fits) other_way += taken->plan.etp > 1;
        if (unsplit->fits) CHECK(taken->fits);
      }
  CHECK(other_way > 0);
}

TEST_CASE("a level of ZeRO that is open is the stack's own, and the optimizer's at most in a pipeline") {
  catalog::Stack stack;
  for (const int level : {0, 1, 2, 3}) {
    stack.training.zero_level = level;
    for (const int pp : {1, 2, 8}) {
      ParallelPlan stated = stated_plan();
      stated.pp = pp;
      const auto taken = fastest_plan(gpt3_175b(), h100_machine(kGpus), stack, stated, {.dp = true, .zero_level = true});
      REQUIRE(taken);
      CHECK(taken->plan.zero_level == (pp > 1 ? std::min(level, 1) : level));
    }
  }
}

TEST_CASE("software that runs DualPipe runs it wherever pairs of stages have micro-batches enough, and interleaves elsewhere") {
  catalog::Stack stack;
  stack.training.dual_pipe = stack.training.interleaves = true;
  for (const int stages : {6, 8, 12})
    for (const int batch : {64, 128, 192, 256, 512}) {
      ParallelPlan stated{.tp = 8, .pp = stages, .dp = 8, .micro_batch = 1, .global_batch = batch, .sequence_length = 2048};
      const Machine machine = h100_machine(stated.gpus());
      const auto plan = fastest_plan(gpt3_175b(), machine, stack, stated, {.vp = true, .schedule = true});
      REQUIRE(plan);
      CHECK((plan->plan.schedule == Schedule::dual_pipe) == can_dual_pipe(stages, batch / 8));
      CHECK((plan->plan.vp == 1) == (plan->plan.schedule == Schedule::dual_pipe));
    }
}

}  // namespace eigenbau::perf

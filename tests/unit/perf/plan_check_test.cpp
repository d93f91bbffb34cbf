// Laws of plan checks: what is named as valid is valid, one cause is named once, warnings forbid nothing.
#include "perf/plan_check.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "perf/default_plan.h"
#include "perf/fitting_plan.h"
#include "perf/memory.h"
#include "perf/pipeline.h"
#include "perf/training_step.h"
#include "sample_jobs.h"

namespace eigenbau::perf {
namespace {

std::vector<PlanViolation> violations(const ParallelPlan& plan) { return check_plan(gpt3_175b(), h100_machine(128), plan); }

bool breaks(const ParallelPlan& plan, PlanRule rule) {
  const auto found = violations(plan);
  return std::ranges::find(found, rule, &PlanViolation::rule) != found.end();
}

}  // namespace

TEST_CASE("a plan that keeps all rules breaks none") { CHECK(violations(gpt3_plan()).empty()); }

TEST_CASE("the nearest values keep the rule and leave data parallelism a whole number") {
  for (const int tp : {3, 5, 6, 7}) {
    ParallelPlan plan = gpt3_plan();
    plan.tp = tp;
    plan.dp = std::max(1, 128 / (tp * plan.pp));
    const auto found = violations(plan);
    REQUIRE(found.size() == 1);
    CHECK(found[0].fatal);
  }
  ParallelPlan plan = gpt3_plan();
  plan.tp = 7;
  const auto found = violations(plan);
  CHECK(found[0].rule == PlanRule::tp_divides_heads);
  CHECK(found[0].degree == "tp");
  for (const long tp : found[0].nearest) {
    plan.tp = static_cast<int>(tp);
    plan.dp = 128 / (plan.tp * plan.pp);
    CHECK_FALSE(std::ranges::any_of(violations(plan), &PlanViolation::fatal));
  }
}

TEST_CASE("degrees that are right by themselves and multiply to something else are told as that") {
  ParallelPlan plan = gpt3_plan();
  plan.pp = 32;
  plan.dp = 1;
  const auto found = violations(plan);
  REQUIRE(found.size() == 1);
  CHECK(found[0].rule == PlanRule::degrees_match_gpus);
}

TEST_CASE("a micro-batch that does not divide is told by micro-batches, a batch that dp does not divide by batches") {
  ParallelPlan plan = gpt3_plan();
  plan.micro_batch = 3;
  auto found = violations(plan);
  REQUIRE(found.size() == 1);
  CHECK(found[0].degree == "micro-batch");
  CHECK(found[0].nearest == std::array{2L, 4L});
  plan.micro_batch = 1;
  plan.global_batch = 63;
  found = violations(plan);
  REQUIRE(found.size() == 1);
  CHECK(found[0].degree == "global-batch");
  CHECK(found[0].nearest == std::array{62L, 64L});
}

TEST_CASE("schedules of one chunk take no chunks, DualPipe takes pairs of stages, and every chunk has a layer") {
  for (const Schedule schedule : {Schedule::zero_bubble, Schedule::dual_pipe}) {
    ParallelPlan plan = gpt3_plan();
    plan.schedule = schedule;
    CHECK_FALSE(breaks(plan, PlanRule::one_chunk_schedule));
    plan.vp = 2;
    CHECK(breaks(plan, PlanRule::one_chunk_schedule));
  }
  ParallelPlan odd{.tp = 8, .pp = 3, .dp = 2, .global_batch = 48, .sequence_length = 2048, .schedule = Schedule::dual_pipe};
  const auto found = check_plan(gpt3_175b(), h100_machine(48), odd);
  REQUIRE(found.size() == 1);
  CHECK(found[0].rule == PlanRule::dual_pipe_pairs_stages);
  CHECK(found[0].nearest == std::array{2L, 6L});
  odd.schedule = Schedule::one_f_one_b;
  CHECK(check_plan(gpt3_175b(), h100_machine(48), odd).empty());
  ParallelPlan deep = gpt3_plan();
  deep.vp = 13;
  CHECK(breaks(deep, PlanRule::chunks_have_layers));
  deep.vp = 12;
  CHECK(violations(deep).empty());
  catalog::Model uneven = gpt3_175b();
  uneven.layers = 100;  // and embedding and output, in eight stages
  for (deep.vp = 2; deep.vp <= 13; ++deep.vp) {
    const auto rules = check_plan(uneven, h100_machine(deep.gpus()), deep);
    const auto is_empty = [](const PlanViolation& v) { return v.rule == PlanRule::chunks_have_layers; };
    CHECK(std::ranges::any_of(rules, is_empty) == (deep.vp > 102 / 8));
  }
}

TEST_CASE("DualPipe with too few micro-batches, or an odd number of them, is a warning with what would fill it") {
  ParallelPlan plan = gpt3_plan();
  plan.schedule = Schedule::dual_pipe;
  for (const int count : {1, 8, 15, 17, 31}) {
    plan.global_batch = count * plan.micro_batch * plan.dp;
    const auto found = check_plan(gpt3_175b(), h100_machine(plan.gpus()), plan);
    REQUIRE(found.size() == 1);
    CHECK(found[0].rule == PlanRule::dual_pipe_fills);
    CHECK_FALSE(found[0].fatal);
    for (const long better : found[0].nearest) {
      if (better == 0) continue;
      plan.global_batch = static_cast<int>(better);
      CHECK(check_plan(gpt3_175b(), h100_machine(plan.gpus()), plan).empty());
    }
  }
}

TEST_CASE("interleaving without a multiple of pp micro-batches is a warning, since a schedule exists") {
  ParallelPlan plan = gpt3_plan();
  plan.vp = 2;
  plan.global_batch = 2 * 12;
  plan.schedule = Schedule::interleaved;
  const auto found = violations(plan);
  REQUIRE(found.size() == 1);
  CHECK(found[0].rule == PlanRule::micro_batches_fill);
  CHECK_FALSE(found[0].fatal);
}

TEST_CASE("interleaving that leaves one chunk per stage is told, with the nearest chunks or stages that interleave") {
  catalog::Model model = gpt3_175b();
  const auto interleaved = [&](int pp) -> ParallelPlan {
    return {.tp = 1, .pp = pp, .global_batch = 4 * pp, .sequence_length = 2048, .schedule = Schedule::interleaved};
  };
  const auto told = [&](int pp) {
    const auto found = check_plan(model, h100_machine(pp), interleaved(pp));
    const auto rule = std::ranges::find(found, PlanRule::interleaving_needs_chunks, &PlanViolation::rule);
    REQUIRE(rule != found.end());
    CHECK_FALSE(rule->fatal);
    return *rule;
  };
  CHECK(told(16).degree == "vp");
  CHECK(told(16).nearest == std::array{0L, 2L});
  CHECK(told(1).degree == "pp");
  model.layers = 61;  // a prime; with embedding and output 63, 3 times 3 times 7
  CHECK(told(16).degree == "pp");
  CHECK(told(16).nearest == std::array{7L, 0L});
  for (const long pp : told(16).nearest) {
    if (pp == 0) continue;
    ParallelPlan plan = interleaved(static_cast<int>(pp));
    CHECK(told(static_cast<int>(pp)).degree == "vp");
    plan.vp = static_cast<int>(told(static_cast<int>(pp)).nearest[1]);
    CHECK(check_plan(model, h100_machine(static_cast<int>(pp)), plan).empty());
  }
}

TEST_CASE("zero-bubble and DualPipe on one stage are told, with the next stages on which they run") {
  for (const Schedule schedule : {Schedule::zero_bubble, Schedule::dual_pipe}) {
    ParallelPlan plan = gpt3_plan();
    plan.schedule = schedule;
    CHECK(violations(plan).empty());
    plan.pp = 1;
    plan.dp = 16;
    const auto found = violations(plan);
    REQUIRE(found.size() == 1);
    CHECK(found[0].rule == PlanRule::schedule_needs_stages);
    CHECK_FALSE(found[0].fatal);
    CHECK(found[0].degree == "pp");
    CHECK(found[0].nearest == std::array{0L, 2L});
    plan.pp = 2;
    plan.dp = 8;
    CHECK(violations(plan).empty());
  }
}

TEST_CASE("chunks that lay out unevenly are told as pp x vp against the layers") {
  ParallelPlan plan = gpt3_plan();
  plan.vp = 5;
  const auto found = violations(plan);
  const auto rule = std::ranges::find(found, PlanRule::chunks_divide_layers, &PlanViolation::rule);
  REQUIRE(rule != found.end());
  CHECK(rule->value == 8 * 5);
  CHECK(rule->limit == 96);
  CHECK(rule->degree == "vp");
  CHECK(rule->nearest == std::array{4L, 6L});
}

TEST_CASE("tensor parallelism in experts that no expert parallelism goes with is what is to change") {
  catalog::Model model = gpt3_175b();
  model.experts.emplace();
  model.experts->count = 8;
  ParallelPlan plan = gpt3_plan();
  plan.ep = 1;
  plan.etp = 3;
  const auto found = check_plan(model, h100_machine(128), plan);
  const auto rule = std::ranges::find(found, PlanRule::ep_divides_ranks, &PlanViolation::rule);
  REQUIRE(rule != found.end());
  CHECK(rule->degree == "etp");
  CHECK(rule->nearest == std::array{2L, 4L});
}

TEST_CASE("a model without experts takes neither expert parallelism nor tensor parallelism in experts") {
  ParallelPlan plan = gpt3_plan();
  plan.etp = 2;
  CHECK(breaks(plan, PlanRule::etp_without_experts));
  CHECK_FALSE(breaks(plan, PlanRule::ep_without_experts));
  plan.etp = 1;
  plan.ep = 2;
  CHECK(breaks(plan, PlanRule::ep_without_experts));
  CHECK_FALSE(breaks(plan, PlanRule::etp_without_experts));
}

TEST_CASE("heads are exchanged where those of keys and values divide as well, and the nearest cp is one that does") {
  catalog::Model model = gpt3_175b();
  model.kv_heads = 16;  // 2 of a rank
  ParallelPlan plan = gpt3_plan();
  plan.pp = 1;
  for (const int cp : {1, 2, 4, 8, 16}) {
    plan.cp = cp;
    plan.dp = 128 / plan.tp / cp;
    plan.context = ContextParallel::all_to_all;
    const auto found = check_plan(model, h100_machine(128), plan);
    const auto rule = std::ranges::find(found, PlanRule::exchange_divides_heads, &PlanViolation::rule);
    CHECK((rule == found.end()) == (2 % cp == 0));
    if (rule != found.end()) {
      CHECK_FALSE(rule->fatal);
      CHECK(rule->nearest == std::array{2L, 0L});
    }
    plan.context = ContextParallel::ring;
    CHECK(check_plan(model, h100_machine(128), plan).empty());
  }
}

TEST_CASE("products beyond any number of accelerators do not overflow") {
  ParallelPlan plan = gpt3_plan();
  plan.tp = plan.cp = plan.dp = 1'000'000;
  CHECK_FALSE(violations(plan).empty());
}

TEST_CASE("a warning does not keep a fitting plan from being found, and none is added") {
  const catalog::TrainingConstants stack{};
  ParallelPlan plan{.tp = 2, .pp = 5, .dp = 8, .micro_batch = 4, .global_batch = 256, .sequence_length = 2048};
  const Machine machine = h100_machine(80);
  const auto before = check_plan(gpt3_175b(), machine, plan);
  REQUIRE(before.size() == 1);
  REQUIRE_FALSE(before[0].fatal);
  REQUIRE_FALSE(memory_use(gpt3_175b(), machine, plan, stack).fits());
  const auto way = nearest_fitting_plan(gpt3_175b(), machine, plan, stack);
  REQUIRE(way);
  CHECK(memory_use(gpt3_175b(), machine, *way, stack).fits());
  CHECK(check_plan(gpt3_175b(), machine, *way).size() <= before.size());
}

TEST_CASE("of the plans near one that does not fit none that fits is much faster than the one that is named") {
  const catalog::TrainingConstants stack{};
  const Machine machine = h100_machine(512);
  catalog::Model sparse = gpt3_175b();
  sparse.hidden = 4096;
  sparse.heads = sparse.kv_heads = 32;
  sparse.layers = 32;
  sparse.experts = catalog::Experts{.count = 64, .top_k = 4, .hidden = 2048};
  for (const catalog::Model& model : {gpt3_175b(), sparse})
    for (const int micro_batch : {1, 4}) {
      ParallelPlan plan{.tp = 2, .dp = 256, .micro_batch = micro_batch, .global_batch = 2048, .sequence_length = 2048};
      REQUIRE_FALSE(memory_use(model, machine, plan, stack).fits());
      const auto way = nearest_fitting_plan(model, machine, plan, stack);
      REQUIRE(way);
      CHECK(memory_use(model, machine, *way, stack).fits());
      const Time taken = training_step(model, machine, *way, stack).total;
      for (const int tp : {2, 4, 8})
        for (const int pp : {1, 2, 4})
          for (const int ep : {1, 2, 4, 8, 16, 32, 64})
            for (const int zero : {0, 1, 3}) {
              ParallelPlan other = plan;
              other.tp = tp;
              other.pp = pp;
              other.dp = 512 / (tp * pp);
              other.ep = ep;
              other.zero_level = zero;
              other.recompute = Recompute::full;
              const auto wrong = check_plan(model, machine, other);
              if (std::ranges::any_of(wrong, &PlanViolation::fatal) || !memory_use(model, machine, other, stack).fits()) continue;
              CHECK(taken < 1.35 * training_step(model, machine, other, stack).total);
            }
    }
}

TEST_CASE("the least recompute that fits fits exactly, and none less does") {
  const catalog::TrainingConstants stack{};
  const Machine machine = h100_machine(128);
  for (const int micro_batch : {1, 2, 4, 8, 16}) {
    ParallelPlan plan = gpt3_plan();
    plan.micro_batch = micro_batch;
    plan.recompute = least_recompute(gpt3_175b(), machine, plan, stack);
    const bool fits = memory_use(gpt3_175b(), machine, plan, stack).fits();
    CHECK((fits || plan.recompute == Recompute::full));
    for (const Recompute less : {Recompute::none, Recompute::selective}) {
      if (less >= plan.recompute) break;
      ParallelPlan lighter = plan;
      lighter.recompute = less;
      CHECK_FALSE(memory_use(gpt3_175b(), machine, lighter, stack).fits());
    }
    if (plan.recompute.num_layers > 1) {
      --plan.recompute.num_layers;
      CHECK_FALSE(memory_use(gpt3_175b(), machine, plan, stack).fits());
    }
  }
}

TEST_CASE("usual chunks lay the layers out evenly") {
  for (const int layers : {32, 80, 96, 126})
    for (int pp = 2; pp <= 16; ++pp) {
      const int vp = usual_chunks(layers, pp);
      CHECK((vp == 1 || layers % (pp * vp) == 0 || (layers + 2) % (pp * vp) == 0));
    }
  CHECK(usual_chunks(96, 8) == 6);
}

}  // namespace eigenbau::perf

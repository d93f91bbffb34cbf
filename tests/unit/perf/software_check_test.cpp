// Is what a software refuses told of that software, and of plans that ask for it, alone?
#include "perf/software_check.h"

#include <doctest/doctest.h>

#include "perf/default_plan.h"
#include "perf/pipeline.h"
#include "sample_jobs.h"

namespace eigenbau::perf {

TEST_CASE("what one software refuses is told of that software alone, and of plans that ask for it alone") {
  catalog::Model model = gpt3_175b();
  catalog::TrainingConstants megatron, other;
  megatron.experts_need_sequence_split = true;
  ParallelPlan plan = gpt3_plan();
  const auto rules = [&](const catalog::TrainingConstants& stack) {
    std::vector<PlanRule> list;
    for (const PlanViolation& violation : check_software(model, plan, stack)) {
      CHECK_FALSE(violation.fatal);
      list.push_back(violation.rule);
    }
    return list;
  };
  const std::vector<PlanRule> none, sliced{PlanRule::experts_split_sequences}, missing{PlanRule::overlap_by_software},
      unpaired{PlanRule::overlap_pairs};
  plan.sequence_parallel = false;
  CHECK(rules(megatron) == none);
  model.experts.emplace();
  model.experts->count = 8;
  CHECK(rules(megatron) == sliced);
  CHECK(rules(other) == none);
  plan.sequence_parallel = true;
  CHECK(rules(megatron) == none);

  plan.expert_overlap = true;
  CHECK(rules(megatron) == unpaired);  // one rank has all experts
  plan.ep = 8;
  CHECK(rules(megatron) == unpaired);  // stages of one chunk
  plan.schedule = Schedule::dual_pipe;
  CHECK(rules(megatron) == none);
  plan.schedule = Schedule::interleaved;
  plan.vp = 2;
  CHECK(rules(megatron) == missing);
  megatron.expert_overlap = true;
  CHECK(rules(megatron) == none);
  plan.recompute = Recompute::full;
  CHECK(rules(megatron) == unpaired);
}

TEST_CASE("experts beside tensor parallelism that cannot split the sequence are told the degrees that can") {
  catalog::Model model = gpt3_175b();
  model.experts.emplace();
  model.experts->count = 8;
  catalog::TrainingConstants stack;
  stack.experts_need_sequence_split = true;
  ParallelPlan plan = gpt3_plan();
  plan.tp = 8;
  plan.sequence_parallel = false;
  for (const int tokens : {4096, 4100, 4098, 4097}) {
    plan.sequence_length = tokens;
    const auto found = check_software(model, plan, stack);
    REQUIRE(found.size() == 1);
    CHECK(found[0].degree.empty() == can_split_sequence(tokens, plan.tp, plan.cp));
    if (found[0].degree.empty()) continue;
    for (int tp = 4; tp > found[0].nearest[0]; tp /= 2) CHECK_FALSE(can_split_sequence(tokens, tp, plan.cp));
    plan.tp = static_cast<int>(found[0].nearest[0]);
    plan.sequence_parallel = can_split_sequence(tokens, plan.tp, plan.cp);
    CHECK(check_software(model, plan, stack).empty());
    plan.tp = 8;
    plan.sequence_parallel = false;
  }
}

TEST_CASE(
    "software that deals sequences out in halves is told of those that 2 x cp does not divide, with the nearest that it does") {
  catalog::TrainingConstants deals, other;
  deals.context_in_halves = true;
  ParallelPlan plan = gpt3_plan();
  for (const int tokens : {24, 36, 4096, 4098, 4100})
    for (const int cp : {1, 2, 4, 12}) {
      if (tokens % cp != 0) continue;
      plan.sequence_length = tokens;
      plan.cp = cp;
      plan.dp = 24 / cp;
      plan.global_batch = 24;
      const auto found = check_software(gpt3_175b(), plan, deals);
      CHECK(check_software(gpt3_175b(), plan, other).empty());
      CHECK(found.empty() == (cp == 1 || tokens % (2 * cp) == 0));
      for (const PlanViolation& violation : found) {
        CHECK_FALSE(violation.fatal);
        CHECK(violation.degree == "cp");
        for (const long near : violation.nearest) CHECK((near == 0 || near == 1 || tokens % (2 * near) == 0));
        CHECK(violation.nearest[0] > 0);
      }
    }
}

TEST_CASE("what a stack's entry says it cannot compute again is told, and nothing that it can") {
  using catalog::RecomputeModule;
  using catalog::SelectiveRecompute;
  Recompute attention = Recompute::selective, named = Recompute::selective;
  attention.modules.add(RecomputeModule::core_attn);
  named.modules.add(RecomputeModule::core_attn).add(RecomputeModule::layernorm);
  const auto rules = [](const Recompute& recompute, const catalog::TrainingConstants& stack) {
    std::vector<PlanRule> list;
    for (const PlanViolation& violation : check_software(gpt3_175b(), gpt3_plan().with(recompute), stack))
      list.push_back(violation.rule);
    return list;
  };
  for (const bool layers : {true, false})
    for (const auto& [name, kind] : catalog::kSelectiveRecomputes) {
      CAPTURE(name);
      catalog::TrainingConstants stack;
      stack.selective_recompute = kind;
      stack.layer_recompute = layers;
      CHECK(rules(Recompute::none, stack).empty());
      CHECK(rules(Recompute::full, stack).empty());
      CHECK(rules(Recompute::of_layers(2), stack).empty() == layers);
      CHECK(rules(Recompute::selective, stack).empty() == (kind != SelectiveRecompute::none));
      CHECK(rules(named, stack).empty() == (kind == SelectiveRecompute::modules));
      const bool knows = kind == SelectiveRecompute::modules || kind == SelectiveRecompute::core_attn;
      CHECK(rules(attention, stack).empty() == knows);
      // What is taken of itself is what the software has.
      for (const auto& usual : {usual_selective(gpt3_175b(), gpt3_plan(), stack)})
        if (usual) CHECK(rules(*usual, stack).empty());
    }
}

}  // namespace eigenbau::perf

// Laws of the ways to shard a plan: what each stage holds with each of them, and in which order they stand.
#include "search/choices.h"

#include <doctest/doctest.h>

#include "../perf/sample_jobs.h"
#include "base/random.h"
#include "perf/memory.h"

namespace eigenbau::search {
namespace {

/// Few dense layers and a large table first, then experts, more tables and a layer that predicts last.
catalog::Model mixture() {
  catalog::Model model = perf::gpt3_175b();
  model.layers = 32;
  model.hidden = 4096;
  model.heads = model.kv_heads = 32;
  model.ffn_hidden = 14336;
  model.vocabulary = 256000;
  model.mtp_layers = 1;
  model.experts = catalog::Experts{.count = 16, .top_k = 2, .hidden = 2048, .shared = 1, .first_dense_layers = 4};
  return model;
}

struct Layout {
  catalog::Model model;
  perf::ParallelPlan plan;
};

std::vector<Layout> layouts() {
  std::vector<Layout> all;
  for (const catalog::Model& model : {perf::gpt3_175b(), mixture()})
    for (const int tp : {1, 4})
      for (const int ep : {1, 2, 16})
        for (const int pp : {1, 2, 8}) {
          if (ep > 1 && !model.experts) continue;
          perf::ParallelPlan plan{.tp = tp, .pp = pp, .dp = 24 / tp, .ep = ep, .micro_batch = 1, .global_batch = 96};
          plan.sequence_length = model.sequence_length;
          all.push_back({model, plan});
        }
  return all;
}

/// With a stack that runs every ZeRO level in a pipeline.
catalog::TrainingConstants stack() {
  catalog::TrainingConstants constants;
  constants.regathers_in_pipeline = true;
  return constants;
}

ShardingList list_of(const perf::StepContext& context, const Layout& layout) {
  const SearchSpace space{.gpus = layout.plan.gpus(), .global_batch = layout.plan.global_batch};
  return {context, layout.plan, perf::local_parameters(context.shape, layout.model, layout.plan),
          shardings({layout.model, context.machine, context.stack, space}, layout.plan)};
}

}  // namespace

TEST_CASE("every choice stands in one group, in which no stage holds less than with the choice before") {
  const catalog::TrainingConstants constants = stack();
  std::size_t most_groups = 0;
  for (const Layout& layout : layouts()) {
    const perf::Machine machine = perf::h100_machine(layout.plan.gpus());
    const perf::StepContext context = perf::step_context(layout.model, machine, constants, layout.plan);
    const ShardingList list = list_of(context, layout);
    std::size_t choices = 0;
    for (const ShardingGroup& group : list.groups()) {
      choices += group.size();
      for (std::size_t stage = 0; stage < list.stages().size(); ++stage)
        for (std::size_t i = 1; i < group.size(); ++i)
          CHECK(group.memory_of(stage, i - 1, {}, {}) <= group.memory_of(stage, i, {}, {}) * (1 + 1e-12));
    }
    CHECK(choices == list.size());
    most_groups = std::max(most_groups, list.groups().size());
  }
  CHECK(most_groups > 2);  // stages do order choices in different ways
  CHECK(most_groups <= kMostGroups);
}

TEST_CASE("a choice takes the memory of the step, whichever stage is the fullest") {
  const catalog::TrainingConstants constants = stack();
  for (const Layout& layout : layouts())
    for (const perf::Recompute recompute : {perf::Recompute::none, perf::Recompute::full}) {
      perf::ParallelPlan plan = layout.plan.with(recompute);
      const perf::Machine machine = perf::h100_machine(plan.gpus());
      const perf::StepContext context = perf::step_context(layout.model, machine, constants, plan);
      const ShardingList list = list_of(context, layout);
      const HeldActivations held = list.held(
          perf::held_activations(perf::activation_bytes(context.shape, plan, constants),
                                 perf::layers_in_flight(perf::stage_shape(layout.model, plan), layout.model, plan), constants));
      for (const ShardingGroup& group : list.groups())
        for (std::size_t i = 0; i < group.size(); ++i) {
          plan.zero_level = group.shardings[i].zero_level;
          plan.shard_group = group.shardings[i].shard_group;
          const Bytes needed = perf::memory_use(layout.model, machine, plan, constants).total();
          CHECK(group.memory(i, held, constants.context) == needed);
          CHECK(group.count_fitting(held, needed, constants.context) > i);
          CHECK(group.count_fitting(held, needed * (1 - 1e-9), constants.context) <= i);
        }
    }
}

}  // namespace eigenbau::search

// Which state is sharded, and over how many ranks?
#pragma once

#include <algorithm>
#include <cmath>
#include <optional>
#include <string>

#include "catalog/stack.h"
#include "perf/parallel_plan.h"

namespace eigenbau::perf {

/// The ZeRO level of a plan that states none. In a pipeline no software is run by itself so that weights are gathered, or
/// gradients summed, anew for every micro-batch: it shards the optimizer there. MaxText's documents recommend as much (gather
/// once, `pipeline_fsdp_ag_once`); DeepSpeed refuses ZeRO 2 and 3 in a pipeline.
inline int usual_zero_level(const catalog::TrainingConstants& stack, int pp) {
  return pp > 1 ? std::min(stack.zero_level, 1) : stack.zero_level;
}

/// The ZeRO level at which a stack runs a plan. PyTorch's FSDP keeps weights that it has gathered until the last micro-batch of
/// a pipeline is through, and sums gradients once: what is left of ZeRO 2 and 3 is ZeRO 1. Where experts are spread over ranks a
/// stack may stop at a level of its own.
inline int running_zero_level(const ParallelPlan& plan, const catalog::TrainingConstants& stack) {
  const int level = plan.ep > 1 ? std::min(plan.zero_level, stack.expert_zero_level) : plan.zero_level;
  return plan.pp > 1 && !stack.regathers_in_pipeline ? std::min(level, 1) : level;
}

/// Which ZeRO level runs where the stack cannot run the plan's own; nothing where it can.
std::optional<std::string> why_less_sharding(const ParallelPlan& plan, const catalog::Stack& stack);

/// The plan at that level.
inline ParallelPlan as_run(ParallelPlan plan, const catalog::TrainingConstants& stack) {
  plan.zero_level = running_zero_level(plan, stack);
  return plan;
}

/// Bytes of a gradient as it is kept and summed.
inline double gradient_bytes(const ParallelPlan& plan, const catalog::TrainingConstants& stack) {
  return plan.pure_bf16 ? 2 : stack.gradient_bytes;
}

/// Ranks that share one copy, of `ranks` that have the same weights: all of them, or in groups of s of the r ranks that have the
/// same dense weights s/r of them. Experts, whose replicas are fewer, are so sharded over what expert parallelism leaves of a
/// group, and not at all where that is less than one or no whole number.
inline double shards_of(const ParallelPlan& plan, double ranks) {
  if (plan.shard_group <= 0) return ranks;
  const double part = ranks * plan.shard_group / plan.replicas();
  return part > 1 && part == std::floor(part) ? std::min(part, ranks) : 1;
}

}  // namespace eigenbau::perf

// Which state is sharded, and over how many ranks?
#pragma once

#include <algorithm>

#include "catalog/stack.h"
#include "perf/parallel_plan.h"

namespace eigenbau::perf {

/// The ZeRO level at which a stack runs a plan. PyTorch's FSDP keeps weights that it has gathered until the last micro-batch of
/// a pipeline is through, and sums gradients once: what is left of ZeRO 2 and 3 is ZeRO 1. Where experts are spread over ranks a
/// stack may stop at a level of its own.
inline int running_zero_level(const ParallelPlan& plan, const catalog::TrainingConstants& stack) {
  const int level = plan.ep > 1 ? std::min(plan.zero_level, stack.expert_zero_level) : plan.zero_level;
  return plan.pp > 1 && !stack.regathers_in_pipeline ? std::min(level, 1) : level;
}

/// Bytes of a gradient as it is kept and summed.
inline double gradient_bytes(const ParallelPlan& plan, const catalog::TrainingConstants& stack) {
  return plan.pure_bf16 ? 2 : stack.gradient_bytes;
}

/// How often gradients are summed in a step: ZeRO 2 keeps one shard of them and so cannot wait for the last micro-batch.
inline double reductions_in_step(const ParallelPlan& plan, const catalog::TrainingConstants& stack) {
  return running_zero_level(plan, stack) == 2 ? std::max(1, plan.micro_batches()) : 1;
}

/// Ranks that share one copy, of `ranks` that have the same weights: all of them, or in groups of s of the dp·cp ranks the same
/// share of them, s/(dp·cp), one at least. Experts, whose replicas are fewer, are so sharded over what expert parallelism leaves
/// of a group.
inline double shards_of(const ParallelPlan& plan, double ranks) {
  if (plan.shard_group <= 0) return ranks;
  const double replicas = static_cast<double>(plan.stages_held()) * plan.dp * plan.cp;
  return std::clamp(ranks * plan.shard_group / replicas, 1.0, ranks);
}

}  // namespace eigenbau::perf

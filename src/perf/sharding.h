// Which state is sharded, and over how many ranks?
#pragma once

#include <algorithm>

#include "catalog/stack.h"
#include "perf/parallel_plan.h"

namespace eigenbau::perf {

/// The ZeRO level at which a stack runs a plan. PyTorch's FSDP keeps weights that it has gathered until the last micro-batch of
/// a pipeline is through, and sums gradients once: what is left of ZeRO 2 and 3 is ZeRO 1.
inline int running_zero_level(const ParallelPlan& plan, const catalog::TrainingConstants& stack) {
  return plan.pp > 1 && !stack.regathers_in_pipeline ? std::min(plan.zero_level, 1) : plan.zero_level;
}

/// Bytes of a gradient as it is kept and summed.
inline double gradient_bytes(const ParallelPlan& plan, const catalog::TrainingConstants& stack) {
  return plan.pure_bf16 ? 2 : stack.gradient_bytes;
}

/// How often gradients are summed in a step: ZeRO 2 keeps one shard of them and so cannot wait for the last micro-batch.
inline double reductions_in_step(const ParallelPlan& plan, const catalog::TrainingConstants& stack) {
  return running_zero_level(plan, stack) == 2 ? std::max(1, plan.micro_batches()) : 1;
}

/// Ranks that share one copy, of `ranks` that have the same weights.
inline double shards_of(const ParallelPlan& plan, double ranks) {
  return plan.shard_group > 0 ? std::min<double>(plan.shard_group, ranks) : ranks;
}

}  // namespace eigenbau::perf

// What travels for weights in plans of data parallelism alone, and in others, on H100?
#pragma once

#include "perf/weight_time.h"
#include "sample_jobs.h"

namespace eigenbau::perf {

/// One sequence of 2,048 tokens a rank.
inline ParallelPlan data_parallel(int ranks, int zero_level, int group = 0) {
  return {.dp = ranks, .zero_level = zero_level, .shard_group = group, .global_batch = ranks, .sequence_length = 2048};
}

inline WeightTime weights(const catalog::Model& model, const ParallelPlan& plan, const catalog::TrainingConstants& stack = {}) {
  const Machine machine = h100_machine(plan.gpus());
  return weight_time(step_context(model, machine, stack, plan), plan);
}

}  // namespace eigenbau::perf

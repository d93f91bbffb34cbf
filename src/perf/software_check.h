// What of a parallel plan does the job's software refuse?
#pragma once

#include <vector>

#include "catalog/model.h"
#include "catalog/stack.h"
#include "perf/parallel_plan.h"
#include "perf/plan_check.h"

namespace eigenbau::perf {

/// What the job's software refuses of a plan that keeps the rules of `check_plan`; other software may run it, so that it is
/// predicted all the same. The schedule and what is recomputed are those that run. Source: the stack's entry; Megatron-Core,
/// moe_layer.py, transformer_config.py and utils.py (a batch's part on a rank of context parallelism).
std::vector<PlanViolation> check_software(const catalog::Model& model, const ParallelPlan& plan,
                                          const catalog::TrainingConstants& stack);

/// Whether the software trains the model beside tensor parallelism only where that splits sequences too.
inline bool needs_sequence_split(const catalog::Model& model, const catalog::TrainingConstants& stack) {
  return stack.experts_need_sequence_split && model.experts.has_value();
}

}  // namespace eigenbau::perf

// Which plan near one that does not fit does?
#pragma once

#include <optional>

#include "catalog/model.h"
#include "catalog/stack.h"
#include "perf/machine.h"
#include "perf/parallel_plan.h"

namespace eigenbau::perf {

/// Of the plans that differ in micro-batch, recompute, sharding, or by a factor of 2 or 4 in tensor parallelism or stages and any
/// power of 2 in the ranks of experts, which may be whole, the fastest that fits, where each degree that changes has to be worth
/// 5 % of the step. It breaks no rule of plans or of the software that the plan does not break, has a level of ZeRO that runs and
/// no less recomputation; software without model parallelism of its own splits no more than the plan. None: nothing of this fits.
std::optional<ParallelPlan> nearest_fitting_plan(const catalog::Model& model, const Machine& machine, const ParallelPlan& plan,
                                                 const catalog::TrainingConstants& stack);

}  // namespace eigenbau::perf

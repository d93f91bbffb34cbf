// What travels for weights and gradients, and how long do that and the update take?
#pragma once

#include "perf/local_parameters.h"
#include "perf/training_step.h"
#include "perf/weight_window.h"

namespace eigenbau::perf {

/// Gradients and weights once a step (ZeRO-3: once a micro-batch), before anything hides it, and the update. Depends on tp, pp,
/// dp, cp, ep, etp and sharding.
struct WeightTime {
  Time reduction{};            ///< ZeRO 0 to 2: gradients are summed, inside groups where state is sharded in some
  Time gather{};               ///< ZeRO 1 and 2: weights
  Time broadcast{};            ///< instead of that gather, tensor by tensor after the update; nothing hides it
  Time forward{}, backward{};  ///< ZeRO-3: gathers, and the scatter of gradients
  Time across{};               ///< sharded in groups: what a rank keeps of the gradients is summed between them, once
  Time optimizer{};

  Time sum() const { return reduction + gather + broadcast + forward + backward + across + optimizer; }
};
/// Of the stage for which all of it together takes longest.
WeightTime weight_time(const StepContext& job, const ParallelPlan& plan);
/// The same of stages that are known.
WeightTime weight_time(const PerStage<LocalParameters>& stages, const StepContext& job, const ParallelPlan& plan);

/// The compute of the slowest stage behind which weights may travel.
WeightWindow weight_window(const StepContext& job, const ParallelPlan& plan, const PipelineTime& pipeline);

/// What of `weights` the compute of the slowest stage does not hide.
Time exposed_weight_time(const StepContext& job, const ParallelPlan& plan, const WeightTime& weights,
                         const PipelineTime& pipeline);

}  // namespace eigenbau::perf

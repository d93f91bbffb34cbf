// What does a step cost in the terms in which plans are compared: time, energy or money?
#pragma once

#include "perf/training_step.h"
#include "search/space.h"

namespace eigenbau::search {

/// Cost of a step as the objective counts it, in its base unit (s, J, USD).
///   c = a·T + b·T_busy      a = 1, b = 0 for time;  n·W_w, n·(W_b - W_w) for energy;  n·r, 0 for money
/// n accelerators, W_b and W_w what one takes busy and waiting, r what one costs a second.
struct CostLaw {
  double per_time = 1;
  double per_busy = 0;

  /// Of one step, or of as many as are worked out at once.
  template <typename Times>
  auto operator()(Times step, Times busy) const {
    return per_time * step.base() + per_busy * busy.base();
  }
};
CostLaw cost_law(const SearchSpace& space);

/// Of all accelerators in one step, whatever the objective.
Energy step_energy(const SearchSpace& space, int gpus, Time step, Time busy);
Money step_money(const SearchSpace& space, int gpus, Time step);

/// Compute of one micro-batch on one rank: neither traffic nor launches nor waiting.
struct BusyTime {
  Time layer{};  ///< mean of all layers
  Time ends{};   ///< output layers and those of multi-token prediction

  /// Of layers of which a share is recomputed whole and the others are not.
  static BusyTime mixed(const BusyTime& kept, const BusyTime& recomputed, double share);
};
BusyTime busy_time(const perf::StepContext& context, const perf::MicroBatch& micro);

/// The same of all micro-batches, mean of all ranks: a step without the optimizer.
///   m·(L·t_layer + t_ends) / p      m micro-batches, L layers, p stages
inline Time busy_in_pipeline(const BusyTime& micro, double micro_batches, int layers, int stages) {
  return (micro_batches * (static_cast<double>(layers) * micro.layer + micro.ends)) / stages;
}

/// How long an accelerator computes in a step of a whole plan, mean of all ranks.
Time busy_in_step(const catalog::Model& model, const perf::Machine& machine, const catalog::TrainingConstants& stack,
                  const perf::ParallelPlan& plan);

}  // namespace eigenbau::search

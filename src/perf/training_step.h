// How long is one training step, and where does the time go?
#pragma once

#include "catalog/model.h"
#include "catalog/stack.h"
#include "perf/machine.h"
#include "perf/memory.h"
#include "perf/parallel_plan.h"

namespace eigenbau::perf {

/// One optimizer step of the whole job, taken apart. The parts add up to `total`.
struct TrainingStep {
  Time total{};
  // Compute of the busiest stage, all micro-batches.
  Time matrix{}, attention{}, experts{}, element_wise{}, head{}, recompute{};
  Time host{};  ///< launches that the accelerator waits for
  // Communication that nothing hides.
  Time tensor_parallel{}, context_parallel{}, expert_parallel{}, data_parallel{}, point_to_point{};
  Time bubble{};
  Time optimizer{};
  Time fixed{};      ///< per step: data, logging, gradient norm
  Time straggler{};  ///< the slowest of all nodes

  TokenRate tokens_per_gpu{};
  double mfu_causal = 0;  ///< against the data-sheet peak of the number format, attention counted half
  double mfu_full = 0;
  MemoryUse memory{};
  Recompute recompute_mode = Recompute::none;  ///< as decided when the plan leaves it open
  double error = 0;                            ///< half-width of the 95 % band, relative

  Time low() const;
  Time high() const;
};

/// Time of one synchronous training step.
///   T = m·t_max + β·(p-1)/v·t_mean + exposed(DP) + optimizer + fixed,   times 1 + σ·sqrt(2 ln nodes)
/// m micro-batches, t_max the slowest stage and t_mean the mean stage for one micro-batch, forward and backward; p stages,
/// v chunks per stage, β how much of the ideal bubble is paid. A layer's t is GEMM + attention + HBM traffic + exposed
/// TP/CP/EP traffic, joined with the host's launch time by a p-norm (6 dense, 2 with experts).
/// The plan must be valid (perf/plan_check.h). Stops being true for asynchronous or elastic data parallelism.
/// Source: Narayanan et al. 2021; Korthikanti et al. 2022; constants fitted as docs/methods/training.md says.
TrainingStep training_step(const catalog::Model& model, const Machine& machine, const ParallelPlan& plan,
                           const catalog::TrainingConstants& stack);

inline TrainingStep training_step(const catalog::Model& model, const Machine& machine, const ParallelPlan& plan,
                                  const catalog::Stack& stack) {
  return training_step(model, machine, plan, stack.training);
}

}  // namespace eigenbau::perf

// How long is one training step, and where does the time go?
#pragma once

#include "catalog/model.h"
#include "catalog/stack.h"
#include "perf/layer.h"
#include "perf/machine.h"
#include "perf/memory.h"
#include "perf/model_shape.h"
#include "perf/parallel_plan.h"
#include "perf/pipeline.h"
#include "perf/rank_group.h"

namespace eigenbau::perf {

/// One optimizer step of the whole job, taken apart. The parts add up to `total`.
struct TrainingStep {
  Time total{};
  // Compute of the busiest stage, all micro-batches.
  Time matrix{}, attention{}, experts{}, element_wise{}, head{}, recompute{};
  Time host{};  ///< launches that the accelerator waits for, ramps and tails of its kernels
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
  Recompute recompute_mode{};  ///< as decided when the plan leaves it open
  double error = 0;            ///< half-width of the 95 % band, relative (perf/error_band.h)

  Time low() const;
  Time high() const;
};

/// Time of one synchronous training step.
///   T = (m·t_max + β·m·b·t_mean + m·v·(e·t_hop + gap) + (p-1)·t_hop + exposed(DP) + optimizer + fixed) · s
///   s = 1 + σ·sqrt(2 ln nodes)
/// m micro-batches; t_max the slowest stage, with as many of the slower kind of layers as any has, and t_mean the mean stage for
/// one micro-batch, forward and backward; p stages, v chunks per stage; b the ideal bubble (`bubble_share`: (p-1)/(m·v) of 1F1B
/// and interleaving), β how much of it is paid; t_hop a micro-batch's activations to the next stage and their gradients back, e
/// the share of it that shows, gap what a stage idles at each chunk (hops and gaps: only where p > 1); nodes of eight
/// accelerators. A layer's t is GEMM + attention + HBM traffic + exposed TP/CP/EP traffic + recompute, in a dense layer kernel
/// gaps as well, joined with the host's launch time by a p-norm (6 for dense layers, 2 for all with experts), or added to it,
/// with host_blocking per layer, where the host waits for every kernel.
/// The plan must be valid (perf/plan_check.h). Stops being true for asynchronous or elastic data parallelism.
/// Source: Narayanan et al. 2021; Korthikanti et al. 2022; constants fitted as docs/methods/training.md says.
TrainingStep training_step(const catalog::Model& model, const Machine& machine, const ParallelPlan& plan,
                           const catalog::TrainingConstants& stack);

/// The same, with a narrower band where the stack's constants were fitted to runs of this model and accelerator.
TrainingStep training_step(const catalog::Model& model, const Machine& machine, const ParallelPlan& plan,
                           const catalog::Stack& stack);

/// What the parts of a step need beyond the plan. The same for all plans of one number format; what it refers to must
/// outlive it.
struct StepContext : Platform {
  const catalog::Model& model;
  ModelShape shape;
  JobRates rates;
  Time fixed{};     ///< once a step
  double slow = 0;  ///< stragglers, as a share of the step
};

StepContext step_context(const catalog::Model& model, const Machine& machine, const catalog::TrainingConstants& stack,
                         const ParallelPlan& plan);
StepContext step_context(catalog::Model&& model, const Machine& machine, const catalog::TrainingConstants& stack,
                         const ParallelPlan& plan) = delete;  ///< a model that is gone before the context

/// Of one layer for one micro-batch, all that a stage adds up.
struct LayerSums {
  Time total{};
  Time paired{};   ///< what two micro-batches side by side save: expert traffic behind compute, less what that slows
  Time traffic{};  ///< while it runs, nothing is computed that could hide other traffic, or the NICs are taken

  /// Of layers of which a share is of the second kind.
  static LayerSums mixed(const LayerSums& first, const LayerSums& second, double share);
  /// Of so many layers alike.
  friend LayerSums operator*(double layers, const LayerSums& each) {
    return {layers * each.total, layers * each.paired, layers * each.traffic};
  }
};

/// Time of one layer kind for one micro-batch with host and recompute joined in.
struct LayerStep : LayerSums {
  LayerTime device;
  Time recompute{};          ///< forward work done again
  Time recompute_traffic{};  ///< of that, exposed traffic
  Time host{};               ///< launches that the device waits for, ramps and tails of its kernels
  Time paired_again{};       ///< of what pairs save, traffic which recomputation repeats
  double passes = 3;         ///< products forward and backward, in those of the forward pass

  /// Of the whole.
  PassShares shares() const;
};

/// One micro-batch on one rank. Of the plan's degrees only tp, cp, ep, etp, micro-batch, recomputation and overlap matter, and
/// where only some layers are recomputed pp and vp: not dp or sharding.
struct MicroBatchTime {
  LayerSums without_experts, with_experts;  ///< a layer of either kind
  LayerSums mtp;                            ///< layers of multi-token prediction
  Time head{};                              ///< output layers
  PassShares shares;                        ///< of a layer

  LayerSums layer(double moe_share) const {
    if (moe_share <= 0 || moe_share >= 1) return moe_share <= 0 ? without_experts : with_experts;
    return LayerSums::mixed(without_experts, with_experts, moe_share);
  }

  /// Of layers of which a share is recomputed whole and the others are not.
  static MicroBatchTime mixed(const MicroBatchTime& kept, const MicroBatchTime& recomputed, double share);
};
struct MicroBatch : MicroBatchTime {
  LayerStep dense, moe;
};
MicroBatch micro_batch(const StepContext& job, const ParallelPlan& plan);

/// What of it no recomputation changes.
struct DeviceTimes {
  LayerTime dense, moe;
  Time head{};
};
DeviceTimes device_times(const StepContext& job, const ParallelPlan& plan);
/// The same for a search, which meets them with every recomputation.
MicroBatch micro_batch(const StepContext& job, const ParallelPlan& plan, const DeviceTimes& device);

/// All micro-batches through all stages. A rank of DualPipe holds two stages, the first with the last, the second with the last
/// but one, and works on half of the micro-batches of each.
struct PipelineTime {
  Time slowest{};  ///< stage, for one micro-batch; of DualPipe the mean of the two of a rank
  Time traffic{};  ///< of that, exposed traffic
  double forward_share = 1.0 / 3;
  double busy_layers = 0;  ///< of that stage
  double moe_layers = 0;   ///< of them
  double outputs = 0;      ///< output layers of that stage: none or one; of a rank that holds the first stage as well, half
  double micro_batches = 1;
  Time work{}, bubble{}, point_to_point{};
};
PipelineTime pipeline_time(const StepContext& job, const ParallelPlan& plan, const MicroBatchTime& micro, Time hop);

/// What of a pipeline does not depend on what its layers take; what it refers to must outlive it.
struct PipelineShape {
  const StageShape& stages;
  double micro_batches = 1;
  double paired = 0;  ///< `paired_share`
  Time point_to_point{};
};
PipelineShape pipeline_shape(const StepContext& job, const ParallelPlan& plan, const StageShape& stages, Time hop);
/// The same for a search, which meets one shape many times.
PipelineTime pipeline_time(const StepContext& job, const ParallelPlan& plan, const PipelineShape& shape,
                           const MicroBatchTime& micro);
/// Of its work at least: all micro-batches on a stage with most layers, without output.
Time least_work(const PipelineShape& shape, const MicroBatchTime& micro);

/// Of one micro-batch between two stages: its activations go forward, their gradients back. The same for all chunks and
/// schedules.
Time hop_time(const StepContext& job, const ParallelPlan& plan);

/// A step's time before stragglers.
inline Time sum_of_parts(const StepContext& job, const PipelineTime& pipeline, Time exposed_weights, Time optimizer) {
  return pipeline.work + pipeline.bubble + pipeline.point_to_point + exposed_weights + optimizer + job.fixed;
}

}  // namespace eigenbau::perf

// Does a training job fit in the memory of one accelerator, and by how much?
#pragma once

#include "catalog/model.h"
#include "catalog/stack.h"
#include "perf/local_parameters.h"
#include "perf/machine.h"
#include "perf/model_shape.h"
#include "perf/parallel_plan.h"
#include "perf/stage_experts.h"

namespace eigenbau::perf {

/// Of what there is, that a published run may need by the memory law, which errs by about a twentieth: it did fit.
inline constexpr double kMemoryTolerance = 1.05;

/// What weights take on a rank of one stage. Depends on tp, pp, vp, dp, cp, ep, etp and sharding.
struct WeightBytes {
  Bytes weights{}, gradients{}, optimizer{}, buffers{};
  Bytes total() const { return weights + gradients + optimizer + buffers; }
};

/// Layers of both kinds.
struct Layers {
  double all = 0;
  double with_experts = 0;  ///< of them
};

/// Bytes of one layer and token.
struct LayerActivations {
  double kept = 0;    ///< for its backward pass
  double beside = 0;  ///< more while it runs: what is recomputed of it, keys and values of other ranks
};

/// Activations per token of a micro-batch. Depends on tp, cp, micro-batch, recomputation and number format, and where only some
/// layers are recomputed on pp and vp.
struct ActivationBytes {
  LayerActivations dense, sparse;  ///< of layers without experts and with them
  double logits = 0;  ///< where the output is, fp32: of each token that is predicted, and the gradient of one of them
  double tokens = 0;  ///< of a micro-batch on one rank

  double kept(const Layers& layers) const {
    return (layers.all - layers.with_experts) * dense.kept + layers.with_experts * sparse.kept;
  }
  double beside(const Layers& layers) const;
  double of_mean_layer(double moe_share) const { return kept({1, moe_share}); }
  /// Of layers of which a share is recomputed whole and the others are not.
  static ActivationBytes mixed(const ActivationBytes& kept, const ActivationBytes& recomputed, double share);
};

/// Bytes on a rank of the fullest stage.
struct MemoryUse : WeightBytes {
  std::size_t stage = kLastStage;  ///< which one that is
  Bytes activations{}, context{};
  Bytes total() const { return weights + gradients + optimizer + activations + buffers + context; }
  Bytes available{};
  bool fits(double tolerance = 1) const { return total() <= tolerance * available; }
  Bytes short_by() const { return total() - available; }  ///< negative: room to spare
};

/// Memory of the fullest stage, weights and activations of each together.
///   weights    P·b_w      gradients P·b_g      optimizer P·b_o / shards      with P the parameters of the stage's share, b_w 2,
///   b_o the stack's, 12 with the fp32 copy, which is the only one where that is what ZeRO 3 shards (PyTorch's FSDP: b_w 0)
///   activations A(layer, recompute)·layers in flight + what one recomputed layer needs; on the last stage at least the logits
/// A per layer and token: 2 bytes for every tensor that the backward pass reads (Korthikanti et al. 2022, extended to
/// gated MLPs, grouped queries, latent attention and experts). 1F1B keeps p micro-batches in flight on the first stage,
/// interleaving p(1 + (p-1)/(p·v)). Where adapters are trained b_g and b_o are theirs, and activations are kept as if all weights
/// were. Offloaded to the host: no optimizer states, with ZeRO 2 and 3 gradients of two layers; activations of two layers. Stops
/// being true for allocators that fragment more.
MemoryUse memory_use(const catalog::Model& model, const Machine& machine, const ParallelPlan& plan,
                     const catalog::TrainingConstants& stack);
/// The same of a shape and stages that are known, and the parts of it, for searches that meet them many times. The plan states
/// its sequence length.
MemoryUse memory_use(const ModelShape& shape, const PerStage<LocalParameters>& stages, const catalog::Model& model,
                     const Machine& machine, const ParallelPlan& plan, const catalog::TrainingConstants& stack);
WeightBytes weight_bytes(const LocalParameters& stage, const ModelShape& shape, const ParallelPlan& plan,
                         const catalog::TrainingConstants& stack);
ActivationBytes activation_bytes(const ModelShape& shape, const ParallelPlan& plan, const catalog::TrainingConstants& stack);
/// Layers of a stage times micro-batches in flight through it. Layers of multi-token prediction come last, with one micro-batch.
using LayersInFlight = PerStage<Layers>;
/// Two layers where activations are offloaded.
LayersInFlight layers_in_flight(const StageShape& stages, const catalog::Model& model, const ParallelPlan& plan);
/// What each stage keeps, the last with its logits, which are gone before a layer is recomputed.
PerStage<Bytes> held_activations(const ActivationBytes& bytes, const LayersInFlight& layers,
                                 const catalog::TrainingConstants& stack);

/// Share of the layers that has to be recomputed whole, while the others keep everything, so that no stage holds more than its
/// `room`: the inverse of `held_activations`, which falls by as much with each layer. Above 1: that of all of them is too little.
double recomputed_share_to_hold(const ActivationBytes& kept, const ActivationBytes& recomputed, const LayersInFlight& layers,
                                const PerStage<Bytes>& room, const catalog::TrainingConstants& stack);

/// Memory is sold in decimal gigabytes but built of stacks of binary ones.
Bytes available_memory(const Machine& machine);

}  // namespace eigenbau::perf

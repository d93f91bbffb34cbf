// Does a training job fit in the memory of one accelerator, and by how much?
#pragma once

#include "catalog/model.h"
#include "catalog/stack.h"
#include "perf/machine.h"
#include "perf/parallel_plan.h"

namespace eigenbau::perf {

/// Bytes on the fullest rank: the first pipeline stage, which holds the most micro-batches in flight.
struct MemoryUse {
  Bytes weights{}, gradients{}, optimizer{}, activations{}, buffers{}, context{};
  Bytes total() const { return weights + gradients + optimizer + activations + buffers + context; }
  Bytes available{};
  bool fits() const { return total() <= available; }
  Bytes short_by() const { return total() - available; }  ///< negative: room to spare
};

/// Memory of the fullest rank.
///   weights    P·b_w      gradients P·b_g      optimizer P·b_o / shards      with P the parameters of the stage's share
///   activations A(layer, recompute)·layers in flight + what one recomputed layer needs + logits
/// A per layer and token: 2 bytes for every tensor that the backward pass reads (Korthikanti et al. 2022, extended to
/// gated MLPs, grouped queries, latent attention and experts). 1F1B keeps p micro-batches in flight on the first stage,
/// interleaving p(1 + (p-1)/(p·v)). Stops being true with offload to the host and for allocators that fragment more.
MemoryUse memory_use(const catalog::Model& model, const Machine& machine, const ParallelPlan& plan,
                     const catalog::TrainingConstants& stack);

}  // namespace eigenbau::perf

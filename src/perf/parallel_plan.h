// How is one training job spread over the accelerators?
#pragma once

#include <algorithm>
#include <cstdint>

#include "catalog/context_parallel.h"
#include "catalog/precision.h"
#include "catalog/recompute.h"

namespace eigenbau::perf {

using catalog::ContextParallel;
using catalog::Recompute;

enum class Schedule : std::uint8_t { one_f_one_b, interleaved, zero_bubble, dual_pipe };

/// What hides behind compute; `stack` leaves it to the software's default.
enum class Overlap : std::uint8_t { stack, off, on };

/// Whether attention is one kernel that keeps its scores on the chip (FlashAttention); `stack` leaves it to the software's
/// default.
enum class FusedAttention : std::uint8_t { stack, off, on };

enum class Routing : std::uint8_t { dropless, token_drop };

/// How often a token travels to its experts: once to each rank and domain that has some of them (exchange kernels such as
/// DeepEP), or once to each expert (all-to-all); `stack` leaves it to the software's default.
enum class ExpertCopies : std::uint8_t { stack, one_per_rank, one_per_expert };

/// Whether ranks of tensor parallelism can split among them what context parallelism leaves of a sequence (sequence parallelism).
constexpr bool can_split_sequence(int tokens, int tp, int cp) { return tokens % cp == 0 && tokens / cp % tp == 0; }

/// Whether ranks of context parallelism can have two equal parts of a sequence each: one early and one late, so that all have as
/// much of causal attention to compute.
constexpr bool can_deal_halves(int tokens, int cp) { return cp == 1 || tokens % (2L * cp) == 0; }

/// Whether ranks of context parallelism can exchange their tokens for heads: those of keys and values as well as those of queries
/// divide, of which tensor parallelism leaves a rank its share.
constexpr bool can_exchange_heads(int heads, int kv_heads, int tp, int cp) {
  const int left = (kv_heads > 0 ? kv_heads : heads) / tp;
  return heads / tp % cp == 0 && (left > 0 ? left : 1) % cp == 0;
}

/// The degrees multiply to the GPU count: tp · cp · pp · dp. Experts are spread over `ep` · `etp` of the tp · cp · dp ranks
/// of a stage.
struct ParallelPlan {
  int tp = 1;  ///< tensor parallel
  bool sequence_parallel = true;
  int pp = 1;  ///< pipeline stages
  int vp = 1;  ///< model chunks per stage (interleaving)
  int dp = 1;
  int cp = 1;               ///< context parallel
  int ep = 1;               ///< expert parallel
  int etp = 1;              ///< tensor parallel inside an expert
  int zero_level = 1;       ///< 0: replicas, 1: optimizer, 2: and gradients, 3: and weights (FSDP)
  int shard_group = 0;      ///< ranks that share one sharded copy, of `replicas()`; 0: all of them
  int micro_batch = 1;      ///< sequences
  int global_batch = 1;     ///< sequences
  int sequence_length = 0;  ///< 0: as the model was trained
  Recompute recompute{};
  Schedule schedule = Schedule::one_f_one_b;
  catalog::Precision precision = catalog::Precision::bf16;
  bool row_scales = false;        ///< fp8 with a scale per row
  bool pure_bf16 = false;         ///< no fp32 master weights
  int adapter_rank = 0;           ///< of low-rank adapters (LoRA), which alone are trained; 0: all weights are
  bool four_bit_weights = false;  ///< those that are not are kept in 4 bits (QLoRA)
  Overlap tp_overlap = Overlap::stack;
  Overlap dp_overlap = Overlap::stack;
  FusedAttention attention = FusedAttention::stack;
  ContextParallel context = ContextParallel::ring;
  Routing routing = Routing::dropless;
  ExpertCopies copies = ExpertCopies::stack;
  double imbalance = 0;              ///< busiest expert rank over the mean; 0: as the law of it says
  bool expert_overlap = false;       ///< traffic of experts runs beside the compute of another micro-batch, in any schedule
  bool offload_optimizer = false;    ///< optimizer states live in the host's memory, which updates the weights
  bool offload_activations = false;  ///< activations wait for their backward pass in the host's memory
  bool blocking_launches = false;    ///< the host waits for every kernel (CUDA_LAUNCH_BLOCKING): its time adds to the device's

  int gpus() const { return tp * pp * dp * cp; }
  /// Stages whose weights a rank holds: DualPipe feeds the pipeline from both ends, so that rank i holds stage i and the one
  /// as far from the other end (DeepSeek-V3 report, table 2).
  int stages_held() const { return schedule == Schedule::dual_pipe && pp > 1 ? 2 : 1; }
  /// Ranks that hold the same dense weights.
  double replicas() const { return static_cast<double>(stages_held()) * dp * cp; }
  /// Ranks that hold the same weights of experts.
  double expert_replicas() const { return std::max(1.0, tp * replicas() / (static_cast<double>(ep) * etp)); }
  bool freezes_weights() const { return adapter_rank > 0; }
  /// Whole layers, but not all of them: the step is then a mean of two kinds of layers.
  bool recomputes_some_layers() const { return recompute.mode == Recompute::full && recompute.num_layers > 0; }
  ParallelPlan with(const Recompute& other) const {
    ParallelPlan plan = *this;
    plan.recompute = other;
    return plan;
  }
  int micro_batches() const { return micro_batch * dp > 0 ? global_batch / (micro_batch * dp) : 0; }
};

}  // namespace eigenbau::perf

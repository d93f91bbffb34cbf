// What does a training or serving software stack do: which kernels, what overlaps, what the host costs?
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "catalog/context_parallel.h"
#include "catalog/precision.h"
#include "catalog/recompute.h"
#include "units/quantity.h"

namespace eigenbau::catalog {

/// The same figure on each generation of accelerator; `other` is every generation that is not named.
struct ByGeneration {
  double ampere = 0;
  double hopper = 0;
  double blackwell = 0;
  double cdna3 = 0;
  double cdna4 = 0;
  double other = 0;

  double of(std::string_view generation) const {
    if (generation == "hopper") return hopper;
    if (generation == "blackwell") return blackwell;
    if (generation == "ampere") return ampere;
    if (generation == "cdna3") return cdna3;
    if (generation == "cdna4") return cdna4;
    return other;
  }
};

/// What the training-step law needs to know of a stack. The numbers below are those of a current megatron-core recipe
/// before any fit; catalog/stack/*.toml holds the fitted ones, docs/methods/training.md says how they were found.
struct TrainingConstants {
  // Matrix products and attention, as shares of the data-sheet peak of their number format.
  ByGeneration gemm_bf16{0.83, 0.72, 0.62, 0.47, 0.58, 0.60};
  ByGeneration gemm_fp8{0.66, 0.66, 0.61, 0.41, 0.50, 0.50};
  double gemm_fp4 = 0.50;
  double gemm_half_depth = 180;  ///< inner dimension at which a product runs at half of its large-product rate
  double power_exponent = 0.65;  ///< clock under load ~ (power cap per peak FLOP/s)^x
  ByGeneration attention{0.53, 0.53, 0.52, 0.35, 0.35, 0.35};
  double attention_half_length = 1000;  ///< tokens at which attention runs at half of its long-sequence rate
  double attention_backward = 1.23;     ///< rate of the forward kernel over that of the backward kernel
  bool fused_attention = true;
  bool fused_latent_attention = true;  ///< also for latent attention (MLA)
  double unfused_score_rate = 0.20;    ///< share of peak of the score products of unfused attention
  double unfused_score_bytes = 17;     ///< HBM bytes per score element, forward and backward
  double grouped_gemm = 0.98;          ///< rate of grouped expert products over that of dense ones

  // HBM traffic in bytes, forward and backward together.
  double hbm_efficiency = 0.83;
  double norm_bytes = 62;          ///< norms, residuals, dropout: per hidden element of a token
  double activation_bytes = 20;    ///< activation and rotary: per intermediate element
  double loss_bytes = 31;          ///< per logit
  double cast_bytes = 7;           ///< fp8 quantization: per element of a product's operand
  double block_cast_factor = 1.4;  ///< block-scaled formats over per-tensor ones
  bool fp8_blocks = false;         ///< what it calls fp8 is scaled by blocks
  double permutation_bytes = 18;   ///< per hidden element of a routed copy
  double optimizer_bytes = 22;     ///< per parameter that this rank updates

  // Communication: share of the wire rate, and share of the time that is not hidden.
  double expert_efficiency = 0.74;                        ///< scale-up links in expert all-to-all
  Bandwidth expert_nic_ceiling = 45e9 * kByte / kSecond;  ///< most that expert all-to-all gets out of one NIC
  bool single_copies = true;      ///< a token goes once to each rank and domain of its experts; false: once to each expert
  double expert_spread = 0.1;     ///< of dropless routing: deviation of an expert's tokens over their mean, from expert to expert
  double dispatch_bytes_fp8 = 2;  ///< of an element that an 8-bit job sends to its experts; results come back in 16 bit
  double link_share = 1.0;        ///< of what collectives reach on scale-up links in benchmarks
  double nic_share = 0.75;        ///< the same on NICs
  double partial_ring = 0.80;     ///< share of their NICs that rings leave on which join some members of a domain, not all
  Time hop_wait = 32 * kMicrosecond;  ///< of each hop between domains beyond that of a benchmark: ranks that come late
  double tp_exposed = 0.85;
  double tp_exposed_overlapped = 0.20;
  bool tp_overlap = true;
  double cp_exposed = 0.37;
  double ep_exposed = 1.0;
  double p2p_exposed = 0.48;
  double p2p_exposed_interleaved = 0.12;
  Time chunk_gap = 0.5 * kMillisecond;  ///< between two chunks of a stage: messages are posted, the schedule turns
  double dp_unhidden = 0.18;            ///< share of gradient and parameter traffic that nothing hides
  double dp_window = 0.7;               ///< share of the backward pass that can hide it
  bool dp_overlap = true;
  bool scatters_messages = false;      ///< ranks of tensor parallelism send a part each to the next stage, who gather them there
  bool reduce_scatter = true;          ///< sharded optimizers scatter gradients; false: every rank gets all of them
  bool layer_messages = false;         ///< sharded weights and gradients move a layer at a time, not in buckets
  bool broadcasts_parameters = false;  ///< sharded optimizers send out whole tensors, each from its owner, after the update
  bool regathers_in_pipeline = true;   ///< ZeRO 3 gathers weights anew for each micro-batch of a pipeline
  bool shards_master = false;          ///< under ZeRO 3 a shard is the optimizer's fp32 copy, with none in 16 bit beside it
  double zero3_unhidden = 0.32;        ///< of the shorter of gather and compute
  double bubble = 1.0;                 ///< of the ideal pipeline bubble, one chunk per stage
  double bubble_interleaved = 0.92;    ///< the same with several chunks per stage
  double gradient_bytes = 4;           ///< per parameter in the reduction
  double expert_gradient_bytes = 4;    ///< the same for experts
  double parameter_bytes_fp8 = 2;      ///< per parameter in the gather of an fp8 job's weights
  double bucket_parameters = 40e6;     ///< in one message of the reduction
  double bucket_growth = 1e6;          ///< parameters per rank that the bucket grows by, if that is more
  bool dual_pipe = false;              ///< runs DualPipe where the plan asks for one chunk per stage
  bool expert_overlap = false;  ///< pairs micro-batches outside DualPipe where the plan asks, traffic of experts beside compute
  bool interleaves = false;     ///< splits stages into as many chunks as divide, when the plan does not say
  ContextParallel cp_comm_type = ContextParallel::ring;  ///< how keys and values get around, when the plan does not say
  SelectiveRecompute selective_recompute = SelectiveRecompute::operators;
  bool layer_recompute = true;      ///< can recompute some layers of a chunk whole and keep all of the others
  bool assumes_some_layers = true;  ///< and is taken to, where nothing says what is recomputed
  bool model_parallel = true;       ///< splits layers, stages or sequences when the plan does not say; false: only its state
  bool sequence_parallel = true;    ///< with tensor parallelism, when the plan does not say
  bool experts_need_sequence_split = false;  ///< refuses experts beside tensor parallelism that does not split sequences
  bool context_in_halves = false;  ///< deals each rank of context parallelism two parts of a sequence, of 2 cp equal ones
  bool expert_tp_follows = false;  ///< experts are split over tp ranks unless the plan says otherwise
  double row_cast_factor = 4;      ///< row-scaled fp8 over per-tensor scales
  int expert_zero_level = 3;       ///< the highest where experts are spread over ranks
  int zero_level = 1;              ///< sharding when the plan does not say

  // Host.
  Time kernel_gap = 0.45 * kMillisecond;  ///< ramps and tails of a dense layer's kernels, forward and backward: 150 of 3 us
  Time host_dense = 1.6 * kMillisecond;   ///< per dense layer and micro-batch, forward and backward
  Time host_moe = 3.2 * kMillisecond;
  Time host_expert = 0.33 * kMillisecond;  ///< per local expert
  bool graphs_by_option = false;           ///< its published runs did otherwise; no part states it
  bool cuda_graphs = false;                ///< a layer's launches are recorded once and replayed, which those times are of
  bool blocking_launches = false;          ///< the host waits for every kernel
  Time host_blocking = 15 * kMillisecond;  ///< per layer more, when the host waits for every kernel
  Time fixed = 23 * kMillisecond;          ///< per step: data, logging, gradient norm, optimizer launches
  double straggler = 0.016;                ///< times sqrt(2 ln nodes)

  // Recompute and memory.
  double selective_share = 0.09;          ///< of forward compute done again under selective recompute, fused attention
  double attention_output_bytes_fp8 = 2;  ///< of an element of the output of attention that an 8-bit job keeps
  bool activations_fp8 = false;           ///< an 8-bit job keeps the inputs of its activation functions in 8 bit
  double optimizer_state_bytes = 12;      ///< per parameter in memory: fp32 weight and two moments
  Bytes context = 3 * kGibibyte;          ///< CUDA context, NCCL buffers, workspaces
  double fragmentation = 0.04;            ///< of activations

  // Half-width of the 95 % band of ln(measured/predicted): perf/error_band.h.
  double error_dense = 0.05;  ///< mean error of runs that the fit did not see
  double error_moe = 0.09;
  double error_unknown_dense = 0.06;  ///< more, where no fitted run of the stack is alike
  double error_unknown_moe = 0.15;
  double error_scale_dense = 5;  ///< half-width over the typical error to the power of kTail
  double error_scale_moe = 5;
};

/// A run that a stack's constants were fitted to, and how far off a fit was that did not see it.
struct FittedRun {
  std::string model, gpu;
  Precision precision = Precision::bf16;
  bool experts = false;
  int gpus = 1, tp = 1, micro_batch = 1;
  int hidden = 1, sequence = 1;
  double gradients = 0;         ///< share of the step that gradients and parameters take
  double memory = 0;            ///< use over what there is
  double error = 0;             ///< |ln(predicted/measured)|
  bool new_generation = false;  ///< of accelerators, which no published run is on; no file states it
};

/// A release of a software stack. What it does not state it takes from its parent; the training law names the constants.
struct Stack {
  std::string name, title;
  std::vector<std::string> aliases;
  std::string parent;              ///< nearest in code and date; empty for a root
  std::string family;              ///< as published tables name it, without release: "megatron-core"
  double release = 0;              ///< year.month as in container tags: 25.09
  std::vector<std::string> marks;  ///< words in the description of a run that tell this stack from its family's others
  int year = 0;
  std::vector<FittedRun> runs;  ///< that its constants were fitted to
  TrainingConstants training;
};

}  // namespace eigenbau::catalog

// How long does one layer take for one micro-batch, and what does the time consist of?
#pragma once

#include "catalog/stack.h"
#include "perf/machine.h"
#include "perf/model_shape.h"
#include "perf/parallel_plan.h"
#include "perf/rank_group.h"

namespace eigenbau::perf {

/// Rates that a job sees on one accelerator, after stack, number format and power limit.
struct JobRates {
  FlopRate matrix{};     ///< large products in the job's number format
  FlopRate head{};       ///< the output layer, always 16 bit
  FlopRate attention{};  ///< forward, long sequences
  FlopRate scores{};     ///< score products of unfused attention
  Bandwidth memory{};
  bool eight_bit = false;  ///< products run at the rate of 8 bit, or of 4, and so does what is dispatched to experts
  double cast_bytes = 0;   ///< per operand element, 0 for 16-bit formats
};

/// Time of one layer and one micro-batch on one rank. Forward and backward; communication as time on the wire.
struct LayerTime {
  Time matrix_forward{}, matrix_backward{};
  Time attention_forward{}, attention_backward{};
  Time experts_forward{}, experts_backward{};
  Time element_wise_forward{}, element_wise_backward{};
  Time tensor_forward{}, tensor_backward{};    ///< exposed
  Time context_forward{}, context_backward{};  ///< exposed
  Time context_beside{};  ///< of rings: what holds the NICs beyond what shows; inside a domain less what shows, which leaves them
                          ///< free
  Time expert_traffic_forward{}, expert_traffic_backward{};  ///< exposed
  Time host{};                                               ///< launches, forward and backward

  Time compute_forward() const { return matrix_forward + attention_forward + experts_forward + element_wise_forward; }
  Time compute_backward() const { return matrix_backward + attention_backward + experts_backward + element_wise_backward; }
  Time forward() const { return compute_forward() + tensor_forward + context_forward + expert_traffic_forward; }
  Time backward() const { return compute_backward() + tensor_backward + context_backward + expert_traffic_backward; }
};

JobRates job_rates(const Machine& machine, const ParallelPlan& plan, const catalog::TrainingConstants& stack);

/// Tokens of the busiest of the ranks that share a layer's experts, over the mean.
///   1 + σ·sqrt(2·ln(ep)·ep/E)      σ deviation of one expert's tokens over their mean, E experts, E/ep of them on a rank
/// The largest of ep means of E/ep draws each: experts of one rank even one another out, more ranks find a worse one. 1 where
/// every expert has a fixed capacity, and where the plan states another figure, that one. Stops being true for a router that
/// has collapsed, or a step of few tokens, whose own chance is larger than σ.
double expert_imbalance(const ModelShape& shape, const ParallelPlan& plan, const catalog::TrainingConstants& stack);

/// Whether a token goes once to each rank that has some of its experts, as the plan says or else the stack does.
bool sends_single_copies(const ParallelPlan& plan, const catalog::TrainingConstants& stack);

/// A dense layer (`moe` false) or an MoE layer. `tokens` is what one rank of the tensor-parallel group works on: micro-batch
/// times sequence over cp.
///   product:   2·T·K·N/tp / rate · (1 + ks/depth), three times: forward, input gradient, weight gradient; frozen weights have
///     no gradient, and adapters' own products are left out
///   attention: 2·T·(Dq + Dv)·keys/tp / (rate · min(1, D/128)^0.55) · (1 + S0/S); S keys that one kernel runs over: the sequence,
///     in a ring of cp ranks its share of it; backward 2.5 times the work, attention_backward times as long for each
///   unfused attention writes and reads its scores: bytes per score over HBM, and full square products
///   experts:   the same products over T·k/tp·etp·imbalance rows on L = E/ep experts of M rows each, E in all;
///     several of them · (1 + 128·(1 - 1/L)/M) for partly filled tiles, at grouped_gemm of the rate
///   tensor parallel: an all-gather and a reduce-scatter of T·h for attention and for the MLP a direction (an MoE layer without
///     shared experts: for attention alone); without split sequences an all-reduce, which is counted as these two halves
///   expert parallel: exchange kernels send a token once to each distinct rank, and over the NICs once to each distinct domain:
///     n(1-(1-1/n)^k) copies to n ranks or domains, there and back; node-limited routing leaves n the domains of its groups.
///     All-to-all sends k copies. The slower of links and NICs, times the imbalance
LayerTime layer_time(const ModelShape& shape, const Platform& platform, const ParallelPlan& plan, const JobRates& rates,
                     bool moe);

/// Some parts of a layer, whose forward half is what it takes to compute them again: the exposed communication that each waits
/// for is in it, of attention that of keys and values.
LayerTime module_time(const ModelShape& shape, const Platform& platform, const ParallelPlan& plan, const JobRates& rates,
                      bool moe, catalog::RecomputeModules modules);

/// Output layer and loss for one micro-batch, forward and backward.
Time head_time(const ModelShape& shape, const ParallelPlan& plan, const catalog::TrainingConstants& stack, const JobRates& rates);

}  // namespace eigenbau::perf

// How are layers laid over pipeline stages, and what does filling and draining the pipeline cost?
#pragma once

#include <string_view>

#include "perf/parallel_plan.h"

namespace eigenbau::perf {

/// Layers of the stages that matter: the first (which also owns the embedding), the fullest, the last (which also owns the
/// output), the mean; and of the chunk for which the pipeline waits while it fills: the mean, or where the layers do not lay out
/// evenly over several chunks a stage, the largest.
struct StageLayers {
  double first = 0;
  double most = 0;
  double last = 0;
  double mean = 0;
  double chunk = 0;
};

/// Whether `chunks` have the same number of layers each, or all but the first and the last of them, which have one less since
/// embedding and output count as a layer.
inline bool lays_out_evenly(int layers, long chunks) {
  return chunks > 0 && (layers % chunks == 0 || (layers + 2) % chunks == 0);
}

/// Layers per stage. If pp·vp divides the layers all stages are equal; if it divides layers + 2, embedding and output count
/// as a layer each and the first and last stage own one less; otherwise every stage but the last is filled and the last,
/// which owns the output, takes what is left.
StageLayers stage_layers(int layers, const ParallelPlan& plan);

/// Share of the fullest stage's layers that the backward pass runs again whole: all, or `num_layers` of each of its vp chunks.
double recomputed_share(int layers, const ParallelPlan& plan);
double recomputed_share(const StageLayers& stages, const ParallelPlan& plan);

/// Whether DualPipe runs: pairs of stages, and of micro-batches, of which its code asks for twice as many as there are stages.
inline bool can_dual_pipe(int stages, int micro_batches) {
  return stages % 2 == 0 && micro_batches % 2 == 0 && micro_batches >= 2 * stages;
}

/// Why the traffic of experts cannot run beside the compute of another micro-batch outside DualPipe; empty where it can: experts
/// on several ranks, two micro-batches to pair, in a pipeline chunks that interleave, and no exchange that recomputation repeats.
/// Source: what Megatron-Core asks of overlap_moe_expert_parallel_comm (transformer_config.py).
inline std::string_view why_no_expert_overlap(const ParallelPlan& plan) {
  if (plan.ep <= 1) return "one rank has all experts";
  if (plan.micro_batches() < 2) return "there is no other micro-batch";
  if (plan.pp > 1 && plan.schedule != Schedule::interleaved) return "stages without interleaved chunks do not pair micro-batches";
  if (plan.recompute.repeats_exchange()) return "the backward pass repeats the exchange";
  return "";
}
inline bool can_overlap_experts(const ParallelPlan& plan) { return why_no_expert_overlap(plan).empty(); }

/// The schedule that a stack runs when nobody asks for another.
Schedule usual_schedule(int vp, bool dual_pipe);

/// Shares of what a stage works for one micro-batch: products alone take a third each. Attention, norms, exposed traffic and
/// launches have no gradients of weights, nor has what is computed again.
struct PassShares {
  double forward = 1.0 / 3;
  double weights = 1.0 / 3;  ///< gradients of weights, which nobody waits for; 0 where they are frozen
  double paired = 0;         ///< what a forward beside a backward pass saves

  static PassShares mixed(const PassShares& first, const PassShares& second, double share);
};

/// Idle share of a stage against its work: (p-1)/(m·v) for 1F1B and interleaving (Narayanan et al. 2021). With f, w and s the
/// shares of the forward pass, of the weights' gradients and of what pairs save, zero-bubble schedules fill the drain with those
/// gradients and keep F + B - W of it, (p-1)(1-2w)/m (ZB-H1: Qi et al. 2023); DualPipe feeds from both ends and keeps
/// (p/2-1)(2-f-3w-s)/m: (p/2-1)(F&B + B - 3W) (DeepSeek-V3 report, table 2).
/// With fewer micro-batches than stages nothing beats the way of one through all of them: chunks save only what is between the
/// micro-batches, (p - m + (m-1)/v)/m, and the others end no sooner than their last one's forward and input gradients.
double bubble_share(const ParallelPlan& plan, double micro_batches, const PassShares& shares = {});

/// Of that what zero-bubble and DualPipe keep once the pipeline is full, in micro-batches.
double kept_drain(const ParallelPlan& plan, const PassShares& shares);

/// Share of the work in which two micro-batches run side by side, one's expert traffic behind the other's compute. DualPipe pairs
/// forward with backward passes while the pipeline is full, m - 3p/2 + r + 1 of m on ranks r < p/2 and their mirrors (its public
/// code: 2·(m/2 - p + r + 1) and p/2 - r - 1), (m - 5p/4 + 1/2)/m in the mean. 1F1B or one stage may pair the forward pass of a
/// micro-batch with the backward pass of the one before, (m-1)/m (Megatron-Core's overlap of expert-parallel communication).
double paired_share(const ParallelPlan& plan);

/// Micro-batches whose activations stage i of p holds at the peak.
///   min(m, p - i) for 1F1B;   min(m, p + (p-1-2i)/v) when interleaved;   p + 1 for DualPipe
///   min(m, p) for zero-bubble, which holds what its weight gradients wait for
/// One more where a forward pass runs beside the backward pass of the micro-batch before it.
/// Interleaved, rank r begins with 2(p-1-r) + (v-1)p chunks of v before the first backward pass (Narayanan et al. 2021).
double micro_batches_in_flight(const ParallelPlan& plan, double micro_batches, int stage);

}  // namespace eigenbau::perf

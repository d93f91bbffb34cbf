// What does a run that trains low-rank adapters alone (LoRA) have of weights, and do of their products?
#pragma once

#include <algorithm>

#include "perf/parallel_plan.h"

namespace eigenbau::perf {

/// Weights that are trained, over all. Of adapters beside products of h by h:
///   2r/h      r their rank, h width of the model
/// Wider products have less, and so do models with adapters beside some products only. Source: Hu et al. 2021 (LoRA).
inline double trained_share(const ParallelPlan& plan, double hidden) {
  return plan.freezes_weights() ? std::min(1.0, 2 * plan.adapter_rank / hidden) : 1;
}

/// Bytes in which a rank keeps a weight: 2, frozen ones of QLoRA 4.127 bits (NF4, Dettmers et al. 2023).
inline double kept_weight_bytes(const ParallelPlan& plan) {
  constexpr double kFourBit = 4.127 / 8;
  return plan.freezes_weights() && plan.four_bit_weights ? kFourBit : 2;
}

/// What the band of a run with adapters is wider by: no such run is among the fitted ones, which know neither the adapters' own
/// products nor, under QLoRA, weights that come to 16 bit before each.
inline double adapters_doubt(const ParallelPlan& plan) {
  constexpr double kLeftOut = 0.25, kDequantized = 0.15;
  if (!plan.freezes_weights()) return 0;
  return kLeftOut + (plan.four_bit_weights ? kDequantized : 0);
}

}  // namespace eigenbau::perf

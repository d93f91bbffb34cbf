// Over which parallel plans is a search to run?
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "catalog/precision.h"
#include "perf/parallel_plan.h"
#include "units/quantity.h"

namespace eigenbau::search {

/// Degrees that the user has settled; the others are free.
struct Settled {
  std::optional<int> tp, pp, vp, dp, cp, ep, etp, micro_batch, zero_level, shard_group;
  std::optional<bool> sequence_parallel, expert_overlap;
  std::optional<perf::ContextParallel> context;
  std::optional<perf::Recompute> recompute;
};

/// What the best plan has least of: time, energy or money of a step. On one number of accelerators money follows time.
enum class Objective : std::uint8_t { time, energy, money };

/// All plans whose degrees divide what they split: tp the heads and the scale-up domain (no group straddles two), cp the
/// sequence, ep the experts, dp · micro-batch the batch, pp · vp the layers (or the layers and two: embedding and output count as
/// one each); pp alone may leave stages uneven. ZeRO-2 keeps one shard of the gradients and so reduces them after every
/// micro-batch.
struct SearchSpace {
  int gpus = 0;
  int global_batch = 0;     ///< sequences
  int sequence_length = 0;  ///< 0: as the model was trained
  std::vector<catalog::Precision> precisions{catalog::Precision::bf16};
  Settled settled;
  int most_zero_in_pipeline = 3;  ///< where it is the software that settles the level
  int max_tp = 0;                 ///< 0: the scale-up domain
  int least_local_tokens = 2048;  ///< of a sequence on one context-parallel rank: published runs have no fewer
  std::vector<perf::Schedule> schedules{perf::Schedule::one_f_one_b, perf::Schedule::interleaved};
  std::vector<perf::ContextParallel> context_kinds{perf::ContextParallel::ring};
  Objective objective = Objective::time;
  Power busy_power{}, waiting_power{};  ///< of one accelerator with its share of server and plant: computing, and else
  MoneyRate gpu_cost{};                 ///< of one accelerator
  double memory_margin = 0;             ///< share of memory to leave free
  double least_mfu = 0;                 ///< causal count
  int top = 10;                         ///< layouts to return
  unsigned threads = 1;                 ///< 0: as many as there are; the answer does not depend on it
};

/// The ZeRO level that is settled for plans of so many stages.
inline std::optional<int> settled_zero_level(const SearchSpace& space, int pp) {
  const std::optional<int>& level = space.settled.zero_level;
  return level && pp > 1 ? std::min(*level, space.most_zero_in_pipeline) : level;
}

}  // namespace eigenbau::search

// How long is a step, and what does it cost, with each way to shard one layout?
#pragma once

#include <span>

#include "perf/weight_window.h"
#include "search/choices.h"
#include "search/cost.h"

namespace eigenbau::search {

/// What all sharding choices of one layout and recomputation share.
struct Row {
  perf::WeightWindow window;
  Time before{};  ///< work, bubble and stage-to-stage traffic
  Time busy{};    ///< without the optimizer
  Time fixed{};
  double slow = 0;  ///< stragglers, as a share
  Time latest{};    ///< a slower step costs infinitely much
  CostLaw law;
  int complexity = 0;  ///< of the layout and recomputation
};

/// Step time and cost of `steps.size()` choices from the `first` on, with the operations of `perf::training_step` in their order.
void price_replicated(const Row& row, const ShardingGroup& group, std::size_t first, std::span<Time> steps,
                      std::span<double> costs);
void price_gathered(const Row& row, const ShardingGroup& group, std::size_t first, std::span<Time> steps,
                    std::span<double> costs);

/// The least cost of some choices; infinite if there is none.
double least_replicated(const Row& row, const ShardingGroup& group, Run run);
double least_gathered(const Row& row, const ShardingGroup& group, Run run);

}  // namespace eigenbau::search

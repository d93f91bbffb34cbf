// Which plans does the space hold, and which of them fit and are worth keeping?
#pragma once

#include <optional>

#include "search/layer_costs.h"
#include "search/ranking.h"
#include "search/search.h"

namespace eigenbau::search {

/// What was found in a part of the space, or in all of it.
struct Findings {
  Ranking ranking;
  SearchCounters counters;
  std::optional<RankedPlan> leanest;  ///< least memory, whether it fits or not; its step time is not worked out

  explicit Findings(int top, Keep keep = Keep::all) : ranking(top, keep) {}
  void merge(const Findings& other);
};

/// Every plan of the space, with the same step time and memory as `perf::training_step` and `perf::memory_use` give.
Findings walk_all(const SearchJob& job);

/// The best plan alone, on the calling thread. `costs` is kept from search to search on machines that differ in their number of
/// accelerators only.
std::optional<RankedPlan> walk_for_best(const SearchJob& job, LayerCosts& costs);

}  // namespace eigenbau::search

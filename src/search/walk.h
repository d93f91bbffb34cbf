// Which plans does the space hold, and which of them fit and are worth keeping?
#pragma once

#include <optional>

#include "search/degrees.h"
#include "search/ranking.h"
#include "search/search.h"

namespace eigenbau::search {

/// What was found in a part of the space, or in all of it.
struct Findings {
  Ranking ranking;
  SearchCounters counters;
  std::optional<RankedPlan> leanest;  ///< least memory, whether it fits or not; its step time is not worked out

  explicit Findings(int top) : ranking(top) {}
  void merge(const Findings& other);
};

/// Every plan of the space, with the same step time and memory as `perf::training_step` and `perf::memory_use` give.
Findings walk_all(const SearchJob& job);

}  // namespace eigenbau::search

// What does one part of the space, a tensor-parallel degree and a number of stages, hold?
#pragma once

#include <optional>

#include "search/degrees.h"
#include "search/ranking.h"
#include "search/search.h"

namespace eigenbau::search {

/// What was found in one part.
struct Findings {
  Ranking ranking;
  SearchCounters counters;
  std::optional<RankedPlan> leanest;  ///< least memory, whether it fits or not

  explicit Findings(int top) : ranking(top) {}
  void merge(const Findings& other);
};

/// Every plan with these two degrees.
Findings walk(const SearchJob& job, int tp, int pp);

/// Every plan of the space.
Findings walk_all(const SearchJob& job);

}  // namespace eigenbau::search

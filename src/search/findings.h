// What was found in a part of the space, or in all of it?
#pragma once

#include <optional>

#include "search/ranking.h"
#include "search/search.h"

namespace eigenbau::search {

struct Findings {
  Ranking ranking;
  SearchCounters counters;
  std::optional<RankedPlan> leanest;  ///< least memory, whether it fits or not; its step time is not worked out

  explicit Findings(int top, Keep keep = Keep::all) : ranking(top, keep) {}
  void merge(const Findings& other);
};

}  // namespace eigenbau::search

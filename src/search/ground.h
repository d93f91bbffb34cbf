// What have all plans of a job in common?
#pragma once

#include <vector>

#include "search/cost.h"
#include "search/degrees.h"
#include "search/layer_costs.h"

namespace eigenbau::search {

struct Ground {
  const SearchJob& job;
  std::vector<perf::StepContext> contexts;  ///< of each number format of the space
  std::vector<Time> latest;                 ///< step that still reaches the least utilization, with each of them
  std::vector<Part> parts;
  std::vector<int> batch_divisors;
  RecomputeChoices recompute;
  std::vector<perf::Recompute> kinds;  ///< whose layer costs are worked out: `always`, or of some layers none and full
  CostLaw law;
  Bytes available{};

  explicit Ground(const SearchJob& asked);

  std::size_t format_of(const Part& part) const;
};

/// Kinds of recomputation where only some layers are recomputed, and where nothing settles it: none of a layer, and all of it.
inline constexpr std::size_t kKept = 0, kWhole = 1;

}  // namespace eigenbau::search

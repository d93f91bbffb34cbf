// Which plans does the space hold, and which of them fit and are worth keeping?
#pragma once

#include <optional>

#include "search/findings.h"
#include "search/layer_costs.h"

namespace eigenbau::search {

/// Every plan of the space, with the same step time and memory as `perf::training_step` and `perf::memory_use` give.
Findings walk_all(const SearchJob& job);

/// The best plan alone, on the calling thread. `costs` is kept from search to search on machines that differ in their number of
/// accelerators only.
std::optional<RankedPlan> walk_for_best(const SearchJob& job, LayerCosts& costs);

}  // namespace eigenbau::search

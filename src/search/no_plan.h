// Why is there no plan, and what is the smallest change that makes one?
#pragma once

#include "base/result.h"
#include "search/walk.h"

namespace eigenbau::search {

/// What to tell when `found`, all of the space, holds no plan that fits. Exit code 3.
Failure no_plan(const SearchJob& job, const Findings& found);

/// What to tell when the best plan stays below the utilization that was asked for.
Failure too_slow(const SearchJob& job, const FoundPlan& best);

}  // namespace eigenbau::search

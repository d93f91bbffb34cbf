// Which schedule of a pipeline do words name?
#pragma once

#include <optional>
#include <string_view>

#include "perf/parallel_plan.h"

namespace eigenbau::tables {

struct ScheduleWords {
  perf::Schedule schedule = perf::Schedule::one_f_one_b;
  bool in_use = true;       ///< false: it is not
  std::string_view said{};  ///< where it stands in for another: "ZBV taken as ZB-H1"
};

/// What one of the options, a clause, says: "interleaved 1F1B", "vpp", "ZB-H1", "DualPipe off", also as torchtitan spells them
/// ("Interleaved1F1B", "ZBVZeroBubble"). Nothing where it speaks of no schedule: "1F1B overlap" hides traffic of experts, and
/// what is interleaved may be layers with experts or of attention.
std::optional<ScheduleWords> schedule_in(std::string_view clause);

}  // namespace eigenbau::tables

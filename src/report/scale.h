// Where do axis marks go, and what do they say?
#pragma once

#include <string>
#include <vector>

#include "report/print.h"

namespace eigenbau::report {

/// A linear axis from `low` to `high` in base units, marked at round numbers of `unit`.
struct Axis {
  double low = 0;
  double high = 1;
  std::string unit;  ///< of the labels
  struct Mark {
    double value;
    std::string label;
  };
  std::vector<Mark> marks;

  double share(double value) const { return high > low ? (value - low) / (high - low) : 0; }
};

/// An axis that holds [low, high] with about `wanted` steps of 1, 2 or 5 times a power of ten.
Axis round_axis(double low, double high, const Notation& notation, int wanted = 5);

/// A logarithmic axis that holds [low, high], both above 0, marked at 1, 2 and 5 times powers of ten of its unit; where that
/// is too many, at powers of ten. `Axis::share` takes logarithms of its values.
Axis log_axis(double low, double high, const Notation& notation, int most = 9);

struct DayMark {
  Date day;
  std::string label;
};
/// Beginnings of months, as many as about `wanted`: "Jul 2024", "Aug", ... "Jan 2025".
std::vector<DayMark> month_marks(Date first, Date last, int wanted = 10);

}  // namespace eigenbau::report

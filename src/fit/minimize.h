// Which constants make a law come closest to what was measured?
#pragma once

#include <functional>
#include <span>
#include <vector>

namespace eigenbau::fit {

/// A constant of a law and where it may lie. `geometric`: searched in its logarithm; low and high are then positive.
struct Range {
  double start = 0, low = 0, high = 0;
  bool geometric = false;
};

/// The point of least `cost` inside the ranges, by Subplex (Rowan 1990, in NLopt) from the starts: no derivatives, no random
/// numbers, so the same on every run. At most `evaluations` calls.
std::vector<double> minimize(const std::vector<Range>& ranges, int evaluations,
                             const std::function<double(std::span<const double>)>& cost);

}  // namespace eigenbau::fit

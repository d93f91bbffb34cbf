// Which value do a share of several values not exceed?
#pragma once

#include <algorithm>
#include <cmath>
#include <vector>

namespace eigenbau::fit {

/// The value that `share` of the values do not exceed, linear between neighbors; 0 of none.
inline double quantile(std::vector<double> values, double share) {
  if (values.empty()) return 0;
  std::ranges::sort(values);
  const double place = share * static_cast<double>(values.size() - 1);
  const auto below = static_cast<std::size_t>(place);
  if (below + 1 >= values.size()) return values.back();
  return std::lerp(values[below], values[below + 1], place - static_cast<double>(below));
}

inline double median(std::vector<double> values) { return quantile(std::move(values), 0.5); }

}  // namespace eigenbau::fit

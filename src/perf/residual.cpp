// By how much does a measured table move a law near its points?
#include "perf/residual.h"

#include <algorithm>
#include <cmath>

namespace eigenbau::perf {

double correlation(std::span<const double> scales, const double* a, const double* b) {
  double square = 0;
  for (std::size_t j = 0; j < scales.size(); ++j) {
    const double d = (a[j] - b[j]) / scales[j];
    square += d * d;
  }
  const double root = std::sqrt(3 * square);
  return (1 + root) * std::exp(-root);
}

double log_correction(const Residual& residual, std::span<const double> x) {
  if (residual.points.empty()) return residual.mean;
  double sum = residual.mean;
  for (const auto& point : residual.points)
    sum += point[residual.scales.size()] * correlation(residual.scales, x.data(), point.data());
  return std::clamp(sum, residual.low, residual.high);
}

double nearness(const Residual& residual, std::span<const double> x) {
  double most = 0;
  for (const auto& point : residual.points) most = std::max(most, correlation(residual.scales, x.data(), point.data()));
  return most;
}

}  // namespace eigenbau::perf

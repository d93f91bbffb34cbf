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

double layer_at(const Layer& layer, std::span<const double> x) {
  double sum = 0;
  for (const auto& point : layer.points) sum += point[layer.scales.size()] * correlation(layer.scales, x.data(), point.data());
  return sum;
}

double log_correction(const Residual& residual, std::span<const double> x) {
  double sum = residual.mean;
  for (const Layer& layer : residual.layers) sum += layer_at(layer, x);
  return std::clamp(sum, residual.low, residual.high);
}

}  // namespace eigenbau::perf

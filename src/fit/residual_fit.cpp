// Which points and weights carry what a law leaves over?
#include "fit/residual_fit.h"

#include <algorithm>
#include <cmath>

namespace eigenbau::fit {
namespace {

double median(std::vector<double> values) {
  if (values.empty()) return 0;
  std::nth_element(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2), values.end());
  return values[values.size() / 2];
}

/// Rows chosen one after another, each the farthest from those before it; the first is the first row.
std::vector<std::size_t> spread(const std::vector<Leftover>& rows, const std::vector<double>& scales, std::size_t wanted) {
  std::vector<double> near(rows.size(), -1);  // correlation with the nearest chosen row
  std::vector<std::size_t> chosen;
  std::size_t next = 0;
  while (chosen.size() < std::min(wanted, rows.size())) {
    chosen.push_back(next);
    std::size_t farthest = 0;
    double least = 2;
    for (std::size_t i = 0; i < rows.size(); ++i) {
      near[i] = std::max(near[i], perf::correlation(scales, rows[i].at.data(), rows[next].at.data()));
      if (near[i] < least) {
        least = near[i];
        farthest = i;
      }
    }
    if (least > 1 - 1e-9) break;  // every row coincides with a chosen one
    next = farthest;
  }
  return chosen;
}

/// Solves A·x = b for a symmetric positive definite A (row-major, n x n, destroyed) by Cholesky's factorization.
std::vector<double> solve(std::vector<double>& a, std::vector<double> b) {
  const std::size_t n = b.size();
  for (std::size_t j = 0; j < n; ++j) {
    for (std::size_t i = j; i < n; ++i) {
      double sum = a[i * n + j];
      for (std::size_t k = 0; k < j; ++k) sum -= a[i * n + k] * a[j * n + k];
      a[i * n + j] = i == j ? std::sqrt(std::max(sum, 1e-12)) : sum / a[j * n + j];
    }
  }
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t k = 0; k < i; ++k) b[i] -= a[i * n + k] * b[k];
    b[i] /= a[i * n + i];
  }
  for (std::size_t i = n; i-- > 0;) {
    for (std::size_t k = i + 1; k < n; ++k) b[i] -= a[k * n + i] * b[k];
    b[i] /= a[i * n + i];
  }
  return b;
}

}  // namespace

perf::Residual fit_residual(const std::vector<Leftover>& rows, const std::vector<double>& scales, std::size_t points,
                            double nugget) {
  perf::Residual fitted{.scales = scales};
  std::vector<double> ratios;
  for (const auto& row : rows) ratios.push_back(row.log_ratio);
  fitted.mean = median(ratios);
  if (rows.empty() || points == 0) return fitted;
  fitted.low = *std::min_element(ratios.begin(), ratios.end());
  fitted.high = *std::max_element(ratios.begin(), ratios.end());

  const auto centers = spread(rows, scales, points);
  const std::size_t n = centers.size();
  std::vector<double> matrix(n * n), right(n), cross(n);
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t j = 0; j < n; ++j)
      matrix[i * n + j] =
          nugget * (perf::correlation(scales, rows[centers[i]].at.data(), rows[centers[j]].at.data()) + (i == j ? 1e-6 : 0));
  for (const auto& row : rows) {
    for (std::size_t i = 0; i < n; ++i) cross[i] = perf::correlation(scales, row.at.data(), rows[centers[i]].at.data());
    for (std::size_t i = 0; i < n; ++i) {
      right[i] += cross[i] * (row.log_ratio - fitted.mean);
      for (std::size_t j = 0; j <= i; ++j) matrix[i * n + j] += cross[i] * cross[j];
    }
  }
  const auto weights = solve(matrix, right);
  for (std::size_t i = 0; i < n; ++i) {
    fitted.points.push_back(rows[centers[i]].at);
    fitted.points.back().push_back(weights[i]);
  }
  return fitted;
}

}  // namespace eigenbau::fit

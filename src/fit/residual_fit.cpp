// Which points and weights carry what a law leaves over?
#include "fit/residual_fit.h"

#include <algorithm>
#include <cmath>

#include "fit/cholesky.h"
#include "fit/quantile.h"

namespace eigenbau::fit {
namespace {

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

double median_residual(const std::vector<Leftover>& rows) {
  std::vector<double> ratios;
  for (const auto& row : rows) ratios.push_back(row.log_ratio);
  return median(std::move(ratios));
}

std::vector<Leftover> without(const std::vector<Leftover>& rows, double mean, const perf::Layer& layer) {
  std::vector<Leftover> left = rows;
  for (auto& row : left) row.log_ratio -= mean + perf::layer_at(layer, row.at);
  return left;
}

/// One part: `points` of the coordinates (spread as far apart as can be), weights by regularized least squares on all rows, so
/// that the table is smaller than the data and smooths their noise.
///   minimize Σ t_i·(r_i - Σ_j w_j·c_ij)² + nugget·w'Cw       t_i: trust in row i, 1 or less
/// Equal to kriging when every row is a point. Source: subset of regressors, Quiñonero-Candela and Rasmussen 2005.
perf::Layer fit_layer(const std::vector<Leftover>& rows, const std::vector<double>& trust, const Smoothness& smoothness,
                      std::size_t points) {
  const auto& scales = smoothness.scales;
  perf::Layer fitted{.scales = scales, .points = {}};
  if (scales.empty() || rows.empty() || points == 0) return fitted;
  const auto centers = spread(rows, scales, points);
  const std::size_t n = centers.size();
  std::vector<double> matrix(n * n), right(n), cross(n);
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t j = 0; j < n; ++j)
      matrix[i * n + j] = smoothness.nugget * (perf::correlation(scales, rows[centers[i]].at.data(), rows[centers[j]].at.data()) +
                                               (i == j ? 1e-6 : 0));
  for (std::size_t k = 0; k < rows.size(); ++k) {
    if (trust[k] <= 0) continue;
    for (std::size_t i = 0; i < n; ++i) cross[i] = perf::correlation(scales, rows[k].at.data(), rows[centers[i]].at.data());
    for (std::size_t i = 0; i < n; ++i) {
      const double trusted = trust[k] * cross[i];
      right[i] += trusted * rows[k].log_ratio;
      for (std::size_t j = 0; j <= i; ++j) matrix[i * n + j] += trusted * cross[j];
    }
  }
  const auto weights = solve_positive(std::move(matrix), std::move(right));
  for (std::size_t i = 0; i < n; ++i) {
    fitted.points.push_back(rows[centers[i]].at);
    fitted.points.back().push_back(weights[i]);
  }
  return fitted;
}

/// Trust in each row for what is carried to other shapes: t = (1 - ((r - median)/(τ·MAD))²)², 0 beyond (MAD: median distance
/// from the median). A kernel that the library picked badly tells nothing about other shapes. Source: Tukey's biweight.
std::vector<double> trust_in(const std::vector<Leftover>& rows, double trusted) {
  const double middle = median_residual(rows);
  std::vector<double> away;
  for (const auto& row : rows) away.push_back(std::abs(row.log_ratio - middle));
  const double limit = trusted * std::max(median(away), 1e-6);
  for (double& distance : away) {
    const double inside = std::max(0.0, 1 - distance * distance / (limit * limit));
    distance = inside * inside;
  }
  return away;
}

}  // namespace

perf::Residual fit_residual(const std::vector<Leftover>& rows, const Smoothness& carried, const Smoothness& local,
                            std::size_t points) {
  perf::Residual fitted;
  if (rows.empty()) return fitted;
  fitted.mean = median_residual(rows);
  const auto [low, high] =
      std::minmax_element(rows.begin(), rows.end(), [](const auto& a, const auto& b) { return a.log_ratio < b.log_ratio; });
  fitted.low = low->log_ratio;
  fitted.high = high->log_ratio;
  std::vector<Leftover> left = without(rows, fitted.mean, {});
  fitted.layers.push_back(fit_layer(left, trust_in(left, carried.trusted), carried, points));
  left = without(left, 0, fitted.layers.back());
  fitted.layers.push_back(fit_layer(left, std::vector<double>(left.size(), 1), local, points));
  return fitted;
}

std::size_t best_smoothness(const std::vector<Leftover>& rows, const std::vector<std::size_t>& group,
                            const std::vector<Smoothness>& choices) {
  constexpr std::size_t kParts = 4, kPoints = 64;
  if (choices.size() < 2) return 0;
  std::vector<double> miss(choices.size());
  for (std::size_t part = 0; part < kParts; ++part) {
    std::vector<Leftover> seen, unseen;
    for (std::size_t i = 0; i < rows.size(); ++i) (group[i] % kParts == part ? unseen : seen).push_back(rows[i]);
    if (seen.empty() || unseen.empty()) continue;
    const double mean = median_residual(seen);
    seen = without(seen, mean, {});
    for (std::size_t c = 0; c < choices.size(); ++c) {
      const perf::Layer layer = fit_layer(seen, trust_in(seen, choices[c].trusted), choices[c], kPoints);
      for (const auto& row : unseen) miss[c] += std::abs(row.log_ratio - mean - perf::layer_at(layer, row.at));
    }
  }
  return static_cast<std::size_t>(std::min_element(miss.begin(), miss.end()) - miss.begin());
}

}  // namespace eigenbau::fit

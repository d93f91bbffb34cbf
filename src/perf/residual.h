// By how much does a measured table move a law near its points?
#pragma once

#include <span>
#include <vector>

namespace eigenbau::perf {

/// A fitted correction: the law's time is multiplied by exp(r(x)), x the logarithms (base 2) of a kernel's sizes.
///   r(x) = mean + Σ w_i·c(d_i),  c(d) = (1 + √3·d)·exp(-√3·d),  d_i² = Σ_j ((x_j - x_ij)/scale_j)²
/// It dies out within some scales of the last point: far away the law answers alone, times exp(mean). Kept inside
/// [low, high], the residuals seen in the fit. Source: Gaussian process regression on a subset of points (Matérn 3/2).
struct Residual {
  std::vector<double> scales;               ///< one per coordinate
  std::vector<std::vector<double>> points;  ///< coordinates of each point, then its weight
  double mean = 0;
  double low = 0, high = 0;
};

/// c of the distance between two points.
double correlation(std::span<const double> scales, const double* a, const double* b);

/// r(x); 0 if the table is empty. About 10 ns a point.
double log_correction(const Residual& residual, std::span<const double> x);

/// How much of the answer at x rests on points near it, 0 (the law alone) to 1: the largest c.
double nearness(const Residual& residual, std::span<const double> x);

}  // namespace eigenbau::perf

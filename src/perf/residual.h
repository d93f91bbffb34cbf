// By how much does a measured table move a law near its points?
#pragma once

#include <span>
#include <vector>

namespace eigenbau::perf {

/// One smooth part of a correction: points and weights.
///   l(x) = Σ w_i·c(d_i),  c(d) = (1 + √3·d)·exp(-√3·d),  d_i² = Σ_j ((x_j - x_ij)/scale_j)²
/// It dies out within some scales of the last point. Source: Gaussian process regression on a subset of points (Matérn 3/2).
struct Layer {
  std::vector<double> scales;               ///< one per coordinate
  std::vector<std::vector<double>> points;  ///< coordinates of each point, then its weight
};

/// A fitted correction: the law's time is multiplied by exp(r(x)), x the logarithms (base 2) of a kernel's sizes.
///   r(x) = mean + Σ l(x), kept inside [low, high], the residuals seen in the fit
/// Far away from all points the law answers alone, times exp(mean).
struct Residual {
  std::vector<Layer> layers;
  double mean = 0;
  double low = 0, high = 0;
};

/// c of the distance between two points.
double correlation(std::span<const double> scales, const double* a, const double* b);

/// l(x); 0 without points. About 10 ns a point.
double layer_at(const Layer& layer, std::span<const double> x);

/// r(x).
double log_correction(const Residual& residual, std::span<const double> x);

}  // namespace eigenbau::perf

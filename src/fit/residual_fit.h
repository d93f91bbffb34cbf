// Which points and weights carry what a law leaves over?
#pragma once

#include <cstddef>
#include <vector>

#include "perf/residual.h"

namespace eigenbau::fit {

/// One measured kernel: coordinates, and the logarithm of measured over law.
struct Leftover {
  std::vector<double> at;
  double log_ratio = 0;
};

/// Fits the correction: `points` of the coordinates (spread as far apart as can be), weights by regularized least squares on
/// all rows, so that the table is smaller than the data and smooths their noise.
///   minimize Σ (r_i - mean - Σ_j w_j·c_ij)² + nugget·w'Cw       mean: median of r_i
/// Equal to kriging when every row is a point. Source: subset of regressors, Quiñonero-Candela and Rasmussen 2005.
perf::Residual fit_residual(const std::vector<Leftover>& rows, const std::vector<double>& scales, std::size_t points,
                            double nugget);

}  // namespace eigenbau::fit

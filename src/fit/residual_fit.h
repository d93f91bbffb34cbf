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

/// How smooth a part of a correction is taken to be.
struct Smoothness {
  std::vector<double> scales;  ///< doublings of each size within which it carries; empty: the part is left out
  double nugget = .03;         ///< noise of a row over the variance of the part
  double trusted = 15;         ///< τ: rows that lie so many MADs from the median tell nothing of others
};

/// One part: `points` of the coordinates (spread as far apart as can be), weights by regularized least squares on all rows, so
/// that the table is smaller than the data and smooths their noise.
///   minimize Σ t_i·(r_i - Σ_j w_j·c_ij)² + nugget·w'Cw       t_i: trust in row i, 1 or less
/// Equal to kriging when every row is a point. Source: subset of regressors, Quiñonero-Candela and Rasmussen 2005.
perf::Layer fit_layer(const std::vector<Leftover>& rows, const std::vector<double>& trust, const Smoothness& smoothness,
                      std::size_t points);

/// Trust in each row for what is carried to other shapes: t = (1 - ((r - median)/(τ·MAD))²)², 0 beyond (MAD: median distance
/// from the median). A kernel that the library picked badly tells nothing about other shapes. Source: Tukey's biweight.
std::vector<double> trust_in(const std::vector<Leftover>& rows, double trusted);

/// Fits the correction in two parts: `carried` from the rows that are trusted, then `local` from what is left of all rows.
perf::Residual fit_residual(const std::vector<Leftover>& rows, const Smoothness& carried, const Smoothness& local,
                            std::size_t points);

/// Which of `choices` predicts shapes best that it has not seen: rows of equal `group` are left out together, in four parts.
std::size_t best_smoothness(const std::vector<Leftover>& rows, const std::vector<std::size_t>& group,
                            const std::vector<Smoothness>& choices);

}  // namespace eigenbau::fit

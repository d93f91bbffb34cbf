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

/// Fits the correction in two parts: `carried` from the rows that are trusted, then `local` from what is left of all rows.
perf::Residual fit_residual(const std::vector<Leftover>& rows, const Smoothness& carried, const Smoothness& local,
                            std::size_t points);

/// Which of `choices` predicts shapes best that it has not seen: rows of equal `group` are left out together, in four parts.
std::size_t best_smoothness(const std::vector<Leftover>& rows, const std::vector<std::size_t>& group,
                            const std::vector<Smoothness>& choices);

}  // namespace eigenbau::fit

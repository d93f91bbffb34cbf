// How far do an answer's figures spread over the samples?
#pragma once

#include <span>
#include <vector>

#include "report/tree.h"

namespace eigenbau::report {

/// The value below which a share `u` of `values` lies, interpolated between neighbors (type 7 of Hyndman and Fan 1996).
double quantile(std::vector<double> values, double u);

/// `middle` with low and high (5 % and 95 %) of every figure, cell, point, segment taken over the samples, which are trees
/// of the same cluster file. What is found in fewer than half of the samples keeps no range, nor does what does not move.
Report with_ranges(Report middle, std::span<const Report> samples);

}  // namespace eigenbau::report

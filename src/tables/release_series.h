// What did the plan of one run reach under other releases of its stack?
#pragma once

#include <string_view>
#include <vector>

namespace eigenbau::tables {

/// One release of a series such as "releases tok/s/GPU: 26.02=3955 26.04.01=4256".
struct ReleaseFigure {
  double release = 0;         ///< year.month: 26.02; patch releases count as their month
  double tokens_per_gpu = 0;  ///< per second
};

/// The series in the notes of a row, in their order; empty if there is none. A month that is stated twice (patch releases)
/// keeps its last figure.
std::vector<ReleaseFigure> release_series(std::string_view notes);

}  // namespace eigenbau::tables

// Which constants and which correction describe a table of measured kernels, and what do they predict?
#pragma once

#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "catalog/kernel_table.h"
#include "fit/kernel_operation.h"
#include "perf/residual.h"

namespace eigenbau::fit {

/// A table ready to be asked: law, constants in the law's order, correction.
struct KernelPredictor {
  const KernelOperation* operation = nullptr;
  tables::GpuFigures gpu;
  std::vector<double> constants;
  perf::Residual residual;

  double law_us(const tables::KernelRow& row) const { return operation->time_us(constants, row, gpu); }

  /// Law times correction, never below the roofline: measured rows that beat it (operands left in the cache by the repeat
  /// before) say nothing about sizes that no cache holds, and a correction carries beyond the sizes that it has seen.
  double time_us(const tables::KernelRow& row) const { return time_us(row, gpu); }

  /// The same shares of the rates of another GPU.
  double time_us(const tables::KernelRow& row, const tables::GpuFigures& of) const;
};

/// How much effort a fit makes.
struct FitEffort {
  std::size_t points = 192;    ///< of the correction
  std::size_t law_rows = 400;  ///< rows that the law's constants are fitted to, evenly taken
  int evaluations = 2500;
};

/// Fits the law by least mean absolute logarithm of predicted over measured (so that a few odd kernels do not bend it), then
/// the correction. All rows belong to one operation and have a measured time.
KernelPredictor fit_kernels(const KernelOperation& operation, const tables::GpuFigures& gpu,
                            const std::vector<const tables::KernelRow*>& rows, const FitEffort& effort);

/// Median and mean of |predicted/measured - 1|.
struct Errors {
  double median = 0, mean = 0;
};
Errors errors_of(std::vector<double> ratios);

/// Of parts that are left out one after the other: as many as there are shapes, each alone.
inline constexpr unsigned kEachAlone = std::numeric_limits<unsigned>::max();

/// The same errors for rows that the fit has not seen: `folds` parts by a hash of the shape (or of the row), each predicted by
/// a fit of the others.
std::vector<double> held_out_ratios(const KernelOperation& operation, const tables::GpuFigures& gpu,
                                    const std::vector<const tables::KernelRow*>& rows, const FitEffort& effort, bool by_shape,
                                    unsigned folds);

}  // namespace eigenbau::fit

// Which constants and which correction describe a table of measured kernels, and what do they predict?
#include "fit/kernel_fit.h"

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "base/fnv1a.h"
#include "fit/kernel_work.h"
#include "fit/quantile.h"
#include "fit/residual_fit.h"

namespace eigenbau::fit {

using namespace tables;

namespace {

/// The upper half mixed into the lower one, which alone decides the fold.
std::uint64_t hash(std::string_view text) {
  const auto value = fnv1a<std::uint64_t>(text);
  return value ^ (value >> 32);
}

std::vector<double> fit_law(const KernelOperation& operation, const GpuFigures& gpu, const std::vector<const KernelRow*>& rows,
                            const FitEffort& effort) {
  std::vector<Range> ranges;
  for (const auto& constant : operation.constants) ranges.push_back(constant.range);
  const std::size_t stride = std::max<std::size_t>(1, (rows.size() + effort.law_rows - 1) / effort.law_rows);
  const auto cost = [&](std::span<const double> constants) {
    double sum = 0;
    for (std::size_t i = 0; i < rows.size(); i += stride) {
      const double e = std::log(operation.time_us(constants, *rows[i], gpu) / *rows[i]->measured_us);
      sum += std::sqrt(e * e + 4e-4);  // rounded at 2 %, the noise of a repeat
    }
    return sum / static_cast<double>(rows.size());
  };
  return minimize(ranges, effort.evaluations, cost);
}

}  // namespace

double KernelPredictor::time_us(const KernelRow& row, const GpuFigures& of) const {
  const double correction = perf::log_correction(residual, coordinates(*operation, operation->sizes(row)));
  const double corrected = operation->time_us(constants, row, of) * std::exp(correction);
  return std::max(corrected, roofline(operation->work(row, of), of).in(kMicrosecond));
}

KernelPredictor fit_kernels(const KernelOperation& operation, const GpuFigures& gpu, const std::vector<const KernelRow*>& rows,
                            const FitEffort& effort) {
  KernelPredictor fitted{.operation = &operation, .gpu = gpu, .constants = fit_law(operation, gpu, rows, effort), .residual = {}};
  std::vector<Leftover> leftovers;
  std::vector<std::size_t> shapes;
  for (const KernelRow* row : rows) {
    leftovers.push_back({coordinates(operation, operation.sizes(*row)), std::log(*row->measured_us / fitted.law_us(*row))});
    shapes.push_back(hash(operation.shape(*row)) / 97);  // other parts than those of held_out_ratios
  }
  const Smoothness& carried = operation.carried[best_smoothness(leftovers, shapes, operation.carried)];
  fitted.residual = fit_residual(leftovers, carried, operation.local, effort.points);
  return fitted;
}

Errors errors_of(std::vector<double> ratios) {
  if (ratios.empty()) return {};
  double sum = 0;
  for (double& ratio : ratios) {
    ratio = std::abs(ratio - 1);
    sum += ratio;
  }
  return {median(ratios), sum / static_cast<double>(ratios.size())};
}

std::vector<double> held_out_ratios(const KernelOperation& operation, const GpuFigures& gpu,
                                    const std::vector<const KernelRow*>& rows, const FitEffort& effort, bool by_shape,
                                    unsigned folds) {
  std::vector<std::uint64_t> keys;
  for (const KernelRow* row : rows) keys.push_back(hash(by_shape ? operation.shape(*row) : row->id));
  std::vector<std::uint64_t> distinct = keys;
  std::sort(distinct.begin(), distinct.end());
  distinct.erase(std::unique(distinct.begin(), distinct.end()), distinct.end());
  const bool alone = folds == kEachAlone;
  std::vector<double> ratios;
  for (std::size_t fold = 0; fold < (alone ? distinct.size() : folds); ++fold) {
    std::vector<const KernelRow*> seen, unseen;
    for (std::size_t i = 0; i < rows.size(); ++i)
      ((alone ? keys[i] == distinct[fold] : keys[i] % folds == fold) ? unseen : seen).push_back(rows[i]);
    if (seen.size() < operation.constants.size() || unseen.empty()) continue;
    const auto fitted = fit_kernels(operation, gpu, seen, effort);
    for (const KernelRow* row : unseen) ratios.push_back(fitted.time_us(*row) / *row->measured_us);
  }
  return ratios;
}

}  // namespace eigenbau::fit

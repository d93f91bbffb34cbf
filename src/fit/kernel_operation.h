// Which law, constants and coordinates belong to a kernel operation?
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "fit/kernel_work.h"
#include "fit/minimize.h"
#include "fit/residual_fit.h"
#include "tables/kernel_format.h"
#include "tables/kernel_row.h"

namespace eigenbau::fit {

/// One constant of a law: its key in a table and where a fit looks for it.
struct Constant {
  std::string_view key;
  Range range;
};

/// An operation: the law of perf/ behind it and how its tables are read.
struct KernelOperation {
  std::string_view name;                ///< of the law: gemm, attention_prefill ...
  std::vector<std::string_view> words;  ///< operations of tables that follow it
  std::vector<Constant> constants;
  std::vector<Smoothness> carried;  ///< to other shapes; a table takes the one that foretells its own shapes best
  Smoothness local;                 ///< to other sizes of a shape
  double (*time_us)(std::span<const double> constants, const tables::KernelRow& row, const tables::GpuFigures& gpu);
  KernelWork (*work)(const tables::KernelRow& row, const tables::GpuFigures& gpu);  ///< what no kernel can leave out
  std::vector<double> (*sizes)(const tables::KernelRow& row);      ///< whose logarithms are the correction's coordinates
  std::vector<double> (*products)(std::span<const double> sizes);  ///< of sizes, further coordinates; null: none
  std::string (*shape)(const tables::KernelRow& row);              ///< rows of one shape are held out together
  bool computes = true;                                            ///< false: it moves data, and its format only says how much
  std::string (*invalid)(const tables::KernelRow& row);            ///< what a row lacks; empty if nothing
};

/// Coordinates of the correction: log2 of the sizes and of their products, those below 1 counted as 1.
std::vector<double> coordinates(const KernelOperation& operation, std::vector<double> sizes);

/// The operation that a table's word means; null if no law covers it.
const KernelOperation* kernel_operation(std::string_view word);

}  // namespace eigenbau::fit

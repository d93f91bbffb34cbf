// What do the fitted tables say about a kernel, and which table answers when none is exactly that kernel's?
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "catalog/catalog.h"
#include "catalog/kernel_table.h"
#include "fit/kernel_fit.h"

namespace eigenbau::fit {

/// Whose kernels a table describes. What a row leaves empty matches anything.
struct KernelKey {
  std::string operation, gpu, format, cache_format, family, variant;
  friend auto operator<=>(const KernelKey&, const KernelKey&) = default;
};

KernelKey key_of(const catalog::KernelTable& table, const std::string& gpu);

struct KernelAnswer {
  double time_us = 0;
  std::string reason;  ///< which table answered if it was not exactly this kernel's; empty otherwise
};

class KernelBook {
 public:
  explicit KernelBook(const std::vector<catalog::KernelPart>& parts);

  /// The time of a row whose operation is known and whose sizes are complete, on the GPU `gpu` (asked for by name).
  KernelAnswer answer(const tables::KernelRow& row, const tables::GpuFigures& gpu) const;

  bool empty() const { return tables_.empty(); }

 private:
  struct Table {
    KernelKey key;
    KernelPredictor predictor;
    int rows = 0;  ///< that it was fitted to; of equally near tables the larger one answers
  };
  std::vector<Table> tables_;
};

/// All tables of the catalog.
KernelBook kernel_book(const catalog::Catalog& catalog);

/// A fitted table as it stands in the catalog, and back. What is lost is the digits beyond the fifth.
catalog::KernelTable describe(const KernelKey& key, const KernelPredictor& fitted);
KernelPredictor predictor_of(const catalog::KernelTable& table, const tables::GpuFigures& gpu);

tables::GpuFigures figures_of(const catalog::KernelPart& part);

}  // namespace eigenbau::fit

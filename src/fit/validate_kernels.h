// What does the product predict for the rows of a kernel table, and how far is it off?
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "catalog/collective_table.h"
#include "fit/kernel_book.h"
#include "fit/scorecard.h"
#include "input/csv.h"
#include "tables/gpu_figures.h"
#include "tables/row_status.h"

namespace eigenbau::fit {

struct KernelPrediction {
  std::string id;
  tables::RowStatus status = tables::RowStatus::ok;
  std::optional<double> time_us;
  std::string reason;
};

struct KernelValidation {
  std::vector<KernelPrediction> rows;
  std::vector<Score> by_operation;  ///< empty if nothing was measured; apart, those of which a table states the rate alone
  std::vector<Score> by_gpu;        ///< operation, GPU and format
};

/// Predicts every row; measured columns are used for the scores only.
/// `library`: the law of what leaves a domain.
KernelValidation validate_kernels(const Csv& table, const KernelBook& book, const tables::GpuLookup& gpu,
                                  const catalog::CollectivePart& library);

/// "id,status,time_us,reason", one line a row.
std::string csv_text(const std::vector<KernelPrediction>& rows);

/// The scorecard for a terminal.
std::string render(const KernelValidation& validation);

}  // namespace eigenbau::fit

// Which constants of a collective library follow from measured collectives?
#pragma once

#include <string>
#include <vector>

#include "catalog/collective_table.h"
#include "fit/collective_book.h"
#include "fit/fit_trust.h"
#include "fit/scorecard.h"
#include "tables/gpu_figures.h"

namespace eigenbau::fit {

struct CollectiveCalibration {
  catalog::CollectivePart part;
  std::string text;           ///< TOML, the same bytes for the same rows
  std::vector<Score> fitted;  ///< by generation and operation, by transport; on time
  std::vector<std::string> skipped;
  FitTrust trust;
  std::vector<std::string> assumed;  ///< of rows in one domain: "12 rows: no benchmark is named ..."
};

/// Fits the constants inside domains per generation and operation, then those of each transport; a fit that comes nowhere near
/// its rows is left out of the part. Tables may have the columns of collective tables or of kernel tables (operations all_reduce
/// ... with bytes in m and ranks in n, NCCL's rows only).
CollectiveCalibration calibrate_collectives(const std::vector<Csv>& tables, const tables::GpuLookup& gpu, const std::string& name,
                                            const std::string& source, const std::string& date);

}  // namespace eigenbau::fit

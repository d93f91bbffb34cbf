// What does the product predict for the rows of a collective table, and how far is it off?
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "fit/collective_book.h"
#include "fit/scorecard.h"
#include "tables/gpu_figures.h"
#include "tables/row_status.h"

namespace eigenbau::fit {

struct CollectivePrediction {
  std::string id;
  tables::RowStatus status = tables::RowStatus::ok;
  std::optional<Time> time;
  std::optional<Bandwidth> bus;
  std::string reason;
  bool one_domain = false;                  ///< all ranks inside one scale-up domain
  std::optional<Bandwidth> measured_bus{};  ///< where the row has one that can be scored
};

struct CollectiveValidation {
  std::vector<CollectivePrediction> rows;
  std::vector<Score>
      scores;  ///< by size class; one domain or several; operation; on bus bandwidth. Empty if nothing was measured
};

/// Predicts every row; measured columns are used for the scores only.
CollectiveValidation validate_collectives(const Csv& table, const catalog::CollectivePart& part, const tables::GpuLookup& gpu);

CollectivePrediction predict(const tables::CollectiveRow& row, const catalog::CollectivePart& part, const tables::GpuLookup& gpu);

/// "id,status,time_us,busbw_gbs,reason", one line a row.
std::string csv_text(const std::vector<CollectivePrediction>& rows);

/// The scorecard for a terminal.
std::string render(const CollectiveValidation& validation);

}  // namespace eigenbau::fit

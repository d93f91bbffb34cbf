// What does it cost to predict a run of which not everything is known?
#include "fit/blank_cells.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <string_view>

namespace eigenbau::fit {
namespace {

using Columns = std::vector<std::string_view>;

const Columns kShape{"layers", "hidden", "heads", "kv_heads", "ffn_hidden", "vocab"};
const Columns kDegrees{"tp", "pp", "vpp", "cp", "ep", "dp"},
    kDegreesAndMicroBatch{"tp", "pp", "vpp", "cp", "ep", "dp", "micro_batch"};

/// What is left blank together.
std::vector<Columns> blanks() {
  std::vector<Columns> list;
  for (const std::string_view column : {"num_gpus",    "layers",
                                        "hidden",      "heads",
                                        "kv_heads",    "ffn_hidden",
                                        "vocab",       "experts",
                                        "top_k",       "moe_ffn_hidden",
                                        "seq_len",     "precision",
                                        "stack",       "source_locator",
                                        "year",        "interconnect_note",
                                        "options",     "seq_parallel",
                                        "recompute",   "sharding",
                                        "micro_batch", "tp",
                                        "pp",          "vpp",
                                        "cp",          "ep",
                                        "dp"})
    list.push_back({column});
  for (const Columns& columns : {kShape, {"pp", "dp"}, {"tp", "dp"}, {"tp", "pp", "dp"}, kDegrees, kDegreesAndMicroBatch})
    list.push_back(columns);
  return list;
}

/// Whether a run states all of it; of many columns together some are blank where there is nothing to state.
bool states(const Csv& table, std::size_t row, const Columns& columns) {
  const auto is_stated = [&](std::string_view column) { return !table.cell(row, column).empty(); };
  const Columns needed = columns.size() > 3 ? Columns{columns[0], columns[1], columns.back()} : columns;
  return std::ranges::all_of(needed, is_stated);
}

GroupScore score_of(const char* name, const std::vector<TrainingPrediction>& rows) {
  std::vector<const TrainingPrediction*> each;
  for (const TrainingPrediction& row : rows) each.push_back(&row);
  return score_group(name, each);
}

}  // namespace

std::vector<BlankScore> score_blanks(const Csv& table, const tables::TrainingParts& parts) {
  const std::vector<TrainingPrediction> stated = validate_training(table, parts);
  std::vector<BlankScore> scores;
  for (const Columns& columns : blanks()) {
    const Csv blank = table.without(columns);
    for (const bool moe : {false, true}) {
      std::vector<TrainingPrediction> with, without;
      for (std::size_t i = 0; i < table.size(); ++i) {
        const TrainingPrediction& row = stated[i];
        if (row.moe != moe || row.apart || !row.measured || row.status != tables::RowStatus::ok || !states(table, i, columns))
          continue;
        without.push_back(predict_row(blank, i, parts));
        without.back().measured = row.measured;
        if (without.back().status == tables::RowStatus::ok) with.push_back(row);
      }
      if (with.empty()) continue;
      scores.push_back(
          {fmt::format("{}", fmt::join(columns, ", ")), score_of(moe ? "MoE" : "dense", without), score_of("", with).mean});
    }
  }
  return scores;
}

}  // namespace eigenbau::fit

// Does any table of training runs make its validation crash, hang, or answer with something that is no time?
#include <cmath>
#include <string>
#include <string_view>

#include "answers.h"
#include "fit/training_score.h"

void fuzz_one(std::string_view text) {
  using namespace eigenbau;
  static const tables::TrainingParts kParts = tables::training_parts(catalog::Catalog::built_in()).value();
  const auto table = Csv::parse({"fuzz", std::string(text)});
  if (!table) return;
  const auto rows = fit::validate_training(*table, kParts);
  for (const fit::TrainingPrediction& row : rows) {
    if (row.status != tables::RowStatus::ok) continue;
    require(is_finite(row.step.total) && row.step.total > Time{}, "a step takes time");
    require(std::isfinite(row.error) && row.error > 0, "a band is a number");
    require(row.step.mfu_causal > 0 && row.step.mfu_causal < 1, "no step runs above the peak");
    require(is_finite(row.step.memory.total()), "memory is a number");
  }
  require_answers(fit::prediction_csv(rows), *table);
  require_scores(fit::score_training(rows).groups);
}

// How well does the training law predict published runs?
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "perf/training_step.h"
#include "tables/training_row.h"

namespace eigenbau::fit {

/// The answer to one row.
struct TrainingPrediction {
  std::string id;
  tables::RowStatus status = tables::RowStatus::ok;
  std::string reason;
  perf::TrainingStep step{};
  perf::ParallelPlan plan{};
  std::string gpu, family, model;
  std::size_t stack = 0;  ///< index into the parts
  bool moe = false;
  int gpus = 0;
  int global_batch = 0;
  catalog::FittedRun run;  ///< as its band sees it
  double doubt = 0;        ///< added to the band for what was assumed
  double error = 0;        ///< half-width of the 95 % band, relative
  double below = 0;        ///< added to it on the side of shorter steps: GPUs that idle could have worked
  std::optional<Time> measured{};
  bool apart = false;  ///< the table wants it scored by itself
};

/// Checks the plan and predicts.
TrainingPrediction predict_row(tables::TrainingRow row, const tables::TrainingParts& parts);

/// Row `row` of a table; the measured step time is attached after the prediction, where the table has one.
TrainingPrediction predict_row(const Csv& table, std::size_t row, const tables::TrainingParts& parts);

/// All rows of a table.
std::vector<TrainingPrediction> validate_training(const Csv& table, const tables::TrainingParts& parts);

/// Rows whose id stands in an earlier one keep their prediction and lose their measurement; the reason says so.
void score_once(std::vector<TrainingPrediction>& rows);

/// `id,status,step_time_s,low_s,high_s,tokens_per_s_per_gpu,mfu_causal,mfu_full,memory_gib,reason`, one line a row.
std::string prediction_csv(const std::vector<TrainingPrediction>& predictions);

}  // namespace eigenbau::fit

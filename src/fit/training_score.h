// How far are predicted training steps from measured ones?
#pragma once

#include <string>
#include <vector>

#include "fit/plan_order.h"
#include "fit/validate_training.h"

namespace eigenbau::fit {

/// Errors of one group of rows: |predicted/measured - 1|. They say something where any row is answered.
struct GroupScore {
  std::string name;
  int rows = 0;
  int answered = 0;
  double median = 0, mean = 0, p90 = 0;
  double bias = 0;        ///< median of predicted/measured - 1
  double in_band = 0;     ///< share of answered rows inside their band
  double half_width = 0;  ///< median half-width of the band
};

/// Of rows with a measured time.
GroupScore score_group(std::string name, const std::vector<const TrainingPrediction*>& rows);

struct TrainingScore {
  int rows = 0, answered = 0;  ///< of the table, measured or not
  std::vector<GroupScore> groups;
  std::vector<OrderScore> order;
};

/// Rows with a measured time: all, dense, MoE, by family, by GPU. Rows for which the table's column `apart` gives a reason
/// are a family of their own and count neither as dense nor as MoE.
TrainingScore score_training(const std::vector<TrainingPrediction>& predictions);

}  // namespace eigenbau::fit

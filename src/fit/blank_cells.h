// What does it cost to predict a run of which not everything is known?
#pragma once

#include <string>
#include <vector>

#include "fit/training_score.h"

namespace eigenbau::fit {

/// Errors of the runs that state something, once it is left blank.
struct BlankScore {
  std::string blank;       ///< the columns: "tp, pp, dp"
  GroupScore score;        ///< of dense or of MoE runs
  double stated_mean = 0;  ///< mean error, with those cells, of the runs that are answered without them
};

/// Every column from which a step is predicted by itself, then degrees of parallelism together; dense and MoE. A run counts where
/// none of the cells is blank in the table.
std::vector<BlankScore> score_blanks(const Csv& table, const tables::TrainingParts& parts);

}  // namespace eigenbau::fit

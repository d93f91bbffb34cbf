// How well are runs predicted that a fit did not see?
#pragma once

#include <vector>

#include "fit/training_problem.h"
#include "fit/validate_training.h"

namespace eigenbau::fit {

/// Each family predicted by a fit from published findings that never saw it; its bands come from the errors of the other
/// families' rows.
std::vector<TrainingPrediction> leave_one_family_out(const Csv& table, const tables::TrainingParts& start,
                                                     const Without& without = {});

/// Each tenth of the rows (by a hash of the id; repeats of one plan together) predicted by a fit of the other nine: the error
/// on unseen rows of known kinds.
/// The bands of a tenth come from the errors of the other nine.
std::vector<TrainingPrediction> ten_fold(const Csv& table, const tables::TrainingParts& start, FitFrom from,
                                         const Without& without = {});

}  // namespace eigenbau::fit

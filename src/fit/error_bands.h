// How wide must the bands of predictions be, by the errors of rows that the fit did not see?
#pragma once

#include <vector>

#include "fit/fit_from.h"
#include "fit/validate_training.h"

namespace eigenbau::fit {

/// Gives every stack the runs among `unseen`, each with its error, and sets the constants of perf/error_band.h so that 95 %
/// of them lie inside a band which the others decide: split conformal prediction, each run left out in turn. From the catalog
/// they join the runs that a stack has, and stacks without any of them stay. One like a run that the stack was fitted to takes
/// its place with the larger of the two errors, since that fit may have seen it; fewer than 19 others narrow no band. Returns how
/// many took a place.
int set_error_bands(tables::TrainingParts& parts, const std::vector<TrainingPrediction>& unseen, FitFrom from);

/// Half-width of the band of one prediction, relative, with what was assumed about the row.
double band_of(const TrainingPrediction& prediction, const catalog::Stack& stack);

}  // namespace eigenbau::fit

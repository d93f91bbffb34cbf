// How wide must the bands of predictions be, by the errors of rows that the fit did not see?
#pragma once

#include <vector>

#include "fit/validate_training.h"

namespace eigenbau::fit {

/// Sets the constants of perf/error_band.h so that 95 % of unseen rows lie inside: the quantile regression (Koenker and
/// Bassett 1978) of |ln(predicted/measured)| on what makes a step uncertain. A stack's own share is its mean error,
/// mixed with as many rows' worth of all stacks' error as keeps small ones honest.
void set_error_bands(TrainingParts& parts, const std::vector<TrainingPrediction>& unseen);

/// Half-width of the band of one prediction, relative, with what was assumed about the row.
double band_of(const TrainingPrediction& prediction, const catalog::TrainingConstants& stack);

}  // namespace eigenbau::fit

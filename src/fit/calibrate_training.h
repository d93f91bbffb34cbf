// Which constants make the training law fit published runs best?
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "fit/validate_training.h"

namespace eigenbau::fit {

/// A fit of all stacks' constants at once.
struct TrainingFit {
  TrainingParts parts;   ///< the stacks with fitted constants
  double objective = 0;  ///< half the sum of squares, priors included
  int iterations = 0;
};

/// Least squares of ln(predicted/measured) over the rows that state a time, with priors on every constant: values common to
/// all stacks stay near published ones, a stack stays near its parent (fit/training_constants.h). Damped Gauss-Newton with
/// a numerical Jacobian; residuals beyond 2 sigma count linearly (Huber), so that single odd prints do not steer. The same
/// input gives the same bytes. Rows whose id `use` refuses are not looked at.
TrainingFit calibrate_training(const Csv& table, const TrainingParts& start,
                               const std::function<bool(std::string_view id)>& use = {});

/// Each family predicted by a fit that never saw it.
std::vector<TrainingPrediction> leave_one_family_out(const Csv& table, const TrainingParts& start);

/// Each tenth of the rows (by a hash of the id) predicted by a fit of the other nine: the error on unseen rows of known kinds.
std::vector<TrainingPrediction> ten_fold(const Csv& table, const TrainingParts& start);

/// Sets each stack's error band, the half-width that 95 % of unseen rows fall into, from the errors of `ten_fold`.
void set_error_bands(TrainingParts& parts, const std::vector<TrainingPrediction>& unseen);

/// Constants of a stack that differ from its parent's, as the [from.training] table of its catalog file.
std::string constants_toml(const catalog::Stack& stack, const catalog::Stack* parent);

/// The catalog file of a stack with its fitted constants: `file` as it stands, with the block of the last fit replaced.
std::string stack_file(const std::string& file, const catalog::Stack& stack, const std::vector<catalog::Stack>& all,
                       const std::string& source, const std::string& date);

}  // namespace eigenbau::fit

// Which constants make the training law fit published runs best?
#pragma once

#include <functional>
#include <string_view>
#include <vector>

#include "fit/training_problem.h"

namespace eigenbau::fit {

/// A fit of all stacks that have rows, at once.
struct TrainingFit {
  tables::TrainingParts parts;  ///< the stacks with fitted constants
  std::vector<int> rows;        ///< of each stack, that the fit looked at
  double objective = 0;         ///< half the sum of squares, priors included
  int iterations = 0;
};

/// Least squares of ln(predicted/measured) over the rows that state a time, with priors on every constant: values common to
/// all stacks stay near published ones, a stack stays near its parent (fit/training_constants.h). Damped Gauss-Newton with
/// a numerical Jacobian; residuals beyond 2 sigma count linearly (Huber), so that single odd prints do not steer. The same
/// input gives the same bytes. Rows whose id `use` refuses are not looked at; what `without` switches off stays off.
TrainingFit calibrate_training(const Csv& table, const tables::TrainingParts& start, FitFrom from,
                               const std::function<bool(std::string_view id)>& use = {}, const Without& without = {});

}  // namespace eigenbau::fit

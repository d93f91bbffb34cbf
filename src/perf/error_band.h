// How far may a predicted step time be from the measured one?
#pragma once

#include "catalog/stack.h"
#include "perf/training_step.h"

namespace eigenbau::perf {

/// What of a step makes its prediction less certain, each from 0 (not at all) to 1.
struct ErrorCauses {
  double unknown = 0;    ///< 1/(1 + n), n fitted runs of the same model, accelerator and stack
  double host = 0;       ///< share of the step that waits for launches
  double bubble = 0;     ///< share of the step
  double gradients = 0;  ///< share of the step that exposed gradients and parameters take
  double full = 0;       ///< 1: memory is full to 98 % or more, so that the allocator may free and retry
};

ErrorCauses error_causes(const TrainingStep& step, int fitted_runs);

/// Half-width of the 95 % band of ln(measured/predicted):
///   w = b + a·unknown + h·host + u·bubble + g·gradients + f·full
/// b of the stack, dense or MoE, what remains for runs like those that were fitted; the others common to all stacks.
/// Fitted as the 95 % quantile of the errors of rows that the fit did not see (docs/methods/training.md). Stops being
/// true for machines unlike any published one.
double error_band(const ErrorCauses& causes, const catalog::TrainingConstants& stack, bool moe);

}  // namespace eigenbau::perf

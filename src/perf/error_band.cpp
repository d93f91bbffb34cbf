// How far may a predicted step time be from the measured one?
#include "perf/error_band.h"

#include <algorithm>

namespace eigenbau::perf {

ErrorCauses error_causes(const TrainingStep& step, int fitted_runs) {
  constexpr double kFull = 0.98;
  const auto share = [&](Time part) { return step.total > Time{} ? std::clamp(part / step.total, 0.0, 1.0) : 0.0; };
  ErrorCauses causes;
  causes.unknown = 1.0 / (1 + std::max(0, fitted_runs));
  causes.host = share(step.host);
  causes.bubble = share(step.bubble);
  causes.gradients = share(step.data_parallel);
  causes.full = step.memory.total() > kFull * step.memory.available ? 1 : 0;
  return causes;
}

double error_band(const ErrorCauses& c, const catalog::TrainingConstants& stack, bool moe) {
  return (moe ? stack.error_moe : stack.error_dense) + (moe ? stack.error_unknown_moe : stack.error_unknown_dense) * c.unknown +
         stack.error_host * c.host + stack.error_bubble * c.bubble + stack.error_gradients * c.gradients +
         stack.error_full * c.full;
}

}  // namespace eigenbau::perf

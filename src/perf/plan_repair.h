// Which change of one degree makes a parallel plan run?
#pragma once

#include <array>
#include <string_view>
#include <vector>

#include "catalog/model.h"
#include "perf/machine.h"
#include "perf/parallel_plan.h"
#include "perf/plan_check.h"

namespace eigenbau::perf {

/// Values of one degree, with all others as they are.
struct NearestDegrees {
  std::string_view degree;
  std::array<long, 2> nearest{0, 0};  ///< below and above; 0: none
  bool frees_dp = false;              ///< the plan states data parallelism, and runs with the rest instead

  bool any() const { return nearest[0] > 0 || nearest[1] > 0; }
};

/// The nearest values of the violation's degree with which the plan keeps its rule and every other that it cannot run without,
/// and breaks none that it keeps today. `dp_is_stated`: data parallelism is no rest of the others; where no value goes with it,
/// those that go with the rest.
NearestDegrees nearest_that_runs(const catalog::Model& model, const Machine& machine, const ParallelPlan& plan,
                                 const PlanViolation& violation, bool dp_is_stated);

/// The same of each degree that makes the degrees multiply to the number of accelerators; where none does and runs, those that
/// do, whatever else is wrong with the plan.
std::vector<NearestDegrees> degrees_that_match(const catalog::Model& model, const Machine& machine, const ParallelPlan& plan,
                                               bool dp_is_stated);

}  // namespace eigenbau::perf

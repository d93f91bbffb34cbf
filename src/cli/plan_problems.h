// Which rules does a job's plan break, in words, and what would do?
#pragma once

#include "base/diagnostic.h"
#include "catalog/model.h"
#include "catalog/stack.h"
#include "perf/machine.h"
#include "perf/parallel_plan.h"
#include "perf/software_check.h"
#include "report/tree.h"

namespace eigenbau::cli {

/// Who decided on a plan.
struct PlanChoice {
  bool by_search = false;  ///< which has its own rules: all that is found are warnings
  bool dp_is_stated = false;
};

/// Rules that the plan breaks, each with the nearest values that keep it; errors for those that no stack gets around.
Diagnostics plan_problems(const catalog::Model& model, const perf::Machine& machine, const perf::ParallelPlan& plan,
                          const PlanChoice& choice);

/// A warning of something that `perf::check_software` finds.
Diagnostic software_problem(const perf::PlanViolation& violation, const perf::ParallelPlan& plan, const catalog::Stack& stack);

/// Adds warnings of what the job's software refuses of the plan as it runs.
void add_software_problems(Diagnostics& problems, const catalog::Model& model, const perf::ParallelPlan& plan,
                           const catalog::Stack& stack);

/// What is told beside the answer is told in it.
void add_remarks(report::Section& section, const Diagnostics& problems);

}  // namespace eigenbau::cli

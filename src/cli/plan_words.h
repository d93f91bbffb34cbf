// How is a parallel plan written in tables?
#pragma once

#include <string>
#include <vector>

#include "perf/parallel_plan.h"
#include "report/tree.h"

namespace eigenbau::cli {

/// A table whose columns are `figures` and then the degrees of a plan.
report::Table plan_table(std::string key, std::string title, std::vector<report::Column> figures);
/// `layers`: of the model.
void append_plan(std::vector<report::Cell>& cells, const perf::ParallelPlan& plan, int layers);

}  // namespace eigenbau::cli

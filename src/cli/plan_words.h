// How is a parallel plan written in tables and sentences?
#pragma once

#include <string>
#include <vector>

#include "perf/parallel_plan.h"
#include "report/tree.h"

namespace eigenbau::cli {

/// "tp 8 (sp) pp 16 x 6 chunks dp 64, micro-batch 1, ZeRO 1, recompute none"
std::string in_words(const perf::ParallelPlan& plan);

/// A table whose columns are `figures` and then the degrees of a plan.
report::Table plan_table(std::string key, std::string title, std::vector<report::Column> figures);
void append_plan(std::vector<report::Cell>& cells, const perf::ParallelPlan& plan);

}  // namespace eigenbau::cli

// What that is stated of a plan changes nothing in it?
#pragma once

#include <string>
#include <vector>

#include "catalog/model.h"
#include "perf/parallel_plan.h"
#include "search/space.h"

namespace eigenbau::cli {

/// A sentence each: "500 layers of a chunk are more than the 5 that it has: all are computed again". `plan`: with all of its
/// degrees, whoever chose them.
std::vector<std::string> stated_without_use(const catalog::Model& model, const perf::ParallelPlan& plan,
                                            const search::Settled& stated);

}  // namespace eigenbau::cli

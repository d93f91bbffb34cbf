// On which numbers of accelerators can a job have a plan at all?
#pragma once

#include <vector>

#include "catalog/model.h"
#include "catalog/stack.h"
#include "perf/machine.h"
#include "search/space.h"

namespace eigenbau::search {

/// Of pipeline stages: as many layers in each (embedding and output may count as one), or any.
enum class StageLengths { equal, any };

/// Numbers up to `offered` and not below half of it, largest first, at most `most` of them: data-parallel degree (a divisor of
/// the batch) times tensor, context and pipeline degrees of the space. If there are none in that half, the largest below it. What
/// the space settles is kept, and what the stack leaves at 1. Memory is not asked.
std::vector<int> usable_counts(const catalog::Model& model, const perf::Machine& machine, const catalog::TrainingConstants& stack,
                               const SearchSpace& space, int offered, StageLengths lengths, std::size_t most);

}  // namespace eigenbau::search

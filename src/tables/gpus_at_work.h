// On how many of a round number of accelerators does a job run?
#pragma once

#include <optional>

#include "perf/open_plan.h"

namespace eigenbau::tables {

/// Whether a number of accelerators is a round one, as those of whole clusters are published: thousands, of which no more than
/// two digits count ("24,000", "100,000"). Not all of so many need to work on a job, since plans divide batches and layers.
bool is_round_count(int gpus);

/// How many accelerators of the machine the fastest plan that fits takes, of those on at least half of them that keep what
/// `stated` says; of the largest 32 that have a plan. Nothing where none of these fits.
std::optional<int> gpus_at_work(const catalog::Model& model, const perf::Machine& machine, const catalog::Stack& stack,
                                const perf::ParallelPlan& stated, const perf::Degrees& open, int micro_batches);

}  // namespace eigenbau::tables

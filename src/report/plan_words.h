// How is a parallel plan written in sentences?
#pragma once

#include <optional>
#include <string>

#include "catalog/stack.h"
#include "perf/training_step.h"
#include "report/tree.h"

namespace eigenbau::report {

const char* word_of(perf::Schedule schedule);

/// "tp 8 pp 16 vp 6 cp 4 dp 128 ep 64", "tp 8 pp 1 cp 4 (a2a) dp 2"
std::string degrees_in_words(const perf::ParallelPlan& plan);

/// "none", "full", "full of 2 layers a chunk"; as many of the model's `layers` as a chunk has, or more, are all.
std::string recompute_in_words(const perf::ParallelPlan& plan, int layers);

/// "tp 8 pp 16 vp 6 dp 64, sp, micro-batch 1, ZeRO 1, recompute none"
std::string in_words(const perf::ParallelPlan& plan, int layers);

/// A plan with its step.
struct TimedPlan {
  const perf::ParallelPlan& plan;
  const perf::TrainingStep& step;
};

/// Why a job leaves accelerators unused that it was offered; `widest`: the best plan on the largest number that has one, where
/// that is more than are taken. Nothing where none are left.
std::optional<Remark> why_unused(int offered, const TimedPlan& taken, const std::optional<TimedPlan>& widest);

}  // namespace eigenbau::report

// Which plan does a job run of which only some degrees are known?
#pragma once

#include <optional>

#include "catalog/model.h"
#include "catalog/stack.h"
#include "perf/machine.h"
#include "perf/parallel_plan.h"

namespace eigenbau::perf {

/// Some of the degrees of a plan.
struct Degrees {
  bool tp = false, pp = false, vp = false, cp = false, dp = false, ep = false, etp = false, micro_batch = false, schedule = false;
  bool zero_level = false;
};

/// What a job that leaves degrees open is taken to run.
struct SettledPlan {
  ParallelPlan plan;
  Degrees chosen;    ///< those for which there was a choice; the others follow from what is stated
  bool fits = true;  ///< false: no plan does, this is the leanest
};

/// The fastest plan that fits, of all that keep what `stated` says: tp of the heads within the domain, pp with chunks as the
/// stack has them, cp that leaves 2,048 tokens, ep of the experts, tensor parallelism inside them as the stack has it or, where
/// nothing fits so, the other way, up to 64 sequences, the least recomputation unless it is stated; software without model
/// parallelism of its own splits neither layers nor stages nor sequences. Stages or chunks of unequal depth, which software wants
/// laid out by hand, have to be 1.2 times as fast as equal ones; a plan that breaks another rule (perf/plan_check.h) comes after
/// all that break fewer. Of two as fast the one with fewer stages, then less tensor parallelism. Where none fits, the one that
/// takes least memory: a job that ran did fit. An open ZeRO level is the stack's own (`usual_zero_level`). `micro_batches` of a
/// step, where that is known: they settle an open micro-batch. A schedule that chunks or stages cannot run becomes 1F1B, with
/// chunks interleaved. None: nothing divides.
std::optional<SettledPlan> fastest_plan(const catalog::Model& model, const Machine& machine, const catalog::Stack& stack,
                                        const ParallelPlan& stated, const Degrees& open, int micro_batches = 0);

}  // namespace eigenbau::perf

// What have all plans of a job in common?
#include "search/ground.h"

#include <algorithm>
#include <limits>

namespace eigenbau::search {
namespace {

using perf::ParallelPlan;
using perf::Recompute;

/// Utilization times step time is the same for all plans of one number format.
Time latest_step(const SearchJob& job, ParallelPlan any) {
  if (job.space.least_mfu <= 0) return Time::from_base(std::numeric_limits<double>::infinity());
  any.global_batch = job.space.global_batch;
  any.sequence_length = job.sequence();
  const perf::TrainingStep step = perf::training_step(job.model, job.machine, any, job.stack);
  return step.total * (step.mfu_causal / job.space.least_mfu);
}

}  // namespace

Ground::Ground(const SearchJob& asked)
    : job(asked), batch_divisors(divisors(asked.space.global_batch)), recompute(recomputes(asked)), kinds(recompute.always) {
  if (kinds.front().num_layers > 0) kinds = {Recompute::none, Recompute::full};
  law = cost_law(job.space);
  available = (1 - job.space.memory_margin) * perf::available_memory(job.machine);
  for (const catalog::Precision precision : job.space.precisions) {
    ParallelPlan any;
    any.precision = precision;
    contexts.push_back(perf::step_context(job.model, job.machine, job.stack, any));
    latest.push_back(latest_step(job, any));
    for (const int tp : tensor_degrees(job))
      for (const int cp : context_degrees(job, tp))
        for (const perf::ContextParallel context : context_kinds(job, tp, cp))
          for (const ExpertSplit& split : expert_splits(job, tp)) parts.push_back({tp, cp, context, split, precision});
  }
  // Sequences split far are seldom best: what has to be beaten is met first, which saves a closer look at them.
  std::ranges::stable_sort(parts, {}, &Part::cp);
}

std::size_t Ground::format_of(const Part& part) const {
  const auto& formats = job.space.precisions;
  return static_cast<std::size_t>(std::find(formats.begin(), formats.end(), part.precision) - formats.begin());
}

}  // namespace eigenbau::search

// Which parallel plan trains a model fastest on a machine?
#include "search/search.h"

#include <fmt/format.h>

#include <cmath>

#include "catalog/published.h"
#include "perf/error_band.h"
#include "perf/sharding.h"
#include "search/counts.h"
#include "search/no_plan.h"
#include "search/walk.h"
#include "units/print.h"

namespace eigenbau::search {
namespace {

/// Why the space holds no answer: too slow, all of them, or none that fits.
Failure nothing_found(const SearchJob& job, const Findings& found) {
  if (job.space.least_mfu <= 0) return no_plan(job, found);
  SearchSpace any = job.space;
  any.least_mfu = 0;
  any.objective = Objective::time;
  const SearchJob open{job.model, job.machine, job.stack, any};
  const Findings all = walk_all(open);
  if (all.ranking.layouts().empty()) return no_plan(open, all);
  const RankedPlan& best = all.ranking.layouts().front();
  return too_slow(job, {best.plan, perf::training_step(job.model, job.machine, best.plan, job.stack), best.cost});
}

/// The error of two plans of one job has a part in common, that of a model and accelerator which the fit never saw; what is left
/// is the band of runs like those that were fitted.
double tie(const SearchJob& job) {
  const bool moe = job.model.experts.has_value();
  return perf::relative_band(moe ? job.stack.error_moe : job.stack.error_dense, job.stack, moe);
}

/// `step_of`: the step of a plan, with its error band.
template <typename StepOf>
Result<SearchResult> found_in(const SearchJob& job, StepOf step_of) {
  const Findings found = walk_all(job);
  if (found.ranking.layouts().empty()) return std::unexpected(nothing_found(job, found));
  const auto opened = [&](const RankedPlan& ranked) {
    return FoundPlan{perf::as_run(ranked.plan, job.stack), step_of(ranked.plan), ranked.cost,
                     busy_in_step(job.model, job.machine, job.stack, ranked.plan)};
  };
  SearchResult result{.front = found.ranking.front(), .counters = found.counters};
  for (RankedPlan& ranked : result.front) ranked.plan = perf::as_run(ranked.plan, job.stack);
  for (const RankedPlan& ranked : found.ranking.layouts()) result.best.push_back(opened(ranked));
  const FoundPlan& best = result.best.front();
  result.tie = tie(job);
  result.simplest = opened(*found.ranking.simplest(best.cost * (1 + result.tie)));
  return result;
}

/// Nothing was found on any number up to the one offered: why not on that one, or, where it does not divide, on the largest that
/// does?
Failure nothing_within(const catalog::Model& model, const perf::Machine& machine, const catalog::TrainingConstants& stack,
                       const SearchSpace& space) {
  Failure failure = search(model, machine, stack, space).error();  // so many were tried
  if (failure.diagnostics.all().front().code != kNothingDivides) return failure;
  const std::vector<int> usable = usable_counts(model, machine, stack, space, space.gpus, StageLengths::any, 1);
  if (usable.empty() || usable.front() == space.gpus) return failure;
  SearchSpace fewer = space;
  fewer.gpus = usable.front();
  auto found = search(model, machine, stack, fewer);
  if (found) return failure;
  Failure why{.exit = found.error().exit, .diagnostics = {}};
  for (Diagnostic one : found.error().diagnostics.all()) {
    one.notes.push_back(
        fmt::format("of {} accelerators, {} are the most that divide", print_count(space.gpus), print_count(fewer.gpus)));
    why.diagnostics.add(std::move(one));
  }
  return why;
}

}  // namespace

Result<SearchResult> search(const catalog::Model& model, const perf::Machine& stated, const catalog::TrainingConstants& stack,
                            const SearchSpace& space) {
  perf::Machine machine = stated;
  machine.gpus = space.gpus;
  const auto step_of = [&](const perf::ParallelPlan& plan) { return perf::training_step(model, machine, plan, stack); };
  return found_in({model, machine, stack, space}, step_of);
}

Result<OfferedResult> search_within(const catalog::Model& model, const perf::Machine& stated, const catalog::Stack& stack,
                                    const SearchSpace& space) {
  SearchSpace timed = space;
  timed.objective = Objective::time;
  BestPlans plans(model, stated, stack.training, timed);
  const auto taken = plans.within(space.gpus);
  if (!taken) return std::unexpected(nothing_within(model, stated, stack.training, space));
  perf::Machine machine = stated;
  SearchSpace used = space;
  machine.gpus = used.gpus = taken->gpus;
  const auto step_of = [&](const perf::ParallelPlan& plan) { return perf::training_step(model, machine, plan, stack); };
  auto found = found_in({model, machine, stack.training, used}, step_of);
  if (!found) return std::unexpected(std::move(found.error()));
  OfferedResult result{.gpus = taken->gpus, .found = *std::move(found), .widest = {}};
  if (const auto widest = plans.widest_within(space.gpus); widest && widest->gpus > taken->gpus) result.widest = widest->best;
  return result;
}

perf::ParallelPlan as_settled(const perf::ParallelPlan& plan, const SearchSpace& space, const catalog::TrainingConstants& stack) {
  perf::ParallelPlan settled = plan;
  settled.zero_level = settled_zero_level(space, plan.pp).value_or(plan.zero_level);
  return perf::running_zero_level(settled, stack) == plan.zero_level ? settled : plan;
}

bool beyond_published(const catalog::Gpu& gpu, const FoundPlan& plan) {
  const auto published = catalog::published_mfu(gpu, plan.plan.precision);
  return !published || plan.step.mfu_causal > *published;
}

std::optional<FoundPlan> best_plan(const catalog::Model& model, const perf::Machine& machine,
                                   const catalog::TrainingConstants& stack, const SearchSpace& space) {
  return BestPlans(model, machine, stack, space).on(space.gpus).best;
}

std::vector<ResourceValue> resource_values(const catalog::Model& model, const perf::Machine& machine,
                                           const catalog::TrainingConstants& stack, const SearchSpace& space) {
  std::vector<ResourceValue> values;
  const auto try_one = [&](Resource resource, const perf::Machine& better) {
    if (auto best = best_plan(model, better, stack, space)) values.push_back({resource, *std::move(best)});
  };
  perf::Machine better = machine;
  better.gpu.memory += kGigabyte;  // as sold; a binary one as built
  try_one(Resource::memory, better);
  better = machine;
  better.nic_per_gpu *= 2;
  try_one(Resource::network, better);
  better = machine;
  better.scale_up_domain *= 2;
  better.nics_per_domain *= 2;
  try_one(Resource::scale_up_domain, better);
  better = machine;
  better.tiers = {};  // shares of rings and of flows that go far
  if (machine.fabric_share(space.gpus) < 1) try_one(Resource::fabric, better);
  return values;
}

}  // namespace eigenbau::search

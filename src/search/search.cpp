// Which parallel plan trains a model fastest on a machine?
#include "search/search.h"

#include "catalog/published.h"
#include "search/no_plan.h"
#include "search/walk.h"

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

}  // namespace

Result<SearchResult> search(const catalog::Model& model, const perf::Machine& stated, const catalog::TrainingConstants& stack,
                            const SearchSpace& space) {
  perf::Machine machine = stated;
  machine.gpus = space.gpus;
  const SearchJob job{model, machine, stack, space};
  const Findings found = walk_all(job);
  if (found.ranking.layouts().empty()) return std::unexpected(nothing_found(job, found));

  const auto opened = [&](const RankedPlan& ranked) {
    return FoundPlan{ranked.plan, perf::training_step(model, machine, ranked.plan, stack), ranked.cost,
                     busy_in_step(model, machine, stack, ranked.plan)};
  };
  SearchResult result{.front = found.ranking.front(), .counters = found.counters};
  for (const RankedPlan& ranked : found.ranking.layouts()) result.best.push_back(opened(ranked));
  const FoundPlan& best = result.best.front();
  result.model_error = best.step.error;
  result.simplest = opened(*found.ranking.simplest(best.cost * (1 + best.step.error)));
  return result;
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
  for (perf::FabricTier& tier : better.tiers) tier.bandwidth_share = 1;
  if (machine.fabric_share(space.gpus) < 1) try_one(Resource::fabric, better);
  return values;
}

}  // namespace eigenbau::search

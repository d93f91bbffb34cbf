// Which parallel plan trains a model fastest on a machine?
#include "search/search.h"

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
    return FoundPlan{ranked.plan, perf::training_step(model, machine, ranked.plan, stack), ranked.cost};
  };
  SearchResult result{.front = found.ranking.front(), .counters = found.counters};
  for (const RankedPlan& ranked : found.ranking.layouts()) result.best.push_back(opened(ranked));
  const FoundPlan& best = result.best.front();
  result.model_error = best.step.error;
  result.simplest = opened(*found.ranking.simplest(best.cost * (1 + best.step.error)));
  result.beyond_published = machine.gpu.best_published_mfu && best.step.mfu_causal > *machine.gpu.best_published_mfu;
  return result;
}

std::vector<ResourceValue> resource_values(const catalog::Model& model, const perf::Machine& machine,
                                           const catalog::TrainingConstants& stack, const SearchSpace& space) {
  std::vector<ResourceValue> values;
  for (const Resource resource : {Resource::memory, Resource::network, Resource::scale_up_domain}) {
    perf::Machine better = machine;
    if (resource == Resource::memory) better.gpu.memory += kGibibyte;
    if (resource == Resource::network) better.nic_per_gpu *= 2;
    if (resource == Resource::scale_up_domain) {
      better.scale_up_domain *= 2;
      better.nics_per_domain *= 2;
    }
    if (auto found = search(model, better, stack, space)) values.push_back({resource, std::move(found->best.front())});
  }
  return values;
}

}  // namespace eigenbau::search

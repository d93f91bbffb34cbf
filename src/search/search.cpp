// Which parallel plan trains a model fastest on a machine?
#include "search/search.h"

#include "base/parallel.h"
#include "search/no_plan.h"

namespace eigenbau::search {

Result<SearchResult> search(const catalog::Model& model, const perf::Machine& stated, const catalog::TrainingConstants& stack,
                            const SearchSpace& space) {
  perf::Machine machine = stated;
  machine.gpus = space.gpus;
  const SearchJob job{model, machine, stack, space};
  const Findings found = walk_all(job);
  if (found.ranking.layouts().empty()) return std::unexpected(no_plan(job, found));

  const auto opened = [&](const RankedPlan& ranked) {
    return FoundPlan{ranked.plan, perf::training_step(model, machine, ranked.plan, stack)};
  };
  SearchResult result{.front = found.ranking.front(), .counters = found.counters};
  for (const RankedPlan& ranked : found.ranking.layouts())
    if (FoundPlan plan = opened(ranked); plan.step.mfu_causal >= space.least_mfu || result.best.empty())
      result.best.push_back(std::move(plan));
  const FoundPlan& best = result.best.front();
  if (best.step.mfu_causal < space.least_mfu) return std::unexpected(too_slow(job, best));
  std::erase_if(result.front, [&](const RankedPlan& p) { return opened(p).step.mfu_causal < space.least_mfu; });
  result.model_error = best.step.error;
  result.simplest = opened(*found.ranking.simplest(best.step.total * (1 + best.step.error)));
  result.beyond_published = machine.gpu.best_published_mfu && best.step.mfu_causal > *machine.gpu.best_published_mfu;
  return result;
}

std::vector<ScalePoint> scaling_curve(const catalog::Model& model, const perf::Machine& stated,
                                      const catalog::TrainingConstants& stack, const SearchSpace& space,
                                      std::span<const int> counts) {
  std::vector<ScalePoint> curve(counts.size());
  parallel_for(counts.size(), space.threads, [&](std::size_t i) {
    SearchSpace one = space;
    one.gpus = curve[i].gpus = counts[i];
    one.threads = 1;
    one.top = 1;
    perf::Machine machine = stated;
    machine.gpus = one.gpus;
    const Findings found = walk_all({model, machine, stack, one});
    if (found.ranking.layouts().empty()) return;
    const perf::ParallelPlan& plan = found.ranking.layouts().front().plan;
    FoundPlan best{plan, perf::training_step(model, machine, plan, stack)};
    if (best.step.mfu_causal >= space.least_mfu) curve[i].best = std::move(best);
  });
  return curve;
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

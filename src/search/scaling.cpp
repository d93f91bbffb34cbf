// What is the best plan on each number of accelerators?
#include <algorithm>
#include <functional>
#include <set>

#include "base/parallel.h"
#include "perf/sharding.h"
#include "search/counts.h"
#include "search/search.h"
#include "search/walk.h"

namespace eigenbau::search {
namespace {

constexpr std::size_t kPieces = 8;       // of a scaling curve on several threads; each works out its layer costs once
constexpr std::size_t kMostCounts = 24;  // numbers of accelerators tried for one offer, with equal stages and with any

}  // namespace

BestPlans::BestPlans(catalog::Model model, perf::Machine machine, catalog::TrainingConstants stack, SearchSpace space)
    : model_(std::move(model)),
      machine_(std::move(machine)),
      stack_(stack),
      space_(std::move(space)),
      costs_(std::make_unique<LayerCosts>()) {}

BestPlans::~BestPlans() = default;

const ScalePoint& BestPlans::on(int gpus) {
  const auto [place, is_new] = known_.try_emplace(gpus);
  ScalePoint& point = place->second;
  if (!is_new) return point;
  point.gpus = space_.gpus = machine_.gpus = gpus;
  if (const auto ranked = walk_for_best({model_, machine_, stack_, space_}, *costs_))
    point.best = FoundPlan{perf::as_run(ranked->plan, stack_), perf::training_step(model_, machine_, ranked->plan, stack_),
                           ranked->cost, busy_in_step(model_, machine_, stack_, ranked->plan)};
  return point;
}

std::vector<int> BestPlans::counts_within(int offered) const {
  std::set<int, std::greater<>> counts{offered};
  for (const StageLengths lengths : {StageLengths::equal, StageLengths::any}) {
    const std::vector<int> usable = usable_counts(model_, machine_, stack_, space_, offered, lengths, kMostCounts);
    counts.insert(usable.begin(), usable.end());
  }
  return {counts.begin(), counts.end()};
}

std::optional<ScalePoint> BestPlans::within(int offered) {
  std::optional<ScalePoint> best;
  for (const int gpus : counts_within(offered)) {
    const ScalePoint& point = on(gpus);
    if (point.best && (!best || point.best->cost <= best->best->cost)) best = point;
  }
  return best;
}

std::optional<ScalePoint> BestPlans::widest_within(int offered) {
  for (const int gpus : counts_within(offered))
    if (const ScalePoint& point = on(gpus); point.best) return point;
  return std::nullopt;
}

std::vector<ScalePoint> scaling_curve(const catalog::Model& model, const perf::Machine& machine,
                                      const catalog::TrainingConstants& stack, const SearchSpace& space,
                                      std::span<const int> counts) {
  std::vector<ScalePoint> curve(counts.size());
  const std::size_t pieces = space.threads == 1 ? std::min<std::size_t>(counts.size(), 1) : std::min(counts.size(), kPieces);
  parallel_for(pieces, space.threads, [&](std::size_t piece) {
    BestPlans plans(model, machine, stack, space);
    for (std::size_t i = counts.size() * piece / pieces; i < counts.size() * (piece + 1) / pieces; ++i)
      curve[i] = plans.on(counts[i]);
  });
  return curve;
}

std::vector<RankedPlan> wide_front(const catalog::Model& model, const perf::Machine& machine,
                                   const catalog::TrainingConstants& stack, const SearchSpace& space,
                                   std::span<const int> counts) {
  std::vector<int> ascending(counts.begin(), counts.end());
  std::sort(ascending.begin(), ascending.end());
  std::vector<RankedPlan> front;
  for (const int gpus : ascending) {
    SearchSpace one = space;
    one.gpus = gpus;
    perf::Machine so_many = machine;
    so_many.gpus = gpus;
    const Findings found = walk_all({model, so_many, stack, one});
    const std::size_t fewer = front.size();  // so many plans on fewer accelerators
    for (const RankedPlan& plan : found.ranking.front()) {
      const auto beats = [&](const RankedPlan& other) { return other.cost <= plan.cost && other.memory <= plan.memory; };
      const auto end = front.begin() + static_cast<std::ptrdiff_t>(fewer);
      if (std::any_of(front.begin(), end, beats)) continue;
      front.push_back(plan);
      front.back().plan = perf::as_run(plan.plan, stack);
    }
  }
  return front;
}

}  // namespace eigenbau::search

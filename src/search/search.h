// Which parallel plan trains a model fastest on a machine?
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <vector>

#include "base/codes.h"
#include "base/result.h"
#include "catalog/model.h"
#include "catalog/stack.h"
#include "perf/machine.h"
#include "perf/training_step.h"
#include "search/ranking.h"
#include "search/space.h"

namespace eigenbau::search {

class LayerCosts;

inline constexpr std::string_view kNothingFits = "EB4001";
inline constexpr std::string_view kNothingDivides = "EB4002";
inline constexpr std::string_view kTooSlow = "EB4003";
inline constexpr std::string_view kContradiction = "EB4004";

/// A plan with its step taken apart. Its ZeRO level is the one that the software runs.
struct FoundPlan {
  perf::ParallelPlan plan;
  perf::TrainingStep step;
  double cost = 0;  ///< by the objective, in its base unit
  Time busy{};      ///< how long an accelerator computes in a step, mean of all
};

/// Of plans in which nothing, parts or all of every layer are recomputed. Where nothing does not fit, those that recompute no
/// more than memory needs come on top, at most two for each, as far as a bound on their cost does not rule them out.
struct SearchCounters {
  std::uint64_t plans_in_space = 0;
  std::uint64_t plans_rejected_by_memory = 0;
  std::uint64_t plans_evaluated = 0;  ///< that fit: priced, or ruled out since a part of their step takes too long already
};

struct SearchResult {
  std::vector<FoundPlan> best;    ///< best layouts, each with its best sharding and recomputation
  std::vector<RankedPlan> front;  ///< that no plan beats in both cost and memory, cheapest first
  double tie = 0;                 ///< of two plans, a lead smaller than this share is inside the law's error
  FoundPlan simplest;             ///< the simplest of all plans that cost more than the best by no more than that
  SearchCounters counters;
};

/// The plan with the ZeRO level that the space settles, where the software runs that as the plan's own.
perf::ParallelPlan as_settled(const perf::ParallelPlan& plan, const SearchSpace& space, const catalog::TrainingConstants& stack);

/// A plan that claims more than anybody ever published, or that nothing published can be held against.
bool beyond_published(const catalog::Gpu& gpu, const FoundPlan& plan);

/// The best plans of the whole space by its objective: what evaluating `perf::training_step` on every plan would give. Nothing is
/// sampled. Fails with exit code 3 when no plan fits: says what binds, by how much, and the smallest change that makes one fit.
Result<SearchResult> search(const catalog::Model& model, const perf::Machine& machine, const catalog::TrainingConstants& stack,
                            const SearchSpace& space);

/// The best plans on that number of accelerators, of those offered, on which a step takes least time: data parallelism divides
/// the batch, stages divide the layers, and so not every number has a plan.
struct OfferedResult {
  int gpus = 0;                     ///< taken of those offered
  SearchResult found;               ///< on so many
  std::optional<FoundPlan> widest;  ///< the best on the largest number that has a plan, where that is more
};

/// The space's number of accelerators is what is offered. Error bands are those of the stack's own measured runs.
Result<OfferedResult> search_within(const catalog::Model& model, const perf::Machine& machine, const catalog::Stack& stack,
                                    const SearchSpace& space);

/// The best plan on exactly so many accelerators.
struct ScalePoint {
  int gpus = 0;
  std::optional<FoundPlan> best;  ///< none: nothing divides or nothing fits
};

/// The best plan on any number of accelerators, found when first asked for. Layer costs are worked out once for all numbers.
class BestPlans {
 public:
  /// The number of accelerators of `machine` and `space` does not matter.
  BestPlans(catalog::Model model, perf::Machine machine, catalog::TrainingConstants stack, SearchSpace space);
  ~BestPlans();
  BestPlans(const BestPlans&) = delete;
  BestPlans& operator=(const BestPlans&) = delete;

  const ScalePoint& on(int gpus);
  /// The fastest (by the space's objective the best) on at most `offered` accelerators, and at least half of them where some such
  /// number has a plan. None: no plan fits.
  std::optional<ScalePoint> within(int offered);
  /// The best on the largest number up to `offered` that has a plan.
  std::optional<ScalePoint> widest_within(int offered);

 private:
  /// Largest first. The number offered is tried even where only stages of unequal length divide it.
  std::vector<int> counts_within(int offered) const;

  catalog::Model model_;
  perf::Machine machine_;
  catalog::TrainingConstants stack_;
  SearchSpace space_;
  std::unique_ptr<LayerCosts> costs_;
  std::map<int, ScalePoint> known_;
};

/// One point for each number of `counts`, in their order, which replace the space's own. Threads share the numbers.
std::vector<ScalePoint> scaling_curve(const catalog::Model& model, const perf::Machine& machine,
                                      const catalog::TrainingConstants& stack, const SearchSpace& space,
                                      std::span<const int> counts);

/// The plans that no other beats in cost, memory and number of accelerators at once, over all `counts`; fewest accelerators
/// first, then cheapest.
std::vector<RankedPlan> wide_front(const catalog::Model& model, const perf::Machine& machine,
                                   const catalog::TrainingConstants& stack, const SearchSpace& space,
                                   std::span<const int> counts);

/// The best plan on a machine; none: nothing divides or nothing fits. The space's number of accelerators is the machine's.
std::optional<FoundPlan> best_plan(const catalog::Model& model, const perf::Machine& machine,
                                   const catalog::TrainingConstants& stack, const SearchSpace& space);

/// What a better machine would give: the best plan on it, searched anew.
enum class Resource { memory, network, scale_up_domain, fabric };
struct ResourceValue {
  Resource resource{};
  FoundPlan best;
};

/// The best plan with 1 GiB more memory, with twice the network rate, with twice the scale-up domain (and tensor parallelism up
/// to it, unless the space limits it), and, where the fabric is oversubscribed, without that.
std::vector<ResourceValue> resource_values(const catalog::Model& model, const perf::Machine& machine,
                                           const catalog::TrainingConstants& stack, const SearchSpace& space);

/// The codes EB40xx, of this room.
std::span<const CodeText> search_codes();

}  // namespace eigenbau::search

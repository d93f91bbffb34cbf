// Which parallel plan trains a model fastest on a machine?
#pragma once

#include <cstdint>
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

inline constexpr std::string_view kNothingFits = "EB4001";
inline constexpr std::string_view kNothingDivides = "EB4002";
inline constexpr std::string_view kTooSlow = "EB4003";

/// A plan with its step taken apart.
struct FoundPlan {
  perf::ParallelPlan plan;
  perf::TrainingStep step;
};

struct SearchCounters {
  std::uint64_t plans_in_space = 0;
  std::uint64_t plans_rejected_by_memory = 0;
  std::uint64_t plans_evaluated = 0;  ///< whose step time was worked out
  std::uint64_t plans_dominated = 0;  ///< that another plan of the same layout beats in time and memory, term by term
};

struct SearchResult {
  std::vector<FoundPlan> best;    ///< fastest layouts, each with its best sharding and recomputation
  std::vector<RankedPlan> front;  ///< that no plan beats in both step time and memory, fastest first
  double model_error = 0;         ///< half-width of the 95 % band of a predicted step time, relative
  FoundPlan simplest;             ///< the simplest of all plans that are slower than the best by no more than that
  SearchCounters counters;
  bool beyond_published = false;  ///< the best plan's MFU exceeds the highest ever published for the accelerator
};

/// The best plans of the whole space: what evaluating `perf::training_step` on every plan would give. Nothing is sampled.
/// Fails with exit code 3 when no plan fits: says what binds, by how much, and the smallest change that makes one fit.
Result<SearchResult> search(const catalog::Model& model, const perf::Machine& machine, const catalog::TrainingConstants& stack,
                            const SearchSpace& space);

/// The best plan on exactly so many accelerators.
struct ScalePoint {
  int gpus = 0;
  std::optional<FoundPlan> best;  ///< none: nothing divides or nothing fits
};

/// One point for each number of `counts`, in their order, which replace the space's own. Threads share the numbers.
std::vector<ScalePoint> scaling_curve(const catalog::Model& model, const perf::Machine& machine,
                                      const catalog::TrainingConstants& stack, const SearchSpace& space,
                                      std::span<const int> counts);

/// What a better machine would give: the best plan on it, searched anew.
enum class Resource { memory, network, scale_up_domain };
struct ResourceValue {
  Resource resource{};
  FoundPlan best;
};

/// The best plan with 1 GiB more memory, with twice the network rate, and with twice the scale-up domain (and tensor
/// parallelism up to it, unless the space limits it).
std::vector<ResourceValue> resource_values(const catalog::Model& model, const perf::Machine& machine,
                                           const catalog::TrainingConstants& stack, const SearchSpace& space);

/// The codes EB40xx, of this room.
std::span<const CodeText> search_codes();

}  // namespace eigenbau::search

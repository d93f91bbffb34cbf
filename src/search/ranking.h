// Which of the plans seen so far are worth keeping: the fastest layouts, the front of time and memory, the simplest?
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "perf/parallel_plan.h"
#include "units/quantity.h"

namespace eigenbau::search {

struct RankedPlan {
  perf::ParallelPlan plan;
  Time step{};
  Bytes memory{};   ///< of the fullest rank
  double cost = 0;  ///< by the objective, in its base unit; the step's seconds if that is time
};

/// How many things beyond plain data parallelism a plan asks of those who run it: each of tensor, pipeline, context, expert
/// and expert-tensor parallelism, interleaving or another schedule, traffic of experts beside another micro-batch, recomputation,
/// sharded gradients, sharded weights, and a sharding group of its own.
int complexity(const perf::ParallelPlan& plan);
/// The parts of it.
inline int complexity_of_layout(const perf::ParallelPlan& p) {
  const bool scheduled = p.vp > 1 || p.schedule != perf::Schedule::one_f_one_b;
  return (p.tp > 1) + (p.pp > 1) + (p.cp > 1) + (p.ep > 1) + (p.etp > 1) + scheduled + p.expert_overlap;
}
inline int complexity_of_recompute(const perf::Recompute& recompute) { return recompute.mode != perf::Recompute::none; }
inline int complexity_of_sharding(int zero_level, int shard_group) {
  return (zero_level >= 2) + (zero_level >= 3) + (shard_group > 0);
}
inline constexpr int kMostComplex = 11;
inline constexpr int kComplexityOfSharding = 3;  ///< of these, sharding accounts for at most

/// Order of preference: cost, then step time, then memory, then the simpler, then the smaller degrees. Total: no two plans are
/// equal.
bool preferred(const RankedPlan& a, const RankedPlan& b);

/// What a ranking keeps beside the best layouts.
enum class Keep : std::uint8_t { all, best_only };

/// A layout is a plan up to sharding and recomputation. Merging in any order gives the same ranking.
class Ranking {
 public:
  explicit Ranking(int top, Keep keep = Keep::all);

  /// A layout that costs more is not kept.
  double limit() const { return limit_; }
  /// No plan of a layout and recomputation of that complexity, whatever its sharding, that costs more than this and takes so much
  /// memory or more would change anything but the best layouts.
  double wants_below(int complexity, Bytes memory) const {
    return all_ ? std::max(most_by_complexity_[static_cast<std::size_t>(complexity)], least_within(memory)) : -1;
  }
  /// False: `take` would change nothing. Cheap enough to ask of every plan.
  bool wants(int complexity, double cost, Bytes memory) const {
    return all_ && (cost <= least_by_complexity_[static_cast<std::size_t>(complexity)] || cost <= least_within(memory));
  }
  /// A plan that fits.
  void take(const RankedPlan& plan);
  /// The most preferred plan of one layout.
  void take_layout(const RankedPlan& plan);
  void merge(const Ranking& other);

  /// Best first.
  const std::vector<RankedPlan>& layouts() const { return layouts_; }
  /// Plans that no other plan beats in both cost and memory, cheapest first.
  const std::vector<RankedPlan>& front() const { return front_; }
  /// Among the plans that cost no more than `limit`, the best of the simplest.
  std::optional<RankedPlan> simplest(double limit) const;

 private:
  int top_;
  bool all_;
  double limit_;
  std::vector<RankedPlan> layouts_;
  std::vector<RankedPlan> front_;
  std::array<std::optional<RankedPlan>, kMostComplex + 1> by_complexity_;
  std::array<double, kMostComplex + 1> least_by_complexity_;
  /// What a layout of this complexity or, by its sharding, more has to beat for any of its plans to be the simplest.
  std::array<double, kMostComplex + 1> most_by_complexity_;
  /// Least cost of the front with less memory than so many steps: most plans are beaten by that alone.
  static constexpr double kStepsPerByte = 1e-9;
  static std::size_t steps_in(Bytes memory) { return static_cast<std::size_t>(memory.base() * kStepsPerByte); }
  double least_within(Bytes memory) const { return least_within_[std::min(steps_in(memory), least_within_.size() - 1)]; }
  std::array<double, 256> least_within_;
};

}  // namespace eigenbau::search

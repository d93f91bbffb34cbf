// Which of the plans seen so far are worth keeping: the fastest layouts, the front of time and memory, the simplest?
#pragma once

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
/// and expert-tensor parallelism, interleaving or another schedule, recomputation, sharded gradients, sharded weights, and
/// a sharding group of its own.
int complexity(const perf::ParallelPlan& plan);
inline constexpr int kMostComplex = 10;
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

  bool keeps_all() const { return all_; }
  /// A layout that costs more is not kept.
  double limit() const { return limit_; }
  /// False: no plan of a layout and recomputation, whatever its sharding, that costs so much or more and takes so much memory or
  /// more would change anything but the best layouts.
  bool wants_any(const perf::ParallelPlan& layout, double cost, Bytes memory) const;
  /// False: `take` would change nothing. Cheap enough to ask of every plan.
  bool wants(const perf::ParallelPlan& plan, double cost, Bytes memory) const;
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
  /// Least cost of the front with less memory than so many steps of `kMemoryStep`: most plans are beaten by that alone.
  static constexpr double kMemoryStep = 1e9;
  std::array<double, 256> least_within_;
};

}  // namespace eigenbau::search

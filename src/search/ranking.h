// Which of the plans seen so far are worth keeping: the fastest layouts, the front of time and memory, the simplest?
#pragma once

#include <array>
#include <optional>
#include <vector>

#include "perf/parallel_plan.h"
#include "units/quantity.h"

namespace eigenbau::search {

struct RankedPlan {
  perf::ParallelPlan plan;
  Time step{};
  Bytes memory{};  ///< of the fullest rank
};

/// How many things beyond plain data parallelism a plan asks of those who run it: each of tensor, pipeline, context, expert
/// and expert-tensor parallelism, interleaving or another schedule, recomputation, sharded gradients, sharded weights, and
/// a sharding group of its own.
int complexity(const perf::ParallelPlan& plan);
inline constexpr int kMostComplex = 10;

/// Order of preference: step time, then memory, then the simpler, then the smaller degrees. Total: no two plans are equal.
bool preferred(const RankedPlan& a, const RankedPlan& b);

/// A layout is a plan up to sharding and recomputation. Merging in any order gives the same ranking.
class Ranking {
 public:
  explicit Ranking(int top);

  /// False: `take` would change nothing. Cheap enough to ask of every plan.
  bool wants(const perf::ParallelPlan& plan, Time step, Bytes memory) const;
  /// A plan that fits.
  void take(const RankedPlan& plan);
  /// The most preferred plan of one layout.
  void take_layout(const RankedPlan& plan);
  void merge(const Ranking& other);

  /// Fastest layouts, best first.
  const std::vector<RankedPlan>& layouts() const { return layouts_; }
  /// Plans that no other plan beats in both time and memory, fastest first.
  const std::vector<RankedPlan>& front() const { return front_; }
  /// Among the plans no slower than `limit`, the best of the simplest.
  std::optional<RankedPlan> simplest(Time limit) const;

 private:
  int top_;
  std::vector<RankedPlan> layouts_;
  std::vector<RankedPlan> front_;
  std::array<std::optional<RankedPlan>, kMostComplex + 1> by_complexity_;
  std::array<Time, kMostComplex + 1> fastest_by_complexity_;
  /// Fastest plan of the front with less memory than so many steps of `kMemoryStep`: most plans are beaten by that alone.
  static constexpr double kMemoryStep = 1e9;
  std::array<Time, 256> fastest_within_;
};

}  // namespace eigenbau::search

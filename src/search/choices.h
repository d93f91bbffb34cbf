// Over which ranks may weights, gradients and optimizer state be sharded, and what does each choice take?
#pragma once

#include <algorithm>
#include <array>
#include <deque>
#include <span>
#include <tuple>
#include <vector>

#include "perf/local_parameters.h"
#include "perf/training_step.h"
#include "search/degrees.h"

namespace eigenbau::search {

/// Choices of a group that stand side by side.
struct Run {
  std::size_t first = 0, last = 0;  ///< the latter is none of them

  std::size_t size() const { return last - first; }
};

/// Activations of the stages that may be the fullest.
class HeldActivations {
 public:
  struct OfStage {
    std::size_t stage = 0;
    Bytes bytes{};
  };

  void add(const OfStage& one) { stages_[count_++] = one; }
  const OfStage* begin() const { return stages_.data(); }
  const OfStage* end() const { return stages_.data() + count_; }

 private:
  perf::PerStage<OfStage> stages_;
  std::size_t count_ = 0;
};

/// Choices whose exposed time follows one law, ascending in the memory of every stage. One array for each figure, so that the
/// time of all of them is worked out in one pass.
struct ShardingGroup {
  bool gathered = false;  ///< ZeRO-3
  std::vector<Sharding> shardings;
  perf::PerStage<std::vector<Bytes>> state, buffers;  ///< weights, gradients, optimizer; gathered weights
  std::vector<Time> reduction, once;    ///< ZeRO 0 to 2: for each of `more_times`; weights gathered, gradients between groups
  std::vector<Time> broadcast;          ///< ZeRO 1 and 2, in place of the gather
  std::vector<double> more_times;       ///< ZeRO 0 to 2: reductions for each micro-batch after the first, 0 or 1
  std::vector<Time> forward, backward;  ///< ZeRO-3
  std::vector<Time> across;             ///< ZeRO-3 in groups
  std::vector<Time> optimizer;
  std::size_t timed = 0;  ///< for so many of them the times are worked out

  std::size_t size() const { return shardings.size(); }
  /// In the order in which `perf::MemoryUse` adds it up, to the last bit.
  Bytes memory_of(std::size_t stage, std::size_t i, Bytes activations, Bytes context) const {
    return state[stage][i] + activations + buffers[stage][i] + context;
  }
  /// Of the fullest stage.
  Bytes memory(std::size_t i, const HeldActivations& held, Bytes context) const {
    Bytes most{};
    for (const auto& [stage, activations] : held) most = std::max(most, memory_of(stage, i, activations, context));
    return most;
  }
  std::size_t count_fitting(const HeldActivations& held, Bytes available, Bytes context) const {
    const auto fits = [&](std::size_t i) { return memory(i, held, context) <= available; };
    if (size() == 0 || !fits(0)) return 0;
    return fits(size() - 1) ? size() : count_some_fitting(held, available, context);
  }

 private:
  std::size_t count_some_fitting(const HeldActivations& held, Bytes available, Bytes context) const;
  std::size_t count_fitting_in(std::size_t stage, Bytes activations, Bytes available, Bytes context) const;
};

/// A group for each order that choices have: at most one for each ZeRO level, with experts in shards and with whole ones.
inline constexpr std::size_t kMostGroups = 8;

/// All choices of one number of stages and of parameters on each of them.
class ShardingList {
 public:
  using Stages = perf::PerStage<perf::LocalParameters>;

  ShardingList(const perf::StepContext& context, const perf::ParallelPlan& plan, const Stages& stages,
               std::span<const Sharding> shardings);

  const Stages& stages() const { return stages_; }
  const std::vector<ShardingGroup>& groups() const { return groups_; }
  std::vector<ShardingGroup>& groups() { return groups_; }
  std::size_t size() const { return size_; }
  /// A stage is left out where another has no less of weights, with any choice, and of activations.
  HeldActivations held(const perf::PerStage<Bytes>& activations) const;
  /// Works out the times of the first so many choices of one of the groups.
  void time_first(ShardingGroup& group, std::size_t count);

 private:
  const perf::StepContext* context_;
  perf::ParallelPlan plan_;
  Stages stages_;
  std::vector<ShardingGroup> groups_;
  std::size_t size_ = 0;
  unsigned existing_ = 0;             ///< stages, a bit each
  perf::PerStage<unsigned> below_{};  ///< of a stage those others whose weights are never less
};

/// The choices of one number of stages, for every number of chunks.
class ShardingChoices {
 public:
  ShardingChoices(const SearchJob& job, const perf::StepContext& context, const perf::ParallelPlan& plan)
      : job_(job), context_(context), plan_(plan) {}

  /// Chunks and schedule matter through the parameters and stages that a rank holds. Stays where it is.
  ShardingList& of_layout(const perf::ParallelPlan& plan);

 private:
  struct Known {
    int stages_held = 1;
    ShardingList list;
  };

  const SearchJob& job_;
  const perf::StepContext& context_;
  perf::ParallelPlan plan_;
  std::deque<Known> known_;
};

}  // namespace eigenbau::search

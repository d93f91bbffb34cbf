// Over which ranks may weights, gradients and optimizer state be sharded, and what does each choice take?
#pragma once

#include <deque>
#include <span>
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

/// Choices whose exposed time follows one law, ascending in memory. One array for each figure, so that the time of all of them
/// is worked out in one pass.
struct ShardingGroup {
  std::vector<Sharding> shardings;
  std::vector<Bytes> state, buffers;    ///< weights, gradients, optimizer; gathered weights
  std::vector<Time> reduction, once;    ///< ZeRO 0 to 2: for each of `more_times`; weights gathered, gradients between groups
  std::vector<Time> broadcast;          ///< ZeRO 1 and 2, in place of the gather
  std::vector<double> more_times;       ///< ZeRO 0 to 2: reductions for each micro-batch after the first, 0 or 1
  std::vector<Time> forward, backward;  ///< ZeRO-3
  std::vector<Time> across;             ///< ZeRO-3 in groups
  std::vector<Time> optimizer;
  std::size_t timed = 0;  ///< for so many of them the times are worked out

  std::size_t size() const { return shardings.size(); }
  /// In the order in which `perf::MemoryUse` adds it up, to the last bit.
  Bytes memory(std::size_t i, Bytes activations, Bytes context) const { return state[i] + activations + buffers[i] + context; }
  std::size_t count_fitting(Bytes activations, Bytes available, Bytes context) const {
    const auto fits = [&](std::size_t i) { return memory(i, activations, context) <= available; };
    if (size() == 0 || !fits(0)) return 0;
    return fits(size() - 1) ? size() : count_some_fitting(activations, available, context);
  }

 private:
  std::size_t count_some_fitting(Bytes activations, Bytes available, Bytes context) const;
};

/// All choices of one number of stages and of parameters on the fullest of them.
class ShardingList {
 public:
  ShardingList(const perf::StepContext& context, const perf::ParallelPlan& plan, const perf::FullestStages& stages,
               std::span<const Sharding> shardings);

  const perf::FullestStages& stages() const { return stages_; }
  const ShardingGroup& replicated() const { return replicated_; }  ///< ZeRO 0 to 2
  const ShardingGroup& gathered() const { return gathered_; }      ///< ZeRO-3
  ShardingGroup& replicated() { return replicated_; }
  ShardingGroup& gathered() { return gathered_; }
  std::size_t size() const { return replicated_.size() + gathered_.size(); }
  /// Works out the times of the first so many choices of one of the groups.
  void time_first(ShardingGroup& group, std::size_t count);

 private:
  const perf::StepContext* context_;
  perf::ParallelPlan plan_;
  perf::FullestStages stages_;
  ShardingGroup replicated_, gathered_;
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

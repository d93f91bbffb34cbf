// Over which ranks may weights, gradients and optimizer state be sharded, and which of these choices can be best?
#pragma once

#include <span>
#include <vector>

#include "perf/training_step.h"
#include "search/degrees.h"

namespace eigenbau::search {

/// One way to shard, with what it costs.
struct ShardingChoice {
  Sharding sharding;
  Bytes state{};    ///< weights, gradients, optimizer
  Bytes buffers{};  ///< of gathered weights
  perf::WeightTime time{};

  /// In the order in which `perf::MemoryUse` adds it up, to the last bit.
  Bytes total(Bytes activations, Bytes context) const { return state + activations + buffers + context; }
};

/// The choices of one number of stages and layers on the fullest of them.
class ShardingList {
 public:
  ShardingList(const perf::StepContext& context, const perf::ParallelPlan& plan, std::span<const Sharding> shardings);

  std::size_t size() const { return replicated_.size() + gathered_.size(); }
  /// How many fit beside so many activations. Memory grows along both lists.
  std::size_t count_fitting(Bytes activations, Bytes available, Bytes context) const;
  /// The one that takes least.
  const ShardingChoice& leanest() const;
  /// Those that no other choice of the same ZeRO level beats or equals in traffic, update and memory without being more
  /// complex. Every step time is monotone in all three, so that the others are never best. Times are worked out here.
  std::span<const ShardingChoice> kept();

 private:
  const perf::StepContext& context_;
  perf::ParallelPlan plan_;
  std::vector<ShardingChoice> replicated_;  ///< ZeRO 0 to 2, by memory
  std::vector<ShardingChoice> gathered_;    ///< ZeRO-3, by memory
  std::vector<ShardingChoice> kept_;
};

/// The choices of one number of stages, for every number of chunks.
class ShardingChoices {
 public:
  ShardingChoices(const perf::StepContext& context, const perf::ParallelPlan& plan, std::vector<Sharding> shardings)
      : context_(context), plan_(plan), shardings_(std::move(shardings)) {}

  bool empty() const { return shardings_.empty(); }

  /// Chunks matter through the layers on the fullest stage only.
  ShardingList& of_layout(const perf::ParallelPlan& plan);

 private:
  struct Known {
    double layers = 0;
    ShardingList list;
  };

  const perf::StepContext& context_;
  perf::ParallelPlan plan_;
  std::vector<Sharding> shardings_;
  std::vector<Known> known_;
};

}  // namespace eigenbau::search

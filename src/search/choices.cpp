// Over which ranks may weights, gradients and optimizer state be sharded, and which of these choices can be best?
#include "search/choices.h"

#include <algorithm>

#include "perf/pipeline.h"

namespace eigenbau::search {
namespace {

void shard(perf::ParallelPlan& plan, const Sharding& sharding) {
  plan.zero_level = sharding.zero_level;
  plan.shard_group = sharding.shard_group;
}

std::size_t fitting(const std::vector<ShardingChoice>& sorted, Bytes activations, Bytes available, Bytes context) {
  const auto end = std::partition_point(sorted.begin(), sorted.end(), [&](const ShardingChoice& choice) {
    return choice.total(activations, context) <= available;
  });
  return static_cast<std::size_t>(end - sorted.begin());
}

/// Nothing about `b` is better than about `a`.
bool covers(const ShardingChoice& a, const ShardingChoice& b) {
  return a.sharding.zero_level == b.sharding.zero_level && (a.sharding.shard_group > 0) <= (b.sharding.shard_group > 0) &&
         a.state <= b.state && a.buffers <= b.buffers && a.time.traffic <= b.time.traffic && a.time.forward <= b.time.forward &&
         a.time.backward <= b.time.backward && a.time.across <= b.time.across && a.time.optimizer <= b.time.optimizer;
}

}  // namespace

ShardingList::ShardingList(const perf::StepContext& context, const perf::ParallelPlan& plan, std::span<const Sharding> shardings)
    : context_(context), plan_(plan) {
  for (const Sharding& sharding : shardings) {
    shard(plan_, sharding);
    const perf::WeightBytes bytes = perf::weight_bytes(context.shape, context.model, plan_, context.stack);
    (sharding.zero_level >= 3 ? gathered_ : replicated_)
        .push_back({sharding, bytes.weights + bytes.gradients + bytes.optimizer, bytes.buffers, {}});
  }
  for (std::vector<ShardingChoice>* list : {&replicated_, &gathered_})
    std::stable_sort(list->begin(), list->end(), [](const auto& a, const auto& b) { return a.state < b.state; });
}

std::size_t ShardingList::count_fitting(Bytes activations, Bytes available, Bytes context) const {
  return fitting(replicated_, activations, available, context) + fitting(gathered_, activations, available, context);
}

const ShardingChoice& ShardingList::leanest() const {
  if (gathered_.empty()) return replicated_.front();
  if (replicated_.empty()) return gathered_.front();
  const bool replicated = replicated_.front().state <= gathered_.front().state + gathered_.front().buffers;
  return replicated ? replicated_.front() : gathered_.front();
}

std::span<const ShardingChoice> ShardingList::kept() {
  if (!kept_.empty()) return kept_;
  for (std::vector<ShardingChoice>* list : {&replicated_, &gathered_})
    for (ShardingChoice& choice : *list) {
      shard(plan_, choice.sharding);
      choice.time = perf::weight_time(context_, plan_);
      const auto covered = [&](const ShardingChoice& other) { return covers(other, choice); };
      if (std::any_of(kept_.begin(), kept_.end(), covered)) continue;
      std::erase_if(kept_, [&](const ShardingChoice& other) { return covers(choice, other); });
      kept_.push_back(choice);
    }
  return kept_;
}

ShardingList& ShardingChoices::of_layout(const perf::ParallelPlan& plan) {
  const double layers = perf::stage_layers(context_.model.layers, plan).most;
  for (Known& known : known_)
    if (known.layers == layers) return known.list;
  plan_.vp = plan.vp;
  known_.push_back({layers, ShardingList(context_, plan_, shardings_)});
  return known_.back().list;
}

}  // namespace eigenbau::search

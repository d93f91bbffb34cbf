// Over which ranks may weights, gradients and optimizer state be sharded, and what does each choice take?
#include "search/choices.h"

#include <algorithm>

#include "perf/local_parameters.h"
#include "perf/sharding.h"
#include "perf/weight_time.h"
#include "search/pair.h"

namespace eigenbau::search {
namespace {

void shard(perf::ParallelPlan& plan, const Sharding& sharding) {
  plan.zero_level = sharding.zero_level;
  plan.shard_group = sharding.shard_group;
}

struct Sized {
  Sharding sharding;
  Bytes state{}, buffers{};
  bool each_micro_batch = false;  ///< sums gradients
};

ShardingGroup sorted(std::vector<Sized> choices) {
  // They are few, and from the last to the first in runs that ascend: each goes to its place among those after it.
  std::ranges::reverse(choices);
  for (auto next = choices.begin(); next != choices.end(); ++next)
    std::rotate(std::lower_bound(choices.begin(), next, *next, [](const Sized& a, const Sized& b) { return a.state < b.state; }),
                next, next + 1);
  ShardingGroup group;
  group.shardings.reserve(choices.size());
  for (std::vector<Bytes>* bytes : {&group.state, &group.buffers}) bytes->reserve(choices.size());
  group.more_times.reserve(choices.size());
  for (const Sized& one : choices) {
    group.shardings.push_back(one.sharding);
    group.state.push_back(one.state);
    group.buffers.push_back(one.buffers);
    group.more_times.push_back(one.each_micro_batch ? 1 : 0);
  }
  for (std::vector<Time>* times :
       {&group.reduction, &group.once, &group.broadcast, &group.forward, &group.backward, &group.across, &group.optimizer})
    times->resize(group.size());
  return group;
}

}  // namespace

/// The first fits, the last does not.
std::size_t ShardingGroup::count_some_fitting(Bytes activations, Bytes available, Bytes context) const {
  constexpr std::size_t kFew = 32;
  const auto fits = [&](std::size_t i) { return memory(i, activations, context) <= available; };
  if (size() <= kFew) {  // counting all of them, two at once, branches less than halving
    using Truths = std::int64_t __attribute__((vector_size(16)));
    const std::size_t even = size() / 2 * 2;
    const double held = activations.base(), beside = context.base(), most = available.base();
    Truths counts = {0, 0};
    for (std::size_t i = 0; i < even; i += 2) {
      const Pair of_state = {state[i].base(), state[i + 1].base()}, of_buffers = {buffers[i].base(), buffers[i + 1].base()};
      counts -= of_state + held + of_buffers + beside <= most;
    }
    const std::size_t last = even < size() && fits(even) ? 1 : 0;
    return static_cast<std::size_t>(counts[0] + counts[1]) + last;
  }
  std::size_t low = 1, high = size() - 1;
  while (low < high) {
    const std::size_t middle = (low + high) / 2;
    if (fits(middle)) low = middle + 1;
    else high = middle;
  }
  return low;
}

ShardingList::ShardingList(const perf::StepContext& context, const perf::ParallelPlan& plan, const perf::FullestStages& stages,
                           std::span<const Sharding> shardings)
    : context_(&context), plan_(plan), stages_(stages) {
  std::vector<Sized> replicated, gathered;
  replicated.reserve(shardings.size());
  gathered.reserve(shardings.size());
  for (const Sharding& sharding : shardings) {
    shard(plan_, sharding);
    const perf::WeightBytes bytes = perf::weight_bytes(stages_, context.shape, plan_, context.stack);
    const int running = perf::running_zero_level(plan_, context.stack);
    (running >= 3 ? gathered : replicated)
        .push_back({sharding, bytes.weights + bytes.gradients + bytes.optimizer, bytes.buffers, running == 2});
  }
  replicated_ = sorted(std::move(replicated));
  gathered_ = sorted(std::move(gathered));
}

void ShardingList::time_first(ShardingGroup& group, std::size_t count) {
  for (; group.timed < count; ++group.timed) {
    const std::size_t i = group.timed;
    shard(plan_, group.shardings[i]);
    const perf::WeightTime time = perf::weight_time(stages_, *context_, plan_);
    group.reduction[i] = time.reduction;
    group.once[i] = time.gather + time.across;
    group.forward[i] = time.forward;
    group.backward[i] = time.backward;
    group.across[i] = time.across;
    group.broadcast[i] = time.broadcast;
    group.optimizer[i] = time.optimizer;
  }
}

ShardingList& ShardingChoices::of_layout(const perf::ParallelPlan& plan) {
  perf::ParallelPlan whole = plan_;
  whole.vp = plan.vp;
  whole.schedule = plan.schedule;
  const perf::FullestStages stages = perf::local_parameters(context_.shape, context_.model, whole);
  for (Known& known : known_)
    if (known.list.stages() == stages && known.stages_held == plan.stages_held()) return known.list;
  known_.push_back({plan.stages_held(), ShardingList(context_, whole, stages, shardings(job_, whole))});
  return known_.back().list;
}

}  // namespace eigenbau::search

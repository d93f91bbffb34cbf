// Over which ranks may weights, gradients and optimizer state be sharded, and what does each choice take?
#include "search/choices.h"

#include <algorithm>
#include <bit>
#include <utility>

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

constexpr std::size_t kStages = std::tuple_size_v<ShardingList::Stages>;

struct Sized {
  Sharding sharding;
  perf::PerStage<Bytes> state{}, buffers{};
  int level = 0;  ///< that runs
  bool splits_experts = false;

  Bytes in(std::size_t stage) const { return state[stage] + buffers[stage]; }
  Bytes in_all() const {
    Bytes all{};
    for (std::size_t stage = 0; stage < kStages; ++stage) all += in(stage);
    return all;
  }
};

bool is_gathered(const Sized& choice) { return choice.level >= 3; }

/// They are few, and from the last to the first in runs that ascend: each goes to its place among those after it.
void sort(std::vector<Sized>& choices) {
  std::ranges::reverse(choices);
  const auto holds_less = [](const Sized& a, const Sized& b) { return a.in_all() < b.in_all(); };
  for (auto next = choices.begin(); next != choices.end(); ++next)
    std::rotate(std::lower_bound(choices.begin(), next, *next, holds_less), next, next + 1);
}

/// Whether each stage of sorted choices holds no less than with the choice before.
bool ascends_in_each(std::span<const Sized> choices) {
  const auto falls_in_one = [](const Sized& before, const Sized& after) {
    for (std::size_t stage = 0; stage < kStages; ++stage)
      if (after.in(stage) < before.in(stage)) return true;
    return false;
  };
  return std::ranges::adjacent_find(choices, falls_in_one) == choices.end();
}

ShardingGroup group_of(std::span<const Sized> choices) {
  ShardingGroup group;
  group.gathered = is_gathered(choices.front());
  group.shardings.reserve(choices.size());
  for (std::size_t stage = 0; stage < kStages; ++stage)
    for (std::vector<Bytes>* bytes : {&group.state[stage], &group.buffers[stage]}) bytes->reserve(choices.size());
  group.more_times.reserve(choices.size());
  for (const Sized& one : choices) {
    group.shardings.push_back(one.sharding);
    for (std::size_t stage = 0; stage < kStages; ++stage) {
      group.state[stage].push_back(one.state[stage]);
      group.buffers[stage].push_back(one.buffers[stage]);
    }
    group.more_times.push_back(one.level == 2 ? 1 : 0);
  }
  for (std::vector<Time>* times :
       {&group.reduction, &group.once, &group.broadcast, &group.forward, &group.backward, &group.across, &group.optimizer})
    times->resize(group.size());
  return group;
}

/// Adds choices of one law as one group if all stages order them alike, else as one for each level, with experts in shards and
/// with whole ones: there more shards are less of everything on every stage.
void add_groups(std::vector<Sized>& choices, std::vector<ShardingGroup>& groups) {
  if (choices.empty()) return;
  sort(choices);
  if (ascends_in_each(choices)) {
    groups.push_back(group_of(choices));
    return;
  }
  const auto kind = [](const Sized& one) { return std::pair(one.level, one.splits_experts); };
  std::ranges::stable_sort(choices, {}, kind);
  for (auto first = choices.begin(); first != choices.end();) {
    const auto last = std::find_if(first, choices.end(), [&](const Sized& one) { return kind(one) != kind(*first); });
    groups.push_back(group_of({first, last}));
    first = last;
  }
}

/// Whether a stage holds no more than another, with any choice.
bool is_never_above(const std::vector<ShardingGroup>& groups, std::size_t stage, std::size_t other) {
  const auto no_more = [](const std::vector<Bytes>& a, const std::vector<Bytes>& b) {
    return std::ranges::equal(a, b, [](Bytes one, Bytes another) { return one <= another; });
  };
  return std::ranges::all_of(groups, [&](const ShardingGroup& group) {
    return no_more(group.state[stage], group.state[other]) && no_more(group.buffers[stage], group.buffers[other]);
  });
}

unsigned bit(std::size_t stage) { return 1U << stage; }

}  // namespace

/// The first fits, the last does not.
std::size_t ShardingGroup::count_some_fitting(const HeldActivations& held, Bytes available, Bytes context) const {
  std::size_t count = size();
  for (const auto& [stage, activations] : held) count = std::min(count, count_fitting_in(stage, activations, available, context));
  return count;
}

std::size_t ShardingGroup::count_fitting_in(std::size_t stage, Bytes activations, Bytes available, Bytes context) const {
  constexpr std::size_t kFew = 32;
  const auto fits = [&](std::size_t i) { return memory_of(stage, i, activations, context) <= available; };
  if (size() <= kFew) {  // counting all of them, two at once, branches less than halving
    using Truths = std::int64_t __attribute__((vector_size(16)));
    const std::vector<Bytes>&of = state[stage], &beside = buffers[stage];
    const std::size_t even = size() / 2 * 2;
    const double kept = activations.base(), fixed = context.base(), most = available.base();
    Truths counts = {0, 0};
    for (std::size_t i = 0; i < even; i += 2) {
      const Pair of_state = {of[i].base(), of[i + 1].base()}, of_buffers = {beside[i].base(), beside[i + 1].base()};
      counts -= of_state + kept + of_buffers + fixed <= most;
    }
    const std::size_t last = even < size() && fits(even) ? 1 : 0;
    return static_cast<std::size_t>(counts[0] + counts[1]) + last;
  }
  std::size_t low = 0, high = size();
  while (low < high) {
    const std::size_t middle = (low + high) / 2;
    if (fits(middle)) low = middle + 1;
    else high = middle;
  }
  return low;
}

ShardingList::ShardingList(const perf::StepContext& context, const perf::ParallelPlan& plan, const Stages& stages,
                           std::span<const Sharding> shardings)
    : context_(&context), plan_(plan), stages_(stages), size_(shardings.size()) {
  std::vector<Sized> replicated, gathered;
  replicated.reserve(shardings.size());
  gathered.reserve(shardings.size());
  for (const Sharding& sharding : shardings) {
    shard(plan_, sharding);
    Sized sized{.sharding = sharding,
                .level = perf::running_zero_level(plan_, context.stack),
                .splits_experts = perf::shards_of(plan_, plan_.expert_replicas()) > 1};
    for (std::size_t stage = 0; stage < kStages; ++stage) {
      if (!stages_[stage].exists()) continue;
      const perf::WeightBytes bytes = perf::weight_bytes(stages_[stage], context.shape, plan_, context.stack);
      sized.state[stage] = bytes.weights + bytes.gradients + bytes.optimizer;
      sized.buffers[stage] = bytes.buffers;
    }
    (is_gathered(sized) ? gathered : replicated).push_back(sized);
  }
  add_groups(replicated, groups_);
  add_groups(gathered, groups_);
  for (std::size_t stage = 0; stage < kStages; ++stage) {
    if (!stages_[stage].exists()) continue;
    existing_ |= bit(stage);
    for (std::size_t other = 0; other < kStages; ++other)
      if (other != stage && stages_[other].exists() && is_never_above(groups_, stage, other)) below_[stage] |= bit(other);
  }
}

HeldActivations ShardingList::held(const perf::PerStage<Bytes>& activations) const {
  HeldActivations held;
  unsigned counted = existing_;
  for (std::size_t stage = 0; stage < kStages; ++stage) {
    for (unsigned others = below_[stage] & counted; others != 0; others &= others - 1)
      if (activations[stage] <= activations[static_cast<std::size_t>(std::countr_zero(others))]) counted &= ~bit(stage);
    if ((counted & bit(stage)) != 0) held.add({stage, activations[stage]});
  }
  return held;
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
  const ShardingList::Stages stages = perf::local_parameters(context_.shape, context_.model, whole);
  for (Known& known : known_)
    if (known.list.stages() == stages && known.stages_held == plan.stages_held()) return known.list;
  known_.push_back({plan.stages_held(), ShardingList(context_, whole, stages, shardings(job_, whole))});
  return known_.back().list;
}

}  // namespace eigenbau::search

// Which values may each degree of a plan take?
#include "search/degrees.h"

#include <algorithm>

#include "perf/default_plan.h"
#include "perf/pipeline.h"
#include "perf/software_check.h"

namespace eigenbau::search {
namespace {

using perf::Schedule;

bool admits(const std::optional<int>& settled, int value) { return !settled || *settled == value; }

/// The same of a degree that splits the model, which software without model parallelism leaves at 1 unless it is settled.
bool admits_split(const SearchJob& job, const std::optional<int>& settled, int value) {
  return settled ? *settled == value : value == 1 || job.stack.model_parallel;
}

bool has(const std::vector<Schedule>& schedules, Schedule one) {
  return std::find(schedules.begin(), schedules.end(), one) != schedules.end();
}

}  // namespace

int most_tensor(const SearchJob& job) {
  return job.space.max_tp > 0 ? job.space.max_tp : std::max(1, job.machine.scale_up_domain);
}

std::vector<int> possible_tensor_degrees(const SearchJob& job) {
  const int domain = std::max(1, job.machine.scale_up_domain), limit = most_tensor(job);
  std::vector<int> list;
  for (const int tp : divisors(job.model.heads))
    if (tp <= limit && (domain % tp == 0 || tp % domain == 0) && admits_split(job, job.space.settled.tp, tp)) list.push_back(tp);
  return list;
}

std::vector<int> possible_context_degrees(const SearchJob& job) {
  const int tokens = job.sequence();
  const bool any_part = job.space.settled.cp || !job.stack.context_in_halves;
  std::vector<int> list;
  for (const int cp : divisors(tokens))
    if ((cp == 1 || tokens / cp >= job.space.least_local_tokens) && admits_split(job, job.space.settled.cp, cp) &&
        (any_part || perf::can_deal_halves(tokens, cp)))
      list.push_back(cp);
  return list;
}

std::vector<int> tensor_degrees(const SearchJob& job) {
  std::vector<int> list = possible_tensor_degrees(job);
  std::erase_if(list, [&](int tp) { return job.space.gpus % tp != 0; });
  return list;
}

std::vector<int> context_degrees(const SearchJob& job, int tp) {
  std::vector<int> list = possible_context_degrees(job);
  std::erase_if(list, [&](int cp) { return job.space.gpus / tp % cp != 0; });
  return list;
}

std::vector<perf::ContextParallel> context_kinds(const SearchJob& job, int tp, int cp) {
  using perf::ContextParallel;
  if (cp == 1) return {ContextParallel::ring};
  const std::optional<ContextParallel>& settled = job.space.settled.context;
  std::vector<ContextParallel> list = settled ? std::vector{*settled} : job.space.context_kinds;
  if (!perf::can_exchange_heads(job.model.heads, job.model.kv_heads, tp, cp)) std::erase(list, ContextParallel::all_to_all);
  return list;
}

std::vector<int> stage_counts(const SearchJob& job, int tp, int cp) {
  const int rest = job.space.gpus / (tp * cp);
  std::vector<int> list;
  for (const int pp : divisors(rest)) {
    const int dp = rest / pp;
    if (pp <= job.model.layers && job.space.global_batch % dp == 0 && admits_split(job, job.space.settled.pp, pp) &&
        admits(job.space.settled.dp, dp))
      list.push_back(pp);
  }
  return list;
}

std::vector<ExpertSplit> expert_splits(const SearchJob& job, int tp) {
  const Settled& settled = job.space.settled;
  if (!job.model.experts || job.model.experts->count <= 0 || catalog::moe_layers(job.model) <= 0) {
    if (admits(settled.ep, 1) && admits(settled.etp, 1)) return {{1, 1}};
    return {};
  }
  std::vector<ExpertSplit> list;
  for (const int ep : divisors(job.model.experts->count))
    for (const int etp : divisors(tp))
      if (admits(settled.ep, ep) && admits(settled.etp, etp)) list.push_back({ep, etp});
  return list;
}

std::vector<int> micro_batches(const SearchJob& job, int dp) {
  std::vector<int> list = divisors(job.space.global_batch / dp);
  std::erase_if(list, [&](int micro) { return !admits(job.space.settled.micro_batch, micro); });
  return list;
}

std::vector<Interleave> interleaves(const SearchJob& job, int pp, bool fills) {
  const std::vector<Schedule>& schedules = job.space.schedules;
  std::vector<Interleave> list;
  if (admits(job.space.settled.vp, 1)) {
    if (pp == 1 || has(schedules, Schedule::one_f_one_b)) list.push_back({1, Schedule::one_f_one_b});
    for (const Schedule other : {Schedule::zero_bubble, Schedule::dual_pipe})
      if (pp > 1 && has(schedules, other) && (other != Schedule::dual_pipe || pp % 2 == 0)) list.push_back({1, other});
  }
  if (pp == 1 || !fills || !has(schedules, Schedule::interleaved)) return list;
  for (int vp = 2; vp * pp <= job.model.layers + 2; ++vp)
    if (perf::lays_out_evenly(job.model.layers, pp * vp) && admits(job.space.settled.vp, vp))
      list.push_back({vp, Schedule::interleaved});
  return list;
}

std::vector<Sharding> shardings(const SearchJob& job, const perf::ParallelPlan& plan) {
  const Settled& settled = job.space.settled;
  const std::optional<int> wanted = settled_zero_level(job.space, plan.pp);
  const int replicas = static_cast<int>(plan.replicas());
  const std::vector<int> groups = divisors(replicas);
  const int highest = replicas > 1 || plan.expert_replicas() > 1 ? 3 : 0;
  std::vector<Sharding> list;
  for (int level = 0; level <= highest; ++level) {
    const bool nothing_to_shard = highest == 0;  // every level is then the same plan
    if (!admits(wanted, level) && !nothing_to_shard) continue;
    // A group of all ranks is none.
    const bool whole = admits(settled.shard_group, 0) || settled.shard_group == replicas;
    if (whole || (level == 0 && wanted == 0)) list.push_back({level, 0});
    if (level == 0) continue;
    // Groups of one are replicas, which level 0 is: only who asks for them gets them.
    for (const int group : groups)
      if (group < replicas && admits(settled.shard_group, group) && (group > 1 || settled.shard_group == 1))
        list.push_back({level, group});
  }
  return list;
}

RecomputeChoices recomputes(const SearchJob& job) {
  using perf::Recompute;
  if (job.space.settled.recompute) return {.always = {*job.space.settled.recompute}};
  RecomputeChoices choices{.always = {Recompute::none, Recompute::full}, .layers = job.stack.layer_recompute};
  if (const auto selective = perf::usual_selective(job.model, {}, job.stack)) choices.always.push_back(*selective);
  return choices;
}

bool admits_expert_overlap(const SearchJob& job, const perf::ParallelPlan& plan, bool overlaps) {
  const std::optional<bool>& settled = job.space.settled.expert_overlap;
  if (!overlaps) return !settled.value_or(false);
  return settled.value_or(job.stack.expert_overlap) && perf::can_overlap_experts(plan);
}

std::vector<bool> sequence_splits(const SearchJob& job, int tp, int cp) {
  const std::optional<bool>& settled = job.space.settled.sequence_parallel;
  std::vector<bool> list;
  for (const bool splits : {true, false}) {
    if (splits && tp > 1 && !perf::can_split_sequence(job.sequence(), tp, cp)) continue;
    if (!splits && tp == 1) continue;  // without tensor parallelism there is nothing to split
    if (tp > 1 && settled ? *settled != splits : !splits && perf::needs_sequence_split(job.model, job.stack)) continue;
    list.push_back(splits);
  }
  return list;
}

}  // namespace eigenbau::search

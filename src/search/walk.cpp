// What does one part of the space, a tensor-parallel degree and a number of stages, hold?
#include "search/walk.h"

#include "base/parallel.h"

namespace eigenbau::search {
namespace {

using perf::ParallelPlan;

struct Walker {
  const SearchJob& job;
  Findings& found;
  Bytes available;

  void visit_shardings(ParallelPlan plan, const std::vector<Sharding>& shards, std::optional<RankedPlan>& layout) const {
    for (const Sharding& sharding : shards) {
      plan.zero_level = sharding.zero_level;
      plan.shard_group = sharding.shard_group;
      plan.reduce_every_micro_batch = plan.zero_level == 2 && plan.micro_batches() > 1;
      ++found.counters.plans_in_space;
      RankedPlan ranked{plan, {}, perf::memory_use(job.model, job.machine, plan, job.stack).total()};
      if (!found.leanest || ranked.memory < found.leanest->memory) found.leanest = ranked;
      if (ranked.memory > available) {
        ++found.counters.plans_rejected_by_memory;
        continue;
      }
      ++found.counters.plans_evaluated;
      ranked.step = perf::training_step(job.model, job.machine, plan, job.stack).total;
      found.ranking.take(ranked);
      if (!layout || preferred(ranked, *layout)) layout = ranked;
    }
  }

  void visit_layouts(ParallelPlan plan, const std::vector<Sharding>& shards) const {
    for (const bool split : sequence_splits(job, plan.tp, plan.cp)) {
      plan.sequence_parallel = split;
      for (const int micro : micro_batches(job, plan.dp)) {
        plan.micro_batch = micro;
        for (const Interleave& interleave : interleaves(job, plan.pp, plan.micro_batches())) {
          plan.vp = interleave.vp;
          plan.schedule = interleave.schedule;
          std::optional<RankedPlan> layout;
          for (const perf::Recompute mode : recomputes(job)) {
            plan.recompute = mode;
            visit_shardings(plan, shards, layout);
          }
          if (layout) found.ranking.take_layout(*layout);
        }
      }
    }
  }
};

}  // namespace

void Findings::merge(const Findings& other) {
  ranking.merge(other.ranking);
  counters.plans_in_space += other.counters.plans_in_space;
  counters.plans_rejected_by_memory += other.counters.plans_rejected_by_memory;
  counters.plans_evaluated += other.counters.plans_evaluated;
  counters.plans_dominated += other.counters.plans_dominated;
  if (other.leanest && (!leanest || other.leanest->memory < leanest->memory)) leanest = other.leanest;
}

Findings walk(const SearchJob& job, int tp, int pp) {
  Findings found(job.space.top);
  ParallelPlan plan;
  plan.tp = tp;
  plan.pp = pp;
  plan.global_batch = job.space.global_batch;
  plan.sequence_length = job.sequence();
  plan.precision = job.space.precision;
  const Bytes available = (1 - job.space.memory_margin) * perf::memory_use(job.model, job.machine, plan, job.stack).available;
  const Walker walker{job, found, available};
  const int ranks = job.space.gpus / pp;
  for (const int cp : context_degrees(job, tp, pp)) {
    plan.cp = cp;
    plan.dp = ranks / tp / cp;
    for (const ExpertSplit& split : expert_splits(job, tp, ranks)) {
      plan.ep = split.ep;
      plan.etp = split.etp;
      walker.visit_layouts(plan, shardings(job, plan.dp * cp, ranks / (split.ep * split.etp)));
    }
  }
  return found;
}

Findings walk_all(const SearchJob& job) {
  struct Part {
    int tp, pp;
  };
  std::vector<Part> parts;
  for (const int tp : tensor_degrees(job))
    for (const int pp : stage_counts(job, tp)) parts.push_back({tp, pp});
  std::vector<std::optional<Findings>> found(parts.size());
  parallel_for(parts.size(), job.space.threads, [&](std::size_t i) { found[i] = walk(job, parts[i].tp, parts[i].pp); });
  Findings all(job.space.top);
  for (const auto& one : found) all.merge(*one);
  return all;
}

}  // namespace eigenbau::search

// Which plans does the space hold, and which of them fit and are worth keeping?
#include "search/walk.h"

#include <algorithm>

#include "base/parallel.h"
#include "search/choices.h"

namespace eigenbau::search {
namespace {

using perf::ParallelPlan;
using perf::Recompute;
using perf::StepContext;

constexpr std::size_t kPieces = 64;  // of the space, when several threads share it

/// All plans of one tensor-parallel degree, one context-parallel degree and one expert split share their layer costs: these are
/// worked out once for each micro-batch, sequence split and recomputation, when the first plan that fits asks for them.
class Walker {
 public:
  Walker(const SearchJob& job, const StepContext& context, int tp, int cp, ExpertSplit split, Findings& found)
      : job_(job), context_(context), found_(found), modes_(recomputes(job)), splits_(sequence_splits(job, tp, cp)) {
    plan_.tp = tp;
    plan_.cp = cp;
    plan_.ep = split.ep;
    plan_.etp = split.etp;
    plan_.global_batch = job.space.global_batch;
    plan_.sequence_length = job.sequence();
    plan_.precision = job.space.precision;
    available_ = (1 - job.space.memory_margin) * perf::available_memory(job.machine);
  }

  void walk() {
    for (const int pp : stage_counts(job_, plan_.tp, plan_.cp)) {
      const int ranks = job_.space.gpus / pp;
      if (ranks % (plan_.ep * plan_.etp) != 0) continue;
      plan_.pp = pp;
      plan_.dp = ranks / (plan_.tp * plan_.cp);
      visit_stages();
    }
  }

 private:
  /// Layer costs of one micro-batch, sequence split and recomputation.
  struct Tabulated {
    int micro = 0;
    bool split = false;
    Recompute mode{};
    perf::ActivationBytes activations;
    std::optional<perf::MicroBatchTime> time;
  };

  Tabulated& tabulated() {
    for (Tabulated& known : table_)
      if (known.micro == plan_.micro_batch && known.split == plan_.sequence_parallel && known.mode == plan_.recompute)
        return known;
    table_.push_back({.micro = plan_.micro_batch,
                      .split = plan_.sequence_parallel,
                      .mode = plan_.recompute,
                      .activations = perf::activation_bytes(context_.shape, plan_, context_.stack),
                      .time = {}});
    return table_.back();
  }

  void visit_stages() {
    ShardingChoices choices(context_, plan_,
                            shardings(job_, plan_.dp * plan_.cp, job_.space.gpus / plan_.pp / plan_.ep / plan_.etp));
    if (choices.empty()) return;
    const std::vector<Interleave> filled = interleaves(job_, plan_.pp, true), unfilled = interleaves(job_, plan_.pp, false);
    const std::vector<int> micros = micro_batches(job_, plan_.dp);
    for (const bool split : splits_) {
      plan_.sequence_parallel = split;
      for (const int micro : micros) {
        plan_.micro_batch = micro;
        for (const Interleave& interleave : plan_.micro_batches() % plan_.pp == 0 ? filled : unfilled) {
          plan_.vp = interleave.vp;
          plan_.schedule = interleave.schedule;
          visit_layout(choices);
        }
      }
    }
  }

  void visit_layout(ShardingChoices& choices) {
    ShardingList& list = choices.of_layout(plan_);
    std::optional<RankedPlan> best;
    for (const Recompute mode : modes_) {
      plan_.recompute = mode;
      Tabulated& costs = tabulated();
      const Bytes activations = perf::held_activations(costs.activations, job_.model.layers, plan_, context_.stack);
      const std::size_t fitting = list.count_fitting(activations, available_, context_.stack.context);
      found_.counters.plans_in_space += list.size();
      found_.counters.plans_rejected_by_memory += list.size() - fitting;
      note_leanest(list.leanest(), activations);
      if (fitting == 0) continue;
      if (!costs.time) costs.time = perf::micro_batch(context_, plan_);
      visit_shardings(list, fitting, activations, *costs.time, best);
    }
    if (best) found_.ranking.take_layout(*best);
  }

  void visit_shardings(ShardingList& list, std::size_t fitting, Bytes activations, const perf::MicroBatchTime& micro,
                       std::optional<RankedPlan>& best) {
    const perf::PipelineTime pipeline = perf::pipeline_time(context_, plan_, micro);
    const bool several = plan_.micro_batches() > 1;
    std::size_t evaluated = 0;
    for (const ShardingChoice& choice : list.kept()) {
      const Bytes memory = choice.total(activations, context_.stack.context);
      if (memory > available_) continue;
      ++evaluated;
      plan_.zero_level = choice.sharding.zero_level;
      plan_.shard_group = choice.sharding.shard_group;
      plan_.reduce_every_micro_batch = choice.sharding.zero_level == 2 && several;
      const Time exposed = perf::exposed_weight_time(context_, plan_, choice.time, pipeline.slowest);
      const Time parts = perf::sum_of_parts(context_, pipeline, exposed, choice.time.optimizer);
      const Time step = parts + context_.slow * parts;
      if (!is_finite(step)) continue;  // a machine without links between its accelerators
      const bool improves = !best || step < best->step || step == best->step;
      if (!improves && !found_.ranking.wants(plan_, step, memory)) continue;
      const RankedPlan ranked{plan_, step, memory};
      found_.ranking.take(ranked);
      if (!best || preferred(ranked, *best)) best = ranked;
    }
    found_.counters.plans_evaluated += evaluated;
    found_.counters.plans_dominated += fitting - evaluated;
  }

  void note_leanest(const ShardingChoice& choice, Bytes activations) {
    const Bytes memory = choice.total(activations, context_.stack.context);
    if (found_.leanest && memory >= found_.leanest->memory) return;
    found_.leanest = RankedPlan{plan_, {}, memory};
    found_.leanest->plan.zero_level = choice.sharding.zero_level;
    found_.leanest->plan.shard_group = choice.sharding.shard_group;
  }

  const SearchJob& job_;
  const StepContext& context_;
  Findings& found_;
  ParallelPlan plan_;
  Bytes available_{};
  std::vector<Recompute> modes_;
  std::vector<bool> splits_;
  std::vector<Tabulated> table_;
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

Findings walk_all(const SearchJob& job) {
  struct Part {
    int tp, cp;
    ExpertSplit split;
  };
  std::vector<Part> parts;
  for (const int tp : tensor_degrees(job))
    for (const int cp : context_degrees(job, tp))
      for (const ExpertSplit& split : expert_splits(job, tp)) parts.push_back({tp, cp, split});
  ParallelPlan any;
  any.precision = job.space.precision;
  const StepContext context = perf::step_context(job.model, job.machine, job.stack, any);
  // Neighbors share their findings, which saves keeping what another part has beaten; how many do changes no answer.
  const std::size_t pieces = job.space.threads == 1 ? 1 : std::min(parts.size(), kPieces);
  std::vector<Findings> found(pieces, Findings(job.space.top));
  parallel_for(pieces, job.space.threads, [&](std::size_t piece) {
    for (std::size_t i = parts.size() * piece / pieces; i < parts.size() * (piece + 1) / pieces; ++i)
      Walker(job, context, parts[i].tp, parts[i].cp, parts[i].split, found[piece]).walk();
  });
  Findings all(job.space.top);
  for (const Findings& one : found) all.merge(one);
  return all;
}

}  // namespace eigenbau::search

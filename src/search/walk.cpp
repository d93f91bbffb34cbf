// Which plans does the space hold, and which of them fit and are worth keeping?
#include "search/walk.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "base/parallel.h"
#include "perf/pipeline.h"
#include "perf/weight_time.h"
#include "search/choices.h"
#include "search/row.h"

namespace eigenbau::search {
namespace {

using perf::ParallelPlan;
using perf::Recompute;
using perf::StepContext;

constexpr std::size_t kPieces = 64;  // of the space, when several threads share it

/// What all plans of a job have in common.
struct Ground {
  const SearchJob& job;
  std::vector<StepContext> contexts;  ///< of each number format of the space
  std::vector<Time> latest;           ///< step that still reaches the least utilization, with each of them
  std::vector<Part> parts;
  std::vector<int> batch_divisors;
  std::vector<Recompute> modes;
  CostLaw law;
  Bytes available{};

  explicit Ground(const SearchJob& asked)
      : job(asked), batch_divisors(divisors(asked.space.global_batch)), modes(recomputes(asked)) {
    law = cost_law(job.space);
    available = (1 - job.space.memory_margin) * perf::available_memory(job.machine);
    for (const catalog::Precision precision : job.space.precisions) {
      ParallelPlan any;
      any.precision = precision;
      contexts.push_back(perf::step_context(job.model, job.machine, job.stack, any));
      latest.push_back(latest_step(any));
      for (const int tp : tensor_degrees(job))
        for (const int cp : context_degrees(job, tp))
          for (const perf::ContextParallel context : context_kinds(job, tp, cp))
            for (const ExpertSplit& split : expert_splits(job, tp)) parts.push_back({tp, cp, context, split, precision});
    }
  }

  std::size_t format_of(const Part& part) const {
    const auto& formats = job.space.precisions;
    return static_cast<std::size_t>(std::find(formats.begin(), formats.end(), part.precision) - formats.begin());
  }

 private:
  /// Utilization times step time is the same for all plans of one number format.
  Time latest_step(ParallelPlan any) const {
    if (job.space.least_mfu <= 0) return Time::from_base(std::numeric_limits<double>::infinity());
    any.global_batch = job.space.global_batch;
    any.sequence_length = job.sequence();
    const perf::TrainingStep step = perf::training_step(job.model, job.machine, any, job.stack);
    return step.total * (step.mfu_causal / job.space.least_mfu);
  }
};

/// All plans of one part. Layer costs are worked out once for each micro-batch, sequence split and recomputation.
class Walker {
 public:
  Walker(const Ground& ground, const Part& part, PartCosts& costs, Findings& found)
      : ground_(ground),
        job_(ground.job),
        context_(ground.contexts[ground.format_of(part)]),
        costs_(costs),
        found_(found),
        splits_(sequence_splits(job_, part.tp, part.cp)) {
    plan_.tp = part.tp;
    plan_.cp = part.cp;
    plan_.context = part.context;
    plan_.ep = part.split.ep;
    plan_.etp = part.split.etp;
    plan_.precision = part.precision;
    plan_.global_batch = job_.space.global_batch;
    plan_.sequence_length = job_.sequence();
    latest_ = ground.latest[ground.format_of(part)];
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
  void visit_stages() {
    ShardingChoices choices(job_, context_, plan_);
    const std::vector<Chunked> filled = chunked(choices, true), unfilled = chunked(choices, false);
    for (const int micro : micro_batches(job_, plan_.dp)) {
      plan_.micro_batch = micro;
      const auto& all = ground_.batch_divisors;
      micro_place_ = static_cast<std::size_t>(std::lower_bound(all.begin(), all.end(), micro) - all.begin());
      for (const bool split : splits_) {
        plan_.sequence_parallel = split;
        hop_ = perf::hop_time(context_, plan_);
        for (std::size_t i = 0; i < ground_.modes.size(); ++i) {
          plan_.recompute = ground_.modes[i];
          if (plan_.recomputes_some_layers()) {
            kept_ = &costs_.of(context_, plan_.with(Recompute::none), micro_place_);
            layers_[i] = &costs_.of(context_, plan_.with(Recompute::full), micro_place_);
          } else {
            layers_[i] = &costs_.of(context_, plan_, micro_place_);
          }
        }
        for (const Chunked& one : plan_.micro_batches() % plan_.pp == 0 ? filled : unfilled) {
          plan_.vp = one.interleave.vp;
          plan_.schedule = one.interleave.schedule;
          const bool runs = plan_.stages_held() == 1 || perf::can_dual_pipe(plan_.pp, plan_.micro_batches());
          if (runs) visit_overlaps(*one.choices);
        }
      }
    }
  }

  struct Chunked {
    Interleave interleave;
    ShardingList* choices;
  };

  std::vector<Chunked> chunked(ShardingChoices& choices, bool fills) {
    std::vector<Chunked> list;
    for (const Interleave& interleave : interleaves(job_, plan_.pp, fills)) {
      plan_.vp = interleave.vp;
      plan_.schedule = interleave.schedule;
      ShardingList& shardings = choices.of_layout(plan_);
      if (shardings.size() > 0) list.push_back({interleave, &shardings});
    }
    return list;
  }

  /// Without and with the traffic of experts beside another micro-batch.
  void visit_overlaps(ShardingList& list) {
    for (const bool overlaps : {false, true}) {
      plan_.recompute = Recompute::none;
      if (!admits_expert_overlap(job_, plan_, overlaps)) continue;
      plan_.expert_overlap = overlaps;
      visit_layout(list);
    }
  }

  void visit_layout(ShardingList& list) {
    const perf::LayersInFlight in_flight = perf::layers_in_flight(job_.model, plan_);
    std::optional<RankedPlan> best;
    for (std::size_t i = 0; i < ground_.modes.size(); ++i) {
      plan_.recompute = ground_.modes[i];
      if (plan_.expert_overlap && !perf::can_overlap_experts(plan_)) continue;
      LayerCost& layers = plan_.recomputes_some_layers() ? mixed_layers(*layers_[i]) : *layers_[i];
      const Bytes activations = perf::held_activations(layers.activations, in_flight, context_.stack);
      const std::size_t replicated = fitting(list.replicated(), activations), gathered = fitting(list.gathered(), activations);
      found_.counters.plans_in_space += list.size();
      found_.counters.plans_rejected_by_memory += list.size() - replicated - gathered;
      note_leanest(list.replicated(), activations);
      note_leanest(list.gathered(), activations);
      if (replicated + gathered == 0) continue;
      if (!layers.time) PartCosts::add_times(layers, context_, plan_);
      const perf::PipelineTime pipeline = perf::pipeline_time(context_, plan_, *layers.time, hop_);
      const perf::WeightWindow window = perf::weight_window(context_, plan_, pipeline);
      const Row row{.window = window,
                    .before = pipeline.work + pipeline.bubble + pipeline.point_to_point,
                    .busy = busy_in_pipeline(layers.busy, job_.model.layers, plan_),
                    .fixed = context_.fixed,
                    .slow = context_.slow,
                    .latest = latest_,
                    .law = ground_.law,
                    .complexity = complexity_of_layout(plan_)};
      if (!found_.ranking.keeps_all() && row.least_cost() > found_.ranking.limit()) continue;
      list.time_first(replicated, gathered);
      visit_group({least_replicated, price_replicated}, row, list.replicated(), replicated, activations, best);
      visit_group({least_gathered, price_gathered}, row, list.gathered(), gathered, activations, best);
    }
    if (best) found_.ranking.take_layout(*best);
  }

  /// Chunks and stages say which share of the layers is recomputed.
  LayerCost& mixed_layers(LayerCost& recomputed) {
    if (!kept_->time) PartCosts::add_times(*kept_, context_, plan_.with(Recompute::none));
    if (!recomputed.time) PartCosts::add_times(recomputed, context_, plan_.with(Recompute::full));
    mixed_ = LayerCost::mixed(*kept_, recomputed, perf::recomputed_share(job_.model.layers, plan_));
    return mixed_;
  }

  std::size_t fitting(const ShardingGroup& group, Bytes activations) const {
    return group.count_fitting(activations, ground_.available, context_.stack.context);
  }

  /// The laws of one group of choices.
  struct Laws {
    double (*least)(const Row&, const ShardingGroup&, std::size_t);
    void (*price)(const Row&, const ShardingGroup&, std::span<Time>, std::span<double>);
  };

  void visit_group(const Laws& laws, const Row& row, const ShardingGroup& group, std::size_t count, Bytes activations,
                   std::optional<RankedPlan>& best) {
    if (count == 0) return;
    found_.counters.plans_evaluated += count;
    const double lowest = laws.least(row, group, count);
    Ranking& ranking = found_.ranking;
    const double wanted = ranking.wants_below(row.complexity, group.memory(0, activations, context_.stack.context));
    if (lowest > ranking.limit() && lowest > wanted) return;
    if (steps_.size() < count) {
      steps_.resize(count);
      costs_of_row_.resize(count);
    }
    const std::span<double> costs(costs_of_row_.data(), count);
    laws.price(row, group, std::span<Time>(steps_.data(), count), costs);
    look_closer(row, group, costs, wanted, activations, best);
  }

  /// Plan by plan; few rows need it.
  [[gnu::noinline]] void look_closer(const Row& row, const ShardingGroup& group, std::span<const double> costs,
                                     double wanted_below, Bytes activations, std::optional<RankedPlan>& best) {
    for (std::size_t i = 0; i < costs.size(); ++i) {
      if (costs[i] > wanted_below && best && costs[i] > best->cost) continue;
      // Too slow, or a machine without links between its accelerators.
      if (!std::isfinite(costs[i]) || !is_finite(steps_[i])) continue;
      const Bytes memory = group.memory(i, activations, context_.stack.context);
      const Sharding& sharding = group.shardings[i];
      const int complex = row.complexity + complexity_of_sharding(sharding.zero_level, sharding.shard_group);
      const bool improves = !best || costs[i] <= best->cost, wanted = found_.ranking.wants(complex, costs[i], memory);
      if (!improves && !wanted) continue;
      plan_.zero_level = sharding.zero_level;
      plan_.shard_group = sharding.shard_group;
      const RankedPlan ranked{plan_, steps_[i], memory, costs[i]};
      if (wanted) found_.ranking.take(ranked);
      if (!best || preferred(ranked, *best)) best = ranked;
    }
  }

  void note_leanest(const ShardingGroup& group, Bytes activations) {
    if (group.size() == 0) return;
    const Bytes memory = group.memory(0, activations, context_.stack.context);
    if (found_.leanest && memory >= found_.leanest->memory) return;
    found_.leanest = RankedPlan{plan_, {}, memory, 0};
    found_.leanest->plan.zero_level = group.shardings[0].zero_level;
    found_.leanest->plan.shard_group = group.shardings[0].shard_group;
  }

  const Ground& ground_;
  const SearchJob& job_;
  const StepContext& context_;
  PartCosts& costs_;
  Findings& found_;
  ParallelPlan plan_;
  Time latest_{};
  Time hop_{};  ///< between stages, of the micro-batch and sequence split
  std::size_t micro_place_ = 0;
  std::array<LayerCost*, 3> layers_{};  ///< of the micro-batch and sequence split, by mode of recomputation
  LayerCost* kept_ = nullptr;           ///< and without any, where only some layers are recomputed
  LayerCost mixed_;
  std::vector<bool> splits_;
  std::vector<Time> steps_;
  std::vector<double> costs_of_row_;
};

}  // namespace

void Findings::merge(const Findings& other) {
  ranking.merge(other.ranking);
  counters.plans_in_space += other.counters.plans_in_space;
  counters.plans_rejected_by_memory += other.counters.plans_rejected_by_memory;
  counters.plans_evaluated += other.counters.plans_evaluated;
  if (other.leanest && (!leanest || other.leanest->memory < leanest->memory)) leanest = other.leanest;
}

Findings walk_all(const SearchJob& job) {
  const Ground ground(job);
  const std::vector<Part>& parts = ground.parts;
  // Neighbors share their findings, which saves keeping what another part has beaten; how many do changes no answer.
  const std::size_t pieces = job.space.threads == 1 ? 1 : std::min(parts.size(), kPieces);
  std::vector<Findings> found(pieces, Findings(job.space.top));
  parallel_for(pieces, job.space.threads, [&](std::size_t piece) {
    for (std::size_t i = parts.size() * piece / pieces; i < parts.size() * (piece + 1) / pieces; ++i) {
      PartCosts costs;
      Walker(ground, parts[i], costs, found[piece]).walk();
    }
  });
  Findings all(job.space.top);
  for (const Findings& one : found) all.merge(one);
  return all;
}

std::optional<RankedPlan> walk_for_best(const SearchJob& job, LayerCosts& costs) {
  const Ground ground(job);
  Findings found(1, Keep::best_only);
  for (const Part& part : ground.parts) Walker(ground, part, costs.of(part), found).walk();
  if (found.ranking.layouts().empty()) return std::nullopt;
  return found.ranking.layouts().front();
}

}  // namespace eigenbau::search

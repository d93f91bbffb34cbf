// Which plans does the space hold, and which of them fit and are worth keeping?
#include "search/walk.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "base/parallel.h"
#include "perf/pipeline.h"
#include "perf/weight_time.h"
#include "search/choices.h"
#include "search/ground.h"
#include "search/row.h"

namespace eigenbau::search {
namespace {

using perf::ParallelPlan;
using perf::Recompute;
using perf::StepContext;

constexpr double kRounded = 1e-6;    // of a layer: less is rounding
constexpr std::size_t kPieces = 64;  // of the space, when several threads share it

/// All plans of one part.
class Walker {
 public:
  Walker(const Ground& ground, const Part& part, PartCosts& costs, Findings& found)
      : ground_(ground),
        job_(ground.job),
        context_(ground.contexts[ground.format_of(part)]),
        latest_(ground.latest[ground.format_of(part)]),
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
      for (const bool split : splits_) {
        plan_.sequence_parallel = split;
        take_layers();
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

  /// Of the plan's micro-batch and sequence split.
  void take_layers() {
    const auto& all = ground_.batch_divisors;
    const auto micro = static_cast<std::size_t>(std::lower_bound(all.begin(), all.end(), plan_.micro_batch) - all.begin());
    hop_ = perf::hop_time(context_, plan_);
    least_part_.reset();
    for (std::size_t kind = 0; kind < ground_.kinds.size(); ++kind) {
      plan_.recompute = ground_.kinds[kind];
      layers_[kind] = &costs_.of(context_, plan_, micro, kind);
    }
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

  /// So many choices of each group, from the leanest.
  struct Counts {
    std::size_t replicated = 0, gathered = 0;
    bool operator==(const Counts&) const = default;
  };

  static Counts larger(const Counts& a, const Counts& b) {
    return {std::max(a.replicated, b.replicated), std::max(a.gathered, b.gathered)};
  }

  void visit_layout(ShardingList& list) {
    shape_ = perf::pipeline_shape(job_.model, plan_);
    in_flight_ = perf::layers_in_flight(job_.model, plan_);
    best_.reset();
    Counts kept, whole;
    for (std::size_t i = 0; i < ground_.recompute.always.size(); ++i) {
      if (!takes(ground_.recompute.always[i])) continue;
      kind_ = i;
      const Bytes activations = held_activations();
      const Counts fit = fitting(list, activations);
      const std::size_t evaluated = fit.replicated + fit.gathered;
      found_.counters.plans_in_space += list.size();
      found_.counters.plans_rejected_by_memory += list.size() - evaluated;
      found_.counters.plans_evaluated += evaluated;
      note_leanest(list.replicated(), activations);
      note_leanest(list.gathered(), activations);
      visit_choices(list, activations, {}, fit);
      if (plan_.recompute.mode == Recompute::none) kept = fit;
      if (plan_.recompute.mode == Recompute::full) whole = fit;
    }
    if (ground_.recompute.layers) visit_layers(list, kept, whole);
    if (best_) found_.ranking.take_layout(*best_);
  }

  /// Whether the plan can run with that recomputation, which it then has.
  bool takes(const Recompute& recompute) {
    plan_.recompute = recompute;
    return !plan_.expert_overlap || perf::can_overlap_experts(plan_);
  }

  /// Choices beyond `kept`, each with the least number of layers of a chunk that makes room for it: each of them frees as much,
  /// and none makes a step shorter. `whole`: that fit with all layers.
  void visit_layers(ShardingList& list, Counts kept, Counts whole) {
    const Counts most = larger(kept, whole);
    if (most == kept) return;
    plan_.recompute = Recompute::full;
    const double one = share_of(1);
    const Bytes least = held_by(kWhole);
    for (int layers = 1; kept != most; ++layers) {
      const double needed = perf::recomputed_share_to_hold(layers_[kKept]->activations, layers_[kWhole]->activations, in_flight_,
                                                           most_room(list, kept), context_.stack);
      layers = std::max(layers, static_cast<int>(std::ceil(std::clamp(needed, 0.0, 1.0) / one - kRounded)));
      if (!may_be_kept(least_with(std::min(1.0, layers * one)), list, least, kept, most)) return;
      // Memory is rounded: one layer more may be needed.
      Bytes activations{};
      Counts fit = kept;
      for (; fit == kept; ++layers) {
        if (share_of(layers) >= 1) return;
        activations = held_activations();
        fit = larger(kept, fitting(list, activations));
      }
      --layers;
      visit_choices(list, activations, kept, fit);
      kept = fit;
    }
  }

  double share_of(int layers) {
    plan_.recompute.num_layers = layers;
    return perf::recomputed_share(shape_.stages, plan_);
  }

  /// For activations, with the leanest choice beyond `kept`.
  Bytes most_room(const ShardingList& list, Counts kept) const {
    const auto room = [&](const ShardingGroup& group, std::size_t i) {
      return i < group.size() ? ground_.available - memory(group, i, {}) : Bytes{};
    };
    return std::max(room(list.replicated(), kept.replicated), room(list.gathered(), kept.gathered));
  }

  /// No plan costs less that recomputes that share of the layers, or more. What a layer takes is at least a part q of what it
  /// takes recomputed, and so is every part of a step without traffic of weights: c(s) >= (q + (1 - q)·s)·c(1). Where weights'
  /// gradients fill the drain, the bubble's share of the work falls as well, by a part r at the most, and the tangent of both is
  /// below: q - r for q.
  double least_with(double share) {
    if (!least_part_) least_part_ = LayerCost::least_part(timed(kKept), timed(kWhole));
    double part = *least_part_;
    if (plan_.schedule == perf::Schedule::zero_bubble || plan_.schedule == perf::Schedule::dual_pipe) {
      const double kept = timed(kKept).time->forward_share, whole = timed(kWhole).time->forward_share;
      part = std::max(0.0, part - (1 - (1 - 2 * kept) / (1 - 2 * whole)));
    }
    return (part + (1 - part) * share) * least_whole_;
  }

  /// Whether choices that cost at least so much, and hold so much of activations or more, can change what is kept.
  bool may_be_kept(double cost, const ShardingList& list, Bytes activations, Counts from, Counts to) const {
    const Ranking& ranking = found_.ranking;
    if (cost <= ranking.limit() && (!best_ || cost <= best_->cost)) return true;
    const auto wanted = [&](const ShardingGroup& group, std::size_t first, std::size_t last) {
      return first < last && cost <= ranking.wants_below(complexity_of_layout(plan_), memory(group, first, activations));
    };
    return wanted(list.replicated(), from.replicated, to.replicated) || wanted(list.gathered(), from.gathered, to.gathered);
  }

  /// Choices that fit, from so many on to so many, with the plan's recomputation.
  void visit_choices(ShardingList& list, Bytes activations, Counts from, Counts to) {
    if (from == to) return;
    const Row row = row_of(timed_layers());
    if (plan_.recompute == Recompute::full) least_whole_ = row.least_cost();
    if (!found_.ranking.keeps_all() && row.least_cost() > found_.ranking.limit()) return;
    list.time_first(to.replicated, to.gathered);
    visit_group({least_replicated, price_replicated}, row, list.replicated(), {from.replicated, to.replicated}, activations);
    visit_group({least_gathered, price_gathered}, row, list.gathered(), {from.gathered, to.gathered}, activations);
  }

  /// Its window is that of the row which was asked last.
  Row row_of(const LayerCost& layers) {
    const perf::PipelineTime pipeline = perf::pipeline_time(context_, plan_, shape_, *layers.time, hop_);
    window_ = perf::weight_window(context_, plan_, pipeline);
    return {.window = window_,
            .before = pipeline.work + pipeline.bubble + pipeline.point_to_point,
            .busy = busy_in_pipeline(layers.busy, job_.model.layers, plan_),
            .fixed = context_.fixed,
            .slow = context_.slow,
            .latest = latest_,
            .law = ground_.law,
            .complexity = complexity_of_layout(plan_)};
  }

  const LayerCost& timed(std::size_t kind) {
    LayerCost& layers = *layers_[kind];
    if (!layers.time) PartCosts::add_times(layers, context_, plan_.with(ground_.kinds[kind]));
    return layers;
  }

  /// Of the plan's recomputation. Chunks and stages say which share of the layers some of them are.
  const LayerCost& timed_layers() {
    if (!plan_.recomputes_some_layers()) return timed(kind_);
    mixed_ = LayerCost::mixed(timed(kKept), timed(kWhole), perf::recomputed_share(shape_.stages, plan_));
    return mixed_;
  }

  Bytes held_by(std::size_t kind) const { return perf::held_activations(layers_[kind]->activations, in_flight_, context_.stack); }

  Bytes held_activations() const {
    if (!plan_.recomputes_some_layers()) return held_by(kind_);
    const double share = perf::recomputed_share(shape_.stages, plan_);
    return perf::held_activations(perf::ActivationBytes::mixed(layers_[kKept]->activations, layers_[kWhole]->activations, share),
                                  in_flight_, context_.stack);
  }

  Bytes memory(const ShardingGroup& group, std::size_t i, Bytes activations) const {
    return group.memory(i, activations, context_.stack.context);
  }

  Counts fitting(const ShardingList& list, Bytes activations) const {
    const auto count = [&](const ShardingGroup& group) {
      return group.count_fitting(activations, ground_.available, context_.stack.context);
    };
    return {count(list.replicated()), count(list.gathered())};
  }

  /// The laws of one group of choices.
  struct Laws {
    double (*least)(const Row&, const ShardingGroup&, Run);
    void (*price)(const Row&, const ShardingGroup&, std::size_t, std::span<Time>, std::span<double>);
  };

  void visit_group(const Laws& laws, const Row& row, const ShardingGroup& group, Run run, Bytes activations) {
    const std::size_t count = run.size();
    if (count == 0) return;
    const double lowest = laws.least(row, group, run);
    Ranking& ranking = found_.ranking;
    const double wanted = ranking.wants_below(row.complexity, memory(group, run.first, activations));
    if (lowest > ranking.limit() && lowest > wanted) return;
    if (steps_.size() < count) {
      steps_.resize(count);
      costs_of_row_.resize(count);
    }
    const std::span<double> costs(costs_of_row_.data(), count);
    laws.price(row, group, run.first, std::span<Time>(steps_.data(), count), costs);
    look_closer(row, group, run, costs, wanted, activations);
  }

  /// Plan by plan; few rows need it.
  [[gnu::noinline]] void look_closer(const Row& row, const ShardingGroup& group, Run run, std::span<const double> costs,
                                     double wanted_below, Bytes activations) {
    for (std::size_t i = 0; i < costs.size(); ++i) {
      if (costs[i] > wanted_below && best_ && costs[i] > best_->cost) continue;
      // Too slow, or a machine without links between its accelerators.
      if (!std::isfinite(costs[i]) || !is_finite(steps_[i])) continue;
      const Bytes needed = memory(group, run.first + i, activations);
      const Sharding& sharding = group.shardings[run.first + i];
      const int complex = row.complexity + complexity_of_sharding(sharding.zero_level, sharding.shard_group);
      const bool improves = !best_ || costs[i] <= best_->cost, wanted = found_.ranking.wants(complex, costs[i], needed);
      if (!improves && !wanted) continue;
      plan_.zero_level = sharding.zero_level;
      plan_.shard_group = sharding.shard_group;
      const RankedPlan ranked{plan_, steps_[i], needed, costs[i]};
      if (wanted) found_.ranking.take(ranked);
      if (!best_ || preferred(ranked, *best_)) best_ = ranked;
    }
  }

  void note_leanest(const ShardingGroup& group, Bytes activations) {
    if (group.size() == 0) return;
    const Bytes needed = memory(group, 0, activations);
    if (found_.leanest && needed >= found_.leanest->memory) return;
    found_.leanest = RankedPlan{plan_, {}, needed, 0};
    found_.leanest->plan.zero_level = group.shardings[0].zero_level;
    found_.leanest->plan.shard_group = group.shardings[0].shard_group;
  }

  const Ground& ground_;
  const SearchJob& job_;
  const StepContext& context_;
  const Time latest_;
  PartCosts& costs_;
  Findings& found_;
  std::vector<bool> splits_;
  ParallelPlan plan_;
  // Of the micro-batch and sequence split:
  Time hop_{};                                              ///< between stages
  std::array<LayerCost*, PartCosts::kMostKinds> layers_{};  ///< by kind of recomputation
  std::optional<double> least_part_;                        ///< of what a recomputed layer costs, that one costs which is kept
  // Of the layout:
  perf::PipelineShape shape_;
  perf::LayersInFlight in_flight_;
  std::optional<RankedPlan> best_;
  double least_whole_ = 0;  ///< nor one with whole layers, where some of these fit
  // Of the plan:
  std::size_t kind_ = 0;  ///< of its recomputation, unless that is a mean of two
  LayerCost mixed_;
  perf::WeightWindow window_;
  std::vector<Time> steps_;
  std::vector<double> costs_of_row_;
};

}  // namespace

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

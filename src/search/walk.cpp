// Which plans does the space hold, and which of them fit and are worth keeping?
#include "search/walk.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <numeric>

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
          if (runs) visit_overlaps(one);
        }
      }
    }
  }

  struct Chunked {
    Interleave interleave;
    perf::StageShape stages;
    ShardingList* choices;
  };

  std::vector<Chunked> chunked(ShardingChoices& choices, bool fills) {
    std::vector<Chunked> list;
    for (const Interleave& interleave : interleaves(job_, plan_.pp, fills)) {
      plan_.vp = interleave.vp;
      plan_.schedule = interleave.schedule;
      ShardingList& shardings = choices.of_layout(plan_);
      if (shardings.size() > 0) list.push_back({interleave, perf::stage_shape(job_.model, plan_), &shardings});
    }
    return list;
  }

  /// Of the plan's micro-batch and sequence split.
  void take_layers() {
    const auto& all = ground_.batch_divisors;
    const auto micro = static_cast<std::size_t>(std::lower_bound(all.begin(), all.end(), plan_.micro_batch) - all.begin());
    hop_ = perf::hop_time(context_, plan_);
    least_part_.reset();
    layers_ = &costs_.of(context_, plan_, micro, ground_.kinds);
  }

  /// Without and with the traffic of experts beside another micro-batch.
  void visit_overlaps(const Chunked& chunked) {
    for (const bool overlaps : {false, true}) {
      plan_.recompute = Recompute::none;
      if (!admits_expert_overlap(job_, plan_, overlaps)) continue;
      plan_.expert_overlap = overlaps;
      visit_layout(chunked);
    }
  }

  /// So many choices of each group, from the leanest.
  using Counts = std::array<std::uint32_t, kMostGroups>;

  static Counts larger(const Counts& a, const Counts& b) {
    Counts counts;
    std::ranges::transform(a, b, counts.begin(), [](std::uint32_t one, std::uint32_t other) { return std::max(one, other); });
    return counts;
  }

  /// What all recomputations and shardings of a layout share.
  struct Layout {
    ShardingList& list;
    perf::PipelineShape shape;
    perf::LayersInFlight in_flight;
    int complexity = 0;
  };

  void visit_layout(const Chunked& chunked) {
    ShardingList& list = *chunked.choices;
    const Layout layout{list, perf::pipeline_shape(context_, plan_, chunked.stages, hop_),
                        perf::layers_in_flight(chunked.stages, job_.model, plan_), complexity_of_layout(plan_)};
    best_.reset();
    Counts kept{}, whole{};
    for (std::size_t i = 0; i < ground_.recompute.always.size(); ++i) {
      if (!takes(ground_.recompute.always[i])) continue;
      kind_ = i;
      const HeldActivations held = held_activations(layout);
      const Counts fit = fitting(list, held);
      const std::size_t evaluated = std::accumulate(fit.begin(), fit.begin() + list.groups().size(), std::size_t{0});
      found_.counters.plans_in_space += list.size();
      found_.counters.plans_rejected_by_memory += list.size() - evaluated;
      found_.counters.plans_evaluated += evaluated;
      for (const ShardingGroup& group : list.groups()) note_leanest(group, held);
      visit_choices(layout, held, {}, fit);
      if (plan_.recompute.mode == Recompute::none) kept = fit;
      if (plan_.recompute.mode == Recompute::full) whole = fit;
    }
    if (ground_.recompute.layers) visit_layers(layout, kept, whole);
    if (best_) found_.ranking.take_layout(*best_);
  }

  /// Whether the plan can run with that recomputation, which it then has.
  bool takes(const Recompute& recompute) {
    plan_.recompute = recompute;
    return !plan_.expert_overlap || perf::can_overlap_experts(plan_);
  }

  /// Choices beyond `kept`, each with the least number of layers of a chunk that makes room for it: each of them frees as much,
  /// and none makes a step shorter. `whole`: that fit with all layers.
  void visit_layers(const Layout& layout, Counts kept, Counts whole) {
    const Counts most = larger(kept, whole);
    if (most == kept) return;
    plan_.recompute = Recompute::full;
    const ShardingList& list = layout.list;
    const double one = share_of(layout, 1);
    const HeldActivations least = held_by(layout, kWhole);
    for (int layers = 1; kept != most; ++layers) {
      layers = std::max(layers, static_cast<int>(std::ceil(share_to_hold_more(layout, kept) / one - kRounded)));
      if (!may_be_kept(least_with(std::min(1.0, layers * one)), layout, least, kept, most)) return;
      // Memory is rounded: one layer more may be needed.
      HeldActivations held;
      Counts fit = kept;
      for (; fit == kept; ++layers) {
        if (share_of(layout, layers) >= 1) return;
        held = held_activations(layout);
        fit = larger(kept, fitting(list, held));
      }
      --layers;
      visit_choices(layout, held, kept, fit);
      kept = fit;
    }
  }

  double share_of(const Layout& layout, int layers) {
    plan_.recompute.num_layers = layers;
    return perf::recomputed_share(layout.shape.stages.layers, plan_);
  }

  /// Share of the layers to recompute so that one more choice fits, the leanest beyond `kept` of one of the groups.
  double share_to_hold_more(const Layout& layout, const Counts& kept) const {
    double share = 1;
    for (std::size_t i = 0; i < layout.list.groups().size(); ++i) {
      const ShardingGroup& group = layout.list.groups()[i];
      if (kept[i] >= group.size()) continue;
      perf::PerStage<Bytes> room;
      for (std::size_t stage = 0; stage < room.size(); ++stage)
        room[stage] = ground_.available - group.memory_of(stage, kept[i], {}, context_.stack.context);
      share =
          std::min(share, perf::recomputed_share_to_hold(layers_->kinds[kKept].activations, layers_->kinds[kWhole].activations,
                                                         layout.in_flight, room, context_.stack));
    }
    return share;
  }

  /// No plan costs less that recomputes that share of the layers, or more. What a layer takes is at least a part q of what it
  /// takes recomputed, and so is every part of a step without traffic of weights: c(s) >= (q + (1 - q)·s)·c(1). Where weights'
  /// gradients fill the drain, the bubble's share of the work falls as well, by a part r at the most, and the tangent of both is
  /// below: q - r for q.
  double least_with(double share) {
    if (!least_part_) least_part_ = LayerCost::least_part(timed(kKept), timed(kWhole));
    double part = *least_part_;
    if (plan_.schedule == perf::Schedule::zero_bubble || plan_.schedule == perf::Schedule::dual_pipe) {
      const double kept = perf::kept_drain(plan_, timed(kKept).time->shares),
                   whole = perf::kept_drain(plan_, timed(kWhole).time->shares);
      if (whole > 0) part = std::max(0.0, part - (1 - kept / whole));
    }
    return (part + (1 - part) * share) * least_whole_;
  }

  /// Whether choices that cost at least so much, and hold so much of activations or more, can change what is kept.
  bool may_be_kept(double cost, const Layout& layout, const HeldActivations& held, const Counts& from, const Counts& to) const {
    if (cost <= improves_at()) return true;
    const int complexity = complexity_of(layout);
    const std::vector<ShardingGroup>& groups = layout.list.groups();
    for (std::size_t i = 0; i < groups.size(); ++i)
      if (from[i] < to[i] && cost <= found_.ranking.wants_below(complexity, memory(groups[i], from[i], held))) return true;
    return false;
  }

  int complexity_of(const Layout& layout) const { return layout.complexity + complexity_of_recompute(plan_.recompute); }

  /// Choices that fit, from so many on to so many, with the plan's recomputation. Whether any of them can be kept is asked four
  /// times, each dearer than the one before: of the work of the fullest stage, of the step without its weights, of the least of
  /// all choices, of each of them.
  void visit_choices(const Layout& layout, const HeldActivations& held, const Counts& from, const Counts& to) {
    if (from == to) return;
    const LayerCost& layers = timed_layers(layout);
    const int complexity = complexity_of(layout);
    std::vector<ShardingGroup>& groups = layout.list.groups();
    const auto candidates_of = [&](std::size_t i) { return candidates(complexity, groups[i], {from[i], to[i]}, held); };
    double kept_below = -1;
    for (std::size_t i = 0; i < groups.size(); ++i) kept_below = std::max(kept_below, candidates_of(i).kept_below);
    const Time busy = busy_in_pipeline(layers.busy, layout.shape.micro_batches, job_.model.layers, plan_.pp);
    double least = least_cost(perf::least_work(layout.shape, *layers.time), busy);
    if (least > kept_below) {
      if (plan_.recompute == Recompute::full) least_whole_ = least;
      return;
    }
    const Row row = row_of(layout, layers, busy, complexity);
    least = least_cost(row.before, busy);
    if (plan_.recompute == Recompute::full) least_whole_ = least;
    for (std::size_t i = 0; i < groups.size(); ++i) {
      const Candidates some = candidates_of(i);
      if (least <= some.kept_below) visit_group(row, layout.list, groups[i], some, held);
    }
  }

  /// Of a step that takes so much before its weights travel and are updated.
  double least_cost(Time before, Time busy) const {
    const Time parts = before + context_.fixed;
    return ground_.law(parts + context_.slow * parts, busy);
  }

  Row row_of(const Layout& layout, const LayerCost& layers, Time busy, int complexity) const {
    const perf::PipelineTime pipeline = perf::pipeline_time(context_, plan_, layout.shape, *layers.time);
    return {.window = perf::weight_window(context_, plan_, pipeline),
            .before = pipeline.work + pipeline.bubble + pipeline.point_to_point,
            .busy = busy,
            .fixed = context_.fixed,
            .slow = context_.slow,
            .latest = latest_,
            .law = ground_.law,
            .complexity = complexity};
  }

  const LayerCost& timed(std::size_t kind) {
    const LayerCost& layers = layers_->kinds[kind];
    if (!layers.time) layers_->add_times(kind, context_, plan_.with(ground_.kinds[kind]));
    return layers;
  }

  /// Of the plan's recomputation. Chunks and stages say which share of the layers some of them are.
  const LayerCost& timed_layers(const Layout& layout) {
    if (!plan_.recomputes_some_layers()) return timed(kind_);
    mixed_ = LayerCost::mixed(timed(kKept), timed(kWhole), perf::recomputed_share(layout.shape.stages.layers, plan_));
    return mixed_;
  }

  HeldActivations held_by(const Layout& layout, std::size_t kind) const { return held(layout, layers_->kinds[kind].activations); }

  HeldActivations held_activations(const Layout& layout) const {
    if (!plan_.recomputes_some_layers()) return held_by(layout, kind_);
    const double share = perf::recomputed_share(layout.shape.stages.layers, plan_);
    return held(layout,
                perf::ActivationBytes::mixed(layers_->kinds[kKept].activations, layers_->kinds[kWhole].activations, share));
  }

  HeldActivations held(const Layout& layout, const perf::ActivationBytes& bytes) const {
    return layout.list.held(perf::held_activations(bytes, layout.in_flight, context_.stack));
  }

  Bytes memory(const ShardingGroup& group, std::size_t i, const HeldActivations& held) const {
    return group.memory(i, held, context_.stack.context);
  }

  Counts fitting(const ShardingList& list, const HeldActivations& held) const {
    Counts counts{};
    for (std::size_t i = 0; i < list.groups().size(); ++i)
      counts[i] = static_cast<std::uint32_t>(list.groups()[i].count_fitting(held, ground_.available, context_.stack.context));
    return counts;
  }

  /// Some of a group.
  struct Candidates {
    Run run;
    double kept_below = -1;  ///< what costs more changes nothing
  };

  Candidates candidates(int complexity, const ShardingGroup& group, Run run, const HeldActivations& held) const {
    if (run.size() == 0) return {run, -1};
    const double wanted = found_.ranking.wants_below(complexity, memory(group, run.first, held));
    return {run, std::max(found_.ranking.limit(), wanted)};
  }

  void visit_group(const Row& row, ShardingList& list, ShardingGroup& group, const Candidates& some,
                   const HeldActivations& held) {
    const std::size_t count = some.run.size();
    list.time_first(group, some.run.last);
    if ((group.gathered ? least_gathered : least_replicated)(row, group, some.run) > some.kept_below) return;
    if (steps_.size() < count) {
      steps_.resize(count);
      costs_of_row_.resize(count);
    }
    const std::span<double> costs(costs_of_row_.data(), count);
    (group.gathered ? price_gathered : price_replicated)(row, group, some.run.first, std::span<Time>(steps_.data(), count),
                                                         costs);
    look_closer(row, group, some, held, costs);
  }

  /// Plan by plan; few rows need it.
  [[gnu::noinline]] void look_closer(const Row& row, const ShardingGroup& group, const Candidates& some,
                                     const HeldActivations& held, std::span<const double> costs) {
    for (std::size_t i = 0; i < costs.size(); ++i) {
      if (costs[i] > some.kept_below) continue;
      // Too slow, or a machine without links between its accelerators.
      if (!std::isfinite(costs[i]) || !is_finite(steps_[i])) continue;
      const Bytes needed = memory(group, some.run.first + i, held);
      const Sharding& sharding = group.shardings[some.run.first + i];
      const int complex = row.complexity + complexity_of_sharding(sharding.zero_level, sharding.shard_group);
      const bool improves = costs[i] <= improves_at(), wanted = found_.ranking.wants(complex, costs[i], needed);
      if (!improves && !wanted) continue;
      plan_.zero_level = sharding.zero_level;
      plan_.shard_group = sharding.shard_group;
      const RankedPlan ranked{plan_, steps_[i], needed, costs[i]};
      if (wanted) found_.ranking.take(ranked);
      if (!best_ || preferred(ranked, *best_)) best_ = ranked;
    }
  }

  /// A plan that costs more is neither the best of its layout nor, if it is, kept.
  double improves_at() const {
    const double limit = found_.ranking.limit();
    return best_ ? std::min(limit, best_->cost) : limit;
  }

  void note_leanest(const ShardingGroup& group, const HeldActivations& held) {
    const Bytes needed = memory(group, 0, held);
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
  Time hop_{};  ///< between stages
  MicroBatchCosts* layers_ = nullptr;
  std::optional<double> least_part_;  ///< of what a recomputed layer costs, that one costs which is kept
  // Of the layout:
  std::optional<RankedPlan> best_;
  double least_whole_ = 0;  ///< nor one with whole layers, where some of these fit
  // Of the plan:
  std::size_t kind_ = 0;  ///< of its recomputation, unless that is a mean of two
  LayerCost mixed_;
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

// What do one micro-batch's layers cost, each kind of them worked out once?
#include "search/layer_costs.h"

#include <algorithm>

namespace eigenbau::search {

LayerCost LayerCost::mixed(const LayerCost& kept, const LayerCost& recomputed, double share) {
  return {.activations = perf::ActivationBytes::mixed(kept.activations, recomputed.activations, share),
          .time = perf::MicroBatchTime::mixed(*kept.time, *recomputed.time, share),
          .busy = BusyTime::mixed(kept.busy, recomputed.busy, share)};
}

double LayerCost::least_part(const LayerCost& kept, const LayerCost& recomputed) {
  double least = 1;
  const auto part = [&](Time without, Time with) {
    if (with > Time{}) least = std::min(least, without / with);
  };
  const perf::MicroBatchTime &a = *kept.time, &b = *recomputed.time;
  for (const perf::LayerSums perf::MicroBatchTime::* sums :
       {&perf::MicroBatchTime::without_experts, &perf::MicroBatchTime::with_experts, &perf::MicroBatchTime::mtp}) {
    part((a.*sums).total, (b.*sums).total);
    part((a.*sums).total - (a.*sums).paired, (b.*sums).total - (b.*sums).paired);
  }
  part(kept.busy.layer, recomputed.busy.layer);
  part(kept.busy.ends, recomputed.busy.ends);
  return least;
}

LayerCost& PartCosts::of(const perf::StepContext& context, const perf::ParallelPlan& plan, std::size_t micro, std::size_t kind) {
  constexpr std::size_t kSplits = 2;
  const std::size_t place = (micro * kSplits + plan.sequence_parallel) * kMostKinds + kind;
  if (place >= costs_.size()) costs_.resize((micro + 1) * kSplits * kMostKinds);
  std::optional<LayerCost>& cost = costs_[place];
  if (!cost) cost = LayerCost{.activations = perf::activation_bytes(context.shape, plan, context.stack), .time = {}, .busy = {}};
  return *cost;
}

void PartCosts::add_times(LayerCost& cost, const perf::StepContext& context, const perf::ParallelPlan& plan) {
  const perf::MicroBatch priced = perf::micro_batch(context, plan);
  cost.time = priced;
  cost.busy = busy_time(context, priced);
}

}  // namespace eigenbau::search

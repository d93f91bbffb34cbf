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

MicroBatchCosts& PartCosts::of(const perf::StepContext& context, const perf::ParallelPlan& plan, std::size_t micro,
                               std::span<const perf::Recompute> kinds) {
  constexpr std::size_t kSplits = 2;
  const std::size_t place = micro * kSplits + plan.sequence_parallel;
  if (place >= costs_.size()) costs_.resize((micro + 1) * kSplits);
  std::optional<MicroBatchCosts>& costs = costs_[place];
  if (costs) return *costs;
  costs.emplace();
  for (std::size_t kind = 0; kind < kinds.size(); ++kind)
    costs->kinds[kind].activations = perf::activation_bytes(context.shape, plan.with(kinds[kind]), context.stack);
  return *costs;
}

void MicroBatchCosts::add_times(std::size_t kind, const perf::StepContext& context, const perf::ParallelPlan& plan) {
  if (!device) device = perf::device_times(context, plan);
  const perf::MicroBatch priced = perf::micro_batch(context, plan, *device);
  kinds[kind].time = priced;
  kinds[kind].busy = busy_time(context, priced);
}

}  // namespace eigenbau::search

// What do one micro-batch's layers cost, each kind of them worked out once?
#include "search/layer_costs.h"

namespace eigenbau::search {

LayerCost LayerCost::mixed(const LayerCost& kept, const LayerCost& recomputed, double share) {
  return {.activations = perf::ActivationBytes::mixed(kept.activations, recomputed.activations, share),
          .time = perf::MicroBatchTime::mixed(*kept.time, *recomputed.time, share),
          .busy = BusyTime::mixed(kept.busy, recomputed.busy, share)};
}

LayerCost& PartCosts::of(const perf::StepContext& context, const perf::ParallelPlan& plan, std::size_t micro) {
  constexpr std::size_t kModes = 4, kSplits = 2;
  const std::size_t place = (micro * kSplits + plan.sequence_parallel) * kModes + static_cast<std::size_t>(plan.recompute.mode);
  if (place >= costs_.size()) costs_.resize((micro + 1) * kSplits * kModes);
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

// What does a step cost in the terms in which plans are compared: time, energy or money?
#include "search/cost.h"

#include "perf/pipeline.h"
#include "perf/weight_time.h"

namespace eigenbau::search {
namespace {

/// Of a layer's recomputation, only what is not traffic computes.
Time compute_of(const perf::LayerStep& layer) {
  const perf::LayerTime& t = layer.device;
  return t.compute_forward() + t.compute_backward() + layer.recompute - layer.recompute_traffic;
}

BusyTime busy_of(const perf::StepContext& context, const perf::ParallelPlan& plan) {
  using perf::Recompute;
  if (!plan.recomputes_some_layers()) return busy_time(context, perf::micro_batch(context, plan));
  return BusyTime::mixed(busy_of(context, plan.with(Recompute::none)), busy_of(context, plan.with(Recompute::full)),
                         perf::recomputed_share(context.shape.layers(), plan));
}

}  // namespace

BusyTime BusyTime::mixed(const BusyTime& kept, const BusyTime& recomputed, double share) {
  return {.layer = (1 - share) * kept.layer + share * recomputed.layer,
          .ends = (1 - share) * kept.ends + share * recomputed.ends};
}

CostLaw cost_law(const SearchSpace& space) {
  switch (space.objective) {
    case Objective::energy:
      return {space.gpus * space.waiting_power.base(), space.gpus * (space.busy_power - space.waiting_power).base()};
    case Objective::money:
      return {space.gpus * space.gpu_cost.base(), 0};
    default:
      return {};
  }
}

Energy step_energy(const SearchSpace& space, int gpus, Time step, Time busy) {
  return static_cast<double>(gpus) * (space.waiting_power * step + (space.busy_power - space.waiting_power) * busy);
}

Money step_money(const SearchSpace& space, int gpus, Time step) { return static_cast<double>(gpus) * (space.gpu_cost * step); }

BusyTime busy_time(const perf::StepContext& context, const perf::MicroBatch& micro) {
  const double moe = context.shape.moe_share();
  const Time dense = compute_of(micro.dense), experts = compute_of(micro.moe);
  return {.layer = (1 - moe) * dense + moe * experts,
          .ends = micro.head + context.shape.mtp_layers * (moe > 0 ? experts : dense)};
}

Time busy_in_step(const catalog::Model& model, const perf::Machine& machine, const catalog::TrainingConstants& stack,
                  const perf::ParallelPlan& plan) {
  const perf::StepContext context = perf::step_context(model, machine, stack, plan);
  return busy_in_pipeline(busy_of(context, plan), plan.micro_batches(), model.layers, plan.pp) +
         perf::weight_time(context, plan).optimizer;
}

}  // namespace eigenbau::search

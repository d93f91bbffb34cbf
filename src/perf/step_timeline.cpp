// What happens when during one training step?
#include "perf/step_timeline.h"

#include <algorithm>
#include <cmath>

#include "perf/pipeline.h"
#include "perf/stage_experts.h"

namespace eigenbau::perf {
namespace {

/// Layers of each stage of the pipeline.
std::vector<double> layers_of_stages(int layers, const ParallelPlan& plan) {
  const StageLayers stages = stage_layers(layers, plan);
  std::vector<double> count(static_cast<std::size_t>(plan.pp), stages.mean);
  if (plan.pp == 1 || stages.most == stages.last) return count;
  const int before = plan.pp - 1;
  const double rest = layers - stages.last;
  const double fewer = std::floor(rest / before);
  const int fuller = static_cast<int>(std::round(rest - fewer * before));
  for (int stage = 0; stage < before; ++stage)
    count[static_cast<std::size_t>(stage)] = fewer + (stage >= 1 && stage <= fuller ? 1 : 0);
  if (fuller == before) count[0] = fewer + 1;
  count.back() = stages.last;
  return count;
}

std::vector<StageTime> times_of_stages(const catalog::Model& model, const ParallelPlan& plan, const MicroBatch& micro,
                                       double moe_share) {
  const auto mean = [&](auto member) { return (1 - moe_share) * member(micro.dense) + moe_share * member(micro.moe); };
  const Time device = mean([](const LayerStep& l) { return l.device.forward() + l.device.backward() + l.recompute; });
  const double forward = mean([](const LayerStep& l) { return l.device.forward(); }) / device;
  const std::vector<double> layers = layers_of_stages(model.layers, plan);
  const int chunks = plan.schedule == Schedule::dual_pipe ? 1 : plan.vp;
  std::vector<StageTime> times;
  for (int stage = 0; stage < plan.pp * chunks; ++stage) {
    const double count = layers[static_cast<std::size_t>(stage % plan.pp)];
    const double sparse = count > 0 ? std::min(1.0, expert_layers(model, plan, stage % plan.pp) / count) : 0;
    const Time work = count / chunks * micro.layer(sparse).total;
    times.push_back({.forward = forward * work, .backward = (1 - forward) * work, .weights = micro.shares.weights * work});
  }
  // The output layer's backward pass is two products, its forward pass one; predicted tokens further on cost whole layers.
  times.back().forward += micro.head / 3 + forward * micro.mtp.total;
  times.back().backward += 2 * (micro.head / 3) + (1 - forward) * micro.mtp.total;
  times.back().weights += (plan.freezes_weights() ? Time{} : micro.head / 3) + micro.shares.weights * micro.mtp.total;
  return times;
}

}  // namespace

StepTimeline step_timeline(const catalog::Model& model, const Machine& machine, const ParallelPlan& original,
                           const catalog::Stack& stack) {
  StepTimeline timeline{.step = training_step(model, machine, original, stack)};
  ParallelPlan plan = original;
  if (plan.sequence_length <= 0) plan.sequence_length = model.sequence_length;
  plan.recompute = timeline.step.recompute_mode;
  const StepContext job = step_context(model, machine, stack.training, plan);
  const MicroBatch micro = micro_batch(job, plan);
  const PipelineTime law = pipeline_time(job, plan, micro, hop_time(job, plan));
  const double hops = 2.0 * std::max(1, plan.micro_batches()) * plan.pp * plan.vp;
  const Time hop = plan.pp > 1 ? law.point_to_point / hops : Time{};
  timeline.work = pipeline_schedule(plan, times_of_stages(model, plan, micro, job.shape.moe_share()), hop);
  Time end{};
  for (const PipelineWork& work : timeline.work) end = std::max(end, work.end);
  timeline.pipeline_end = law.work + law.bubble + law.point_to_point;
  if (end > Time{}) timeline.stretch = timeline.pipeline_end / end;
  for (PipelineWork& work : timeline.work) work.start *= timeline.stretch, work.end *= timeline.stretch;
  return timeline;
}

}  // namespace eigenbau::perf

// How long is one training step, and where does the time go?
#include "perf/training_step.h"

#include <algorithm>
#include <cmath>

#include "perf/adapters.h"
#include "perf/cuda_graphs.h"
#include "perf/default_plan.h"
#include "perf/error_band.h"
#include "perf/layer.h"
#include "perf/model_shape.h"
#include "perf/pipeline.h"
#include "perf/stage_experts.h"
#include "perf/weight_time.h"

namespace eigenbau::perf {
namespace {

using catalog::TrainingConstants;

constexpr double kActivationBytes = 2;
/// Under DualPipe 20 of an H800's 132 multiprocessors move tokens all the time (DeepSeek-V3 report): products and attention have
/// the others.
constexpr double kMovingTokens = 20.0 / (132 - 20);

/// The p-norm of two times: near the larger, above it when they are close.
Time joined(Time a, Time b, double power) {
  const double large = std::max(a.base(), b.base()), small = std::min(a.base(), b.base());
  if (small <= 0) return Time::from_base(large);
  return Time::from_base(large * std::pow(1 + std::pow(small / large, power), 1 / power));
}

/// What the backward pass of a layer does again.
struct Repeated {
  Time total{};
  Time traffic{};   ///< of that, exposed
  Time exchange{};  ///< of that, tokens on their way to experts
};

Repeated forward_of(const LayerTime& t) { return {t.forward(), t.forward() - t.compute_forward(), t.expert_traffic_forward}; }

Repeated repeated(const StepContext& job, const ParallelPlan& plan, const LayerTime& t, bool moe) {
  switch (plan.recompute.mode) {
    case Recompute::full:
      return forward_of(t);
    case Recompute::selective: {
      if (!plan.recompute.modules.empty())
        return forward_of(module_time(job.shape, job, plan, job.rates, moe, plan.recompute.modules));
      // Attention works on the keys and values of other ranks, which come again.
      if (recomputes_attention_alone(job.shape, plan, job.stack))
        return {t.attention_forward + t.context_forward, t.context_forward};
      // What is scattered is kept, what is gathered for a product is gathered again: half of tensor parallelism's traffic.
      const Time gathered = job.stack.selective_share * (t.tensor_forward / 2);
      return {job.stack.selective_share * t.compute_forward() + gathered, gathered};
    }
    default:
      return {};
  }
}

/// What a layer keeps on its way to the host beside the forward pass, and back beside the backward pass; 0 where it stays.
Time offload_time(const StepContext& job, const ParallelPlan& plan) {
  if (!plan.offload_activations) return {};
  const ActivationBytes kept = activation_bytes(job.shape, plan, job.stack);
  return Bytes::from_base(kept.of_mean_layer(job.shape.moe_share()) * kept.tokens) / job.machine.host_link();
}

LayerStep layer_step(const StepContext& job, const ParallelPlan& plan, const LayerTime& times, bool moe) {
  // Of the p-norm that joins device and host: beside a dense layer the host runs ahead, experts wait for token counts.
  // Source: docs/methods/training.md.
  constexpr double kDensePower = 6, kMoePower = 2;
  const TrainingConstants& stack = job.stack;
  LayerStep step;
  step.passes = plan.freezes_weights() ? 2 : 3;
  step.device = times;
  const Repeated again = repeated(job, plan, times, moe);
  step.recompute = again.total;
  step.recompute_traffic = again.traffic;
  const double passes = plan.recompute.mode == Recompute::full ? 4.0 / 3 : 1;
  const Time work = step.device.forward() + step.device.backward() + step.recompute;
  const Time gpu = work + (moe ? Time{} : passes * stack.kernel_gap);
  const Time launches = passes * step.device.host;
  const Time offload = offload_time(job, plan);
  const double forward = work > Time{} ? step.device.forward() / work : 0;
  const auto with_launches = [&](Time device) {
    const Time time = plan.blocking_launches || stack.blocking_launches ? device + launches + stack.host_blocking
                                                                        : joined(device, launches, moe ? kMoePower : kDensePower);
    return offload > Time{} ? longer(forward * time, offload) + longer((1 - forward) * time, offload) : time;
  };
  step.total = with_launches(gpu);
  step.host = step.total - work;
  const LayerTime& t = step.device;
  const Time exchange = t.expert_traffic_forward + t.expert_traffic_backward + again.exchange;
  if (exchange > Time{}) {
    const Time products = t.matrix_forward + t.matrix_backward + t.experts_forward + t.experts_backward + t.attention_forward +
                          t.attention_backward;
    // Nobody pairs what it would slow.
    const Time hidden = longer(Time{}, std::min(exchange, work - exchange) - kMovingTokens * products);
    step.paired = step.total - with_launches(gpu - hidden);
    step.paired_again = again.exchange / exchange * step.paired;
  }
  // As attention gets longer more of a ring is hidden: no window grows by that.
  step.traffic = (t.forward() - t.compute_forward()) + (t.backward() - t.compute_backward()) + t.context_beside + again.traffic;
  return step;
}

}  // namespace

/// A backward pass is two products for each of the forward pass, one where weights are frozen.
PassShares LayerStep::shares() const {
  const double again = device.forward() > Time{} ? recompute / device.forward() : 0;
  if (!(total > Time{})) return {};
  const Time weights = passes > 2 ? (device.matrix_backward + device.experts_backward) / 2 : Time{};
  return {.forward = 1 / (passes + again), .weights = weights / total, .paired = paired / total};
}

namespace {

/// Mean of layers of which a share is recomputed; their forward and backward passes take the same time.
LayerStep mixed(const LayerStep& kept, const LayerStep& recomputed, double share) {
  LayerStep step = kept;
  static_cast<LayerSums&>(step) = LayerSums::mixed(kept, recomputed, share);
  for (Time LayerStep::* part :
       {&LayerStep::recompute, &LayerStep::recompute_traffic, &LayerStep::host, &LayerStep::paired_again})
    step.*part = (1 - share) * (kept.*part) + share * (recomputed.*part);
  return step;
}

}  // namespace

StepContext step_context(const catalog::Model& model, const Machine& machine, const TrainingConstants& stack,
                         const ParallelPlan& plan) {
  const double nodes = std::max(1.0, static_cast<double>(machine.gpus) / 8);
  const double slow = nodes > 1 ? stack.straggler * std::sqrt(2 * std::log(nodes)) : 0;
  return {platform_of(machine, stack),      model, model_shape(model), job_rates(machine, plan, stack),
          stack.fixed / machine.host_speed, slow};
}

LayerSums LayerSums::mixed(const LayerSums& first, const LayerSums& second, double share) {
  LayerSums sums;
  for (Time LayerSums::* part : {&LayerSums::total, &LayerSums::paired, &LayerSums::traffic})
    sums.*part = (1 - share) * (first.*part) + share * (second.*part);
  return sums;
}

MicroBatchTime MicroBatchTime::mixed(const MicroBatchTime& kept, const MicroBatchTime& recomputed, double share) {
  MicroBatchTime time;
  for (LayerSums MicroBatchTime::* part : {&MicroBatchTime::without_experts, &MicroBatchTime::with_experts, &MicroBatchTime::mtp})
    time.*part = LayerSums::mixed(kept.*part, recomputed.*part, share);
  time.head = (1 - share) * kept.head + share * recomputed.head;
  time.shares = PassShares::mixed(kept.shares, recomputed.shares, share);
  return time;
}

DeviceTimes device_times(const StepContext& job, const ParallelPlan& plan) {
  DeviceTimes device;
  if (job.shape.dense_layers > 0) device.dense = layer_time(job.shape, job, plan, job.rates, false);
  if (job.shape.moe_layers > 0) device.moe = layer_time(job.shape, job, plan, job.rates, true);
  device.head = head_time(job.shape, plan, job.stack, job.rates);
  return device;
}

MicroBatch micro_batch(const StepContext& job, const ParallelPlan& plan) {
  return micro_batch(job, plan, device_times(job, plan));
}

MicroBatch micro_batch(const StepContext& job, const ParallelPlan& plan, const DeviceTimes& device) {
  const ModelShape& shape = job.shape;
  MicroBatch time;
  if (plan.recomputes_some_layers()) {
    const double share = recomputed_share(shape.layers(), plan);
    const MicroBatch kept = micro_batch(job, plan.with(Recompute::none), device);
    const MicroBatch again = micro_batch(job, plan.with(Recompute::full), device);
    static_cast<MicroBatchTime&>(time) = MicroBatchTime::mixed(kept, again, share);
    time.dense = mixed(kept.dense, again.dense, share);
    time.moe = mixed(kept.moe, again.moe, share);
    return time;
  }
  if (shape.dense_layers > 0) time.dense = layer_step(job, plan, device.dense, false);
  if (shape.moe_layers > 0) time.moe = layer_step(job, plan, device.moe, true);
  const double moe_share = shape.moe_share();
  time.without_experts = time.dense;
  time.with_experts = time.moe;
  time.shares = PassShares::mixed(time.dense.shares(), time.moe.shares(), moe_share);
  time.mtp = shape.mtp_layers * (moe_share > 0 ? time.with_experts : time.without_experts);
  time.head = device.head;
  return time;
}

Time hop_time(const StepContext& job, const ParallelPlan& plan) {
  if (plan.pp <= 1) return {};
  const RankGroup stages = rank_group(job.machine, plan.pp, static_cast<double>(plan.tp) * plan.cp * plan.dp);
  // Whole sequences are sent by every rank, unless the stack parts them for the way.
  const double parts = plan.sequence_parallel || job.stack.scatters_messages ? plan.tp : 1;
  const double tokens = plan.micro_batch * static_cast<double>(plan.sequence_length) / plan.cp / parts;
  return 2 * message_time(Bytes::from_base(kActivationBytes * tokens * job.shape.hidden), stages, job);
}

namespace {

/// What a layer takes beside another micro-batch in a share of the work.
Time taken(const LayerSums& layer, double paired) { return layer.total - paired * layer.paired; }

/// Share of layers with experts in the stage that has most layers of the slower kind.
double busy_moe_share(const PipelineShape& shape, const MicroBatchTime& micro) {
  const bool sparse_slower = taken(micro.with_experts, shape.paired) > taken(micro.without_experts, shape.paired);
  return sparse_slower ? shape.stages.most_moe_share : shape.stages.least_moe_share;
}

Time inner_stage(const PipelineShape& shape, const LayerSums& layer) {
  return shape.stages.layers.most * taken(layer, shape.paired);
}

}  // namespace

PipelineShape pipeline_shape(const StepContext& job, const ParallelPlan& plan, const StageShape& stages, Time hop) {
  const TrainingConstants& stack = job.stack;
  PipelineShape shape{stages, static_cast<double>(std::max(1, plan.micro_batches())), paired_share(plan), {}};
  // Activations between stages: one message a chunk boundary, both directions.
  if (plan.pp > 1) {
    // Interleaved stages wait for one another at every chunk: without overlap nothing hides a message.
    const double interleaved = stack.dp_overlap ? stack.p2p_exposed_interleaved : 1;
    const double exposed = plan.vp > 1 ? interleaved : stack.p2p_exposed;
    // Filling and draining the pipeline waits for every hop; in between a share of them shows.
    shape.point_to_point = shape.micro_batches * plan.vp * (exposed * hop + stack.chunk_gap) + (plan.pp - 1) * hop;
  }
  return shape;
}

PipelineTime pipeline_time(const StepContext& job, const ParallelPlan& plan, const MicroBatchTime& micro, Time hop) {
  return pipeline_time(job, plan, pipeline_shape(job, plan, stage_shape(job.model, plan), hop), micro);
}

PipelineTime pipeline_time(const StepContext& job, const ParallelPlan& plan, const PipelineShape& shape,
                           const MicroBatchTime& micro) {
  const TrainingConstants& stack = job.stack;
  const double micro_batches = shape.micro_batches;
  // Which rank is the slowest? The one of the last stage, which under DualPipe has the first one too, or one between.
  const StageLayers& stages = shape.stages.layers;
  const double inner_share = busy_moe_share(shape, micro), paired = shape.paired;
  const double first_share = shape.stages.first_moe_share, last_share = shape.stages.last_moe_share;
  const LayerSums first = micro.layer(first_share), last = micro.layer(last_share), inner = micro.layer(inner_share);
  const double part = 1.0 / plan.stages_held();  // of the micro-batches, that pass through each of its stages
  const Time last_stage = stages.last * taken(last, paired) + micro.head + taken(micro.mtp, paired);
  const Time end = part * last_stage + (1 - part) * stages.first * taken(first, paired);
  const Time between = inner_stage(shape, inner);
  PipelineTime time;
  time.micro_batches = micro_batches;
  if (plan.pp == 1 || end > between) {
    const double last_layers = part * stages.last, first_layers = (1 - part) * stages.first;
    time.outputs = part;
    time.busy_layers = last_layers + first_layers;
    time.moe_layers = last_layers * last_share + first_layers * first_share;
    time.slowest = end;
    time.traffic = last_layers * last.traffic + first_layers * first.traffic + part * micro.mtp.traffic;
  } else {
    time.busy_layers = stages.most;
    time.moe_layers = stages.most * inner_share;
    time.slowest = between;
    time.traffic = stages.most * inner.traffic;
  }
  time.forward_share = micro.shares.forward;
  // What fills and drains the pipeline has no other micro-batch beside it.
  const Time mean_stage =
      plan.vp * stages.chunk * micro.layer(shape.stages.mean_moe_share).total + (micro.head + micro.mtp.total) / plan.pp;
  time.work = micro_batches * time.slowest;
  time.bubble = bubble_share(plan, micro_batches, micro.shares) * micro_batches *
                (plan.vp > 1 ? stack.bubble_interleaved : stack.bubble) * mean_stage;
  time.point_to_point = shape.point_to_point;
  return time;
}

Time least_work(const PipelineShape& shape, const MicroBatchTime& micro) {
  return shape.micro_batches * inner_stage(shape, micro.layer(busy_moe_share(shape, micro)));
}

Time TrainingStep::low() const { return total / (1 + error); }
Time TrainingStep::high() const { return total * (1 + error); }

TrainingStep training_step(const catalog::Model& model, const Machine& machine, const ParallelPlan& original,
                           const TrainingConstants& stack) {
  ParallelPlan plan = original;
  if (plan.sequence_length <= 0) plan.sequence_length = model.sequence_length;
  TrainingStep step;
  if (plan.recompute == Recompute::automatic) plan.recompute = least_recompute(model, machine, plan, stack, kMemoryTolerance);
  step.recompute_mode = plan.recompute;

  const StepContext job = step_context(model, machine, stack, plan);
  const ModelShape& shape = job.shape;
  const PerStage<LocalParameters> stages = local_parameters(shape, model, plan);
  step.memory = memory_use(shape, stages, model, machine, plan, stack);
  const double micro_batches = std::max(1, plan.micro_batches());
  const bool moe = shape.moe_layers > 0;
  const MicroBatch micro = micro_batch(job, plan);
  const PipelineTime pipeline = pipeline_time(job, plan, micro, hop_time(job, plan));
  const WeightTime weights = weight_time(stages, job, plan);

  const double moe_share = pipeline.busy_layers > 0 ? pipeline.moe_layers / pipeline.busy_layers : 0;
  const auto sum = [&](auto member) {
    const double mtp = micro_batches * pipeline.outputs * shape.mtp_layers;
    const double d = micro_batches * pipeline.busy_layers * (1 - moe_share) + (moe ? 0 : mtp);
    const double e = micro_batches * pipeline.busy_layers * moe_share + (moe ? mtp : 0);
    return d * member(micro.dense) + e * member(micro.moe);
  };
  step.matrix = sum([](const LayerStep& l) { return l.device.matrix_forward + l.device.matrix_backward; });
  step.attention = sum([](const LayerStep& l) { return l.device.attention_forward + l.device.attention_backward; });
  step.experts = sum([](const LayerStep& l) { return l.device.experts_forward + l.device.experts_backward; });
  step.element_wise = sum([](const LayerStep& l) { return l.device.element_wise_forward + l.device.element_wise_backward; });
  step.tensor_parallel = sum([](const LayerStep& l) { return l.device.tensor_forward + l.device.tensor_backward; });
  step.context_parallel = sum([](const LayerStep& l) { return l.device.context_forward + l.device.context_backward; });
  const double paired = paired_share(plan);
  step.expert_parallel = sum([paired](const LayerStep& l) {
    return l.device.expert_traffic_forward + l.device.expert_traffic_backward - paired * (l.paired - l.paired_again);
  });
  step.recompute = sum([paired](const LayerStep& l) { return l.recompute - paired * l.paired_again; });
  step.host = sum([](const LayerStep& l) { return l.host; });
  step.head = micro_batches * pipeline.outputs * micro.head;

  step.bubble = pipeline.bubble;
  step.point_to_point = pipeline.point_to_point;
  step.data_parallel = exposed_weight_time(job, plan, weights, pipeline) + weights.broadcast;
  step.optimizer = weights.optimizer;
  step.fixed = job.fixed;
  const Time parts = sum_of_parts(job, pipeline, step.data_parallel, step.optimizer);
  step.straggler = job.slow * parts;
  step.total = parts + step.straggler;

  const Tokens tokens = Tokens::from_base(static_cast<double>(plan.global_batch) * plan.sequence_length);
  step.tokens_per_gpu = tokens / step.total / machine.gpus;
  FlopRate peak = machine.gpu.peak.sixteen_bit();
  if (job.rates.eight_bit) peak = *machine.gpu.peak.fp8;
  if (plan.precision == catalog::Precision::nvfp4 && machine.gpu.peak.nvfp4) peak = *machine.gpu.peak.nvfp4;
  const catalog::TrainingFlop work = catalog::training_flop(model, plan.sequence_length, plan.freezes_weights());
  step.mfu_causal = step.tokens_per_gpu * work.causal / peak;
  step.mfu_full = step.tokens_per_gpu * work.full / peak;
  step.error =
      relative_band(moe ? stack.error_moe + stack.error_unknown_moe : stack.error_dense + stack.error_unknown_dense, stack, moe) +
      adapters_doubt(plan);
  return step;
}

namespace {

/// Half of what CUDA graphs change of a stack whose published runs did otherwise.
double graphs_doubt(const catalog::Model& model, const Machine& machine, const ParallelPlan& plan, const TrainingConstants& stack,
                    Time total) {
  if (!stack.graphs_by_option) return 0;
  const TrainingConstants fitted = with_cuda_graphs(stack, !stack.cuda_graphs);
  return std::abs(training_step(model, machine, plan, fitted).total / total - 1) / 2;
}

}  // namespace

TrainingStep training_step(const catalog::Model& model, const Machine& machine, const ParallelPlan& plan,
                           const catalog::Stack& stack) {
  TrainingStep step = training_step(model, machine, plan, stack.training);
  const catalog::FittedRun run = run_of(model, machine, plan, step);
  step.error = relative_band(typical_error(run, stack.runs, stack.training), stack.training, run.experts) + adapters_doubt(plan) +
               graphs_doubt(model, machine, plan, stack.training, step.total);
  return step;
}

}  // namespace eigenbau::perf

// How long is one training step, and where does the time go?
#include "perf/training_step.h"

#include <algorithm>
#include <cmath>

#include "perf/default_plan.h"
#include "perf/error_band.h"
#include "perf/layer.h"
#include "perf/local_parameters.h"
#include "perf/model_shape.h"
#include "perf/pipeline.h"
#include "perf/sharding.h"

namespace eigenbau::perf {
namespace {

using catalog::TrainingConstants;

constexpr double kWeightBytes = 2;
constexpr double kActivationBytes = 2;
constexpr Bandwidth kHostMemory = 25e9 * kByte / kSecond;  // of one accelerator: an eighth of a two-socket server's, half used
/// Under DualPipe 20 of an H800's 132 multiprocessors move tokens all the time (DeepSeek-V3 report): products and attention have
/// the others.
constexpr double kMovingTokens = 20.0 / (132 - 20);

/// The p-norm of two times: near the larger, above it when they are close.
Time joined(Time a, Time b, double power) {
  const double large = std::max(a.base(), b.base()), small = std::min(a.base(), b.base());
  if (small <= 0) return Time::from_base(large);
  return Time::from_base(large * std::pow(1 + std::pow(small / large, power), 1 / power));
}

/// What the backward pass computes again, as time.
Time recomputed(const StepContext& job, const ParallelPlan& plan, const LayerTime& t, bool moe) {
  switch (plan.recompute.mode) {
    case Recompute::full:
      return t.forward();
    case Recompute::selective:
      if (!plan.recompute.modules.empty()) return module_time(job.shape, job, plan, job.rates, moe, plan.recompute.modules);
      if (!fuses_attention(job.shape, job.stack)) return t.attention_forward;
      // What is scattered is kept, what is gathered for a product is gathered again: half of tensor parallelism's traffic.
      return job.stack.selective_share * (t.compute_forward() + t.tensor_forward / 2);
    default:
      return {};
  }
}

/// Whether tokens travel to their experts again when a layer is recomputed.
bool repeats_exchange(const Recompute& recompute) {
  return recompute.mode == Recompute::full || recompute.modules.has(catalog::RecomputeModule::moe);
}

LayerStep layer_step(const StepContext& job, const ParallelPlan& plan, bool moe) {
  // Of the p-norm that joins device and host: beside a dense layer the host runs ahead, experts wait for token counts.
  // Source: docs/methods/training.md.
  constexpr double kDensePower = 6, kMoePower = 2;
  const TrainingConstants& stack = job.stack;
  LayerStep step;
  step.device = layer_time(job.shape, job, plan, job.rates, moe);
  step.recompute = recomputed(job, plan, step.device, moe);
  const double passes = plan.recompute.mode == Recompute::full ? 4.0 / 3 : 1;
  const Time work = step.device.forward() + step.device.backward() + step.recompute;
  const Time gpu = work + (moe ? Time{} : passes * stack.kernel_gap);
  const Time launches = passes * step.device.host;
  Time offload{};
  if (plan.offload_activations) {
    // Down in the forward pass, up in the backward pass, beside the compute of a layer.
    const ActivationBytes kept = activation_bytes(job.shape, plan, stack);
    offload = Bytes::from_base(2 * kept.per_layer * kept.tokens) / job.machine.host_link();
  }
  const auto with_launches = [&](Time device) {
    return longer(offload, plan.blocking_launches || stack.blocking_launches
                               ? device + launches + stack.host_blocking
                               : joined(device, launches, moe ? kMoePower : kDensePower));
  };
  step.total = with_launches(gpu);
  step.host = step.total - work;
  const LayerTime& t = step.device;
  const Time again = repeats_exchange(plan.recompute) ? t.expert_traffic_forward : Time{};
  const Time exchange = t.expert_traffic_forward + t.expert_traffic_backward + again;
  if (exchange > Time{}) {
    const Time products = t.matrix_forward + t.matrix_backward + t.experts_forward + t.experts_backward + t.attention_forward +
                          t.attention_backward;
    // Nobody pairs what it would slow.
    const Time hidden = longer(Time{}, std::min(exchange, work - exchange) - kMovingTokens * products);
    step.paired = step.total - with_launches(gpu - hidden);
    step.paired_again = again / exchange * step.paired;
  }
  const Time forward_traffic = t.forward() - t.compute_forward();
  // What the ring hides holds the NICs as well.
  step.traffic = forward_traffic + (t.backward() - t.compute_backward()) + t.context_hidden;
  if (plan.recompute.mode == Recompute::full) step.traffic += forward_traffic;
  return step;
}

}  // namespace

/// A backward pass is two products for each of the forward pass.
double LayerStep::forward_share() const {
  const double again = device.forward() > Time{} ? recompute / device.forward() : 0;
  return 1 / (3 + again);
}

namespace {

/// Mean of layers of which a share is recomputed; their forward and backward passes take the same time.
LayerStep mixed(const LayerStep& kept, const LayerStep& recomputed, double share) {
  LayerStep step = kept;
  for (Time LayerStep::* part :
       {&LayerStep::recompute, &LayerStep::host, &LayerStep::total, &LayerStep::paired, &LayerStep::paired_again})
    step.*part = (1 - share) * (kept.*part) + share * (recomputed.*part);
  return step;
}

/// Bytes of a parameter when weights are gathered.
double gathered_bytes(const ParallelPlan& plan, const TrainingConstants& stack) {
  using catalog::Precision;
  const bool sixteen_bit = plan.precision == Precision::bf16 || plan.precision == Precision::fp16;
  return sixteen_bit ? kWeightBytes : stack.parameter_bytes_fp8;
}

Bytes summed_gradients(double parameters, const StepContext& job, const ParallelPlan& plan, bool experts) {
  const double each = experts && !plan.pure_bf16 ? job.stack.expert_gradient_bytes : gradient_bytes(plan, job.stack);
  return Bytes::from_base(parameters * each);
}

/// Weights of one class on a rank.
struct WeightClass {
  double parameters = 0, layers = 0, tensors = 0;
  bool experts = false;
};

/// How many messages carry what ZeRO 0 to 2 sum and gather.
double messages_of(const WeightClass& weights, const RankGroup& group, const TrainingConstants& stack) {
  if (stack.layer_messages) return std::ceil(weights.layers);
  return std::ceil(weights.parameters / std::max(stack.bucket_parameters, stack.bucket_growth * group.ranks));
}

/// Gradients and parameters of one class of weights over its data-parallel group. Sharded inside groups of
/// ranks, gradients are scattered in each and summed between them, and weights are gathered inside.
void add_sharded_traffic(const WeightClass& held, const RankGroup& group, const StepContext& job, const Platform& links,
                         const ParallelPlan& plan, WeightTime& time) {
  if (group.ranks <= 1 || held.parameters <= 0) return;
  const TrainingConstants& stack = job.stack;
  const double messages = messages_of(held, group, stack);
  const NicUse nics = held.experts ? NicUse::expert_rings : NicUse::rings;
  const Bytes gradients = summed_gradients(held.parameters, job, plan, held.experts);
  const Bytes weights = Bytes::from_base(held.parameters * gathered_bytes(plan, stack));
  const double shards = shards_of(plan, group.ranks), stride = group.span / group.ranks;
  const RankGroup shard = shards < group.ranks ? rank_group(job.machine, shards, stride) : group;
  if (plan.zero_level > 0 && stack.reduce_scatter) {
    time.reduction += traffic_time(Collective::reduce_scatter, gradients, messages, shard, links, nics);
    const RankGroup across = rank_group(job.machine, group.ranks / shards, stride * shards);
    time.reduction += traffic_time(Collective::all_reduce, gradients / shards, messages, across, links, nics);
  } else {
    time.reduction += traffic_time(Collective::all_reduce, gradients, messages, group, links, nics);
  }
  if (plan.zero_level == 0) return;
  if (stack.broadcasts_parameters)
    time.broadcast += traffic_time(Collective::broadcast, weights, std::min(shards, held.tensors), shard, links, nics);
  else time.gather += traffic_time(Collective::all_gather, weights, messages, shard, links, nics);
}

/// ZeRO-3 of one class of weights, all layers of a stage: gathered for the forward and again for the backward pass, gradients
/// scattered among the ranks that share a copy, layer by layer, and summed between such groups of them.
void add_gathered_traffic(const WeightClass& held, const RankGroup& group, const StepContext& job, const Platform& links,
                          const ParallelPlan& plan, WeightTime& time) {
  if (group.ranks <= 1 || held.parameters <= 0) return;
  const double messages = std::ceil(held.layers);
  const double shards = shards_of(plan, group.ranks), stride = group.span / group.ranks;
  const RankGroup shard = rank_group(job.machine, shards, stride);
  const NicUse nics = held.experts ? NicUse::expert_rings : NicUse::rings;
  const Bytes weights = Bytes::from_base(held.parameters * gathered_bytes(plan, job.stack));
  const Bytes gradients = summed_gradients(held.parameters, job, plan, held.experts);
  const Time gather = traffic_time(Collective::all_gather, weights, messages, shard, links, nics);
  time.forward += gather;
  time.backward += gather + traffic_time(Collective::reduce_scatter, gradients, messages, shard, links, nics);
  const RankGroup across = rank_group(job.machine, group.ranks / shards, stride * shards);
  time.across += traffic_time(Collective::all_reduce, gradients / shards, messages, across, links, nics);
}

/// Where a step's gradients and weights travel.
RankGroup expert_group(const StepContext& job, const ParallelPlan& plan) {
  const double split = static_cast<double>(plan.ep) * plan.etp;
  const double ranks = static_cast<double>(plan.stages_held()) * plan.tp * plan.cp * plan.dp;
  return rank_group(job.machine, std::max(1.0, ranks / split), split);
}

/// Update of `parameters` by the host: gradients go down, weights come back, and the host streams its states.
///   t = P·(b_g + b_w)/B_link + P·28/B_host      28: weight, momentum, variance read and written, gradient read, in fp32
/// Nothing hides it. Source: Ren et al. 2021 (ZeRO-Offload), whose overlap would hide most of the first term.
Time host_update_time(const StepContext& job, double parameters) {
  constexpr double kStreamed = 28;
  const Bytes moved = Bytes::from_base(parameters * (job.stack.gradient_bytes + kWeightBytes));
  return moved / job.machine.host_link() + Bytes::from_base(parameters * kStreamed) / kHostMemory;
}

}  // namespace

StepContext step_context(const catalog::Model& model, const Machine& machine, const TrainingConstants& stack,
                         const ParallelPlan& plan) {
  const double nodes = std::max(1.0, static_cast<double>(machine.gpus) / 8);
  const double slow = nodes > 1 ? stack.straggler * std::sqrt(2 * std::log(nodes)) : 0;
  return {platform_of(machine, stack),      model, model_shape(model), job_rates(machine, plan, stack),
          stack.fixed / machine.host_speed, slow};
}

MicroBatchTime MicroBatchTime::mixed(const MicroBatchTime& kept, const MicroBatchTime& recomputed, double share) {
  MicroBatchTime time;
  for (Time MicroBatchTime::* part :
       {&MicroBatchTime::layer, &MicroBatchTime::head, &MicroBatchTime::mtp, &MicroBatchTime::layer_paired,
        &MicroBatchTime::mtp_paired, &MicroBatchTime::layer_traffic, &MicroBatchTime::mtp_traffic})
    time.*part = (1 - share) * (kept.*part) + share * (recomputed.*part);
  time.forward_share = (1 - share) * kept.forward_share + share * recomputed.forward_share;
  return time;
}

MicroBatch micro_batch(const StepContext& job, const ParallelPlan& plan) {
  const ModelShape& shape = job.shape;
  MicroBatch time;
  if (plan.recomputes_some_layers()) {
    const double share = recomputed_share(shape.layers(), plan);
    const MicroBatch kept = micro_batch(job, plan.with(Recompute::none)), again = micro_batch(job, plan.with(Recompute::full));
    static_cast<MicroBatchTime&>(time) = MicroBatchTime::mixed(kept, again, share);
    time.dense = mixed(kept.dense, again.dense, share);
    time.moe = mixed(kept.moe, again.moe, share);
    return time;
  }
  if (shape.dense_layers > 0) time.dense = layer_step(job, plan, false);
  if (shape.moe_layers > 0) time.moe = layer_step(job, plan, true);
  const double moe_share = shape.moe_share();
  time.layer = (1 - moe_share) * time.dense.total + moe_share * time.moe.total;
  time.layer_paired = (1 - moe_share) * time.dense.paired + moe_share * time.moe.paired;
  time.layer_traffic = (1 - moe_share) * time.dense.traffic + moe_share * time.moe.traffic;
  time.forward_share = (1 - moe_share) * time.dense.forward_share() + moe_share * time.moe.forward_share();
  const LayerStep& predictor = moe_share > 0 ? time.moe : time.dense;
  time.mtp = shape.mtp_layers * predictor.total;
  time.mtp_paired = shape.mtp_layers * predictor.paired;
  time.mtp_traffic = shape.mtp_layers * predictor.traffic;
  time.head = (1 + shape.mtp_layers) * head_time(shape, plan, job.stack, job.rates);
  return time;
}

WeightTime weight_time(const StepContext& job, const ParallelPlan& plan) {
  const TrainingConstants& stack = job.stack;
  const Machine& machine = job.machine;
  const LocalParameters local = local_parameters(job.shape, job.model, plan);
  const double replicas = static_cast<double>(plan.stages_held()) * plan.dp * plan.cp;
  const RankGroup dense = rank_group(machine, replicas, plan.tp), experts = expert_group(job, plan);
  const int zero_level = running_zero_level(plan, stack);
  // Of a gated layer: queries, keys and values in one, output, three of the MLP, two norms; of an expert three.
  constexpr double kTensors = 7, kExpertTensors = 3;
  const double expert_layers = local.layers * job.shape.moe_share();
  const std::pair<WeightClass, RankGroup> classes[] = {
      {{local.dense, local.layers, kTensors * local.layers, false}, dense},
      {{local.experts, expert_layers, kExpertTensors * expert_layers * job.shape.expert_count / plan.ep, true}, experts}};
  const Platform links = streamed(job);
  WeightTime time;
  for (const auto& [held, group] : classes)
    if (zero_level >= 3) add_gathered_traffic(held, group, job, links, plan, time);
    else add_sharded_traffic(held, group, job, links, plan, time);
  const double shards = zero_level == 0 ? 1 : shards_of(plan, replicas);
  const double expert_shards = zero_level == 0 ? 1 : shards_of(plan, experts.ranks);
  const double updated = local.dense / shards + local.experts / expert_shards;
  time.optimizer = plan.offload_optimizer ? host_update_time(job, updated)
                                          : Bytes::from_base(updated * stack.optimizer_bytes) / job.rates.memory;
  return time;
}

Time hop_time(const StepContext& job, const ParallelPlan& plan) {
  if (plan.pp <= 1) return {};
  const RankGroup stages = rank_group(job.machine, plan.pp, static_cast<double>(plan.tp) * plan.cp * plan.dp);
  const double tokens = plan.micro_batch * static_cast<double>(plan.sequence_length) / plan.cp / plan.tp;
  return 2 * message_time(Bytes::from_base(kActivationBytes * tokens * job.shape.hidden), stages, job);
}

PipelineTime pipeline_time(const StepContext& job, const ParallelPlan& plan, const MicroBatchTime& micro, Time hop) {
  const TrainingConstants& stack = job.stack;
  const double micro_batches = std::max(1, plan.micro_batches());
  // Which stage is the slowest?
  const StageLayers stages = stage_layers(job.model.layers, plan);
  const double paired = paired_share(plan);
  const Time layer = micro.layer - paired * micro.layer_paired;
  const Time mtp = micro.mtp - paired * micro.mtp_paired;
  const Time inner_stage = stages.most * layer;
  const Time last_stage = stages.last * layer + micro.head + mtp;
  PipelineTime time;
  if (plan.pp == 1 || last_stage > inner_stage) {
    time.outputs = 1.0 / plan.stages_held();
    time.busy_layers = time.outputs * stages.last + (1 - time.outputs) * stages.most;
    time.slowest = time.outputs * last_stage + (1 - time.outputs) * inner_stage;
  } else {
    time.busy_layers = stages.most;
    time.slowest = inner_stage;
  }
  time.traffic = time.busy_layers * micro.layer_traffic + time.outputs * micro.mtp_traffic;
  time.forward_share = micro.forward_share;
  const Time mean_stage = stages.mean * layer + (micro.head + mtp) / plan.pp;
  time.work = micro_batches * time.slowest;
  time.bubble =
      bubble_share(plan, micro_batches) * micro_batches * (plan.vp > 1 ? stack.bubble_interleaved : stack.bubble) * mean_stage;

  // Activations between stages: one message a chunk boundary, both directions.
  if (plan.pp > 1) {
    // Interleaved stages wait for one another at every chunk: without overlap nothing hides a message.
    const double interleaved = stack.dp_overlap ? stack.p2p_exposed_interleaved : 1;
    const double exposed = plan.vp > 1 ? interleaved : stack.p2p_exposed;
    // Filling and draining the pipeline waits for every hop; in between a share of them shows.
    time.point_to_point = micro_batches * plan.vp * (exposed * hop + stack.chunk_gap) + (plan.pp - 1) * hop;
  }
  return time;
}

WeightWindow weight_window(const StepContext& job, const ParallelPlan& plan, const PipelineTime& pipeline) {
  const TrainingConstants& stack = job.stack;
  const double chunks = std::max(1.0, static_cast<double>(plan.pp) * (plan.vp - 1) / plan.vp);
  const bool overlapped = plan.dp_overlap == Overlap::on || (plan.dp_overlap == Overlap::stack && stack.dp_overlap);
  WeightWindow window;
  window.micro_batches = std::max(1, plan.micro_batches());
  window.unhidden = 1;
  if (!overlapped) return window;
  // Exposed traffic holds links and NICs itself.
  const Time compute = longer(Time{}, pipeline.slowest - pipeline.traffic);
  window.once = stack.dp_window * compute * chunks;
  window.each = stack.dp_window * compute;
  window.unhidden = stack.dp_unhidden;
  window.forward = pipeline.forward_share * compute;
  window.backward = compute - window.forward;
  window.gather_unhidden = stack.zero3_unhidden;
  return window;
}

Time exposed_weight_time(const StepContext& job, const ParallelPlan& plan, const WeightTime& weights,
                         const PipelineTime& pipeline) {
  const WeightWindow window = weight_window(job, plan, pipeline);
  if (running_zero_level(plan, job.stack) >= 3)
    return exposed_gathered(window, weights.forward, weights.backward, weights.across);
  return exposed_replicated(window, weights.reduction, weights.gather, reductions_in_step(plan, job.stack));
}

Time TrainingStep::low() const { return total / (1 + error); }
Time TrainingStep::high() const { return total * (1 + error); }

TrainingStep training_step(const catalog::Model& model, const Machine& machine, const ParallelPlan& original,
                           const TrainingConstants& stack) {
  ParallelPlan plan = original;
  if (plan.sequence_length <= 0) plan.sequence_length = model.sequence_length;
  TrainingStep step;
  if (plan.recompute == Recompute::automatic) plan.recompute = least_recompute(model, machine, plan, stack, kMemoryTolerance);
  step.memory = memory_use(model, machine, plan, stack);
  step.recompute_mode = plan.recompute;

  const StepContext job = step_context(model, machine, stack, plan);
  const ModelShape& shape = job.shape;
  const double micro_batches = std::max(1, plan.micro_batches());
  const double moe_share = shape.moe_share();
  const MicroBatch micro = micro_batch(job, plan);
  const PipelineTime pipeline = pipeline_time(job, plan, micro, hop_time(job, plan));
  const WeightTime weights = weight_time(job, plan);

  const auto sum = [&](auto member) {
    const double mtp = micro_batches * pipeline.outputs * shape.mtp_layers;
    const double d = micro_batches * pipeline.busy_layers * (1 - moe_share) + (moe_share > 0 ? 0 : mtp);
    const double e = micro_batches * pipeline.busy_layers * moe_share + (moe_share > 0 ? mtp : 0);
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
  step.mfu_causal = step.tokens_per_gpu * catalog::training_flop_per_token(model, plan.sequence_length, true) / peak;
  step.mfu_full = step.tokens_per_gpu * catalog::training_flop_per_token(model, plan.sequence_length, false) / peak;
  const bool moe = shape.moe_layers > 0;
  step.error =
      relative_band(moe ? stack.error_moe + stack.error_unknown_moe : stack.error_dense + stack.error_unknown_dense, stack, moe);
  return step;
}

TrainingStep training_step(const catalog::Model& model, const Machine& machine, const ParallelPlan& plan,
                           const catalog::Stack& stack) {
  TrainingStep step = training_step(model, machine, plan, stack.training);
  const catalog::FittedRun run = run_of(model, machine, plan, step);
  step.error = relative_band(typical_error(run, stack.runs, stack.training), stack.training, run.experts);
  return step;
}

}  // namespace eigenbau::perf

// What travels for weights and gradients, and how long do that and the update take?
#include "perf/weight_time.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "perf/adapters.h"
#include "perf/sharding.h"

namespace eigenbau::perf {
namespace {

using catalog::TrainingConstants;

constexpr double kWeightBytes = 2;
/// What an update gets of the host's memory for one accelerator: max(25 GB/s, B_link/2), half of an eighth of a two-socket
/// server's; a CPU behind a faster link has faster memory (Grace's is about as fast as its links).
Bandwidth host_memory(const Machine& machine) { return std::max(25e9 * kByte / kSecond, 0.5 * machine.host_link()); }

/// Bytes of a parameter when weights are gathered.
double gathered_bytes(const ParallelPlan& plan, const TrainingConstants& stack) {
  using catalog::Precision;
  const bool sixteen_bit = plan.precision == Precision::bf16 || plan.precision == Precision::fp16;
  return plan.four_bit_weights ? kept_weight_bytes(plan) : sixteen_bit ? kWeightBytes : stack.parameter_bytes_fp8;
}

Bytes summed_gradients(double parameters, const StepContext& job, const ParallelPlan& plan, bool experts) {
  const double each = experts && !plan.pure_bf16 ? job.stack.expert_gradient_bytes : gradient_bytes(plan, job.stack);
  return Bytes::from_base(parameters * each);
}

/// Weights of one class on a rank.
struct WeightClass {
  double parameters = 0, layers = 0, tensors = 0;
  bool experts = false;
  double trained = 1;  ///< share of the parameters
};

/// How many messages carry what ZeRO 0 to 2 sum and gather.
double messages_of(const WeightClass& weights, const RankGroup& group, const TrainingConstants& stack) {
  if (stack.layer_messages) return std::ceil(weights.layers);
  return std::ceil(weights.trained * weights.parameters / std::max(stack.bucket_parameters, stack.bucket_growth * group.ranks));
}

/// Gradients and parameters of one class of weights, as far as they are trained, over its data-parallel group. Sharded inside
/// groups of ranks, gradients are scattered in each and summed between them, and weights are gathered inside. Software that does
/// not scatter sums them over all ranks, in ZeRO 2, which keeps a shard after each micro-batch, in each group.
void add_sharded_traffic(const WeightClass& held, const RankGroup& group, const StepContext& job, const Platform& links,
                         const ParallelPlan& plan, int zero_level, WeightTime& time) {
  if (group.ranks <= 1 || held.parameters <= 0) return;
  const TrainingConstants& stack = job.stack;
  const double messages = messages_of(held, group, stack);
  const NicUse nics = held.experts ? NicUse::expert_rings : NicUse::rings;
  const double trained = held.trained * held.parameters;
  const Bytes gradients = summed_gradients(trained, job, plan, held.experts);
  const Bytes weights = Bytes::from_base(trained * gathered_bytes(plan, stack));
  const double shards = shards_of(plan, group.ranks), stride = group.span / group.ranks;
  const RankGroup shard = shards < group.ranks ? rank_group(job.machine, shards, stride) : group;
  const bool scatters = stack.reduce_scatter || shards <= 1;
  if (zero_level == 2 || (zero_level == 1 && scatters)) {
    const Collective inside = scatters ? Collective::reduce_scatter : Collective::all_reduce;
    time.reduction += traffic_time(inside, gradients, messages, shard, links, nics);
    const RankGroup across = rank_group(job.machine, group.ranks / shards, stride * shards);
    time.across += traffic_time(Collective::all_reduce, gradients / shards, messages, across, links, nics);
  } else {
    time.reduction += traffic_time(Collective::all_reduce, gradients, messages, group, links, nics);
  }
  if (zero_level == 0) return;
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
  const Bytes gradients = summed_gradients(held.trained * held.parameters, job, plan, held.experts);
  const Time gather = traffic_time(Collective::all_gather, weights, messages, shard, links, nics);
  time.forward += gather;
  time.backward += gather + traffic_time(Collective::reduce_scatter, gradients, messages, shard, links, nics);
  const RankGroup across = rank_group(job.machine, group.ranks / shards, stride * shards);
  time.across += traffic_time(Collective::all_reduce, gradients / shards, messages, across, links, nics);
}

/// Where a step's gradients and weights travel.
struct WeightGroups {
  RankGroup dense, experts;
};

WeightGroups weight_groups(const StepContext& job, const ParallelPlan& plan) {
  const double split = static_cast<double>(plan.ep) * plan.etp;
  return {rank_group(job.machine, plan.replicas(), plan.tp), rank_group(job.machine, plan.expert_replicas(), split)};
}

/// Update of `parameters` by the host: gradients go down, weights come back, and the host streams its states.
///   t = P·(b_g + b_w)/B_link + P·28/B_host      28: weight, momentum, variance read and written, gradient read, in fp32
/// Nothing hides it. Source: Ren et al. 2021 (ZeRO-Offload), whose overlap would hide most of the first term.
Time host_update_time(const StepContext& job, double parameters) {
  constexpr double kStreamed = 28;
  const Bytes moved = Bytes::from_base(parameters * (job.stack.gradient_bytes + kWeightBytes));
  return moved / job.machine.host_link() + Bytes::from_base(parameters * kStreamed) / host_memory(job.machine);
}

WeightTime weight_time_of(const LocalParameters& local, const StepContext& job, const ParallelPlan& plan,
                          const WeightGroups& groups, const Platform& links) {
  const TrainingConstants& stack = job.stack;
  const int zero_level = running_zero_level(plan, stack);
  // Of a gated layer: queries, keys and values in one, output, three of the MLP, two norms; of an expert three.
  constexpr double kTensors = 7, kExpertTensors = 3;
  const double trained = trained_share(plan, job.shape.hidden);
  const std::pair<WeightClass, RankGroup> classes[] = {
      {{local.dense, local.layers, kTensors * local.layers, false, trained}, groups.dense},
      {{local.experts, local.expert_layers, kExpertTensors * local.expert_layers * job.shape.expert_count / plan.ep, true,
        trained},
       groups.experts}};
  WeightTime time;
  for (const auto& [held, group] : classes)
    if (zero_level >= 3) add_gathered_traffic(held, group, job, links, plan, time);
    else add_sharded_traffic(held, group, job, links, plan, zero_level, time);
  const double shards = zero_level == 0 ? 1 : shards_of(plan, plan.replicas());
  const double expert_shards = zero_level == 0 ? 1 : shards_of(plan, groups.experts.ranks);
  const double updated = trained * (local.dense / shards + local.experts / expert_shards);
  time.optimizer = plan.offload_optimizer ? host_update_time(job, updated)
                                          : Bytes::from_base(updated * stack.optimizer_bytes) / job.rates.memory;
  return time;
}

}  // namespace

namespace {

/// Whether no other stage holds as much or more of both kinds of weights; of equals the first is.
bool may_take_longest(const LocalParameters& stage, const PerStage<LocalParameters>& stages) {
  return std::ranges::none_of(stages, [&](const LocalParameters& other) {
    return &other != &stage && other.covers(stage) && (!stage.covers(other) || &other < &stage);
  });
}

}  // namespace

WeightTime weight_time(const StepContext& job, const ParallelPlan& plan) {
  return weight_time(local_parameters(job.shape, job.model, plan), job, plan);
}

WeightTime weight_time(const PerStage<LocalParameters>& stages, const StepContext& job, const ParallelPlan& plan) {
  const Platform links = streamed(job);
  const WeightGroups groups = weight_groups(job, plan);
  WeightTime longest;
  for (const LocalParameters& stage : stages) {
    if (!may_take_longest(stage, stages)) continue;
    const WeightTime time = weight_time_of(stage, job, plan, groups, links);
    if (time.sum() > longest.sum()) longest = time;
  }
  return longest;
}

WeightWindow weight_window(const StepContext& job, const ParallelPlan& plan, const PipelineTime& pipeline) {
  const TrainingConstants& stack = job.stack;
  const double chunks = std::max(1.0, static_cast<double>(plan.pp) * (plan.vp - 1) / plan.vp);
  const bool overlapped = plan.dp_overlap == Overlap::on || (plan.dp_overlap == Overlap::stack && stack.dp_overlap);
  WeightWindow window;
  // A rank of DualPipe works on half of the micro-batches for each of its stages: both stages' weights travel once for two.
  const double held = std::min<double>(plan.stages_held(), pipeline.micro_batches);
  window.micro_batches = std::max(1.0, pipeline.micro_batches / held);
  window.unhidden = 1;
  if (!overlapped) return window;
  // Exposed traffic holds links and NICs itself.
  const Time compute = held * longer(Time{}, pipeline.slowest - pipeline.traffic);
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
  // ZeRO 2 keeps one shard of the gradients and so cannot wait for the last micro-batch.
  const double reductions = running_zero_level(plan, job.stack) == 2 ? window.micro_batches : 1;
  return exposed_replicated(window, weights.reduction, weights.gather + weights.across, reductions);
}

}  // namespace eigenbau::perf

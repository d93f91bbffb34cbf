// Does a training job fit in the memory of one accelerator, and by how much?
#include "perf/memory.h"

#include <algorithm>
#include <cmath>

#include "perf/adapters.h"
#include "perf/layer.h"
#include "perf/local_parameters.h"
#include "perf/model_shape.h"
#include "perf/sharding.h"

namespace eigenbau::perf {
namespace {

constexpr double kBuffered = 2;  // layers, of what is offloaded: one in use, one on its way to or from the host

/// What of a layer's activations is not kept.
struct Dropped {
  bool scores = false, norms = false, up_projections = false;
  bool activation = false, expert_activation = false;  ///< output of the activation function
  bool mlp = false;                                    ///< of a dense layer
  bool experts = false, shared_experts = false;
};

/// What a stack drops that is asked for selective recompute and nothing more.
Dropped dropped_by_stack(bool attention_alone) {
  if (attention_alone) return {.scores = true};
  return {.norms = true, .up_projections = true, .activation = true, .expert_activation = true};
}

Dropped dropped_by_modules(catalog::RecomputeModules modules, bool moe) {
  using Module = catalog::RecomputeModule;
  const bool experts = modules.has(Module::moe);
  return {.scores = modules.has(Module::core_attn),
          .norms = modules.has(Module::layernorm),
          .up_projections = modules.has(Module::mla_up_proj),
          .expert_activation = moe && modules.has(Module::moe_act),
          .mlp = modules.has(Module::mlp),
          .experts = experts,
          .shared_experts = experts || modules.has(Module::shared_experts)};
}

/// Bytes that one layer keeps for its backward pass per token of the rank's share.
double layer_bytes(const ModelShape& s, const ParallelPlan& plan, const catalog::TrainingConstants& stack, bool moe,
                   const Dropped& dropped) {
  using catalog::Precision;
  constexpr double kElement = 2;
  const bool sixteen_bit = plan.precision == Precision::bf16 || plan.precision == Precision::fp16;
  const double operand = sixteen_bit ? kElement : 1;  // what the inputs of products are kept in
  const double tp = plan.tp;
  const double norm_split = plan.sequence_parallel ? tp : 1;
  const double h = s.hidden;
  // Inputs of two norms, and their outputs, which are inputs of products.
  double kept = (2 * kElement + (dropped.norms ? 0 : 2 * operand)) * h / norm_split;
  // Queries, keys, values and the attention's output.
  if (!s.latent_attention() || !dropped.up_projections) kept += kElement * (s.query_width / tp + s.kv_width / s.kv_ranks(tp));
  kept += (sixteen_bit ? kElement : stack.attention_output_bytes_fp8) * s.value_width / tp;
  if (!fuses_attention(s, plan, stack) && !dropped.scores)
    kept += 5 * s.heads * plan.sequence_length / tp;  // scores, softmax, dropout mask
  // Up and gate, and what the last product reads.
  const double inner = stack.activations_fp8 ? operand : kElement;
  const auto mlp = [&](bool drops) { return inner * (s.mlp_matrices - 1) + (drops ? 0 : operand); };
  if (moe) {
    const double copies = s.top_k * expert_imbalance(s, plan, stack);
    // Ranks that share an expert each keep the inputs of all of them.
    if (!dropped.experts) kept += copies / tp * (operand * h * plan.etp + mlp(dropped.expert_activation) * s.expert_width);
    if (!dropped.shared_experts) kept += mlp(dropped.activation) * s.shared_width / tp;
  } else if (!dropped.mlp) {
    kept += mlp(dropped.activation) * s.mlp_width / tp;
  }
  return kept;
}

LayerActivations layer_activations(const ModelShape& s, const ParallelPlan& plan, const catalog::TrainingConstants& stack,
                                   bool moe) {
  constexpr double kElement = 2;
  const double all = layer_bytes(s, plan, stack, moe, {});
  switch (plan.recompute.mode) {
    case Recompute::full:
      return {.kept = kElement * s.hidden / (plan.sequence_parallel ? plan.tp : 1), .beside = all};
    case Recompute::selective: {
      const catalog::RecomputeModules modules = plan.recompute.modules;
      const Dropped dropped =
          modules.empty() ? dropped_by_stack(recomputes_attention_alone(s, plan, stack)) : dropped_by_modules(modules, moe);
      const double kept = layer_bytes(s, plan, stack, moe, dropped);
      return {.kept = kept, .beside = all - kept};
    }
    default:
      return {.kept = all};
  }
}

/// Keys and values of a layer's whole sequence where attention gathers them, and their gradients beside them; per token of the
/// rank's share.
double gathered_keys(const ModelShape& s, const ParallelPlan& plan) {
  constexpr double kElement = 2;
  if (plan.cp <= 1 || plan.context != ContextParallel::all_gather) return 0;
  return 2 * plan.cp * kElement * s.kv_width / s.kv_ranks(plan.tp);
}

}  // namespace

WeightBytes weight_bytes(const LocalParameters& local, const ModelShape& s, const ParallelPlan& plan,
                         const catalog::TrainingConstants& stack) {
  const double trained = trained_share(plan, s.hidden);
  const int zero_level = running_zero_level(plan, stack);
  const double shards = zero_level > 0 ? shards_of(plan, plan.replicas()) : 1,
               expert_shards = zero_level > 0 ? shards_of(plan, plan.expert_replicas()) : 1;
  const double whole = local.dense + local.experts, part = local.dense / shards + local.experts / expert_shards;
  const auto stored = [&](double bytes_each, int from_level) {
    return Bytes::from_base(bytes_each * (zero_level >= from_level ? part : whole));
  };
  WeightBytes bytes;
  // Counted with the optimizer's states.
  const bool is_master =
      zero_level >= 3 && stack.shards_master && !plan.pure_bf16 && !plan.freezes_weights() && !plan.offload_optimizer;
  if (!is_master) bytes.weights = stored(kept_weight_bytes(plan) + (plan.freezes_weights() ? 2 * trained : 0), 3);
  // To an optimizer on the host gradients go as they come, but for those that every rank sums up whole.
  const double waiting = plan.offload_optimizer && zero_level >= 2 ? std::min(1.0, kBuffered / local.layers) : 1;
  bytes.gradients = stored(waiting * trained * gradient_bytes(plan, stack), 2);
  if (!plan.offload_optimizer) bytes.optimizer = stored(trained * (plan.pure_bf16 ? 4 : stack.optimizer_state_bytes), 1);
  if (zero_level >= 3) {
    // Layers that are gathered: one in use, one on its way, and the gradients of one; or the table of the vocabulary and its own.
    const double gathered = 2 * std::min(local.layers, 2.0) + 2 * trained;
    // Weights whose fp32 copy is the only one are cast where others are gathered.
    const double dense = is_master || shards > 1 ? 1 : 0, experts = is_master || expert_shards > 1 ? 1 : 0;
    // A last stage may have the output alone.
    const double layer = (dense * (local.dense - local.tables) + experts * local.experts) / std::max(1.0, local.layers);
    bytes.buffers = Bytes::from_base(std::max(gathered * layer, (2 + 2 * trained) * dense * local.tables));
  }
  return bytes;
}

double ActivationBytes::beside(const Layers& layers) const {
  return std::max(layers.all > layers.with_experts ? dense.beside : 0, layers.with_experts > 0 ? sparse.beside : 0);
}

ActivationBytes ActivationBytes::mixed(const ActivationBytes& kept, const ActivationBytes& recomputed, double share) {
  ActivationBytes bytes = recomputed;
  bytes.dense.kept = (1 - share) * kept.dense.kept + share * recomputed.dense.kept;
  bytes.sparse.kept = (1 - share) * kept.sparse.kept + share * recomputed.sparse.kept;
  return bytes;
}

ActivationBytes activation_bytes(const ModelShape& s, const ParallelPlan& plan, const catalog::TrainingConstants& stack) {
  if (plan.recomputes_some_layers()) {
    const double share = recomputed_share(s.layers(), plan);
    return ActivationBytes::mixed(activation_bytes(s, plan.with(Recompute::none), stack),
                                  activation_bytes(s, plan.with(Recompute::full), stack), share);
  }
  ActivationBytes bytes;
  if (s.dense_layers > 0) bytes.dense = layer_activations(s, plan, stack, false);
  if (s.moe_layers > 0) bytes.sparse = layer_activations(s, plan, stack, true);
  for (LayerActivations* layer : {&bytes.dense, &bytes.sparse}) layer->beside += gathered_keys(s, plan);
  bytes.logits = 4 * (1 + s.mtp_layers + 1) * s.vocabulary / plan.tp;
  const double sequence = plan.sequence_length;
  bytes.tokens = plan.micro_batch * sequence / plan.cp;
  return bytes;
}

LayersInFlight layers_in_flight(const StageShape& stages, const catalog::Model& model, const ParallelPlan& plan) {
  const double m = std::max(1, plan.micro_batches());
  const auto in_flight = [&](int stage) { return micro_batches_in_flight(plan, m, stage); };
  const auto some = [](double layers, double moe_share) { return Layers{layers, layers * moe_share}; };
  const StageLayers& of = stages.layers;
  LayersInFlight layers;
  Layers& last = layers[kLastStage];
  last = some(of.last * in_flight(plan.pp - 1), stages.last_moe_share);
  if (plan.stages_held() == 2) {
    // At either end of DualPipe all micro-batches in flight but one are in the first of both stages.
    const Layers first = some((in_flight(0) - 1) * of.first, stages.first_moe_share);
    last = {first.all + of.last, first.with_experts + of.last * stages.last_moe_share};
  } else if (plan.pp > 1) {
    layers[kFirstStage] = some(of.first * in_flight(0), stages.first_moe_share);
    if (stages.has_mixed()) layers[kMixedStage] = some(of.most * in_flight(stages.fullest_inside - 1), stages.mixed_moe_share);
  }
  if (plan.pp > 2) layers[kMiddleStage] = some(of.most * in_flight(stages.fullest_inside), stages.most_moe_share);
  last.all += model.mtp_layers;
  if (stages.mean_moe_share > 0) last.with_experts += model.mtp_layers;
  if (plan.offload_activations)
    for (Layers& one : layers) one = some(std::min(kBuffered, one.all), one.all > 0 ? one.with_experts / one.all : 0);
  return layers;
}

namespace {

/// What a stage keeps whatever its layers do.
double beside_layers(const ActivationBytes& bytes, const LayersInFlight& layers, std::size_t stage) {
  const double beside = bytes.beside(layers[stage]);
  return stage == kLastStage ? std::max(beside, bytes.logits) : beside;
}

/// Of each byte per token of a micro-batch.
double bytes_held(const ActivationBytes& bytes, const catalog::TrainingConstants& stack) {
  return bytes.tokens * (1 + stack.fragmentation);
}

}  // namespace

PerStage<Bytes> held_activations(const ActivationBytes& bytes, const LayersInFlight& layers,
                                 const catalog::TrainingConstants& stack) {
  PerStage<Bytes> held;
  for (std::size_t stage = 0; stage < held.size(); ++stage)
    if (layers[stage].all > 0 || stage == kLastStage)
      held[stage] =
          Bytes::from_base((bytes.kept(layers[stage]) + beside_layers(bytes, layers, stage)) * bytes_held(bytes, stack));
  return held;
}

double recomputed_share_to_hold(const ActivationBytes& kept, const ActivationBytes& recomputed, const LayersInFlight& layers,
                                const PerStage<Bytes>& room, const catalog::TrainingConstants& stack) {
  double share = 0;
  for (std::size_t stage = 0; stage < layers.size(); ++stage) {
    const double all = kept.kept(layers[stage]), freed = all - recomputed.kept(layers[stage]);
    if (!(freed > 0)) continue;
    const double most = room[stage].base() / bytes_held(recomputed, stack);
    share = std::max(share, (all + beside_layers(recomputed, layers, stage) - most) / freed);
  }
  return share;
}

Bytes available_memory(const Machine& machine) { return machine.gpu.memory * (kGibibyte / kGigabyte); }

MemoryUse memory_use(const catalog::Model& model, const Machine& machine, const ParallelPlan& original,
                     const catalog::TrainingConstants& stack) {
  ParallelPlan plan = original;
  if (plan.sequence_length <= 0) plan.sequence_length = model.sequence_length;
  const ModelShape shape = model_shape(model);
  return memory_use(shape, local_parameters(shape, model, plan), model, machine, plan, stack);
}

MemoryUse memory_use(const ModelShape& shape, const PerStage<LocalParameters>& stages, const catalog::Model& model,
                     const Machine& machine, const ParallelPlan& plan, const catalog::TrainingConstants& stack) {
  const PerStage<Bytes> activations =
      held_activations(activation_bytes(shape, plan, stack), layers_in_flight(stage_shape(model, plan), model, plan), stack);
  MemoryUse fullest;
  for (std::size_t stage = 0; stage < stages.size(); ++stage) {
    if (!stages[stage].exists()) continue;
    MemoryUse use;
    static_cast<WeightBytes&>(use) = weight_bytes(stages[stage], shape, plan, stack);
    use.stage = stage;
    use.activations = activations[stage];
    use.context = stack.context;
    use.available = available_memory(machine);
    if (use.total() > fullest.total()) fullest = use;
  }
  return fullest;
}

}  // namespace eigenbau::perf

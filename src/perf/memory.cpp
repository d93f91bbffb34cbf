// Does a training job fit in the memory of one accelerator, and by how much?
#include "perf/memory.h"

#include <algorithm>
#include <cmath>

#include "perf/layer.h"
#include "perf/model_shape.h"
#include "perf/pipeline.h"
#include "perf/sharding.h"

namespace eigenbau::perf {
namespace {

/// Bytes that one layer keeps for its backward pass per token of the rank's share.
struct LayerBytes {
  double kept = 0;   ///< without recompute
  double input = 0;  ///< with full recompute only the layer's input
};

LayerBytes layer_bytes(const ModelShape& s, const ParallelPlan& plan, const catalog::TrainingConstants& stack, bool moe) {
  using catalog::Precision;
  constexpr double kElement = 2;
  const bool sixteen_bit = plan.precision == Precision::bf16 || plan.precision == Precision::fp16;
  const double operand = sixteen_bit ? kElement : 1;  // what the inputs of products are kept in
  const bool selective = plan.recompute == Recompute::selective;
  const double tp = plan.tp;
  const double norm_split = plan.sequence_parallel ? tp : 1;
  const double h = s.hidden;
  LayerBytes b;
  b.input = kElement * h / norm_split;
  // Inputs of two norms; their outputs, which are inputs of products, are recomputed under selective recompute.
  double kept = (2 * kElement + (selective ? 0 : 2 * operand)) * h / norm_split;
  // Queries, keys, values and the attention's output; up-projections of latent attention are recomputed as well.
  const bool latent = s.attention_products > 2;
  if (!latent || !selective) kept += kElement * (s.query_width / tp + s.kv_width / s.kv_ranks(tp));
  kept += kElement * s.value_width / tp;
  const bool fused = latent ? stack.fused_latent_attention && stack.fused_attention : stack.fused_attention;
  if (!fused && plan.recompute == Recompute::none)
    kept += 5 * s.heads * plan.sequence_length / tp;  // scores, softmax, dropout mask
  // Up and gate, and what the last product reads; the activation is recomputed under selective recompute.
  const double inner = stack.activations_fp8 ? operand : kElement;
  const double mlp = inner * (s.mlp_matrices - 1) + (selective ? 0 : operand);
  if (moe) {
    const double copies = s.top_k * expert_imbalance(s, plan, stack);
    kept += copies / tp * (operand * h + mlp * s.expert_width) + mlp * s.shared_width / tp;
  } else {
    kept += mlp * s.mlp_width / tp;
  }
  b.kept = kept;
  return b;
}

}  // namespace

WeightBytes weight_bytes(const ModelShape& s, const catalog::Model& model, const ParallelPlan& plan,
                         const catalog::TrainingConstants& stack) {
  const double tp = plan.tp, layers = model.layers;
  const double held = plan.stages_held();
  const double stage_share = stage_layers(model.layers, plan).most / layers;
  const double tables = plan.pp == 1 && !model.tied_embeddings ? 2 : 1;
  const double dense =
      held * (stage_share * (s.dense_layers * s.dense_layer_parameters() + s.moe_layers * s.moe_shared_parameters()) / tp +
              stage_share * layers * s.repeated_parameters(tp) + tables * s.embedding_parameters() / tp);
  const double experts = held * stage_share * s.moe_layers * s.routed_parameters() / (plan.ep * plan.etp);

  const double replicas = held * plan.dp * plan.cp;
  const double expert_replicas = std::max(1.0, tp * replicas / (static_cast<double>(plan.ep) * plan.etp));
  const int zero_level = running_zero_level(plan, stack);
  const auto stored = [&](double bytes_each, int from_level) {
    const double d = zero_level >= from_level ? shards_of(plan, replicas) : 1;
    const double e = zero_level >= from_level ? shards_of(plan, expert_replicas) : 1;
    return Bytes::from_base(bytes_each * (dense / d + experts / e));
  };
  WeightBytes bytes;
  bytes.weights = stored(2, 3);
  bytes.gradients = stored(plan.pure_bf16 ? 2 : stack.gradient_bytes, 2);
  if (!plan.offload_optimizer) bytes.optimizer = stored(plan.pure_bf16 ? 4 : 12, 1);
  if (zero_level >= 3) bytes.buffers = Bytes::from_base(3 * 2 * (dense + experts) / held / layers);
  return bytes;
}

ActivationBytes activation_bytes(const ModelShape& s, const ParallelPlan& plan, const catalog::TrainingConstants& stack) {
  const LayerBytes d = layer_bytes(s, plan, stack, false);
  const LayerBytes e = s.moe_layers > 0 ? layer_bytes(s, plan, stack, true) : LayerBytes{};
  const double moe_share = s.moe_share();
  const double kept = (1 - moe_share) * d.kept + moe_share * e.kept;
  ActivationBytes bytes;
  bytes.per_layer = plan.recompute == Recompute::full ? d.input : kept;
  if (plan.recompute == Recompute::full) bytes.recomputed = std::max(d.kept, e.kept);
  bytes.logits = 2 * 4 * s.vocabulary / plan.tp;
  const double sequence = plan.sequence_length;
  bytes.tokens = plan.micro_batch * sequence / plan.cp;
  return bytes;
}

double layers_in_flight(int layers, const ParallelPlan& plan) {
  constexpr double kBuffered = 2;  // offloaded: one layer in use, one on its way to or from the host
  const double kept = stage_layers(layers, plan).most * micro_batches_in_flight(plan, std::max(1, plan.micro_batches()));
  return plan.offload_activations ? std::min(kBuffered, kept) : kept;
}

Bytes available_memory(const Machine& machine) { return machine.gpu.memory * (kGibibyte / kGigabyte); }

MemoryUse memory_use(const catalog::Model& model, const Machine& machine, const ParallelPlan& original,
                     const catalog::TrainingConstants& stack) {
  ParallelPlan plan = original;
  if (plan.sequence_length <= 0) plan.sequence_length = model.sequence_length;
  const ModelShape shape = model_shape(model);
  MemoryUse use;
  static_cast<WeightBytes&>(use) = weight_bytes(shape, model, plan, stack);
  use.activations = held_activations(activation_bytes(shape, plan, stack), layers_in_flight(model.layers, plan), plan, stack);
  use.context = stack.context;
  use.available = available_memory(machine);
  return use;
}

}  // namespace eigenbau::perf

// How many parameters and elements does one layer of a model have, part by part?
#include "perf/model_shape.h"

#include <algorithm>

namespace eigenbau::perf {
namespace {

void describe_latent_attention(const catalog::Model& model, const catalog::LatentAttention& latent, ModelShape& shape) {
  const double heads = model.heads, hidden = model.hidden;
  const double qk = latent.qk_nope + latent.qk_rope;
  shape.query_width = heads * qk;
  shape.value_width = heads * latent.v_head;
  shape.head_size = (qk + latent.v_head) / 2;
  shape.kv_width = shape.query_width + shape.value_width;
  int n = 0;
  if (latent.q_lora > 0) {
    shape.attention[n++] = {hidden, static_cast<double>(latent.q_lora)};
    shape.attention[n++] = {static_cast<double>(latent.q_lora), heads * qk};
  } else {
    shape.attention[n++] = {hidden, heads * qk};
  }
  shape.attention[n++] = {hidden, static_cast<double>(latent.kv_lora + latent.qk_rope)};
  shape.attention[n++] = {static_cast<double>(latent.kv_lora), heads * (latent.qk_nope + latent.v_head)};
  shape.attention[n++] = {heads * latent.v_head, hidden};
  shape.attention_products = n;
}

void describe_attention(const catalog::Model& model, ModelShape& shape) {
  const double size = model.head_size(), heads = model.heads;
  const double kv_heads = model.kv_heads > 0 ? model.kv_heads : model.heads;
  shape.query_width = heads * size;
  shape.value_width = heads * size;
  shape.head_size = size;
  shape.kv_heads = kv_heads;
  shape.kv_width = 2 * kv_heads * size;
  shape.attention[0] = {shape.hidden, shape.query_width + shape.kv_width};
  shape.attention[1] = {shape.query_width, shape.hidden};
  shape.attention_products = 2;
}

}  // namespace

double ModelShape::keys_seen(double sequence, bool windowed) const {
  return catalog::keys_seen(sequence, windowed ? window : 0, true, windowed && chunked_window);
}

ModelShape model_shape(const catalog::Model& model) {
  ModelShape shape;
  shape.hidden = model.hidden;
  shape.vocabulary = model.vocabulary;
  shape.heads = model.heads;
  shape.moe_layers = catalog::moe_layers(model);
  shape.dense_layers = model.layers - shape.moe_layers;
  shape.mtp_layers = model.mtp_layers;
  if (model.latent) describe_latent_attention(model, *model.latent, shape);
  else describe_attention(model, shape);
  for (int i = 0; i < shape.attention_products; ++i)
    shape.attention_parameters += shape.attention[i].depth * shape.attention[i].width;

  shape.mlp_matrices = model.mlp == catalog::MlpKind::gated ? 3 : 2;
  shape.mlp_width = model.ffn_hidden;
  shape.biased = model.biases;
  if (model.experts && shape.moe_layers > 0) {
    const catalog::Experts& experts = *model.experts;
    shape.expert_count = experts.count;
    shape.top_k = experts.top_k;
    shape.expert_width = experts.hidden > 0 ? experts.hidden : model.ffn_hidden;
    shape.expert_groups = experts.groups;
    shape.groups_per_token = experts.groups_per_token;
    shape.shared_width = experts.shared_hidden > 0 ? experts.shared_hidden : experts.shared * shape.expert_width;
  }
  shape.window = model.window;
  shape.chunked_window = model.chunked_window;
  shape.windowed_share = model.windowed_share();
  return shape;
}

bool fuses_attention(const ModelShape& shape, const ParallelPlan& plan, const catalog::TrainingConstants& stack) {
  if (plan.attention != FusedAttention::stack) return plan.attention == FusedAttention::on;
  return stack.fused_attention && (!shape.latent_attention() || stack.fused_latent_attention);
}

bool recomputes_attention_alone(const ModelShape& shape, const ParallelPlan& plan, const catalog::TrainingConstants& stack) {
  using catalog::SelectiveRecompute;
  const SelectiveRecompute kind = stack.selective_recompute;
  return kind == SelectiveRecompute::core_attn || kind == SelectiveRecompute::modules || !fuses_attention(shape, plan, stack);
}

}  // namespace eigenbau::perf

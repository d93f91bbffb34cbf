// How many parameters and how much work does the shape of a model imply?
#include "catalog/model.h"

#include <algorithm>
#include <cmath>

namespace eigenbau::catalog {
namespace {

/// Parameters that multiply (matrices) and those that only add or scale (biases, norms).
struct Count {
  double matrix = 0;
  double vector = 0;
  Count& operator+=(Count other) {
    matrix += other.matrix;
    vector += other.vector;
    return *this;
  }
  friend Count operator*(double times, Count count) { return {times * count.matrix, times * count.vector}; }
  double all() const { return matrix + vector; }
};

double norm_vectors(const Model& model) { return (model.biases ? 2.0 : 1.0) * model.hidden; }

Count latent_attention(const Model& model, const LatentAttention& latent) {
  const double hidden = model.hidden, heads = model.heads;
  const double qk = latent.qk_nope + latent.qk_rope;
  const double query = latent.q_lora > 0 ? latent.q_lora * (hidden + heads * qk) : hidden * heads * qk;
  const double key_value = hidden * (latent.kv_lora + latent.qk_rope) + latent.kv_lora * heads * (latent.qk_nope + latent.v_head);
  const double output = heads * latent.v_head * hidden;
  return {query + key_value + output, static_cast<double>(latent.q_lora + latent.kv_lora)};
}

Count attention(const Model& model) {
  if (model.latent) return latent_attention(model, *model.latent);
  const double hidden = model.hidden;
  const double query = static_cast<double>(model.heads) * model.head_size();
  const double key_value = static_cast<double>(model.kv_heads > 0 ? model.kv_heads : model.heads) * model.head_size();
  const double biases = model.biases ? query + 2 * key_value + hidden : 0;
  return {hidden * (2 * query + 2 * key_value), biases};
}

Count mlp(const Model& model, double width) {
  const double inner = model.mlp == MlpKind::gated ? 2 : 1;
  const double hidden = model.hidden;
  return {(inner + 1) * hidden * width, model.biases ? inner * width + hidden : 0};
}

/// The MLP of an MoE layer with `routed` of its experts counted.
Count experts_mlp(const Model& model, const Experts& experts, int routed) {
  const double width = experts.hidden > 0 ? experts.hidden : model.ffn_hidden;
  const double shared_width = experts.shared_hidden > 0 ? experts.shared_hidden : experts.shared * width;
  Count count{static_cast<double>(model.hidden) * experts.count, 0};  // router
  count += routed * mlp(model, width);
  if (shared_width > 0) count += mlp(model, shared_width);
  return count;
}

/// One layer: attention, two norms and the MLP, `routed` experts of it if it is an MoE layer.
Count layer(const Model& model, bool moe, int routed) {
  Count count = attention(model);
  count.vector += 2 * norm_vectors(model);
  count += moe ? experts_mlp(model, *model.experts, routed) : mlp(model, model.ffn_hidden);
  return count;
}

/// All layers with `routed` experts of each MoE layer, without embedding and output.
Count all_layers(const Model& model, int routed) {
  const int moe = moe_layers(model);
  Count count;
  if (moe > 0) count += moe * layer(model, true, routed);
  if (model.layers > moe) count += (model.layers - moe) * layer(model, false, 0);
  count.vector += norm_vectors(model);
  return count;
}

double embedding_and_output(const Model& model) {
  const double table = static_cast<double>(model.vocabulary) * model.hidden;
  const double positions = model.learned_positions ? static_cast<double>(model.sequence_length) * model.hidden : 0;
  return table * (model.tied_embeddings ? 1 : 2) + positions;
}

/// One module of multi-token prediction: a layer like the last one, the projection of (hidden state, next token), norms.
/// It shares embedding and output with the model.
Count mtp_module(const Model& model, int routed) {
  Count count = layer(model, moe_layers(model) > 0, routed);
  count.matrix += 2.0 * model.hidden * model.hidden;
  count.vector += 3 * norm_vectors(model);
  return count;
}

/// Keys seen, summed over `layers` layers of which some look through the window only.
double keys_seen_in_layers(const Model& model, double layers, double sequence, bool causal) {
  const double windowed = model.windowed_share() * layers;
  return windowed * keys_seen(sequence, model.window, causal, model.chunked_window) +
         (layers - windowed) * keys_seen(sequence, 0, causal);
}

}  // namespace

double keys_seen(double sequence, double window, bool causal, bool chunked) {
  const double reach = window > 0 ? std::min(window, sequence) : sequence;
  if (!chunked) return causal ? reach - reach * reach / (2 * sequence) : reach;
  const double rest = std::fmod(sequence, reach), all = ((sequence - rest) * reach + rest * rest) / sequence;
  return causal ? all / 2 : all;
}

int moe_layers(const Model& model) {
  if (!model.experts || model.experts->count <= 0) return 0;
  const int candidates = std::max(0, model.layers - model.experts->first_dense_layers);
  return candidates / std::max(1, model.experts->every);
}

double parameters(const Model& model) {
  return all_layers(model, model.experts ? model.experts->count : 0).all() + embedding_and_output(model);
}

double mtp_parameters(const Model& model) {
  return model.mtp_layers * mtp_module(model, model.experts ? model.experts->count : 0).all();
}

double active_parameters(const Model& model) {
  return all_layers(model, model.experts ? model.experts->top_k : 0).all() + embedding_and_output(model);
}

TrainingFlop training_flop(const Model& model, int sequence_length, bool frozen) {
  constexpr double kPasses = 3;            // forward once; backward for the input and for the weights
  constexpr double kFlopPerParameter = 2;  // a multiply and an add
  const int routed = model.experts ? model.experts->top_k : 0;
  const double output = static_cast<double>(model.vocabulary) * model.hidden * (1 + model.mtp_layers);
  const double matrices = all_layers(model, routed).matrix + model.mtp_layers * mtp_module(model, routed).matrix + output;

  const double qk_width = model.latent ? model.latent->qk_nope + model.latent->qk_rope : model.head_size();
  const double v_width = model.latent ? model.latent->v_head : model.head_size();
  const auto flop = [&](bool causal) {
    const double keys = keys_seen_in_layers(model, model.layers, sequence_length, causal) +
                        model.mtp_layers * keys_seen(sequence_length, 0, causal);
    const double scores = model.heads * (qk_width + v_width) * keys;
    if (frozen) return FlopPerToken::from_base(kFlopPerParameter * ((kPasses - 1) * matrices + kPasses * scores));
    return FlopPerToken::from_base(kPasses * kFlopPerParameter * (matrices + scores));
  };
  return {.causal = flop(true), .full = flop(false)};
}

}  // namespace eigenbau::catalog

// What is known of a language model: its shape, and from it parameters and FLOP per token.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "units/quantity.h"

namespace eigenbau::catalog {

enum class AttentionKind { mha, gqa, mqa, mla };
enum class MlpKind { gated, plain };  ///< SwiGLU-like with three matrices, or two matrices

/// Mixture of experts; absent in a dense model.
struct Experts {
  int count = 0;
  int top_k = 0;
  int hidden = 0;         ///< width of one expert
  int shared = 0;         ///< experts that every token visits
  int shared_hidden = 0;  ///< width of all shared experts together; 0: shared * hidden
  int first_dense_layers = 0;
  int every = 1;  ///< an MoE layer every so many layers
};

/// Multi-head latent attention.
struct LatentAttention {
  int q_lora = 0;
  int kv_lora = 0;
  int qk_nope = 0;
  int qk_rope = 0;
  int v_head = 0;
};

struct Model {
  std::string name, title;
  std::vector<std::string> aliases;
  int layers = 0;
  int hidden = 0;
  int heads = 0;
  int kv_heads = 0;
  int head_dim = 0;    ///< 0: hidden / heads
  int ffn_hidden = 0;  ///< width of the dense MLP
  int vocabulary = 0;
  int sequence_length = 0;  ///< as trained
  AttentionKind attention = AttentionKind::gqa;
  MlpKind mlp = MlpKind::gated;
  bool tied_embeddings = false;
  bool biases = false;
  bool learned_positions = false;
  int window = 0;        ///< sliding window in tokens; 0: none
  int window_every = 0;  ///< every so many layers attend to the window only; 0: none
  int mtp_layers = 0;    ///< multi-token prediction
  std::optional<Experts> experts;
  std::optional<LatentAttention> latent;
  bool assumed = false;  ///< no published shape: an assumption that stands for a size class

  int head_size() const { return head_dim > 0 ? head_dim : (heads > 0 ? hidden / heads : 0); }
};

/// Parameters of the whole model.
double parameters(const Model& model);

/// Parameters that one token touches (experts: top_k and shared only).
double active_parameters(const Model& model);

/// Model FLOP per trained token, forward and backward: 6 per active matrix parameter (input embedding excluded) and
/// attention scores 12·L·h_q·S (halved when `causal`).
FlopPerToken training_flop_per_token(const Model& model, int sequence_length, bool causal);

}  // namespace eigenbau::catalog

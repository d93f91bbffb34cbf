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
  int every = 1;             ///< an MoE layer every so many layers
  int groups = 0;            ///< routed experts form so many groups; 0: the router sees none
  int groups_per_token = 0;  ///< a token's experts lie in so many of them
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
  int window = 0;               ///< sliding window in tokens; 0: none
  bool chunked_window = false;  ///< it does not slide: a token looks at its own chunk of so many
  int full_every = 0;           ///< of so many layers one looks at everything, the others through the window only; 0: none does
  int mtp_layers = 0;           ///< multi-token prediction
  std::optional<Experts> experts;
  std::optional<LatentAttention> latent;
  bool assumed = false;  ///< no published shape: an assumption that stands for a size class

  /// Share of the layers that look through the window only.
  double windowed_share() const { return window <= 0 ? 0 : full_every > 0 ? 1 - 1.0 / full_every : 1; }
  int head_size() const { return head_dim > 0 ? head_dim : (heads > 0 ? hidden / heads : 0); }
};

/// Layers whose MLP is a mixture of experts.
int moe_layers(const Model& model);

/// Parameters of the model as it is named and published: N = L·(attention + MLP + norms) + embedding + output. All
/// experts count; modules of multi-token prediction do not.
double parameters(const Model& model);

/// Parameters of the multi-token prediction modules, which training keeps in memory too.
double mtp_parameters(const Model& model);

/// Parameters that one token touches (experts: top_k and shared only), embedding and output included.
double active_parameters(const Model& model);

/// Model FLOP per trained token, forward and backward, without recomputation:
///   F = 6·N_m + 6·H·(d_qk + d_v)·K
/// N_m active matrix parameters (output and MTP modules included, input embedding, norms and biases not), H heads,
/// d_qk and d_v head sizes, K keys that a query sees summed over the layers: L·S, or L·S/2 of `causal` attention, fewer through
/// a window. Without a window and with d_qk = d_v the second term is 12·L·H·d·S.
/// Of weights that are `frozen`, which have no gradient, 4·N_m.
/// Holds for packed sequences of one document; masks between documents see fewer keys.
/// Source: Narayanan et al. 2021 (arXiv 2104.04473), section 5.1, extended to GQA, MLA, experts and windows.
struct TrainingFlop {
  FlopPerToken causal{}, full{};
};
TrainingFlop training_flop(const Model& model, int sequence_length, bool frozen = false);

/// Keys that a query of a sequence sees on average in a layer that looks back at most `window` tokens (0: no limit):
///   r - r²/(2S) causal, r over all keys;  r = min(window, S), S tokens of the sequence
/// or, where the window is a chunk of the sequence, at those of its own chunk, the last of which may be shorter, t tokens:
///   ((S - t)·r + t²)/(2S) causal, twice that over all keys
double keys_seen(double sequence, double window, bool causal, bool chunked = false);

}  // namespace eigenbau::catalog

// How many parameters and elements does one layer of a model have, part by part?
#pragma once

#include "catalog/model.h"
#include "catalog/stack.h"
#include "perf/parallel_plan.h"

namespace eigenbau::perf {

/// One weight matrix as a product sees it: tokens x `depth` times `depth` x `width`.
struct MatrixShape {
  double depth = 0;
  double width = 0;
};

/// Counts of one layer, whole model width (before tensor parallelism divides them).
struct ModelShape {
  double hidden = 0, vocabulary = 0;
  double dense_layers = 0, moe_layers = 0;
  double mtp_layers = 0;

  MatrixShape attention[5];  ///< products of the attention block
  int attention_products = 0;
  double attention_parameters = 0;
  double query_width = 0;  ///< heads x size of query and key
  double value_width = 0;  ///< heads x size of a value
  double kv_width = 0;     ///< keys and values of one token as context parallelism sends them
  double heads = 0;
  double kv_heads = 0;   ///< 0: latent attention, whose keys and values belong to the query heads
  double head_size = 0;  ///< mean of query/key and value size

  bool biased = false;      ///< linear layers have biases
  double mlp_matrices = 2;  ///< 3 if gated
  double mlp_width = 0;     ///< dense MLP
  double expert_width = 0, expert_count = 0, top_k = 0, shared_width = 0;
  double expert_groups = 0, groups_per_token = 0;  ///< of node-limited routing; 0: a token goes anywhere

  double window = 0, windowed_share = 0;  ///< share of layers that look at the window only
  bool chunked_window = false;            ///< those look at their own chunk, not back

  int layers() const { return static_cast<int>(dense_layers + moe_layers); }
  bool latent_attention() const { return attention_products > 2; }
  double moe_share() const { return moe_layers / (dense_layers + moe_layers); }
  double mlp_parameters(double width) const { return mlp_matrices * hidden * width; }
  double dense_layer_parameters() const { return attention_parameters + mlp_parameters(mlp_width); }
  double moe_shared_parameters() const { return attention_parameters + mlp_parameters(shared_width) + hidden * expert_count; }
  double routed_parameters() const { return expert_count * mlp_parameters(expert_width); }
  /// Over how many of `tp` ranks keys and values are spread: fewer heads than ranks leave several ranks the same ones.
  double kv_ranks(double tp) const { return kv_heads > 0 && kv_heads < tp ? kv_heads : tp; }
  /// Parameters of a layer that a rank of `tp` holds beyond its even share, its keys and values being others' too.
  double repeated_parameters(double tp) const { return hidden * kv_width * (1 / kv_ranks(tp) - 1 / tp); }
  double embedding_parameters() const { return vocabulary * hidden; }
  /// Of the layers that predict further tokens: each joins a hidden state and the embedding of the next token into one.
  double joining_parameters() const { return mtp_layers * 2 * hidden * hidden; }

  /// Keys that a query sees on average in a windowed or a full layer, causal.
  double keys_seen(double sequence, bool windowed) const;
};

ModelShape model_shape(const catalog::Model& model);

/// Whether a kernel runs that never writes the attention scores of such a model to memory: as the plan says, else where the stack
/// has one.
bool fuses_attention(const ModelShape& shape, const ParallelPlan& plan, const catalog::TrainingConstants& stack);

/// Whether selective recompute that names no modules is of attention alone: as the stack has it, and with any stack where scores
/// are written to memory, which are most of a layer.
bool recomputes_attention_alone(const ModelShape& shape, const ParallelPlan& plan, const catalog::TrainingConstants& stack);

}  // namespace eigenbau::perf

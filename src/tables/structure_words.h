// What do options say of a model's layers and embeddings that a table has no column for?
#pragma once

#include <optional>
#include <string_view>

#include "catalog/model.h"

namespace eigenbau::tables {

/// What one of the options, a clause, says of the layers of a model; what it does not name or denies is nothing, but for shared
/// experts, of which "no shared experts" is none.
struct StructureWords {
  std::optional<catalog::MlpKind> mlp;    ///< "SwiGLU", "GeGLU", "gated MLP"; plain: "GELU", "squared ReLU", "non-gated"
  std::optional<bool> tied;               ///< embeddings: "tied embeddings", "untie-embeddings-and-output-weights"
  std::optional<int> every;               ///< "MoE every other layer", "moe-layer-freq 2", "interleave_moe_layer_step=2"
  std::optional<int> shared;              ///< "2 shared experts", "n_shared_experts=2"
  std::optional<int> shared_hidden;       ///< width of all together: "moe-shared-expert-intermediate-size 8192"
  std::optional<int> first_dense_layers;  ///< "first 3 layers dense", "first_k_dense_replace=3"
  std::optional<int> top_k;               ///< "top-2 routing", "moe-router-topk 8", "num_experts_per_tok=8"

  bool speaks_of_experts() const { return every || shared || shared_hidden || first_dense_layers || top_k; }
};
StructureWords structure_in(std::string_view clause);

/// Layers of a model that a run trained, by one of the options: "truncated to 6 layers", "6 of 126 layers", "only 6 layers
/// trained", "num_layers=6". Nothing where it says something else of them.
std::optional<int> cut_in(std::string_view clause);

/// Modules of multi-token prediction by one of the options: "MTP depth 1", "2 MTP layers", "one MTP module", "w/o MTP"; "MTP"
/// alone is the model's own, at least one. Nothing where it says something else of them.
std::optional<int> predictors_in(std::string_view clause, int own);

}  // namespace eigenbau::tables

// What does the name of a model say about its shape that a table of runs has no column for?
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "catalog/model.h"

namespace eigenbau::tables {

/// "meta-llama/Llama-3.1-8B" less who keeps it; a stroke after the first word is none of an owner: "DeepSeek-V3 w/o MTP".
std::string_view without_owner(std::string_view name);

/// The model of the catalog that goes by that name, however it is spelled: "Qwen-3 32B" is qwen3-32b. Nothing if none does.
const catalog::Model* model_of_name(const std::vector<catalog::Model>& models, std::string_view name);

/// Whether the first words of a name are those of a series that is known.
bool is_of_known_series(std::string_view name);

enum class Alike { same_series, same_structure };

/// Models of the catalog of the name's series, or of all that are built like it, the dense ones or those with experts; none where
/// no series is known or none is built like it.
std::vector<const catalog::Model*> models_alike(const std::vector<catalog::Model>& models, std::string_view name, Alike how,
                                                bool experts);

/// What was assumed of a model, and how far the law may be off for it.
struct Completion {
  std::string said;                      ///< empty where the model is known
  double doubt = 0;                      ///< relative
  const catalog::Model* like = nullptr;  ///< what it was copied from
};

/// Fills in of `model` what no column holds: kind of MLP, tied embeddings, head size, latent attention, sliding windows, shared
/// experts and where experts lie. All of it is copied from a model of the catalog: from `named`, whose name the row has; else
/// from one of its series with the same figures; else from any with the same figures; else from the one that stands for the
/// series, as far as a series has it in common. A model of no known series is left as it is (gated MLP, untied). Of models that
/// no law covers (state spaces, linear attention, encoders) `said` says so; where a layer of the table is one block, of attention
/// or of an MLP, two of them make a layer, but of `named` they are layers.
Completion complete_architecture(const std::vector<catalog::Model>& models, const catalog::Model* named, catalog::Model& model);

}  // namespace eigenbau::tables

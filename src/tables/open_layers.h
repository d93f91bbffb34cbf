// Which layers and embeddings has a model of which only some figures are known, by how many parameters it has?
#pragma once

#include <string>

#include "catalog/model.h"

namespace eigenbau::tables {

/// What of a model's layers is not known.
struct OpenLayers {
  bool mlp = false;         ///< gated or plain
  bool every = false;       ///< which layers have experts
  bool shared = false;      ///< experts
  bool width = false;       ///< of an expert; until it is known that of the dense MLP
  bool embeddings = false;  ///< tied or not
};

struct LayersTaken {
  std::string said;   ///< empty: nothing was open
  double misfit = 0;  ///< of the parameters, relative
};

/// Settles what is open so that `model` comes nearest to `parameters`. The common form (gated, experts in every layer, none
/// shared) holds unless another is nearer by 5 points for each departure from it: plain, MoE every 2 or 4 layers, 1 or 2 shared
/// experts. Embeddings, which cost little time, speak for no form: each is compared with those that suit it, and they are tied
/// where that is nearer by 5 points. Where no form comes within 5 %, the width of an expert follows from the parameters in the
/// common one, as a multiple of 64 up to 16 times the model's.
LayersTaken settle_layers(catalog::Model& model, const OpenLayers& open, double parameters);

}  // namespace eigenbau::tables

// Which layers and embeddings has a model of which only some figures are known, by how many parameters it has?
#pragma once

#include <string>

#include "catalog/model.h"

namespace eigenbau::tables {

/// What of a model's layers is not known.
struct OpenLayers {
  bool mlp = false;          ///< gated or plain
  bool every = false;        ///< which layers have experts
  bool shared = false;       ///< experts
  bool width = false;        ///< of an expert; until it is known that of the dense MLP
  bool embeddings = false;   ///< tied or not
  bool dense_width = false;  ///< of the MLP of a model without experts
};

/// The width of an MLP that is usual for its kind: 8/3 of the model's in steps of 256 (gated; Touvron et al. 2023), or 4 times
/// the model's, with which both have as many parameters.
int usual_width(const catalog::Model& model);

struct LayersTaken {
  std::string said;   ///< empty: nothing was open
  double misfit = 0;  ///< of the parameters, relative
};

/// Settles what is open so that `model` comes nearest to `parameters`. The common form (gated, experts in every layer, none
/// shared) holds unless another is nearer by 5 points for each departure from it: plain, MoE every 2 or 4 layers, 1 or 2 shared
/// experts. Embeddings, which cost little time, speak for no form: each is compared with those that suit it, and they are tied
/// where that is nearer by 5 points. An MLP whose kind and width are both open has the usual width of each kind. Where no form
/// comes within 5 %, the width of the MLP follows from the parameters in the common one, as a multiple of 128 from once to 8
/// times the model's, and so does that of an expert, as a multiple of 64 up to 16 times.
LayersTaken settle_layers(catalog::Model& model, const OpenLayers& open, double parameters);

}  // namespace eigenbau::tables

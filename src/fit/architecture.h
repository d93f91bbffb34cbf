// What does the family of a model say about its shape that a table of runs has no column for?
#pragma once

#include <string_view>

#include "catalog/model.h"

namespace eigenbau::fit {

/// Fills in what is common to a family of models, known by the beginning of their name: kind of MLP, tied embeddings, head
/// size, latent attention, sliding windows, shared experts. A name of no known family is left as it is (gated MLP, untied).
/// Returns whether the family is known. Source: the model cards and papers of the families.
bool complete_architecture(std::string_view name, catalog::Model& model);

}  // namespace eigenbau::fit

// Which figure of a dense model's shape does a row leave blank that the others give?
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "catalog/model.h"

namespace eigenbau::tables {

/// Of a model whose row names none: GPT's, padded.
inline constexpr int kUsualVocabulary = 51200;

/// Fills in what of layers, width and heads is 0: from the name, where it has them ("96L-12288h-64heads"); one of layers and
/// width from the other and the parameters; heads as wide as most models have them; and what follows from these. What was taken,
/// in words; empty where nothing was missing, or nothing gives it.
std::string complete_shape(const std::vector<catalog::Model>& models, catalog::Model& model, std::optional<double> parameters);

}  // namespace eigenbau::tables

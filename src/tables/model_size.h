// Which model does a name mean that says a series and a size?
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "catalog/model.h"

namespace eigenbau::tables {

/// One of the catalog, or one that was made up for want of it.
struct SizedModel {
  const catalog::Model* known = nullptr;
  std::optional<catalog::Model> taken{};  ///< its `name` is that of the model whose proportions it has
  double parameters = 0;
  double doubt = 0;  ///< of what was made up, relative
};

/// The dense model of the catalog that is called so but for its size, which is within 3 % of the one in the name, else of
/// `parameters` ("GPT 145B" is megatron-145.6b, "MT-NLG" with 530 billion megatron-529.6b). Of a known series that has no such
/// size the shape that its proportions give: heads of 128, layers, width of the MLP and heads of keys and values as the model of
/// the series that is nearest in size has them to its width. One with experts ("Qwen3-Coder-480B-A35B", a run that spreads
/// experts over `expert_ranks`, or
/// far larger than all dense ones of its series) has the proportions of the nearest that has experts, and as many of them as give
/// the parameters of a token that the name says; where it says those, of any series. Of no known series it has the proportions of
/// the nearest Llama, or of the nearest with experts. Nothing where no size is stated, where the catalog's model of that name has
/// another, or where a known series has no such model.
SizedModel model_of_size(const std::vector<catalog::Model>& models, std::string_view name, std::optional<double> parameters,
                         int expert_ranks = 0);

/// Parameters that the name of a model says: 7.1e9 of "BLOOM-7B1"; nothing where it says none, or several.
std::optional<double> size_in_name(std::string_view name);

/// The same of those that a token touches: 13e9 of "MoE 47B-A13B" and of "MoE 47B (13B active)".
std::optional<double> active_size_in_name(std::string_view name);

}  // namespace eigenbau::tables

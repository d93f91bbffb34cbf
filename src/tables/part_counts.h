// Which counts does a cell give that names the parts of a whole?
#pragma once

#include <optional>
#include <string_view>

namespace eigenbau::tables {

/// Experts of a layer: "64+2", "64 routed + 2 shared", "64 (2 shared)", "64E".
struct ExpertCounts {
  int routed = 0;
  std::optional<int> shared;
};
/// Nothing where the cell is a plain count or says anything else.
std::optional<ExpertCounts> expert_counts(std::string_view cell);

/// Experts that a token visits, and shared ones beside: "top-6", "6+2", "6/64", "6 of 64".
std::optional<ExpertCounts> visited_counts(std::string_view cell);

/// Layers: "1 dense + 27 MoE", "27+1", "61 (3 dense)", "61 + 1 MTP".
struct LayerCounts {
  int layers = 0;  ///< in all, without those that predict further tokens
  std::optional<int> dense;
  std::optional<int> predictors;
  std::optional<int> added;  ///< counted among `layers`: the last of two counts of which neither has a name, "61+1"
};
std::optional<LayerCounts> layer_counts(std::string_view cell);

}  // namespace eigenbau::tables

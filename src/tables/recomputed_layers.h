// How many layers, or which part of them, do words say that the backward pass computes again?
#pragma once

#include <optional>
#include <string_view>

namespace eigenbau::tables {

/// torchtitan's option for every so many layers, as clauses spell it.
inline constexpr std::string_view kLayerOption = "selective ac option";

/// So many of so many layers.
struct RecomputedPart {
  double part = 0, whole = 1;
};

/// The part of the layers that words state, were it more than all of them. A share beside words of something else is one only
/// before the word "layers": not in "costs 30 %", "overhead of 30 %", "1/3 more FLOPs".
std::optional<RecomputedPart> part_in(std::string_view text);

/// The number before the word "layers": "4 layers".
std::optional<double> number_of_layers(std::string_view text);

/// The number of layers that a text states, of whatever size and sign: those of each chunk, or of each checkpoint. One layer is
/// what a checkpoint usually holds.
std::optional<double> stated_layers(std::string_view text);

/// Whether it states a number that none of the above is, nor of a checkpoint: "full, 6".
bool states_unread_count(std::string_view text);

bool is_count_of_layers(double number);

/// Layers of each chunk, where that is what a number of layers means; else 0.
int layers_of_chunk(std::string_view text);

}  // namespace eigenbau::tables

// How many layers, or which part of them, do words say that the backward pass computes again?
#include "tables/recomputed_layers.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "tables/cell_words.h"
#include "tables/feature_words.h"
#include "tables/negation.h"
#include "tables/plain_recompute.h"
#include "tables/run_text.h"

namespace eigenbau::tables {
namespace {

constexpr double kMostLayers = 10'000;  // that are computed again in a chunk

/// Whether a share ends before `rest` that is one of the layers, however the text goes on: "of the layers".
bool is_of_layers(std::string_view rest) {
  for (const std::string_view filler : {"of ", "all ", "the ", "transformer "})
    if (rest.starts_with(filler)) rest.remove_prefix(filler.size());
  return rest.starts_with("layer") || rest.starts_with("block");
}

/// Whether what follows the number of "every 2nd" are layers, or nothing.
bool are_layers(std::string_view rest) {
  const std::size_t gap = std::min(rest.find(' '), rest.size());
  if (without_ordinal(rest.substr(0, gap)).empty()) rest.remove_prefix(gap);
  rest = trimmed(rest);
  if (rest.starts_with("transformer ")) rest.remove_prefix(std::string_view("transformer ").size());
  return rest.empty() || contains(",;)", rest.substr(0, 1)) || rest.starts_with("layer") || rest.starts_with("block");
}

/// A part in words: "every third layer", "half the layers", "two thirds of the layers".
std::optional<RecomputedPart> worded_part(std::string_view text) {
  constexpr auto kParts = std::to_array<std::pair<std::string_view, double>>({{"half", 2},
                                                                              {"third", 3},
                                                                              {"thirds", 3},
                                                                              {"quarter", 4},
                                                                              {"quarters", 4},
                                                                              {"fourth", 4},
                                                                              {"fifth", 5},
                                                                              {"sixth", 6},
                                                                              {"eighth", 8}});
  std::string_view before;
  for (const std::string_view word : words_without_signs(text)) {
    const std::string_view rest = trimmed(text.substr(static_cast<std::size_t>(word.data() - text.data()) + word.size()));
    const auto part = std::ranges::find(kParts, word, &std::pair<std::string_view, double>::first);
    const bool is_part = part != kParts.end();
    if (before == "every" && are_layers(rest) && (is_part || word == "other" || word == "second"))
      return RecomputedPart{1, is_part ? part->second : 2};
    const bool alone = before.empty() && rest.empty();
    if (is_part && (alone || is_of_layers(rest)))
      return RecomputedPart{before == "two" ? 2.0 : before == "three" ? 3.0 : 1.0, part->second};
    before = word;
  }
  return std::nullopt;
}

/// The number right behind "block": "full, block, 6".
std::optional<double> number_of_block(std::string_view text) {
  const std::size_t at = find_word(text, "block");
  if (at == std::string_view::npos) return std::nullopt;
  std::string_view rest = text.substr(at + std::string_view("block").size());
  rest.remove_prefix(std::min(rest.find_first_not_of(" ,:=("), rest.size()));
  std::size_t length = 0;
  const double number = leading_number(rest, length);
  const bool ends = length == rest.size() || contains(" ,;)", rest.substr(length, 1));
  return length > 0 && ends ? std::optional(number) : std::nullopt;
}

}  // namespace

std::optional<RecomputedPart> part_in(std::string_view text) {
  if (const auto worded = worded_part(text)) return worded;
  if (const auto stride = figure_of(text, kLayerOption); stride && *stride >= 1) return RecomputedPart{1, *stride};
  const bool of_nothing_else = is_plain(text);
  const auto is_share = [&](std::string_view rest) { return of_nothing_else || is_of_layers(trimmed(rest)); };
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (!is_digit(text[at])) continue;
    std::size_t length = 0;
    const double part = leading_number(text.substr(at), length);
    const std::string_view rest = text.substr(at + length);
    if (trimmed(rest).starts_with("%") && is_share(trimmed(rest).substr(1))) return RecomputedPart{part, 100};
    if (text.substr(0, at).ends_with("every ") && part >= 1 && are_layers(rest)) return RecomputedPart{1, part};
    for (const std::string_view joint : {" of ", "/"}) {
      if (!rest.starts_with(joint)) continue;
      std::size_t of_length = 0;
      const double whole = leading_number(rest.substr(joint.size()), of_length);
      if (of_length > 0 && whole > 0 && is_share(rest.substr(joint.size() + of_length))) return RecomputedPart{part, whole};
    }
    at += length - 1;
  }
  return std::nullopt;
}

std::optional<double> number_of_layers(std::string_view text) {
  const std::size_t end = text.find(" layer");
  std::size_t start = end == std::string_view::npos ? 0 : end;
  while (start > 0 && (is_digit(text[start - 1]) || text[start - 1] == '.')) --start;
  if (end == std::string_view::npos || start == end) return std::nullopt;
  std::size_t length = 0;
  return leading_number(text.substr(start), length);
}

std::optional<double> stated_layers(std::string_view text) {
  constexpr std::string_view kWords = "num layers";
  if (const std::size_t at = find_word(text, kWords); at != std::string_view::npos) {
    std::string_view rest = text.substr(at + kWords.size());
    rest.remove_prefix(std::min(rest.find_first_not_of(" =:"), rest.size()));
    const bool negative = rest.starts_with('-');
    if (negative) rest.remove_prefix(1);
    std::size_t length = 0;
    const double number = leading_number(rest, length);
    if (length > 0) return negative ? -number : number;
  }
  if (part_in(text)) return std::nullopt;
  const auto layers = number_of_layers(text);
  if (layers && (*layers != 1 || (has_word(text, "block") || has_word(text, "chunk") || has_word(text, "stage")))) return layers;
  return number_of_block(text);
}

bool states_unread_count(std::string_view text) {
  return !has_word(text, "uniform") && !number_of_layers(text) && !stated_layers(text) && !part_in(text) &&
         std::ranges::any_of(words_without_signs(text), is_number_word);
}

bool is_count_of_layers(double number) { return number >= 1 && number <= kMostLayers && number == std::floor(number); }

int layers_of_chunk(std::string_view text) {
  if (has_word(text, "uniform")) return 0;
  const auto layers = stated_layers(text);
  return layers && is_count_of_layers(*layers) ? static_cast<int>(*layers) : 0;
}

}  // namespace eigenbau::tables

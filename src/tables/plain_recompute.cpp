// Which words say of recompute no more than that there is some or none, and of how many layers?
#include "tables/plain_recompute.h"

#include <algorithm>
#include <array>

#include "tables/run_text.h"

namespace eigenbau::tables {
namespace {

constexpr auto kPlainWords = std::to_array<std::string_view>({"recompute",
                                                              "recomputes",
                                                              "recomputed",
                                                              "recomputing",
                                                              "recomputation",
                                                              "checkpoint",
                                                              "checkpointing",
                                                              "ac",
                                                              "activation",
                                                              "activations",
                                                              "granularity",
                                                              "method",
                                                              "num",
                                                              "policy",
                                                              "mode",
                                                              "layer",
                                                              "layers",
                                                              "every",
                                                              "each",
                                                              "all",
                                                              "everything",
                                                              "other",
                                                              "second",
                                                              "half",
                                                              "of",
                                                              "the",
                                                              "in",
                                                              "with",
                                                              "is",
                                                              "was",
                                                              "used",
                                                              "use",
                                                              "on",
                                                              "off",
                                                              "enable",
                                                              "enabled",
                                                              "disable",
                                                              "disabled",
                                                              "true",
                                                              "false",
                                                              "yes",
                                                              "no",
                                                              "non",
                                                              "not",
                                                              "none",
                                                              "without",
                                                              "w/o",
                                                              "chunk",
                                                              "transformer",
                                                              "whole",
                                                              "full",
                                                              "selective",
                                                              "uniform",
                                                              "block",
                                                              "blocks",
                                                              "remat",
                                                              "gradient",
                                                              "%"});

}  // namespace

std::vector<std::string_view> words_without_signs(std::string_view text) {
  constexpr std::string_view kGaps = " ,;:=()[].\"'";
  std::vector<std::string_view> words;
  for (std::size_t at = text.find_first_not_of(kGaps); at != std::string_view::npos;) {
    const std::size_t end = std::min(text.find_first_of(kGaps, at), text.size());
    words.push_back(text.substr(at, end - at));
    at = text.find_first_not_of(kGaps, end);
  }
  return words;
}

std::string_view without_ordinal(std::string_view word) {
  for (const std::string_view ending : {"st", "nd", "rd", "th"})
    if (word.ends_with(ending)) return word.substr(0, word.size() - ending.size());
  return word;
}

bool is_number_word(std::string_view word) {
  const std::string_view digits = without_ordinal(word);
  return digits.find_first_of("0123456789") != std::string_view::npos &&
         digits.find_first_not_of("0123456789-/%") == std::string_view::npos;
}

bool is_plain_word(std::string_view word) { return is_number_word(word) || is_one_of(kPlainWords, word); }

bool is_plain(std::string_view text) { return std::ranges::all_of(words_without_signs(text), is_plain_word); }

}  // namespace eigenbau::tables

// How do words say that tokens go to experts?
#include "tables/routing_words.h"

#include <algorithm>
#include <array>
#include <initializer_list>
#include <string>

#include "tables/cell_words.h"
#include "tables/feature_words.h"
#include "tables/negation.h"
#include "tables/run_text.h"

namespace eigenbau::tables {
namespace {

constexpr double kMost = 100;      // of a factor
constexpr double kMostAlone = 10;  // where it is called a capacity alone, which counts tokens or bytes too

/// With a blank between "CF" and its figure: "cf1.25".
std::string with_gap(std::string_view clause) {
  std::string text(clause);
  for (auto at = text.find("cf"); at != std::string::npos; at = text.find("cf", at + 1))
    if ((at == 0 || text[at - 1] == ' ') && at + 2 < text.size() && is_digit(text[at + 2])) text.insert(at + 2, " ");
  return text;
}

/// The figure that belongs to `word`, of a hundred where a percent sign follows.
std::optional<double> factor_of(std::string_view clause, std::string_view word) {
  const auto figure = figure_of(clause, word);
  if (!figure) return std::nullopt;
  const std::size_t at = clause.find_first_of("0123456789", find_word(clause, word));
  const std::string_view unit = trimmed(clause.substr(std::min(clause.find_first_not_of("0123456789.", at), clause.size())));
  return unit.starts_with('%') || unit.starts_with("percent") ? *figure / 100 : *figure;
}

/// Whether nothing follows the figure that could be its unit.
bool ends_with_figure(std::string_view clause) {
  return clause.ends_with('%') || (!clause.empty() && is_digit(clause.back())) || clause.ends_with('x');
}

}  // namespace

std::optional<CapacityWords> capacity_in(std::string_view written) {
  const std::string clause = with_gap(written);
  constexpr std::array<std::string_view, 2> kFactors{"capacity factor", "cf"};
  const bool named = std::ranges::any_of(kFactors, [&](std::string_view word) { return use_in(clause, word).has_value(); });
  const bool training = has_one_word(clause, {"train", "training"});
  if (named && !training && has_one_word(clause, {"eval", "evaluation", "inference", "validation", "test"}))
    return CapacityWords{};
  for (const std::string_view word : kFactors) {
    const auto limited = use_in(clause, word);
    if (limited == false || (limited && contains(clause, "-"))) return CapacityWords{};
    const auto factor = factor_of(clause, word);
    if (factor && *factor > 0 && *factor <= kMost) return CapacityWords{factor};
  }
  const bool of_experts = clause.starts_with("capacity") || clause.starts_with("moe capacity");
  const auto alone = of_experts && ends_with_figure(clause) ? factor_of(clause, "capacity") : std::nullopt;
  return alone && *alone > 0 && *alone <= kMostAlone ? std::optional(CapacityWords{alone}) : std::nullopt;
}

std::optional<bool> drops_tokens(std::string_view clause) {
  for (const std::string_view word : {"token drop", "tokendrop", "drop token", "drop and pad", "drop pad", "to capacity"})
    if (const auto use = use_in(clause, word)) return use;
  return std::nullopt;
}

}  // namespace eigenbau::tables

// Do words switch CUDA graphs on or off?
#include "tables/graph_words.h"

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "tables/feature_words.h"
#include "tables/negation.h"
#include "tables/run_text.h"
#include "tables/statements.h"

namespace eigenbau::tables {
namespace {

constexpr auto kNames = std::to_array<std::string_view>({"cuda graphs", "cuda graph", "cudagraphs", "cudagraph"});
constexpr auto kOn = std::to_array<std::string_view>(
    {"on", "enabled", "enable", "used", "use", "using", "with", "true", "yes", "1", "full", "iteration", "scope", "impl"});
constexpr auto kOff = std::to_array<std::string_view>(
    {"off", "no", "not", "without", "w/o", "disabled", "disable", "unused", "unavailable", "false", "none", "0"});

/// Without the names of what is switched.
std::string without_names(std::string words) {
  for (const std::string_view name : kNames)
    for (std::size_t at = find_word(words, name); at != std::string::npos; at = find_word(words, name))
      words.replace(at, name.size(), " ");
  return words;
}

/// Whether a statement switches on; nothing where it says more, or denies a denial.
std::optional<bool> switched(const std::string& words) {
  const std::string rest = without_names(words);
  int denials = 0;
  for (const std::string_view word : split_at(rest, " =:\"'")) {
    const bool denies = is_one_of(kOff, word);
    if (!denies && !is_one_of(kOn, word)) return std::nullopt;
    denials += denies ? 1 : 0;
  }
  return denials > 1 ? std::nullopt : std::optional(denials == 0);
}

/// A statement with what stands in brackets behind it.
std::string with_brackets(const std::vector<Statement>& all, std::size_t at) {
  std::string words = all[at].words;
  for (const Statement& other : all)
    if (other.behind == at) words += " " + other.words;
  return words;
}

/// Whether the next statement, which names nothing, may deny this one: "CUDA graphs, disabled".
bool is_denied_behind(const std::vector<Statement>& all, std::size_t at) {
  const auto next = at + 1;
  return next < all.size() && !all[next].bracketed && !has_one_word(all[next].words, kNames) &&
         switched(all[next].words) == false;
}

}  // namespace

bool speaks_of_graphs(std::string_view clause) {
  return has_one_word(clause, kNames) || switched(std::string(clause)).has_value();
}

std::optional<bool> graphs_in(std::string_view options) {
  std::optional<bool> said;
  const std::vector<Statement> all = statements_in(options);
  for (std::size_t at = 0; at < all.size(); ++at) {
    if (!has_one_word(all[at].words, kNames)) continue;
    const auto one = all[at].bracketed || is_denied_behind(all, at) ? std::nullopt : switched(with_brackets(all, at));
    if (!one || (said && *said != *one)) return std::nullopt;
    said = one;
  }
  return said;
}

}  // namespace eigenbau::tables

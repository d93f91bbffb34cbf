// What do options say of a model's layers and embeddings that a table has no column for?
#include "tables/structure_words.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <initializer_list>
#include <utility>
#include <vector>

#include "tables/cell_words.h"
#include "tables/feature_words.h"
#include "tables/negation.h"
#include "tables/recompute_words.h"
#include "tables/run_text.h"

namespace eigenbau::tables {
namespace {

using catalog::MlpKind;

// Beyond these a figure counts something else.
constexpr double kMostShared = 64, kLargestWidth = 1e6, kMostLayers = 1000, kMostPredictors = 16, kMostVisited = 64;

bool uses(std::string_view clause, std::initializer_list<std::string_view> words) {
  return std::ranges::any_of(words, [&](std::string_view word) { return use_in(clause, word) == true; });
}

std::vector<std::string_view> words_of(std::string_view clause) {
  constexpr std::string_view kBetween = " =:*";
  std::vector<std::string_view> words;
  for (std::size_t at = clause.find_first_not_of(kBetween); at < clause.size();) {
    const std::size_t end = std::min(clause.find_first_of(kBetween, at), clause.size());
    words.push_back(clause.substr(at, end - at));
    at = std::min(clause.find_first_not_of(kBetween, end), clause.size());
  }
  return words;
}

/// "2", "2nd", "two", "second", "other".
std::optional<int> count_of_word(std::string_view word) {
  struct Count {
    std::string_view cardinal, ordinal;
  };
  constexpr std::array kCounts{Count{"one", "first"}, Count{"two", "second"}, Count{"three", "third"}, Count{"four", "fourth"}};
  if (word == "other") return 2;
  for (std::size_t i = 0; i < kCounts.size(); ++i)
    if (word == kCounts[i].cardinal || word == kCounts[i].ordinal) return static_cast<int>(i) + 1;
  std::size_t length = 0;
  const double number = leading_number(word, length);
  const std::string_view rest = word.substr(length);
  const bool whole = length > 0 && number == std::floor(number) && number >= 0 && number <= kMostLayers;
  const bool ordinal = rest.empty() || rest == "st" || rest == "nd" || rest == "rd" || rest == "th";
  return whole && ordinal ? std::optional(static_cast<int>(number)) : std::nullopt;
}

/// A whole number from `least` to `most` that belongs to one of the words.
std::optional<int> whole_figure(std::string_view clause, std::initializer_list<std::string_view> words, double least,
                                double most) {
  for (const std::string_view word : words)
    if (const auto figure = figure_of(clause, word);
        figure && *figure >= least && *figure <= most && *figure == std::floor(*figure))
      return static_cast<int>(*figure);
  return std::nullopt;
}

std::optional<MlpKind> mlp_in(std::string_view clause) {
  const bool of_mlp = !has_one_of(clause, {"attention", "attn", "delta", "router"});
  if (of_mlp && (use_in(clause, "gated") == false || uses(clause, {"ungated"}))) return MlpKind::plain;
  if ((of_mlp && uses(clause, {"gated"})) || uses(clause, {"swiglu", "geglu", "reglu", "glu"})) return MlpKind::gated;
  if (uses(clause, {"gelu", "relu", "relu2", "relu^2"})) return MlpKind::plain;
  return std::nullopt;
}

std::optional<bool> tied_in(std::string_view clause) {
  for (const std::string_view word : {"untied embedding", "untie embedding", "untied word embedding", "untied output"})
    if (use_in(clause, word) == true) return false;
  for (const std::string_view word :
       {"tied embedding", "tie embedding", "tie word embedding", "tied word embedding", "share embedding", "shared embedding"})
    if (const auto use = use_in(clause, word)) return use;
  return std::nullopt;
}

bool is_layer(std::string_view word) { return word.starts_with("layer") || word.starts_with("block"); }

/// An MoE layer every so many layers.
std::optional<int> every_in(std::string_view clause) {
  if (const auto step =
          whole_figure(clause,
                       {"moe layer freq", "moe layer frequency", "moe freq", "moe frequency", "moe layer interval",
                        "moe interval", "expert interval", "interleave moe layer", "moe layer step", "decoder sparse"},
                       1, kMostLayers))
    return step;
  if (!uses(clause, {"moe", "expert"})) return std::nullopt;
  if (uses(clause, {"interleave", "alternate"}) && uses(clause, {"dense"})) return 2;
  const std::vector<std::string_view> words = words_of(clause);
  for (std::size_t i = 0; i + 1 < words.size(); ++i) {
    if (words[i] != "every") continue;
    if (is_layer(words[i + 1])) return 1;
    const auto step = count_of_word(words[i + 1]);
    if (step && *step >= 1 && (i + 2 == words.size() || is_layer(words[i + 2]))) return step;
  }
  return std::nullopt;
}

std::optional<int> shared_in(std::string_view clause) {
  if (has_word(clause, "overlap")) return std::nullopt;
  if (use_in(clause, "shared expert") == false) return 0;
  if (const auto figure = whole_figure(clause, {"shared expert"}, 0, kMostShared)) return figure;
  const std::vector<std::string_view> words = words_of(clause);
  for (std::size_t i = 1; i < words.size(); ++i) {
    const bool of_experts = words[i] == "shared" && (i + 1 == words.size() || words[i + 1].starts_with("expert"));
    const auto count = of_experts ? count_of_word(words[i - 1]) : std::nullopt;
    if (count && *count <= kMostShared) return count;
  }
  return std::nullopt;
}

/// Dense layers before the first with experts: of a clause that counts one thing.
std::optional<int> first_dense_in(std::string_view clause) {
  if (!uses(clause, {"dense"}) || !uses(clause, {"first", "leading", "initial"})) return std::nullopt;
  std::optional<int> count;
  bool one_layer = false;
  for (const std::string_view word : words_of(clause)) {
    const auto number = word == "first" ? std::nullopt : count_of_word(word);
    if (number && count) return std::nullopt;
    if (number) count = number;
    one_layer |= word == "layer";
  }
  return count ? count : one_layer ? std::optional(1) : std::nullopt;
}

/// Experts that a token visits: "topk 8", "top 2 gating", "top2".
std::optional<int> top_k_in(std::string_view clause) {
  if (const auto figure = whole_figure(clause, {"topk", "top k", "experts per tok", "experts per token"}, 1, kMostVisited))
    return figure;
  constexpr std::string_view kTop = "top";
  if (!clause.starts_with(kTop)) return std::nullopt;
  const std::string_view rest = clause.substr(std::min(clause.find_first_not_of(' ', kTop.size()), clause.size()));
  std::size_t length = 0;
  const double number = leading_number(rest, length);
  const std::string_view after = rest.substr(std::min(rest.find_first_not_of(' ', length), rest.size()));
  const bool of_experts = after.empty() || after.starts_with("rout") || after.starts_with("gat") || after.starts_with("expert");
  const bool whole = length > 0 && number == std::floor(number) && number >= 1 && number <= kMostVisited;
  return whole && of_experts ? std::optional(static_cast<int>(number)) : std::nullopt;
}

/// Whether a clause says no more than that modules of multi-token prediction are in use.
bool is_bare_mtp(std::string_view clause) {
  constexpr std::array kPlain =
      std::to_array<std::string_view>({"mtp", "with", "on", "enabled", "true", "used", "module", "head", "layer", "training"});
  return std::ranges::all_of(words_of(clause),
                             [&](std::string_view word) { return std::ranges::find(kPlain, word) != kPlain.end(); });
}

}  // namespace

std::optional<int> cut_in(std::string_view clause) {
  constexpr auto kCuts =
      std::to_array<std::string_view>({"truncated", "reduced", "cut", "shrunk", "trimmed", "shortened", "trained"});
  constexpr auto kPlain =
      std::to_array<std::string_view>({"model", "to", "down", "the", "first", "of", "out", "from", "num", "only", "decoder"});
  std::vector<int> counts;
  bool cuts = false, named = false;
  for (const std::string_view word : words_of(clause)) {
    if (const auto count = count_in(word)) counts.push_back(*count);
    else if (std::ranges::find(kCuts, word) != kCuts.end()) cuts = true;
    else if (is_layer(word)) named = true;
    else if (std::ranges::find(kPlain, word) == kPlain.end()) return std::nullopt;
  }
  const bool of_all = counts.size() == 2 && counts.front() < counts.back();
  const bool alone = counts.size() == 1 && (cuts || clause.starts_with("num layer"));
  return named && (of_all || alone) && counts.front() >= 1 ? std::optional(counts.front()) : std::nullopt;
}

std::optional<int> predictors_in(std::string_view clause, int own) {
  std::string text(clause);
  constexpr std::string_view kLong = "multi token prediction";
  if (const std::size_t at = text.find(kLong); at != std::string::npos) text.replace(at, kLong.size(), "mtp");
  const auto use = use_in(text, "mtp");
  if (!use) return std::nullopt;
  if (const auto figure = whole_figure(text, {"mtp"}, 0, kMostPredictors)) return figure;
  if (!*use || is_switched_off(text)) return 0;
  const std::vector<std::string_view> words = words_of(text);
  if (words.size() > 1 && words[1] == "mtp")
    if (const auto count = count_of_word(words[0]); count && *count <= kMostPredictors) return count;
  return is_bare_mtp(text) ? std::optional(std::max(1, own)) : std::nullopt;
}

StructureWords structure_in(std::string_view clause) {
  clause = clause.substr(0, clause.find("instead of"));
  if (speaks_of_recompute(clause)) return {};
  return {.mlp = mlp_in(clause),
          .tied = tied_in(clause),
          .every = every_in(clause),
          .shared = shared_in(clause),
          .shared_hidden = whole_figure(
              clause, {"shared expert intermediate", "shared expert ffn hidden", "shared expert hidden", "shared expert width"},
              1, kLargestWidth),
          .first_dense_layers = first_dense_in(clause),
          .top_k = top_k_in(clause)};
}

}  // namespace eigenbau::tables

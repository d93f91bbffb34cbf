// What does a cell of a model's shape count that gives more than one figure, or a multiple of another?
#include "tables/shape_words.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include "tables/cell_words.h"
#include "tables/count_words.h"
#include "tables/run_text.h"

namespace eigenbau::tables {
namespace {

constexpr double kWidest = 1e8;  // as of plain counts

/// A count with the words behind it: "8 kv" of "128 q / 8 kv".
struct Named {
  int count = 0;
  std::string name;
};

/// One or two such between strokes, plus signs, commas before a blank and brackets; nothing where the cell has anything else.
std::vector<Named> named_counts(std::string_view cell) {
  std::string text = lower(cell);
  for (const auto& [written, plain] : {std::pair{"/expert", " expert"}, {", ", "/ "}})
    if (const std::size_t at = text.find(written); at != std::string::npos)
      text.replace(at, std::string_view(written).size(), plain);
  std::vector<Named> counts;
  for (const std::string_view part : split_at(text, "/+()[];")) {
    const std::string_view written = trimmed(part);
    if (written.empty()) continue;
    const std::size_t digits = std::min(written.find_first_not_of("0123456789"), written.size());
    const auto count = count_in(written.substr(0, digits));
    if (!count) return {};
    counts.push_back({*count, std::string(trimmed(written.substr(digits)))});
  }
  return counts.size() <= 2 ? counts : std::vector<Named>();
}

/// "4", "3.5", "8/3".
std::optional<double> ratio_in(std::string_view text) {
  const std::size_t stroke = text.find('/');
  const auto part = plain_number(text.substr(0, stroke));
  const auto whole = stroke == std::string_view::npos ? std::optional(1.0) : plain_number(text.substr(stroke + 1));
  return part && whole && *part > 0 && *whole > 0 ? std::optional(*part / *whole) : std::nullopt;
}

/// So many times the hidden size.
std::optional<int> multiple_in(std::string_view cell, int hidden) {
  constexpr auto kHidden = std::to_array<std::string_view>({"hidden size", "hidden_size", "hidden", "d_model", "h", "d"});
  constexpr double kStep = 256;
  const std::string text = lower(trimmed(cell));
  for (const std::string_view name : kHidden) {
    if (!text.ends_with(name)) continue;
    std::string_view ratio = trimmed(std::string_view(text).substr(0, text.size() - name.size()));
    if (ratio.ends_with('x') || ratio.ends_with('*')) ratio = trimmed(ratio.substr(0, ratio.size() - 1));
    const double width = ratio_in(ratio).value_or(0) * hidden;
    if (width < 1 || width > kWidest) return std::nullopt;
    return static_cast<int>(width == std::floor(width) ? width : std::ceil(width / kStep) * kStep);
  }
  return std::nullopt;
}

}  // namespace

std::optional<HeadWords> heads_in(std::string_view cell) {
  constexpr auto kQueries = std::to_array<std::string_view>({"", "q", "query", "heads", "q heads", "query heads"});
  constexpr auto kKeys = std::to_array<std::string_view>({"", "kv", "kv heads", "kv head", "k/v", "key value"});
  if (const auto product = factors_in(cell)) return HeadWords{product->first, std::nullopt};
  const auto counts = named_counts(cell);
  if (counts.empty() || !is_one_of(kQueries, counts[0].name)) return std::nullopt;
  if (counts.size() == 1) return HeadWords{counts[0].count, std::nullopt};
  if (!is_one_of(kKeys, counts[1].name)) return std::nullopt;
  const bool size_of_head = counts[1].count > counts[0].count;
  return HeadWords{counts[0].count, size_of_head ? std::nullopt : std::optional(counts[1].count)};
}

KeyHeadWords key_heads_in(std::string_view cell) {
  constexpr auto kKinds = std::to_array<std::string_view>({"mha", "mla", "mqa", "gqa"});
  constexpr auto kFillers = std::to_array<std::string_view>({"kv", "heads", "groups", "with"});
  const std::string text = lower(cell);
  KeyHeadWords said{};
  std::string_view number;
  bool known = true;
  for (const std::string_view word : split_at(text, " -_=:/()[],")) {
    if (const auto kind = std::ranges::find(kKinds, word); kind != kKinds.end()) said.kind = *kind;
    else if (number.empty() && count_in(word)) number = word;
    else known &= is_one_of(kFillers, word);
  }
  if (known && !said.kind.empty()) said.count = count_in(number);
  return said;
}

std::optional<WidthWords> width_in(std::string_view cell, int hidden, bool of_expert) {
  constexpr auto kDense = std::to_array<std::string_view>({"", "dense", "dense layers", "dense mlp"});
  constexpr auto kOfExpert = std::to_array<std::string_view>(
      {"", "expert", "experts", "per expert", "each", "each expert", "moe", "routed", "moe expert"});
  if (const auto product = factors_in(cell)) {
    const auto [least, most] = std::minmax(product->first, product->second);
    if (most != hidden && (of_expert || most > hidden)) return WidthWords{most, std::nullopt};
    const double width = static_cast<double>(least) * most;
    return width <= kWidest ? std::optional(WidthWords{static_cast<int>(width), std::nullopt}) : std::nullopt;
  }
  if (const auto multiple = multiple_in(cell, hidden)) return WidthWords{*multiple, std::nullopt};
  const auto counts = named_counts(cell);
  if (counts.empty() || !(is_one_of(kDense, counts[0].name) || (counts.size() == 1 && is_one_of(kOfExpert, counts[0].name))))
    return std::nullopt;
  if (counts.size() == 1) return WidthWords{counts[0].count, std::nullopt};
  return is_one_of(kOfExpert, counts[1].name) ? std::optional(WidthWords{counts[0].count, counts[1].count}) : std::nullopt;
}

}  // namespace eigenbau::tables

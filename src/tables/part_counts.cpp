// Which counts does a cell give that names the parts of a whole?
#include "tables/part_counts.h"

#include <algorithm>
#include <initializer_list>
#include <string>
#include <vector>

#include "tables/cell_words.h"
#include "tables/run_text.h"

namespace eigenbau::tables {
namespace {

constexpr std::size_t kMostParts = 4;

struct Part {
  int count = 0;
  std::string name;     ///< words of it
  bool inside = false;  ///< brackets
};

/// "64 routed (+2 shared)" is 64 "routed" and 2 "shared"; nothing where one has no count before its words.
std::vector<Part> parts_of(std::string_view cell) {
  constexpr std::string_view kBorders = "+()", kGaps = " -_\t";
  const std::string text = lower(cell);
  std::vector<Part> parts;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find_first_of(kBorders, at), text.size());
    const std::string_view written = trimmed(std::string_view(text).substr(at, end - at));
    const bool inside = text.find('(') < at;
    at = end + 1;
    if (written.empty()) continue;
    const std::size_t digits = std::min(written.find_first_not_of("0123456789"), written.size());
    const auto count = count_in(written.substr(0, digits));
    if (!count) return {};
    std::string name(written.substr(digits));
    std::ranges::replace_if(name, [&](char c) { return kGaps.find(c) != std::string_view::npos; }, ' ');
    parts.push_back({*count, std::string(trimmed(name)), inside});
  }
  return parts;
}

}  // namespace

std::optional<ExpertCounts> expert_counts(std::string_view cell) {
  const std::vector<Part> parts = parts_of(cell);
  if (parts.empty() || parts.size() > 2) return std::nullopt;
  ExpertCounts counts;
  bool routed = false;
  for (const Part& part : parts) {
    const bool shared = is_one_of({"shared", "shared expert", "shared experts"}, part.name);
    if (!shared && !is_one_of({"", "e", "x", "expert", "experts", "routed", "routed expert", "routed experts"}, part.name))
      return std::nullopt;
    if (shared || routed) {
      if (counts.shared) return std::nullopt;
      counts.shared = part.count;
    } else {
      counts.routed = part.count;
      routed = true;
    }
  }
  const bool meant = routed && counts.shared.value_or(0) <= counts.routed;  // "1+8" may name them the other way around
  return meant ? std::optional(counts) : std::nullopt;
}

std::optional<ExpertCounts> visited_counts(std::string_view cell) {
  const std::string text = lower(cell);
  std::string_view rest = text;
  for (const std::string_view prefix : {"top", "k"})
    if (rest.starts_with(prefix)) {
      rest.remove_prefix(prefix.size());
      rest.remove_prefix(std::min(rest.find_first_not_of(" -_="), rest.size()));
      break;
    }
  for (const std::string_view all : {"/", " out of ", " of "}) {
    const std::size_t at = rest.find(all);
    if (at == std::string_view::npos) continue;
    if (!expert_counts(trimmed(rest.substr(at + all.size())))) return std::nullopt;
    rest = rest.substr(0, at);
    break;
  }
  return expert_counts(trimmed(rest));
}

std::optional<LayerCounts> layer_counts(std::string_view cell) {
  const std::vector<Part> parts = parts_of(cell);
  if (parts.empty() || parts.size() > kMostParts) return std::nullopt;
  LayerCounts counts;
  for (const Part& part : parts) {
    if (is_one_of({"mtp", "mtp layer", "mtp layers"}, part.name)) {
      counts.predictors = counts.predictors.value_or(0) + part.count;
      continue;
    }
    const bool dense = is_one_of({"dense", "dense layer", "dense layers"}, part.name);
    if (!dense && !is_one_of({"", "l", "layer", "layers", "moe", "moe layer", "moe layers"}, part.name)) return std::nullopt;
    if (dense) counts.dense = counts.dense.value_or(0) + part.count;
    if (!part.inside) counts.layers += part.count;
  }
  const auto is_bare = [](const Part& part) { return part.name.empty() && !part.inside; };
  if (parts.size() == 2 && std::ranges::all_of(parts, is_bare)) counts.added = parts.back().count;
  return counts;
}

}  // namespace eigenbau::tables

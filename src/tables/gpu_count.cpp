// How many accelerators does a cell count?
#include "tables/gpu_count.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "tables/cell_words.h"
#include "tables/count_words.h"
#include "tables/gpu_name.h"
#include "tables/negation.h"
#include "tables/run_text.h"

namespace eigenbau::tables {
namespace {

constexpr std::string_view kDigits = "0123456789.,";

/// The words behind a number, in lower case: "nodes" of "16 nodes".
std::string unit_of(std::string_view text) {
  return lower(trimmed(text.substr(std::min(text.find_first_not_of(kDigits), text.size()))));
}

bool is_unit(std::string_view unit) {
  constexpr std::array<std::string_view, 8> kUnits{"gpu", "gpus", "gcd", "gcds", "accelerators", "devices", "chips", "cards"};
  return std::ranges::find(kUnits, unit) != kUnits.end();
}

bool is_server(std::string_view unit) {
  constexpr std::array<std::string_view, 5> kServers{"node", "nodes", "server", "servers", "hosts"};
  return std::ranges::find(kServers, unit) != kServers.end();
}

std::optional<CountedGpus> counted(std::string_view text, std::string name = {}) {
  const auto said = worded_count(text.substr(0, text.find_first_not_of(kDigits)));
  return said ? std::optional(CountedGpus{said->count, std::move(name)}) : std::nullopt;
}

}  // namespace

std::optional<CountedGpus> accelerators_in(const std::vector<catalog::Gpu>& gpus, std::string_view cell) {
  if (const auto product = counted_product(cell)) return CountedGpus{*product};
  const std::size_t remark = cell.find('(');
  std::string_view count = trimmed(cell.substr(0, remark));
  if (remark != std::string_view::npos && is_server(unit_of(count))) {
    const std::string_view inside = cell.substr(remark + 1);
    count = trimmed(inside.substr(0, inside.find(')')));
    if (!is_unit(unit_of(count))) return std::nullopt;
  }
  std::string unit = unit_of(count);
  if (unit.empty()) return std::nullopt;
  if (is_unit(unit)) return counted(count);
  if (unit.starts_with("x ") || (unit.size() > 1 && unit[0] == 'x')) unit.erase(0, 1);
  const auto named = find_gpu(gpus, trimmed(unit));
  return named && named->said.empty() ? counted(count, named->gpu.name) : std::nullopt;
}

bool counts_halves(std::string_view cell) {
  const std::string text = lower(cell);
  return has_word(text, "gcd") || has_word(text, "gcds");
}

}  // namespace eigenbau::tables

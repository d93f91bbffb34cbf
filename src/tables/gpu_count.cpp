// How many accelerators does a cell count?
#include "tables/gpu_count.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "tables/cell_words.h"
#include "tables/count_words.h"
#include "tables/negation.h"
#include "tables/run_text.h"
#include "tables/server_links.h"

namespace eigenbau::tables {
namespace {

constexpr std::string_view kDigits = "0123456789.,";
constexpr double kMostCounted = 1e8;  // as of plain counts

/// The words behind a number, in lower case: "nodes" of "16 nodes".
std::string unit_of(std::string_view text) {
  return lower(trimmed(text.substr(std::min(text.find_first_not_of(kDigits), text.size()))));
}

bool is_unit(std::string_view unit) {
  constexpr std::array<std::string_view, 9> kUnits{"gpu",          "gpus",    "gcd",   "gcds", "ranks",
                                                   "accelerators", "devices", "chips", "cards"};
  return std::ranges::find(kUnits, unit) != kUnits.end();
}

constexpr std::array<std::string_view, 7> kServers{"node", "nodes", "server", "servers", "hosts", "dgx", "hgx"};

bool is_server(std::string_view unit) { return std::ranges::find(kServers, unit) != kServers.end(); }

std::string_view first_word(std::string_view text) { return text.substr(0, text.find_first_of(" ,(-")); }

/// Less the word for servers at its end: "h100 nodes".
std::string_view without_servers(std::string_view unit) {
  const std::string_view last = unit.substr(unit.find_last_of(' ') + 1);
  return is_server(last) ? trimmed(unit.substr(0, unit.size() - last.size())) : unit;
}

std::optional<CountedGpus> counted(std::string_view text, std::string name = {}) {
  const auto said = worded_count(text.substr(0, text.find_first_not_of(kDigits)));
  return said ? std::optional(CountedGpus{said->count, std::move(name)}) : std::nullopt;
}

/// In the catalog, one or several: "h100", "h100s". Nothing of what is not known for sure.
std::optional<std::string> name_of(const std::vector<NamedGpu>& gpus, std::string_view name) {
  for (const std::string_view one : {name, name.ends_with('s') ? name.substr(0, name.size() - 1) : std::string_view()})
    if (const auto found = one.empty() ? std::nullopt : find_gpu(gpus, one); found && found->said.empty()) return found->gpu.name;
  return std::nullopt;
}

/// The number of accelerators of each server in what follows the servers: "of 8 GPUs", "(8 GPUs each)", "8 GPUs per node".
std::optional<int> of_each(std::string_view rest) {
  const std::size_t begin = rest.find_first_of("0123456789");
  const bool each = has_word(rest, "each") || has_word(rest, "per") || has_word(rest, "of") || has_word(rest, "with");
  if (!each || begin == std::string_view::npos) return std::nullopt;
  const auto said = counted(rest.substr(begin));
  return said && said->count >= 1 && said->count <= kLargestServer ? std::optional(said->count) : std::nullopt;
}

/// 8 of "8-gpu" and "8 gpu", before the word for servers.
std::optional<int> size_of_server(std::string_view name) {
  const std::size_t digits = std::min(name.find_first_not_of("0123456789"), name.size());
  const std::string_view unit = name.substr(std::min(name.find_first_not_of(" -", digits), name.size()));
  const auto size = count_in(name.substr(0, digits));
  return size && *size >= 1 && *size <= kLargestServer && (is_unit(unit) || unit == "way") ? size : std::nullopt;
}

std::optional<CountedGpus> of_servers_with(int servers, int each) {
  const double product = static_cast<double>(servers) * each;
  return product <= kMostCounted ? std::optional(CountedGpus{static_cast<int>(product)}) : std::nullopt;
}

/// What counts servers, in lower case: "16 nodes (128 gpus)", "72 dgx h100".
std::optional<CountedGpus> servers_in(const std::vector<NamedGpu>& gpus, std::string_view text, std::string_view unit) {
  const auto servers = counted(text);
  if (!servers) return std::nullopt;
  const std::size_t remark = text.find('(');
  if (remark != std::string_view::npos) {
    const std::string_view inside = text.substr(remark + 1), total = trimmed(inside.substr(0, inside.find(')')));
    const auto inside_count = is_unit(unit_of(total)) ? counted(total) : std::nullopt;
    if (inside_count && inside_count->count > servers->count) return inside_count;
    if (inside_count) return of_servers_with(servers->count, inside_count->count);  // fewer than one each cannot be all
  }
  const std::string_view rest = is_server(first_word(unit)) ? unit.substr(first_word(unit).size()) : unit;
  if (const auto each = of_each(text.substr(std::min(text.find_first_not_of(kDigits), text.size()))))
    return of_servers_with(servers->count, *each);
  const std::string_view name = without_servers(trimmed(rest));
  if (const auto each = size_of_server(name)) return of_servers_with(servers->count, *each);
  if (name.empty()) return CountedGpus{.count = servers->count, .of_servers = true};
  auto known = name_of(gpus, name);
  return known ? std::optional(CountedGpus{servers->count, std::move(*known), true}) : std::nullopt;
}

/// A product before a name: "72x8 h100".
std::optional<CountedGpus> named_product(const std::vector<NamedGpu>& gpus, std::string_view text) {
  const std::size_t name = text.find_first_not_of("0123456789.,x* ");
  if (name == std::string_view::npos || name == 0) return std::nullopt;
  std::string_view factors = text.substr(0, name);
  factors = factors.substr(0, factors.find_last_of("0123456789") + 1);
  const auto product = counted_product(factors);
  auto known = product ? name_of(gpus, trimmed(text.substr(name))) : std::nullopt;
  return known ? std::optional(CountedGpus{*product, std::move(*known)}) : std::nullopt;
}

/// A count after a name: "h100 x 576".
std::optional<CountedGpus> count_after_name(const std::vector<NamedGpu>& gpus, std::string_view text) {
  const std::size_t times = text.find_last_of("x*");
  if (times == std::string_view::npos || times == 0 || is_digit(text[0])) return std::nullopt;
  const auto count = count_in(text.substr(times + 1));
  auto known = count ? name_of(gpus, trimmed(text.substr(0, times))) : std::nullopt;
  return known ? std::optional(CountedGpus{*count, std::move(*known)}) : std::nullopt;
}

/// Less the words that a count is of all: "576 gpus total".
std::string_view without_total(std::string_view text) {
  for (const std::string_view word : {" in total", " total", " overall", " in all"})
    if (text.ends_with(word)) return trimmed(text.substr(0, text.size() - word.size()));
  return text;
}

}  // namespace

std::optional<CountedGpus> accelerators_in(const std::vector<NamedGpu>& gpus, std::string_view cell) {
  if (const auto product = counted_product(cell)) return CountedGpus{*product};
  const std::string text(without_total(lower(trimmed(cell))));
  if (auto named = count_after_name(gpus, text)) return named;
  if (auto product = named_product(gpus, text)) return product;
  const std::string_view count = trimmed(std::string_view(text).substr(0, text.find('(')));
  std::string unit = unit_of(count);
  if (unit.empty()) return std::nullopt;
  if (is_unit(unit)) return counted(count);
  if (unit.starts_with("x ") || (unit.size() > 1 && unit[0] == 'x')) unit = trimmed(unit.substr(1));
  if (is_server(first_word(unit)) || without_servers(unit) != unit) return servers_in(gpus, text, unit);
  auto known = name_of(gpus, trimmed(unit));
  return known ? counted(count, std::move(*known)) : std::nullopt;
}

bool counts_halves(std::string_view cell) {
  const std::string text = lower(cell);
  return has_word(text, "gcd") || has_word(text, "gcds");
}

}  // namespace eigenbau::tables

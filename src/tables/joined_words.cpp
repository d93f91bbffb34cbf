// How many GPUs do links join, where words say less or more than the GPU's name?
#include "tables/joined_words.h"

#include <algorithm>
#include <cctype>
#include <charconv>

#include "tables/feature_words.h"
#include "tables/negation.h"
#include "tables/server_links.h"

namespace eigenbau::tables {

int most_joined(std::string_view words, int server) {
  const auto off = [&](std::string_view feature) { return use_of(words, feature) == Use::off; };
  const bool tray = has_word(words, "nvlink") && (has_word(words, "tray only") || has_word(words, "within the tray") ||
                                                  has_word(words, "within each tray") || has_word(words, "inside the tray"));
  if (tray || off("mnnvl") || off("nccl_mnnvl") || off("nccl mnnvl") || off("imex"))
    return server > 0 && server <= kLargestServer ? server : kTray;
  constexpr std::string_view kRack = "nvl";
  constexpr double kMost = 1e6;
  int least = 0;
  for (auto at = words.find(kRack); at != std::string_view::npos; at = words.find(kRack, at + 1)) {
    if (at > 0 && std::isalnum(static_cast<unsigned char>(words[at - 1])) != 0) continue;
    int gpus = 0, racks = 1;
    const char *begin = words.data() + at + kRack.size(), *end = words.data() + words.size();
    const auto size = std::from_chars(begin, end, gpus);
    if (size.ec != std::errc{} || gpus < 2) continue;
    if (size.ptr < end && *size.ptr == 'x' && std::from_chars(size.ptr + 1, end, racks).ec != std::errc{}) racks = 1;
    const int joined = static_cast<int>(std::min(kMost, static_cast<double>(gpus) * std::clamp(racks, 1, 64)));
    if (least == 0 || joined < least) least = joined;
  }
  return least;
}

int joined_by_option(std::string_view clause, int server) {
  const bool of_fabric = speaks_of_fabric(clause);
  const bool is_rack = clause.starts_with("nvl") && clause.find_first_not_of("0123456789x", 3) == std::string_view::npos;
  return of_fabric || is_rack ? most_joined(clause, server) : 0;
}

bool speaks_of_fabric(std::string_view clause) { return use_in(clause, "mnnvl") || use_in(clause, "imex"); }

}  // namespace eigenbau::tables

// Does a clause only speak of something, which the run need not have?
#include "tables/mention.h"

#include <algorithm>
#include <array>

#include "tables/negation.h"

namespace eigenbau::tables {

bool is_mention(std::string_view clause) {
  constexpr std::array<std::string_view, 12> kWords{"than",    "compared",   "versus", "vs",  "unlike", "instead of",
                                                    "planned", "considered", "would",  "oom", "slower", "out of memory"};
  return std::ranges::any_of(kWords, [&](std::string_view word) { return find_word(clause, word) != std::string_view::npos; });
}

}  // namespace eigenbau::tables

// Does a clause only speak of something, which the run need not have?
#include "tables/mention.h"

#include <algorithm>
#include <array>

#include "tables/cell_words.h"
#include "tables/feature_words.h"
#include "tables/negation.h"
#include "tables/other_clause.h"
#include "tables/run_text.h"

namespace eigenbau::tables {
namespace {

// What stands behind such a word is what the run is compared with.
constexpr auto kCompares = std::to_array<std::string_view>({"than", "compared", "versus", "vs", "unlike", "instead of"});
// A clause with such a word and a result speaks of an earlier run.
constexpr auto kBefore =
    std::to_array<std::string_view>({"was", "were", "took", "had", "ran", "got", "reached", "earlier", "before"});

/// Whether a clause says how long or how fast something ran: "10 s", "900 tokens/s", "400 TFLOP/s".
bool states_result(std::string_view clause) {
  constexpr std::array<std::string_view, 7> kTimes{"s", "sec", "secs", "second", "seconds", "ms", "min"};
  for (std::size_t at = 0; at < clause.size(); ++at) {
    std::size_t length = 0;
    leading_number(clause.substr(at), length);
    if (length == 0) continue;
    at += length;
    const std::string_view rest = trimmed(clause.substr(at)), unit = rest.substr(0, rest.find(' '));
    const bool of_time = std::ranges::find(kTimes, unit.substr(0, unit.find('/'))) != kTimes.end();
    if (of_time || contains(unit, "/s") || contains(unit, "flop")) return true;
  }
  return false;
}

/// Whether a clause, in lower case, speaks of another run.
bool is_of_other_run(std::string_view clause) {
  return is_of_other(clause) || (has_one_word(clause, kBefore) && states_result(clause));
}

/// What of a clause speaks of the run itself.
std::string_view own_part(std::string_view clause) {
  if (is_of_other_run(clause)) return {};
  std::size_t end = clause.size();
  for (const std::string_view word : kCompares) end = std::min(end, find_word(clause, word));
  return clause.substr(0, end);
}

}  // namespace

bool is_mention(std::string_view clause) { return has_one_word(clause, kCompares) || is_of_other_run(clause); }

std::string without_mentions(std::string_view text) {
  std::string kept;
  bool goes_on = false;  // "it was 10 s in 25.02, 12 s in 24.05", "it was 10 s (25.02)"
  for (const std::string& clause : clauses_of(text)) {
    const bool has_words = std::ranges::any_of(clause, is_letter);
    goes_on = is_mention(clause) || (goes_on && (!has_words || states_result(clause)));
    if (!goes_on) add_note(kept, clause);
  }
  return kept;
}

std::string stated_words(std::string_view text) {
  const std::string small = lower(text);
  std::string own;
  for (std::size_t from = 0; from <= small.size();) {
    const std::size_t border = std::min(small.find_first_of(",;+()[]\n", from), small.size());
    own += own_part(std::string_view(small).substr(from, border - from));
    if (border < small.size()) own += small[border];
    from = border + 1;
  }
  return own;
}

}  // namespace eigenbau::tables

// Which words of a row speak of a batch that its run does not train with?
#include "tables/other_batch.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <string>
#include <vector>

#include "tables/cell_words.h"
#include "tables/run_text.h"

namespace eigenbau::tables {
namespace {

using Words = std::vector<std::string_view>;

constexpr auto kBatches = std::to_array<std::string_view>({"batch", "batches", "batchsize", "gbs", "mbs", "lbs", "bs"});
/// Near the batch, unless denied: what is no training or was not run, and a batch that changes.
constexpr auto kNoTraining = std::to_array<std::string_view>(
    {"eval",      "evals",   "evaluation", "evaluations", "evaluating", "validation", "val",
     "inference", "serving", "decode",     "decoding",    "prefill",    "rollout",    "rollouts",
     "would",     "could",   "should",     "might",       "tried",      "planned",    "considered"});
constexpr auto kChanges =
    std::to_array<std::string_view>({"ramp", "ramps", "ramped", "ramping", "rampup", "grows", "grown", "increases", "increased",
                                     "increasing", "doubles", "doubled", "halved"});
constexpr auto kDenials = std::to_array<std::string_view>({"no", "not", "without", "excluding", "before", "after"});
/// Right before the batch: a bound, an optimum, one of several.
constexpr auto kBounds = std::to_array<std::string_view>(
    {"critical", "max",         "maximum",   "maximal", "largest", "biggest",  "larger",    "bigger",  "smaller",
     "smallest", "min",         "minimum",   "minimal", "optimal", "optimum",  "best",      "initial", "starting",
     "default",  "recommended", "suggested", "typical", "usual",   "supports", "supported", "allows",  "up"});
/// Anywhere before it: whose it is.
constexpr auto kOthers = std::to_array<std::string_view>(
    {"reference",  "baseline",  "baselines",  "paper",       "papers",     "authors", "original", "previous",
     "prior",      "earlier",   "other",      "others",      "another",    "they",    "their",    "theirs",
     "literature", "published", "competitor", "competitors", "comparison", "compare", "if"});
constexpr auto kVerbs = std::to_array<std::string_view>({"use", "uses", "used", "takes", "took", "has", "had"});
/// Who uses what the run does: "we use", "this config uses"; or nobody is named.
constexpr auto kOwn = std::to_array<std::string_view>(
    {"we",    "run",  "runs",   "it",     "this",          "job",   "training", "is",    "was", "and",  "that",
     "which", "also", "recipe", "config", "configuration", "setup", "script",   "model", "gpu", "rank", "each"});

bool has_digit(std::string_view word) { return std::ranges::any_of(word, is_digit); }

bool is_batch(std::string_view word) {
  const auto digits = std::ranges::find_if(word, is_digit);
  return is_one_of(kBatches, word.substr(0, static_cast<std::size_t>(digits - word.begin())));
}

/// Whether somebody else than the run has what stands behind a verb at `at`.
bool is_of_somebody(const Words& words, std::size_t at) {
  return at > 0 && is_one_of(kVerbs, words[at]) && !is_one_of(kOwn, words[at - 1]) && !has_digit(words[at - 1]);
}

/// Whether a second figure goes on with the one at `at`: "256 to 2048", "128 and 256", "128/256".
bool goes_on(const Words& words, std::size_t at) {
  const std::size_t stroke = words[at].find('/');
  if (!has_digit(words[at].substr(0, stroke))) return false;
  if (stroke != std::string_view::npos) return has_digit(words[at].substr(stroke));
  if (at + 2 >= words.size() || !has_digit(words[at + 2])) return false;
  const bool ends = at + 3 == words.size();  // not "128 and 64 GPUs"
  return is_one_of({"to", "then", ">"}, words[at + 1]) || (ends && is_one_of({"and", "or"}, words[at + 1]));
}

bool is_of_other_batch(std::string_view clause) {
  constexpr std::size_t kNear = 3;  // words: "critical global batch"
  const std::string small = lower(clause);
  const Words words = split_at(small, " -_=:\t\r\"'");
  const auto batch = std::ranges::find_if(words, is_batch);
  if (batch == words.end() || !has_digit(clause)) return false;
  const auto at = static_cast<std::size_t>(batch - words.begin());
  const auto any = [&](std::size_t from, std::size_t to, const auto& is) {
    for (std::size_t i = from; i < to; ++i)
      if (is(i)) return true;
    return false;
  };
  const auto differs = [&](std::size_t i) {
    return (is_one_of(kNoTraining, words[i]) || is_one_of(kChanges, words[i])) && (i == 0 || !is_one_of(kDenials, words[i - 1]));
  };
  return any(at - std::min(at, kNear), std::min(at + kNear + 1, words.size()), differs) ||
         any(at - std::min(at, kNear), at, [&](std::size_t i) { return is_one_of(kBounds, words[i]); }) ||
         any(0, at, [&](std::size_t i) { return is_one_of(kOthers, words[i]) || is_of_somebody(words, i); }) ||
         any(at, words.size(), [&](std::size_t i) { return goes_on(words, i); });
}

/// Whether a clause ends at `at`: a comma that parts no thousands, the end of a sentence, and the blank before an option.
bool is_border(std::string_view text, std::size_t at) {
  const auto digit = [&](std::size_t i) { return i < text.size() && is_digit(text[i]); };
  const char c = text[at];
  if (c == ',') return !(at > 0 && digit(at - 1) && digit(at + 1));
  if (c == '.') return at + 1 == text.size() || text[at + 1] == ' ';
  if (c != ' ') return is_one_of({";", "(", ")", "[", "]", "+", "\n"}, text.substr(at, 1));
  const std::string_view next = text.substr(at + 1), word = next.substr(0, next.find(' '));
  return word.starts_with("--") || word.find_first_of("_=", 1) != std::string_view::npos;
}

}  // namespace

RunWords words_of_own_batch(std::string_view text) {
  RunWords words;
  for (std::size_t from = 0; from < text.size();) {
    std::size_t end = from;
    while (end < text.size() && !is_border(text, end)) ++end;
    const std::string_view clause = text.substr(from, end - from);
    if (is_of_other_batch(clause)) words.others.append(words.others.empty() ? "" : "; ").append(trimmed(clause));
    else words.own += clause;
    if (end < text.size()) words.own += text[end];
    from = end + 1;
  }
  return words;
}

}  // namespace eigenbau::tables

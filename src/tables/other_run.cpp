// Which words of a row speak of another run than its own?
#include "tables/other_run.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <vector>

#include "tables/cell_words.h"
#include "tables/negation.h"
#include "tables/run_text.h"

namespace eigenbau::tables {
namespace {

constexpr auto kOnly = std::to_array<std::string_view>({"only for", "only in", "only during"});
constexpr auto kRuns =
    std::to_array<std::string_view>({"run", "runs", "model", "models", "stage", "phase", "job", "jobs", "variant", "config"});
constexpr auto kOfModel = std::to_array<std::string_view>({"parameter", "parameters", "param", "dense", "moe"});
constexpr auto kCounted = std::to_array<std::string_view>(
    {"token", "tokens", "sample", "samples", "example", "examples", "step", "steps", "byte", "bytes", "words", "documents"});
constexpr auto kOfSequence =
    std::to_array<std::string_view>({"context", "ctx", "sequence", "seq", "token", "tokens", "long", "length"});

/// Whether the run that words name by a size at `at`, "530b run", "405b uses", "128k token stage" or "for 32k", is of about the
/// row's own size; nothing where they name none.
std::optional<bool> is_own(const std::vector<std::string_view>& words, std::size_t at, const RunSize& own) {
  constexpr double kNear = 0.25;  // as sizes are rounded in names
  std::size_t length = 0;
  const double number = leading_number(words[at], length);
  const std::string_view unit = words[at].substr(length);
  const bool of_sequence = unit == "k";
  if (length == 0 || !(of_sequence || unit == "b" || unit == "t")) return std::nullopt;
  std::size_t next = at + 1;
  while (next < words.size() && (of_sequence ? is_one_of(kOfSequence, words[next]) : is_one_of(kOfModel, words[next]))) ++next;
  const bool names_run = next < words.size() && is_one_of(kRuns, words[next]);
  const bool names_model = !of_sequence && (next == words.size() || !is_one_of(kCounted, words[next]));
  const bool names_length = of_sequence && at > 0 && words[at - 1] == "for";
  if (!names_run && !names_model && !names_length) return std::nullopt;
  const double size = of_sequence ? own.sequence / 1024.0 : own.parameters / (unit == "t" ? 1e12 : 1e9);
  return std::abs(number - size) <= kNear * size;
}

struct NamedRuns {
  bool own = false, other = false;
};
NamedRuns named_runs(std::string_view words, const RunSize& own) {
  const std::string small = lower(words);
  const std::vector<std::string_view> split = split_at(small, " -_:,\t");
  NamedRuns named;
  for (std::size_t i = 0; i < split.size(); ++i)
    if (const auto found = is_own(split, i, own)) (*found ? named.own : named.other) = true;
  return named;
}

bool says_only(std::string_view words) {
  const std::string small = lower(words);
  return has_one_word(small, kOnly);
}

bool is_of_other(std::string_view clause, const RunSize& own) {
  const NamedRuns named = named_runs(clause, own);
  return named.other && !named.own;
}

/// Where what begins at `from` ends: at one of the borders or the end of a sentence.
std::size_t end_of(std::string_view text, std::size_t from, std::string_view borders) {
  for (std::size_t at = from; at < text.size(); ++at)
    if (borders.find(text[at]) != std::string_view::npos || text.substr(at).starts_with(". ")) return at;
  return text.size();
}

}  // namespace

RunWords words_of_own_run(std::string_view text, const RunSize& own) {
  RunWords words;
  const auto leave_out = [&](std::string_view said) {
    words.others.append(words.others.empty() ? "" : "; ").append(trimmed(said));
  };
  for (std::size_t from = 0; from < text.size();) {
    const std::size_t end = end_of(text, from, ";()\n");
    const std::string_view sentence = text.substr(from, end - from);
    if (is_of_other(sentence, own) && !says_only(sentence)) leave_out(sentence);
    else
      for (std::size_t at = 0; at < sentence.size();) {
        const std::size_t border = std::min(sentence.find(',', at), sentence.size());
        const std::string_view clause = sentence.substr(at, border - at);
        if (is_of_other(clause, own)) leave_out(clause);
        else words.own += clause;
        words.own += sentence.substr(border, 1);
        at = border + 1;
      }
    if (end < text.size()) words.own += text[end];
    from = end + 1;
  }
  return words;
}

}  // namespace eigenbau::tables

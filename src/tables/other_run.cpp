// Which words of a row speak of another run than its own?
#include "tables/other_run.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <vector>

#include "tables/cell_words.h"
#include "tables/negation.h"
#include "tables/other_clause.h"
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

bool is_of_other_size(std::string_view clause, const RunSize& own) {
  const NamedRuns named = named_runs(clause, own);
  return named.other && !named.own;
}

constexpr std::string_view kSentences = ";()[]\n";

/// Whether a text begins with an option as command lines and scripts have it: "--tp 8", "mbs=1", "logging_steps 5".
bool begins_with_option(std::string_view text) {
  text = trimmed(text);
  const std::string_view word = text.substr(0, text.find(' '));
  return word.starts_with("--") || (!word.empty() && is_letter(word[0]) && word.find_first_of("_=") != std::string_view::npos);
}

/// Whether what follows a comma says what became of the figure before it: "GBS 256, later 2048".
bool goes_on_in_time(std::string_view text) {
  constexpr std::size_t kReach = 32;  // letters: two words
  const std::string small = lower(text.substr(0, kReach));
  const std::vector<std::string_view> words = split_at(small, " ");
  return words.size() > 1 && is_one_of({"then", "later", "finally", "afterwards", "increased", "ramped", "growing"}, words[0]) &&
         (is_digit(words[1][0]) || words[1] == "to");
}

/// Where the clause that begins at `from` ends: at a comma that parts no thousands and does not go on with a figure, at the end
/// of a sentence, and at the blank between two options.
std::size_t end_of_clause(std::string_view text, std::size_t from) {
  const bool options = begins_with_option(text.substr(from));
  const auto digit = [&](std::size_t i) { return i < text.size() && is_digit(text[i]); };
  for (std::size_t at = from; at < text.size(); ++at) {
    const bool thousands = text[at] == ',' && at > 0 && digit(at - 1) && digit(at + 1);
    if (text[at] == '+' || (text[at] == ',' && !thousands && !goes_on_in_time(text.substr(at + 1)))) return at;
    if (options && at > from && text[at] == ' ' && begins_with_option(text.substr(at))) return at;
  }
  return text.size();
}

std::size_t end_of_sentence(std::string_view text, std::size_t from) {
  for (std::size_t at = from; at < text.size(); ++at) {
    const bool full_stop = text[at] == '.' && (at + 1 == text.size() || text[at + 1] == ' ');
    if (full_stop || kSentences.find(text[at]) != std::string_view::npos) return at;
  }
  return text.size();
}

/// Tells the clauses of a text apart, sentence by sentence.
void tell_apart(std::string_view text, RunWords& words, const auto& is_all_of_other, const auto& is_of_other_run) {
  const auto leave_out = [&](std::string_view said) { add_note(words.others, trimmed(said)); };
  for (std::size_t from = 0; from < text.size();) {
    const std::size_t end = end_of_sentence(text, from);
    const std::string_view sentence = text.substr(from, end - from);
    bool theirs = false;
    if (is_all_of_other(sentence)) leave_out(sentence);
    else
      for (std::size_t at = 0; at < sentence.size();) {
        const std::size_t border = end_of_clause(sentence, at);
        const std::string_view clause = sentence.substr(at, border - at);
        theirs = (theirs && !has_own_subject(clause)) || has_other_subject(clause);
        if (is_of_other_run(clause, theirs)) leave_out(clause);
        else words.own += clause;
        words.own += sentence.substr(border, 1);
        at = border + 1;
      }
    if (end < text.size()) words.own += text[end];
    from = end + 1;
  }
}

}  // namespace

RunWords words_of_own_run(std::string_view text, const RunSize& own) {
  RunWords words;
  const auto is_all = [&](std::string_view sentence) { return is_of_other_size(sentence, own) && !says_only(sentence); };
  const auto is_other = [&](std::string_view clause, bool theirs) {
    return is_of_other_size(clause, own) || is_of_other_batch(clause, own.gpus) || is_of_other_degree(clause) ||
           (speaks_of_plan(clause) && (theirs || is_of_other(clause) || serves_other_purpose(clause)));
  };
  tell_apart(text, words, is_all, is_other);
  return words;
}

RunWords words_of_own_network(std::string_view text) {
  RunWords words;
  const auto is_other = [](std::string_view clause, bool theirs) {
    return theirs || is_of_other(clause) || (only_compares(clause) && !is_untold(lower(clause)));
  };
  tell_apart(text, words, [](std::string_view) { return false; }, is_other);
  return words;
}

}  // namespace eigenbau::tables

// Do words say that something was in use, or that it was not?
#include "tables/negation.h"
#include "tables/run_text.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <span>
#include <string>
#include <vector>

namespace eigenbau::tables {
namespace {

using Words = std::span<const std::string_view>;

constexpr std::size_t kReach = 4;  // words between a negation and what it denies
constexpr std::array<std::string_view, 12> kDenials{"no",       "non",       "not",     "without",  "w/o",       "disable",
                                                    "disabled", "disabling", "exclude", "excludes", "excluding", "omitting"};
constexpr std::array<std::string_view, 3> kJoints{"and", "but", "with"};
constexpr std::array<std::string_view, 15> kOff{"off",         "0",       "disabled", "false",       "none",
                                                "null",        "not",     "unused",   "unavailable", "unneeded",
                                                "unnecessary", "avoided", "excluded", "omitted",     "removed"};
constexpr std::array<std::string_view, 5> kNeeds{"needed", "required", "necessary", "included", "tested"};
constexpr std::array<std::string_view, 5> kOn{"on", "1", "enabled", "true", "used"};
constexpr std::array<std::string_view, 3> kVerbs{"is ", "was ", "were "};
constexpr std::array<std::string_view, 12> kFigures{"mfu",    "hfu",     "flop",    "flops",    "tflop", "tflops",
                                                    "flop/s", "flops/s", "tflop/s", "tflops/s", "count", "time"};
constexpr std::array<std::string_view, 10> kExclusions{"not",       "without",  "w/o",      "exclude", "excludes",
                                                       "excluding", "omitting", "excluded", "omitted", "removed"};
constexpr std::string_view kBorders = ",;()+\n";  // of clauses
constexpr std::string_view kGaps = " -_\"':=";    // of words

/// The last word of a text, without the signs behind it.
std::string_view last_word(std::string_view text) {
  text = text.substr(0, text.find_last_not_of(kGaps) + 1);
  return text.substr(text.find_last_of(kGaps) + 1);
}

/// Whether text before a denial ends with a figure: "MFU excludes", "MFU does not".
bool ends_with_figure(std::string_view before) {
  const std::string_view last = last_word(before);
  if (last != "does" && last != "do") return is_one_of(kFigures, last);
  return is_one_of(kFigures, last_word(before.substr(0, static_cast<std::size_t>(last.data() - before.data()))));
}

/// Whether text behind a denial names a figure: "excluded from the MFU", "not counted in FLOPs".
bool goes_on_with_figure(std::string_view after) {
  after = after.substr(0, after.find_first_of(kBorders));
  const auto next = [&] {
    after.remove_prefix(std::min(after.find_first_not_of(kGaps), after.size()));
    const std::string_view word = after.substr(0, after.find_first_of(kGaps));
    after.remove_prefix(word.size());
    return word;
  };
  std::string_view word = next();
  if (word == "counted" || word == "included") word = next();
  if (word != "from" && word != "in") return false;
  return is_one_of(kFigures, next()) || is_one_of(kFigures, next());
}

/// Whether a word that denies something leaves it out of a figure alone.
bool is_of_figure(std::string_view before, std::string_view word, std::string_view after) {
  return is_one_of(kExclusions, word) && (ends_with_figure(before) || goes_on_with_figure(after));
}

/// Whether a word of the same clause before a feature denies it.
bool denied(std::string_view before) {
  const std::size_t clause = before.find_last_of(",;.(+\n");
  if (clause != std::string_view::npos) before.remove_prefix(clause + 1);
  for (std::size_t count = 0; count < kReach; ++count) {
    constexpr std::string_view kBetween = " -_\"'";
    const std::size_t last = before.find_last_not_of(kBetween);
    if (last == std::string_view::npos) return false;
    before = before.substr(0, last + 1);
    const std::size_t gap = before.find_last_of(kBetween);
    const std::string_view word = gap == std::string_view::npos ? before : before.substr(gap + 1);
    before = before.substr(0, before.size() - word.size());
    const bool not_with = word == "with" && last_word(before) == "not";
    if (is_one_of(kJoints, word) && !not_with) return false;
    if (word == "non" && count > 0) return false;  // "non-blocking InfiniBand"
    if (is_one_of(kDenials, word)) return !is_of_figure(before, word, {});
  }
  return false;
}

/// What the words after a feature's name say of it.
Use state_after(std::string_view after) {
  bool turned = false;
  for (const std::string_view name : {"_enable", " enable", "_disable", " disable"})
    if (after.starts_with(name) && (after.size() == name.size() || !is_letter_or_digit(after[name.size()]))) {
      turned = name.ends_with("disable");
      after.remove_prefix(name.size());
      break;
    }
  constexpr std::string_view kBetween = " :=(\"'", kAfterValue = ",;)\"'\n";
  const std::size_t begin = after.find_first_not_of(kBetween);
  if (begin == std::string_view::npos) return turned ? Use::off : Use::unsaid;
  const bool assigned = after.substr(0, begin).find_first_of(":=") != std::string_view::npos;
  after.remove_prefix(begin);
  const bool null = after.starts_with('~') && (after.size() == 1 || kAfterValue.find(after[1]) != std::string_view::npos);
  if (assigned && null) return Use::off;
  for (const std::string_view verb : kVerbs)
    if (after.starts_with(verb)) after.remove_prefix(verb.size());
  const auto end = std::find_if_not(after.begin(), after.end(), is_letter_or_digit);
  const std::string_view word = after.substr(0, static_cast<std::size_t>(end - after.begin()));
  const bool of_a_number = end != after.end() && *end == '.' && end + 1 != after.end() && is_letter_or_digit(end[1]);
  if (is_of_figure({}, word, after.substr(word.size()))) return Use::unsaid;
  if (!of_a_number && (is_one_of(kOff, word) || (assigned && word == "no"))) return turned ? Use::on : Use::off;
  if (!of_a_number && (is_one_of(kOn, word) || (assigned && word == "yes"))) return turned ? Use::off : Use::on;
  return Use::unsaid;
}

struct Word {
  std::size_t begin = 0, end = 0;
  std::string_view text;
};

std::vector<Word> words_of(std::string_view clause) {
  std::vector<Word> words;
  for (std::size_t at = clause.find_first_not_of(kGaps); at != std::string_view::npos;) {
    const std::size_t end = std::min(clause.find_first_of(kGaps, at), clause.size());
    words.push_back({at, end, clause.substr(at, end - at)});
    at = clause.find_first_not_of(kGaps, end);
  }
  return words;
}

/// Whether "not" before a word denies what stands before both: "not used", "not needed".
bool is_state(std::string_view word) { return is_one_of(kOn, word) || is_one_of(kNeeds, word); }

/// One clause without what it denies: what stands before "off" or "not used", what follows "no".
std::string kept_of(std::string_view clause) {
  const std::vector<Word> words = words_of(clause);
  std::vector<bool> kept(words.size(), true);
  std::size_t first = 0;  // after the last joint or "off"
  for (std::size_t i = 0; i < words.size(); ++i) {
    const bool last = i + 1 == words.size();
    if (is_one_of(kJoints, words[i].text)) first = i + 1;
    const bool of_figure = is_of_figure(clause.substr(0, words[i].begin), words[i].text, clause.substr(words[i].end));
    const bool denies = !of_figure && is_one_of(kDenials, words[i].text), not_on = denies && !last && is_state(words[i + 1].text);
    const bool switches_off = i > first && (not_on || (denies ? last : !of_figure && is_one_of(kOff, words[i].text)));
    if (switches_off) {
      const std::size_t end = i + (not_on ? 2 : 1);
      std::fill(kept.begin() + static_cast<std::ptrdiff_t>(first), kept.begin() + static_cast<std::ptrdiff_t>(end), false);
      first = end;
    } else if (denies) {
      const std::size_t end = i + 1 + (words[i].text == "non" ? 1 : kReach);
      kept[i] = false;
      const bool not_with = words[i].text == "not" && !last && words[i + 1].text == "with";
      const auto goes_on = [&](std::size_t k) { return !is_one_of(kJoints, words[k].text) || (not_with && k == i + 1); };
      for (std::size_t k = i + 1; k < std::min(end, words.size()) && goes_on(k); ++k) kept[k] = false;
    }
  }
  std::string out;
  std::size_t from = 0;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (kept[i]) out += clause.substr(from, words[i].end - from);
    from = words[i].end;
  }
  return out += clause.substr(from);
}

}  // namespace

std::string without_denied(std::string_view text) {
  std::string out;
  for (std::size_t from = 0; from <= text.size();) {
    const std::size_t border = std::min(text.find_first_of(kBorders, from), text.size());
    out += kept_of(text.substr(from, border - from));
    out += text.substr(border, border < text.size() ? 1 : 0);
    from = border + 1;
  }
  return out;
}

std::size_t find_word(std::string_view text, std::string_view word, std::size_t from) {
  for (auto at = text.find(word, from); at != std::string_view::npos; at = text.find(word, at + 1)) {
    const std::size_t end = at + word.size();
    if ((at == 0 || !is_letter_or_digit(text[at - 1])) && (end == text.size() || !is_letter_or_digit(text[end]))) return at;
  }
  return std::string_view::npos;
}

Use use_of(std::string_view text, std::string_view feature) {
  Use result = Use::unsaid;
  for (auto at = find_word(text, feature); at != std::string_view::npos; at = find_word(text, feature, at + 1)) {
    if (const Use state = state_after(text.substr(at + feature.size())); state != Use::unsaid) return state;
    if (denied(text.substr(0, at))) return Use::off;
    result = Use::on;
  }
  return result;
}

}  // namespace eigenbau::tables

// Which degrees of parallelism do words state?
#include "tables/degree_words.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>

#include "tables/degree_phrases.h"
#include "tables/degree_tokens.h"
#include "tables/negation.h"
#include "tables/run_text.h"

namespace eigenbau::tables {
namespace {

using Name = DegreeName;
using Token = DegreeToken;

constexpr std::array<std::string_view, 4> kBeforeFigure{"size", "degree", "of", "is"};
constexpr std::array<std::string_view, 6> kBetween{"x", "and", "way", "with", "/", "*"};  // two degrees, which say nothing
constexpr std::array<std::string_view, 4> kJoints{"x", "*", "/", ","};                    // of a list; a hyphen is one too
constexpr std::array<std::string_view, 4> kDeniable{"tp", "pp", "cp", "ep"};
constexpr std::array<std::string_view, 3> kBoth{"and", "or", "/"};
constexpr std::array<std::string_view, 8> kBorders{",", ";", "+", "(", ")", "[", "]", "\n"};
constexpr std::array<std::string_view, 2> kKernels{"hybrid", "deep"};  // with "EP" they exchange tokens
constexpr std::array<std::string_view, 32> kUnits{"%",   "percent", "bit",   "bits",   "byte", "bytes",   "b",       "kb",
                                                  "kib", "mb",      "mib",   "gb",     "gib",  "tb",      "tib",     "gbps",
                                                  "ns",  "us",      "ms",    "s",      "sec",  "seconds", "minutes", "hours",
                                                  "w",   "watts",   "steps", "tflops", "kw",   "mhz",     "ghz",     "min"};

/// A text being read for degrees.
class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text), tokens_(degree_tokens(text)), taken_(tokens_.size(), false) {}

  DegreeWords read() {
    DegreeWords words;
    for (std::size_t at = 0; at < tokens_.size();) {
      std::size_t end = at;
      const auto figures = figures_at(at, end);
      words.figures.insert(words.figures.end(), figures.begin(), figures.end());
      std::fill(taken_.begin() + static_cast<std::ptrdiff_t>(at), taken_.begin() + static_cast<std::ptrdiff_t>(end), true);
      at = std::max(end, at + 1);
    }
    words.rest = words.figures.empty() ? std::string(text_) : rest();
    return words;
  }

 private:
  bool is_text(std::size_t at, std::string_view text) const { return at < tokens_.size() && tokens_[at].text == text; }

  /// After a name that stands at `at`: "parallelism" counts as "parallel".
  std::optional<std::size_t> end_of(std::string_view name, std::size_t at) const {
    for (std::size_t from = 0; from < name.size();) {
      const std::size_t to = std::min(name.find(' ', from), name.size());
      const std::string_view word = name.substr(from, to - from);
      if (!is_text(at, word) && !(word == "parallel" && is_text(at, "parallelism"))) return std::nullopt;
      from = to + 1;
      ++at;
    }
    return at;
  }

  const Name* name_at(std::size_t at, std::size_t& end) const {
    for (const Name& name : kDegreeNames)
      if (const auto after = end_of(name.words, at)) {
        end = *after;
        return &name;
      }
    return nullptr;
  }

  /// After what joins the items of a list at `at`: "/", or the hyphen before it, which is no token. Nothing where none does.
  std::optional<std::size_t> after_joint(std::size_t at) const {
    if (at == 0 || at >= tokens_.size()) return std::nullopt;
    if (is_one_of(kJoints, tokens_[at].text)) return at + 1;
    return between(at - 1, at) == "-" ? std::optional(at) : std::nullopt;
  }

  /// Whether a joint and another number follow the number at `at`; a comma before a blank ends what it says.
  bool is_in_list(std::size_t at) const {
    const auto next = after_joint(at + 1);
    return next && *next < tokens_.size() && tokens_[*next].number && !is_text(*next + 1, "way") && !parts_clauses(*next);
  }

  /// Whether a comma and a blank stand before `at`.
  bool parts_clauses(std::size_t at) const { return is_text(at - 1, ",") && !tokens_[at].is_glued; }

  /// Whether a name, one that no figure was read for, ends where `at` begins.
  bool follows_name(std::size_t at) const {
    return at > 0 && !taken_[at - 1] && std::ranges::any_of(kDegreeNames, [&](const Name& name) {
             const auto words = static_cast<std::size_t>(std::ranges::count(name.words, ' ')) + 1;
             return words <= at && end_of(name.words, at - words) == at;
           });
  }

  /// Whether the name at `at` is one of a list of names, which no figures follow. After a comma it may be a statement of its own
  /// ("async TP, EP 8") where neither another name nor another figure stands after one more.
  bool is_listed(std::size_t at) const {
    for (const std::size_t joint : {at, at - 1}) {
      if (joint == 0 || joint > at || after_joint(joint) != at || !follows_name(joint)) continue;
      std::size_t after = 0, end = 0;
      if (!is_text(joint, ",")) return true;
      if (name_at(at, after) && ((is_text(after, ",") && name_at(after + 1, end)) || is_in_list(before_figures(after))))
        return true;
    }
    return false;
  }

  /// Whether the name at `at` is said to be equal to the one before: "EP=DP".
  bool is_equated(std::size_t at) const { return at > 0 && at < tokens_.size() && contains(between(at - 1, at), "="); }

  /// A statement does not begin within a word or a list of names, nor right after a number other than a degree.
  bool begins(std::size_t at) const {
    if (is_equated(at) && follows_name(at)) return false;
    if (is_listed(at) || (is_text(at, "ep") && at > 0 && is_one_of(kKernels, tokens_[at - 1].text))) return false;
    if (at == 0 || !tokens_[at].is_glued || taken_[at - 1] || is_text(at - 1, "x")) return true;
    const char before = text_[tokens_[at].begin - 1];
    return !is_letter(before) && !is_digit(before) && (before != '/' || at < 2 || tokens_[at - 2].number);
  }

  /// Whether a number ends where it ends: no unit or other word goes on with it, unless that is the next degree.
  bool is_whole(std::size_t at) const {
    const std::size_t next = at + 1;
    if (next >= tokens_.size() || is_text(next, "way")) return true;
    std::size_t end = 0;
    const bool of_a_name = next + 1 < tokens_.size() && tokens_[next + 1].is_glued && tokens_[next + 1].number;  // "GB200"
    if (is_one_of(kUnits, tokens_[next].text) && !of_a_name) return false;
    if (is_in_list(at) && !is_text(next, ",")) return false;
    if (!tokens_[next].is_glued) return true;
    if (is_text(next, "x")) return next + 1 < tokens_.size() && name_at(next + 1, end);
    return !is_letter(tokens_[next].text[0]) || name_at(next, end);
  }

  /// "-1" after a blank or a joint, not the hyphen of "TP-8".
  bool is_negative(std::size_t at) const {
    const std::size_t begin = tokens_[at].begin;
    return begin > 1 && text_[begin - 1] == '-' && std::string_view(" =:").find(text_[begin - 2]) != std::string_view::npos;
  }

  std::optional<double> number_at(std::size_t at) const {
    return is_count(at) && is_whole(at) ? tokens_[at].number : std::nullopt;
  }

  bool is_count(std::size_t at) const {
    if (at >= tokens_.size() || !tokens_[at].number || is_negative(at)) return false;
    return *tokens_[at].number == std::floor(*tokens_[at].number);
  }

  /// Whether the words right beside what stands from `at` to `end` deny it: "not TP 8", "instead of TP 8", "TP 8 off".
  bool is_denied(std::size_t at, std::size_t end) const {
    if (at > 1 && is_text(at - 1, "of") && is_text(at - 2, "instead")) return true;
    if (at > 1 && is_text(at - 1, "than") && is_text(at - 2, "rather")) return true;
    constexpr std::string_view kGaps = " -_\t";
    std::string_view before = text_.substr(0, tokens_[at].begin);
    before = before.substr(0, before.find_last_not_of(kGaps) + 1);
    const std::size_t gap = before.find_last_of(" \t");
    if (gap != std::string_view::npos) before.remove_prefix(gap + 1);
    std::size_t other = 0;
    const bool of_another = is_text(end, "not") && name_at(end + 1, other);  // "TP 8 not PP 4"
    constexpr std::size_t kReach = 32;                                       // letters: those beside it tell
    std::string_view after = of_another ? std::string_view() : text_.substr(tokens_[end - 1].end, kReach);
    after = after.substr(0, after.find_first_of(",;+\n"));
    return use_of(fmt::format("{} degree{}", before, after), "degree") == Use::off;
  }

  /// "8-way EP".
  std::vector<DegreeWords::Figure> ways_at(std::size_t at, std::size_t& end) const {
    std::size_t after = 0;
    const Name* name = is_count(at) && is_text(at + 1, "way") ? name_at(at + 2, after) : nullptr;
    if (!name || is_denied(at, after)) return {};
    end = after;
    return {{name->column, *tokens_[at].number}};
  }

  /// Degrees that are one: "EP=DP=64".
  std::vector<DegreeWords::Figure> equal_at(std::size_t at, std::size_t& end) const {
    std::vector<DegreeWords::Figure> figures;
    std::size_t after = at;
    for (const Name* name = name_at(at, after); name;) {
      figures.push_back({name->column});
      name = is_equated(after) ? name_at(after, after) : nullptr;
    }
    const auto number = figures.size() > 1 ? number_at(after) : std::nullopt;
    if (!number || is_denied(at, after + 1)) return {};
    for (DegreeWords::Figure& figure : figures) figure.value = *number;
    end = after + 1;
    return figures;
  }

  std::string_view between(std::size_t one, std::size_t other) const {
    return text_.substr(tokens_[one].end, tokens_[other].begin - tokens_[one].end);
  }

  /// After "no", "without" or "w/o" that begins at `at`.
  std::optional<std::size_t> after_denial(std::size_t at) const {
    if (is_text(at, "no") || is_text(at, "without")) return at + 1;
    return is_text(at, "w") && is_text(at + 1, "/") && is_text(at + 2, "o") ? std::optional(at + 3) : std::nullopt;
  }

  /// Degrees of which a clause says no more than that there is none: "no EP", "without TP and PP" but not "no EP overlap".
  std::vector<DegreeWords::Figure> none_at(std::size_t at, std::size_t& end) const {
    std::vector<DegreeWords::Figure> figures;
    for (auto next = after_denial(at); next;) {
      std::size_t after = 0;
      const Name* name = name_at(*next, after);
      if (!name || !is_one_of(kDeniable, name->column)) return {};
      figures.push_back({name->column, 1});
      if (after >= tokens_.size() || is_one_of(kBorders, tokens_[after].text)) {
        end = after;
        return figures;
      }
      next = is_one_of(kBoth, tokens_[after].text) ? std::optional(after + 1) : std::nullopt;
    }
    return {};
  }

  std::size_t before_figures(std::size_t at) const {
    while (at < tokens_.size() && is_one_of(kBeforeFigure, tokens_[at].text)) ++at;
    return at;
  }

  /// Whether so many counts, with a joint before each but the first, follow names that end at `at`.
  bool is_list(std::size_t count, std::size_t at) const {
    at = before_figures(at);
    for (std::size_t i = 0; i < count; ++i) {
      const auto next = i == 0 ? std::optional(at) : after_joint(at);
      if (!next || !is_count(*next)) return false;
      const bool goes_on = i + 1 == count && *next + 1 < tokens_.size() && is_letter(tokens_[*next + 1].text[0]);
      if (i > 0 && goes_on && parts_clauses(*next)) return false;  // "TP, EP 8, 16 experts"
      at = *next + 1;
    }
    return true;
  }

  /// What one statement that begins at `at` says: "EP 8", "TP/PP = 4/8".
  std::vector<DegreeWords::Figure> figures_at(std::size_t at, std::size_t& end) const {
    if (!begins(at)) return {};
    if (auto none = none_at(at, end); !none.empty()) return none;
    std::size_t after = at;
    if (auto equal = equal_at(at, end); !equal.empty()) return equal;
    std::vector<DegreeWords::Figure> figures;
    for (const Name* name = name_at(at, after); name;) {
      figures.push_back({name->column});
      const auto next = after_joint(after);
      name = next ? name_at(*next, after) : nullptr;
    }
    if (figures.empty()) return ways_at(at, end);
    if (!is_list(figures.size(), after)) return {};
    after = before_figures(after);
    for (std::size_t i = 0; i < figures.size(); ++i) {
      if (i > 0) after = *after_joint(after);
      const auto number = i + 1 < figures.size() ? tokens_[after].number : number_at(after);
      if (!number) return {};
      figures[i].value = *number;
      ++after;
    }
    if (is_denied(at, after)) return {};
    const bool of_batch = is_one_of({"micro_batch", "device_batch"}, figures.back().column);
    figures.back().of_tokens = of_batch && (is_text(after, "tokens") || is_text(after, "token"));
    end = figures.back().of_tokens ? after + 1 : after;
    return figures;
  }

  /// What is left without the degrees, and without what stands between them.
  std::string rest() const {
    std::string out;
    bool says_more = false;
    std::size_t from = 0;
    const auto taken = [&](std::size_t i) { return i < taken_.size() && taken_[i]; };
    for (std::size_t i = 0; i < tokens_.size(); ++i) {
      const bool between = is_one_of(kBetween, tokens_[i].text) && (taken(i + 1) || (i > 0 && taken(i - 1)));
      if (!taken_[i] && !between) {
        out += text_.substr(from, tokens_[i].end - from);
        says_more |= tokens_[i].number || is_letter(tokens_[i].text[0]);
      } else if (!out.empty() && out.back() != ' ') {
        out += ' ';
      }
      from = tokens_[i].end;
    }
    return says_more ? out : std::string{};
  }

  std::string_view text_;
  std::vector<Token> tokens_;
  std::vector<bool> taken_;
};

}  // namespace

std::optional<double> DegreeWords::of(std::string_view column) const {
  const auto is_it = [&](const Figure& figure) { return figure.column == column && !figure.of_tokens; };
  const auto found = std::ranges::find_if(figures, is_it);
  return found == figures.end() ? std::nullopt : std::optional(found->value);
}

DegreeWords degree_words(std::string_view text) {
  const std::string small = with_named_degrees(lower(text));
  return Reader(small).read();
}

}  // namespace eigenbau::tables

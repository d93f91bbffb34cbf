// Which degrees of parallelism do words state?
#include "tables/degree_words.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstddef>

#include "tables/run_text.h"

namespace eigenbau::tables {
namespace {

struct Name {
  std::string_view words, column;
};
/// As tables and the options of Megatron spell them; of two that begin alike the longer one first.
constexpr std::array kNames{Name{"tp", "tp"},
                            Name{"tensor model parallel", "tp"},
                            Name{"tensor parallel", "tp"},
                            Name{"pp", "pp"},
                            Name{"pipeline model parallel", "pp"},
                            Name{"pipeline parallel", "pp"},
                            Name{"vpp", "vpp"},
                            Name{"vp", "vpp"},
                            Name{"virtual pipeline model parallel", "vpp"},
                            Name{"virtual pipeline parallel", "vpp"},
                            Name{"virtual pipeline", "vpp"},
                            Name{"cp", "cp"},
                            Name{"context parallel", "cp"},
                            Name{"ep", "ep"},
                            Name{"expert model parallel", "ep"},
                            Name{"expert parallel", "ep"},
                            Name{"etp", "etp"},
                            Name{"expert tensor model parallel", "etp"},
                            Name{"expert tensor parallel", "etp"},
                            Name{"dp", "dp"},
                            Name{"data parallel", "dp"},
                            Name{"mbs", "micro_batch"},
                            Name{"micro batch", "micro_batch"},
                            Name{"microbatch", "micro_batch"}};
constexpr std::array<std::string_view, 4> kBeforeFigure{"size", "degree", "of", "is"};
constexpr std::array<std::string_view, 6> kBetween{"x", "and", "way", "with", "/", "*"};  // two degrees, which say nothing

bool is_letter(char c) { return std::isalpha(static_cast<unsigned char>(c)) != 0; }

/// A run of letters, a number, or one other character that is no gap.
struct Token {
  std::size_t begin = 0, end = 0;
  std::string_view text;
  bool is_glued = false;  ///< to the one before
  std::optional<double> number{};
};

std::vector<Token> tokens_of(std::string_view text) {
  constexpr std::string_view kGaps = " -_=:\t\r";
  std::vector<Token> tokens;
  for (std::size_t at = 0; at < text.size();) {
    if (kGaps.find(text[at]) != std::string_view::npos) {
      ++at;
      continue;
    }
    Token token{.begin = at, .is_glued = !tokens.empty() && tokens.back().end == at};
    std::size_t length = 1;
    if (is_digit(text[at])) {
      token.number = leading_number(text.substr(at), length);
    } else if (is_letter(text[at])) {
      const bool times = text[at] == 'x' && token.is_glued && tokens.back().number;  // "tp8xpp4"
      while (!times && at + length < text.size() && is_letter(text[at + length])) ++length;
    }
    token.end = at += length;
    token.text = text.substr(token.begin, length);
    tokens.push_back(token);
  }
  return tokens;
}

/// A text being read for degrees.
class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text), tokens_(tokens_of(text)), taken_(tokens_.size(), false) {}

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
    for (const Name& name : kNames)
      if (const auto after = end_of(name.words, at)) {
        end = *after;
        return &name;
      }
    return nullptr;
  }

  /// A statement does not begin within a word or a list of names, nor right after a number other than a degree.
  bool begins(std::size_t at) const {
    if (at == 0 || !tokens_[at].is_glued || taken_[at - 1] || is_text(at - 1, "x")) return true;
    const char before = text_[tokens_[at].begin - 1];
    return !is_letter(before) && !is_digit(before) && (before != '/' || at < 2 || tokens_[at - 2].number);
  }

  /// Whether a number ends where it ends: no unit or other word goes on with it, unless that is the next degree.
  bool is_whole(std::size_t at) const {
    const std::size_t next = at + 1;
    if (next >= tokens_.size() || !tokens_[next].is_glued || is_text(next, "way")) return true;
    std::size_t end = 0;
    if (is_text(next, "x")) return next + 1 < tokens_.size() && name_at(next + 1, end);
    return !is_letter(tokens_[next].text[0]) || name_at(next, end);
  }

  /// "-1" after a blank or a joint, not the hyphen of "TP-8".
  bool is_negative(std::size_t at) const {
    const std::size_t begin = tokens_[at].begin;
    return begin > 1 && text_[begin - 1] == '-' && std::string_view(" =:").find(text_[begin - 2]) != std::string_view::npos;
  }

  std::optional<double> number_at(std::size_t at) const {
    return at < tokens_.size() && is_whole(at) && !is_negative(at) ? tokens_[at].number : std::nullopt;
  }

  /// "8-way EP".
  std::vector<DegreeWords::Figure> ways_at(std::size_t at, std::size_t& end) const {
    std::size_t after = 0;
    const Name* name = tokens_[at].number && is_text(at + 1, "way") ? name_at(at + 2, after) : nullptr;
    if (!name) return {};
    end = after;
    return {{name->column, *tokens_[at].number}};
  }

  /// What one statement that begins at `at` says: "EP 8", "TP/PP = 4/8".
  std::vector<DegreeWords::Figure> figures_at(std::size_t at, std::size_t& end) const {
    if (!begins(at)) return {};
    std::size_t after = at;
    std::vector<DegreeWords::Figure> figures;
    for (const Name* name = name_at(at, after); name; name = is_text(after, "/") ? name_at(after + 1, after) : nullptr)
      figures.push_back({name->column});
    if (figures.empty()) return ways_at(at, end);
    while (after < tokens_.size() && std::ranges::find(kBeforeFigure, tokens_[after].text) != kBeforeFigure.end()) ++after;
    for (std::size_t i = 0; i < figures.size(); ++i) {
      if (i > 0 && !is_text(after++, "/")) return {};
      const auto number = number_at(after++);
      if (!number) return {};
      figures[i].value = *number;
    }
    end = after;
    return figures;
  }

  /// What is left without the degrees, and without what stands between them.
  std::string rest() const {
    std::string out;
    bool says_more = false;
    std::size_t from = 0;
    for (std::size_t i = 0; i < tokens_.size(); ++i) {
      if (!taken_[i]) {
        out += text_.substr(from, tokens_[i].end - from);
        says_more |= std::ranges::find(kBetween, tokens_[i].text) == kBetween.end();
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
  const auto found = std::ranges::find(figures, column, &Figure::column);
  return found == figures.end() ? std::nullopt : std::optional(found->value);
}

DegreeWords degree_words(std::string_view text) {
  const std::string small = lower(text);
  return Reader(small).read();
}

}  // namespace eigenbau::tables

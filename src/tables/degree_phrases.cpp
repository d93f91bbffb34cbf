// Which phrases state degrees of parallelism without calling each by its name?
#include "tables/degree_phrases.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <vector>

#include "tables/degree_tokens.h"
#include "tables/run_text.h"

namespace eigenbau::tables {
namespace {

struct Word {
  std::string_view written, known;
};
constexpr std::array kLetters{Word{"t", "tp"}, Word{"p", "pp"}, Word{"d", "dp"},
                              Word{"c", "cp"}, Word{"e", "ep"}, Word{"v", "vpp"}};
constexpr std::array kShort{Word{"tp", "tp"}, Word{"pp", "pp"}, Word{"dp", "dp"},
                            Word{"cp", "cp"}, Word{"ep", "ep"}, Word{"vpp", "vpp"}};
constexpr std::array kWays{Word{"tensor", "tp"}, Word{"pipeline", "pp"}, Word{"context", "cp"}, Word{"expert", "ep"},
                           Word{"data", "dp"}};
constexpr std::array<std::string_view, 10> kBorders{",", ";", "+", "(", ")", "[", "]", ".", "/", "\n"};
constexpr std::string_view kNone = "no tp, no pp, no cp";

std::string_view known_as(const auto& words, std::string_view written) {
  const auto found = std::ranges::find(words, written, &Word::written);
  return found == words.end() ? std::string_view() : found->known;
}

/// A text being rewritten: what a phrase is replaced by, and where it ends.
class Phrases {
 public:
  explicit Phrases(std::string_view text) : text_(text), tokens_(degree_tokens(text)) {
    has_letters_ = states_letter("t") && states_letter("p");
  }

  std::string rewritten() const {
    std::string out;
    std::size_t from = 0;
    for (std::size_t at = 0; at < tokens_.size();) {
      std::size_t end = at;
      const auto phrase = phrase_at(at, end);
      if (phrase) {
        out += text_.substr(from, tokens_[at].begin - from);
        out += *phrase;
        from = tokens_[end - 1].end;
      }
      at = std::max(end, at + 1);
    }
    return out += text_.substr(from);
  }

 private:
  bool is_text(std::size_t at, std::string_view text) const { return at < tokens_.size() && tokens_[at].text == text; }
  bool is_parallel(std::size_t at) const { return is_text(at, "parallel") || is_text(at, "parallelism"); }
  bool is_border(std::size_t at) const {
    return at >= tokens_.size() || std::ranges::find(kBorders, tokens_[at].text) != kBorders.end();
  }
  bool is_count(std::size_t at) const {
    return at < tokens_.size() && tokens_[at].number && *tokens_[at].number == std::floor(*tokens_[at].number);
  }
  bool is_assigned(std::size_t at) const {
    if (at + 1 >= tokens_.size() || !is_count(at + 1)) return false;
    return contains(text_.substr(tokens_[at].end, tokens_[at + 1].begin - tokens_[at].end), "=");
  }
  bool is_lone_letter(std::size_t at) const {
    const std::size_t begin = tokens_[at].begin;
    return begin == 0 || std::string_view(" ,;(+\n\t").find(text_[begin - 1]) != std::string_view::npos;
  }
  bool states_letter(std::string_view letter) const {
    for (std::size_t at = 0; at < tokens_.size(); ++at)
      if (is_text(at, letter) && is_lone_letter(at) && is_assigned(at)) return true;
    return false;
  }

  std::optional<std::string> phrase_at(std::size_t at, std::size_t& end) const {
    if (is_text(at, "(")) return list_at(at, end);
    if (is_text(at, "way")) return way_at(at, end);
    if (auto none = none_at(at, end)) return none;
    const std::string_view name =
        has_letters_ && is_lone_letter(at) && is_assigned(at) ? known_as(kLetters, tokens_[at].text) : "";
    if (name.empty()) return std::nullopt;
    end = at + 1;
    return std::string(name);
  }

  /// "(t,p,d)=(8,8,8)", "(TP, PP) = (8, 4)".
  std::optional<std::string> list_at(std::size_t at, std::size_t& end) const {
    std::vector<std::string_view> names;
    for (++at; at < tokens_.size(); at += 2) {
      const std::string_view letter = known_as(kLetters, tokens_[at].text), name = known_as(kShort, tokens_[at].text);
      if (letter.empty() && name.empty()) return std::nullopt;
      names.push_back(letter.empty() ? name : letter);
      if (!is_text(at + 1, ",")) break;
    }
    const auto has = [&](std::string_view name) { return std::ranges::find(names, name) != names.end(); };
    if (!has("tp") || !has("pp") || !is_text(at + 1, ")") || !is_text(at + 2, "(")) return std::nullopt;
    std::string out;
    at += 2;
    for (std::size_t i = 0; i < names.size(); ++i) {
      if (!is_count(at + 1) || !is_text(at + 2, i + 1 < names.size() ? "," : ")")) return std::nullopt;
      out += fmt::format("{}{} {}", i == 0 ? "" : ", ", names[i], tokens_[at + 1].text);
      at += 2;
    }
    end = at + 1;
    return out;
  }

  /// "8-way tensor", where no more follows.
  std::optional<std::string> way_at(std::size_t at, std::size_t& end) const {
    if (at == 0 || !is_count(at - 1) || at + 1 >= tokens_.size()) return std::nullopt;
    const std::string_view name = known_as(kWays, tokens_[at + 1].text);
    const bool ends = is_border(at + 2) || is_text(at + 2, "and") || is_text(at + 2, "x") || is_count(at + 2);
    if (name.empty() || !ends) return std::nullopt;
    end = at + 2;
    return fmt::format("way {}", name);
  }

  /// After "data parallelism" or "pure DP".
  std::optional<std::size_t> after_data_parallel(std::size_t at, bool may_be_short) const {
    if (is_text(at, "data") && is_parallel(at + 1)) return at + 2;
    return may_be_short && is_text(at, "dp") ? std::optional(at + 1) : std::nullopt;
  }

  /// "no model parallelism", "w/o model parallelism", "data parallel only", "pure data parallelism".
  std::optional<std::string> none_at(std::size_t at, std::size_t& end) const {
    std::optional<std::size_t> after;
    if (is_text(at, "no") || is_text(at, "without")) after = at + 1;
    else if (is_text(at, "w") && is_text(at + 1, "/") && is_text(at + 2, "o")) after = at + 3;
    if (after) {
      const bool is_model = is_text(*after, "model") && is_parallel(*after + 1);
      after = is_model ? std::optional(*after + 2) : std::nullopt;
    } else if (at == 0 || is_border(at - 1)) {
      const bool first = is_text(at, "only") || is_text(at, "pure") || is_text(at, "purely");
      after = after_data_parallel(first ? at + 1 : at, is_text(at, "pure"));
      if (after && !first) after = is_text(*after, "only") ? std::optional(*after + 1) : std::nullopt;
    }
    if (!after || !is_border(*after)) return std::nullopt;
    end = *after;
    return std::string(kNone);
  }

  std::string_view text_;
  std::vector<DegreeToken> tokens_;
  bool has_letters_ = false;
};

}  // namespace

std::string with_named_degrees(std::string_view text) { return Phrases(text).rewritten(); }

}  // namespace eigenbau::tables

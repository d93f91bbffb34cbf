// Which features does a text name, and does it say that they are in use?
#include "fit/feature_words.h"

#include <algorithm>
#include <cctype>

#include "fit/run_text.h"

namespace eigenbau::fit {
namespace {

bool is_letter(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0; }

/// Where `word` begins a word of the text, at or after `from`, and no other word goes on from it: "offload" in "offloading".
std::size_t find_word(std::string_view text, std::string_view word, std::size_t from = 0) {
  for (auto at = text.find(word, from); at != std::string_view::npos; at = text.find(word, at + 1)) {
    if (at > 0 && is_letter(text[at - 1])) continue;
    const std::string_view rest = text.substr(at + word.size());
    for (const std::string_view ending : {"", "s", "d", "ed", "ing"})
      if (rest.starts_with(ending) && (rest.size() == ending.size() || !is_letter(rest[ending.size()]))) return at;
  }
  return std::string_view::npos;
}

std::string_view after_joints(std::string_view text) {
  constexpr std::string_view kJoints = " :=";
  return text.substr(std::min(text.find_first_not_of(kJoints), text.size()));
}

}  // namespace

std::vector<std::string> clauses_of(std::string_view text) {
  std::vector<std::string> clauses(1);
  for (const char c : lower(text)) {
    constexpr std::string_view kBorders = ";,+()[]\n";
    if (kBorders.find(c) != std::string_view::npos) {
      clauses.emplace_back();
      continue;
    }
    std::string& clause = clauses.back();
    const bool blank = c == ' ' || c == '_' || c == '-' || c == '\t' || c == '\r';
    if (!blank) clause += c;
    else if (!clause.empty() && clause.back() != ' ') clause += ' ';
  }
  for (std::string& clause : clauses)
    if (clause.ends_with(' ')) clause.pop_back();
  std::erase(clauses, "");
  return clauses;
}

std::optional<bool> use_in(std::string_view clause, std::string_view feature) {
  const std::size_t at = find_word(clause, feature);
  if (at == std::string_view::npos) return std::nullopt;
  for (const std::string_view no : {"no", "non", "not", "without", "w/o", "disable"})
    if (find_word(clause, no) < at) return false;
  std::string_view state = after_joints(clause.substr(at + feature.size()));
  constexpr std::string_view kEnable = "enable";  // NCCL_COLLNET_ENABLE=0
  if (state.starts_with(kEnable)) state = after_joints(state.substr(kEnable.size()));
  for (const std::string_view off : {"off", "0", "disabled", "false", "none", "not used", "is off", "is disabled"})
    if (state.starts_with(off) && (state.size() == off.size() || !is_letter(state[off.size()]))) return false;
  return true;
}

bool in_use(std::string_view text, std::string_view feature) {
  for (const std::string& clause : clauses_of(text))
    if (const auto use = use_in(clause, feature)) return *use;
  return false;
}

std::optional<double> figure_of(std::string_view clause, std::string_view word) {
  const std::size_t at = find_word(clause, word);
  if (at == std::string_view::npos) return std::nullopt;
  std::string_view rest = clause.substr(at + word.size());
  if (rest.starts_with("s")) rest.remove_prefix(1);
  for (bool more = true; more;) {
    rest = after_joints(rest);
    more = false;
    for (const std::string_view filler : {"of ", "size", "steps", "step", "degree"})
      if (rest.starts_with(filler)) {
        rest.remove_prefix(filler.size());
        more = true;
      }
  }
  if (rest.empty() || !is_digit(rest.front())) return std::nullopt;
  std::size_t length = 0;
  const double figure = leading_number(rest, length);
  const std::string_view next = rest.substr(length);
  const bool of_several = next.size() > 1 && next[0] == 'x' && is_digit(next[1]);  // "HSDP 8x64"
  return of_several ? std::nullopt : std::optional(figure);
}

}  // namespace eigenbau::fit

// Which features does a text name, and does it say that they are in use?
#include "tables/feature_words.h"

#include <algorithm>

#include "tables/negation.h"
#include "tables/run_text.h"

namespace eigenbau::tables {
namespace {

/// "offloading" names "offload", "interleaving" "interleave", "overlapped" "overlap".
std::vector<std::string> forms_of(std::string_view feature) {
  std::vector<std::string> forms;
  for (const std::string_view ending : {"", "s", "d", "ed", "ing"}) forms.push_back(std::string(feature).append(ending));
  if (feature.empty()) return forms;
  const bool drops = feature.ends_with('e');
  const std::string stem = drops ? std::string(feature.substr(0, feature.size() - 1)) : std::string(feature) + feature.back();
  forms.push_back(stem + "ing");
  if (!drops) forms.push_back(stem + "ed");
  return forms;
}

/// Whether a clause can name a feature in some form: all begin with it, but for its last letter.
bool may_name(std::string_view clause, std::string_view feature) {
  return clause.find(feature.substr(0, feature.size() - std::min<std::size_t>(feature.size(), 1))) != std::string_view::npos;
}

std::string_view after_joints(std::string_view text) {
  constexpr std::string_view kJoints = " :=";
  return text.substr(std::min(text.find_first_not_of(kJoints), text.size()));
}

/// Whether a clause ends where a value begins.
bool is_joint(std::string_view clause) {
  const std::size_t last = clause.find_last_not_of(' ');
  return last != std::string_view::npos && (clause[last] == '=' || clause[last] == ':');
}

/// Whether the comma at `at` parts the thousands of a number: "1,024".
bool parts_thousands(std::string_view text, std::size_t at) {
  constexpr std::size_t kDigits = 3;
  const auto digit = [&](std::size_t i) { return i < text.size() && is_digit(text[i]); };
  if (text[at] != ',' || at == 0 || !digit(at - 1) || digit(at + kDigits + 1)) return false;
  return digit(at + 1) && digit(at + 2) && digit(at + kDigits);
}

}  // namespace

std::vector<std::string> clauses_of(std::string_view text) {
  std::vector<std::string> clauses(1);
  const std::string words = lower(text);
  bool in_list = false;  // that is a value
  for (std::size_t i = 0; i < words.size(); ++i) {
    const char c = words[i];
    if (parts_thousands(words, i)) continue;
    constexpr std::string_view kBorders = ";,+()[]\n";
    if (c == '[') in_list = clauses.back().ends_with('=') || clauses.back().ends_with("= ");
    const bool starts = i == 0 || words[i - 1] == ' ', flag = starts && c == '-' && i + 1 < words.size() && words[i + 1] == '-';
    const bool joins = in_list && (c == '[' || c == ',' || c == ']');
    const bool ends = c == '.' && (i + 1 == words.size() || words[i + 1] == ' ');  // a sentence
    const bool border = flag || ends || kBorders.find(c) != std::string_view::npos;
    if (c == ']') in_list = false;
    if (border && !joins) {
      clauses.emplace_back();
      continue;
    }
    std::string& clause = clauses.back();
    const bool sign = c == '-' && i + 1 < words.size() && is_digit(words[i + 1]) && (is_joint(clause) || starts);
    const bool blank = joins || (c == '-' && !sign) || c == ' ' || c == '_' || c == '\t' || c == '\r';
    if (!blank) clause += c;
    else if (!clause.empty() && clause.back() != ' ') clause += ' ';
  }
  for (std::string& clause : clauses)
    if (clause.ends_with(' ')) clause.pop_back();
  std::erase(clauses, "");
  return clauses;
}

std::optional<bool> use_in(std::string_view clause, std::string_view feature) {
  if (!may_name(clause, feature)) return std::nullopt;
  for (const std::string& form : forms_of(feature))
    if (const Use use = use_of(clause, form); use != Use::unsaid) return use == Use::on;
  return std::nullopt;
}

std::optional<bool> use_of_one(std::string_view clause, std::initializer_list<std::string_view> words) {
  for (const std::string_view word : words)
    if (const auto use = use_in(clause, word)) return use;
  return std::nullopt;
}

bool is_switched_off(std::string_view clause) {
  const std::size_t sign = clause.find_first_of("=:");
  if (sign == std::string_view::npos) return false;
  const std::string_view name = clause.substr(0, clause.find_last_not_of(' ', sign == 0 ? 0 : sign - 1) + 1);
  const std::string_view last = name.substr(name.rfind(' ') + 1);
  return !last.empty() && last != "disable" && use_of(clause, last) == Use::off;
}

std::optional<double> figure_of(std::string_view clause, std::string_view word) {
  if (!may_name(clause, word)) return std::nullopt;
  std::size_t at = std::string_view::npos, named = 0;
  for (const std::string& form : forms_of(word)) {
    at = find_word(clause, form);
    named = form.size();
    if (at != std::string_view::npos) break;
  }
  if (at == std::string_view::npos) return std::nullopt;
  std::string_view rest = clause.substr(at + named);
  for (bool more = true; more;) {
    rest = after_joints(rest);
    more = false;
    for (const std::string_view filler : {"of ", "size", "steps", "step", "degree", "num ", "layers", "depth"})
      if (rest.starts_with(filler)) {
        rest.remove_prefix(filler.size());
        more = true;
      }
  }
  if (rest.empty() || !is_digit(rest.front())) return std::nullopt;
  std::size_t length = 0;
  const double figure = leading_number(rest, length);
  const std::string_view next = rest.substr(length);
  const std::string_view times = next.substr(std::min(next.find_first_not_of(' '), next.size()));
  const bool of_several = times.starts_with("x ") || (times.size() > 1 && times[0] == 'x' && is_digit(times[1]));  // "HSDP 8x64"
  return of_several ? std::nullopt : std::optional(figure);
}

}  // namespace eigenbau::tables

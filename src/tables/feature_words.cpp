// Which features does a text name, and does it say that they are in use?
#include "tables/feature_words.h"

#include <algorithm>
#include <array>

#include "tables/negation.h"
#include "tables/run_text.h"

namespace eigenbau::tables {
namespace {

constexpr std::array<std::string_view, 5> kEndings{"", "s", "d", "ed", "ing"};  // "offloading" names "offload"

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
  for (const std::string_view ending : kEndings)
    if (const Use use = use_of(clause, std::string(feature).append(ending)); use != Use::unsaid) return use == Use::on;
  return std::nullopt;
}

std::optional<double> figure_of(std::string_view clause, std::string_view word) {
  std::size_t at = std::string_view::npos, named = 0;
  for (std::size_t i = 0; i < kEndings.size() && at == std::string_view::npos; ++i) {
    const std::string form = std::string(word).append(kEndings[i]);
    at = find_word(clause, form);
    named = form.size();
  }
  if (at == std::string_view::npos) return std::nullopt;
  std::string_view rest = clause.substr(at + named);
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

}  // namespace eigenbau::tables

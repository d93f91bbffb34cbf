// Into which statements does a text fall, and which of them stand in brackets behind which?
#include "tables/statements.h"

#include <algorithm>

#include "tables/feature_words.h"

namespace eigenbau::tables {
namespace {

/// The next bracket at or after `from`; one that opens the list of an option's value is none: "modules=[mlp, moe_act]".
std::size_t next_bracket(std::string_view text, std::size_t from) {
  for (std::size_t at = text.find_first_of("()[]", from); at < text.size(); at = text.find_first_of("()[]", at)) {
    const std::string_view before = text.substr(0, text.find_last_not_of(' ', at == 0 ? 0 : at - 1) + 1);
    if (text[at] != '[' || !(before.ends_with('=') || before.ends_with(':'))) return at;
    at = std::min(text.find(']', at), text.size() - 1) + 1;
  }
  return text.size();
}

}  // namespace

std::vector<Statement> statements_in(std::string_view text) {
  std::vector<Statement> statements;
  std::vector<std::optional<std::size_t>> open;  // what each bracket that is open stands behind
  for (std::size_t from = 0; from <= text.size();) {
    const std::size_t end = next_bracket(text, from);
    for (std::string& clause : clauses_of(text.substr(from, end - from)))
      statements.push_back({std::move(clause), !open.empty(), open.empty() ? std::nullopt : open.back()});
    from = end + 1;
    if (end >= text.size()) continue;
    const bool opens = text[end] == '(' || text[end] == '[';
    if (opens) open.push_back(statements.empty() ? std::nullopt : std::optional(statements.size() - 1));
    else if (!open.empty()) open.pop_back();
  }
  return statements;
}

}  // namespace eigenbau::tables

// Of which names, numbers and signs does a text of degrees of parallelism consist?
#include "tables/degree_tokens.h"

#include <algorithm>

#include "tables/run_text.h"

namespace eigenbau::tables {
namespace {

bool is_name(std::string_view word) { return std::ranges::find(kDegreeNames, word, &DegreeName::words) != kDegreeNames.end(); }

}  // namespace

std::vector<DegreeToken> degree_tokens(std::string_view text) {
  constexpr std::string_view kGaps = " -_=:\t\r";
  std::vector<DegreeToken> tokens;
  for (std::size_t at = 0; at < text.size();) {
    if (kGaps.find(text[at]) != std::string_view::npos) {
      ++at;
      continue;
    }
    DegreeToken token{.begin = at, .is_glued = !tokens.empty() && tokens.back().end == at};
    std::size_t length = 1;
    if (is_digit(text[at])) {
      token.number = leading_number(text.substr(at), length);
    } else if (is_letter(text[at])) {
      const auto ends_name = [&](std::string_view run) { return text[at + run.size()] == 'x' && is_name(run); };      // "tpxpp"
      const bool times = text[at] == 'x' && token.is_glued && (tokens.back().number || is_name(tokens.back().text));  // "tp8xpp4"
      while (!times && at + length < text.size() && is_letter(text[at + length]) && !ends_name(text.substr(at, length))) ++length;
    }
    token.end = at += length;
    token.text = text.substr(token.begin, length);
    tokens.push_back(token);
  }
  return tokens;
}

}  // namespace eigenbau::tables

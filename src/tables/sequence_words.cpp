// Over how many ranks do words split sequences, where they call it sequence parallelism?
#include "tables/sequence_words.h"

#include <string>

#include "tables/degree_words.h"
#include "tables/feature_words.h"
#include "tables/mention.h"
#include "tables/run_text.h"

namespace eigenbau::tables {

namespace {

/// Whether a text may say anything of it: most do not, and to take it apart takes long.
bool may_speak(std::string_view text) {
  const std::string words = lower(text);
  if (has_one_of(words, {"seq", "ulysses", "ring"})) return true;
  for (std::size_t at = words.find("sp"); at != std::string::npos; at = words.find("sp", at + 1)) {
    const bool begins = at == 0 || !is_letter(words[at - 1]), ends = at + 2 == words.size() || !is_letter(words[at + 2]);
    if (begins && ends) return true;
  }
  return false;
}

}  // namespace

SequenceWords sequence_words(std::string_view text) {
  SequenceWords said;
  if (!may_speak(text)) return said;
  const std::string stated = stated_words(text);
  if (const auto ranks = degree_words(stated).of("sp"); ranks && *ranks > 1) said.ranks = ranks;
  for (const std::string& clause : clauses_of(stated)) {
    said.by_heads |= use_in(clause, "ulysses") == true;
    said.in_ring |= use_of_one(clause, {"ring attention", "ring sequence parallel", "ring sp"}) == true;
  }
  return said;
}

}  // namespace eigenbau::tables

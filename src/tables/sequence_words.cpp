// Over how many ranks do words split sequences, where they call it sequence parallelism?
#include "tables/sequence_words.h"

#include <string>

#include "tables/degree_words.h"
#include "tables/feature_words.h"
#include "tables/mention.h"

namespace eigenbau::tables {

SequenceWords sequence_words(std::string_view text) {
  const std::string stated = stated_words(text);
  SequenceWords said;
  if (const auto ranks = degree_words(stated).of("sp"); ranks && *ranks > 1) said.ranks = ranks;
  for (const std::string& clause : clauses_of(stated)) {
    said.by_heads |= use_in(clause, "ulysses") == true;
    said.in_ring |= use_of_one(clause, {"ring attention", "ring sequence parallel", "ring sp"}) == true;
  }
  return said;
}

}  // namespace eigenbau::tables

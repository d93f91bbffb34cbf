// Are ranks that share a sequence read from words that count them, and from no switch?
#include "tables/sequence_words.h"

#include <doctest/doctest.h>

#include <string>

using namespace eigenbau::tables;

TEST_CASE("ranks that share a sequence are counted in any spelling, and Ulysses is named") {
  for (const char* text : {"Ulysses SP=8", "ulysses_sequence_parallel_size=8", "ulysses_degree 8", "Ulysses 8", "8-way Ulysses",
                           "DeepSpeed-Ulysses, sequence parallelism 8"}) {
    INFO(std::string(text));
    CHECK(sequence_words(text).ranks == 8);
    CHECK(sequence_words(text).by_heads);
  }
  for (const char* text : {"SP 8", "sp8", "sequence_parallel_size: 8", "sequence parallel degree 8",
                           "--ds-sequence-parallel-size 8", "8-way sequence parallelism", "TP 2, SP 8"}) {
    INFO(std::string(text));
    CHECK(sequence_words(text).ranks == 8);
    CHECK(!sequence_words(text).by_heads);
  }
  CHECK(sequence_words("ring attention, SP 8").in_ring);
}

TEST_CASE("a switch counts no ranks, and what the run is compared with none of its own") {
  for (const char* text : {"SP", "SP=1", "sequence_parallel=True", "no SP", "sequence parallelism", "TP 8 + SP",
                           "context parallel 8", "faster than Ulysses SP=8", "spread 8", ""}) {
    INFO(std::string(text));
    CHECK(!sequence_words(text).ranks);
    CHECK(!sequence_words(text).by_heads);
  }
}

// Are the features of a text found in every form of their words?
#include "tables/feature_words.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace eigenbau::tables;

TEST_CASE("a word counts in its other forms, those that drop an e or double a consonant as well") {
  struct Form {
    const char *feature, *clause;
  };
  for (const auto& [feature, clause] :
       {Form{"interleave", "interleaving"}, Form{"recompute", "recomputing layers"}, Form{"overlap", "overlapped"},
        Form{"token drop", "token dropping"}, Form{"offload", "offloading"}, Form{"token drop", "token drops"}}) {
    CHECK(use_in(clause, feature) == true);
    CHECK(use_in(std::string("no ").append(clause), feature) == false);
  }
  CHECK(use_in("non overlapped", "overlap") == false);
  CHECK(!use_in("interlude", "interleave"));
}

TEST_CASE("clauses keep the sign of a number and the list that is a value") {
  using Clauses = std::vector<std::string>;
  CHECK(clauses_of("ZeRO-1 (group 8); Async-TP") == Clauses{"zero 1", "group 8", "async tp"});
  CHECK(clauses_of("capacity_factor = -1, GA=2") == Clauses{"capacity factor = -1", "ga=2"});
  CHECK(clauses_of("--moe-capacity-factor -1 --no-overlap -- dropless") ==
        Clauses{"moe capacity factor -1", "no overlap", "dropless"});
  CHECK(clauses_of("--capacity-factor -1; TP-8 - 2x") == Clauses{"capacity factor -1", "tp 8 2x"});
  CHECK(clauses_of("recompute_modules=[mlp, moe_act], LoRA") == Clauses{"recompute modules= mlp moe act", "lora"});
  CHECK(clauses_of("GBS 1,024 sequences, GA 8") == Clauses{"gbs 1024 sequences", "ga 8"});
  CHECK(clauses_of("FSDP+DP. micro_num 4. v2.5 on 1.5 GB.") == Clauses{"fsdp", "dp", "micro num 4", "v2.5 on 1.5 gb"});
  CHECK(clauses_of("groups of 8,16") == Clauses{"groups of 8", "16"});
  CHECK(clauses_of("a [b, c] d") == Clauses{"a", "b", "c", "d"});
}

TEST_CASE("an option is switched off by a value that says so, whatever its name says last") {
  for (const char* off : {"mtp num layers: null", "fp8 recipe=none", "overlap comm = false", "cpu offloading: ~", "--x: off"})
    CHECK_MESSAGE(is_switched_off(off), std::string(off));
  for (const char* on : {"mtp num layers=2", "fp8 recipe: hybrid", "x disable=false", "no mtp", "null", "=none", ""})
    CHECK_MESSAGE(!is_switched_off(on), std::string(on));
}

TEST_CASE("a figure belongs to the word before it, unless it is one of several") {
  CHECK(figure_of("mtp num layers=2", "mtp") == 2);
  CHECK(figure_of("mtp depth 2", "mtp") == 2);
  CHECK(!figure_of("capacity factor = -1", "capacity factor"));
  for (const char* several : {"hsdp 8x64", "hsdp 8 x 64"}) CHECK(!figure_of(several, "hsdp"));
}

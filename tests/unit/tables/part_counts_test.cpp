// Are the parts that a cell counts told apart?
#include "tables/part_counts.h"

#include <doctest/doctest.h>

#include <string>

using namespace eigenbau::tables;

TEST_CASE("routed and shared experts stand in one cell, in any order where they are named") {
  for (const char* cell : {"64+2", "64 + 2", "64 routed + 2 shared", "2 shared + 64 routed", "64 (2 shared)", "64 (+2 shared)",
                           "64 experts + 2 shared experts", "64E+2"}) {
    const auto counts = expert_counts(cell);
    REQUIRE_MESSAGE(counts, std::string(cell));
    CHECK_MESSAGE(counts->routed == 64, std::string(cell));
    CHECK_MESSAGE(counts->shared == 2, std::string(cell));
  }
  for (const char* cell : {"64E", "64 experts", "64 routed"}) {
    REQUIRE_MESSAGE(expert_counts(cell), std::string(cell));
    CHECK_MESSAGE(expert_counts(cell)->routed == 64, std::string(cell));
    CHECK_MESSAGE(!expert_counts(cell)->shared, std::string(cell));
  }
  for (const char* none : {"", "64+2+1", "2 shared", "1+8", "64 of 128", "1,024", "64.5", "64 bananas", "64 (8 groups)", "-64"})
    CHECK_MESSAGE(!expert_counts(none), std::string(none));
}

TEST_CASE("of the experts that a token visits all and shared ones are no part") {
  for (const char* cell : {"top-6", "top 6", "Top6", "k=6", "6/64", "6 of 64", "6 out of 64", "top-6 of 64", "6+2", "6"}) {
    REQUIRE_MESSAGE(visited_counts(cell), std::string(cell));
    CHECK_MESSAGE(visited_counts(cell)->routed == 6, std::string(cell));
  }
  CHECK(visited_counts("6+2")->shared == 2);
  for (const char* none : {"top", "6/", "6 of many", "/64", "six"}) CHECK_MESSAGE(!visited_counts(none), std::string(none));
}

TEST_CASE("layers add up, but for what is inside others or predicts further tokens") {
  for (const char* cell : {"27+1", "27 + 1 dense", "1 dense + 27 MoE", "28 layers", "28L", "28 (1 dense)", "28 + 1 MTP"})
    CHECK_MESSAGE(layer_counts(cell)->layers == 28, std::string(cell));
  for (const char* cell : {"27 + 1 dense", "1 dense + 27 MoE", "28 (1 dense)", "28 (27 MoE + 1 dense)"})
    CHECK_MESSAGE(layer_counts(cell)->dense == 1, std::string(cell));
  CHECK(!layer_counts("27+1")->dense);
  CHECK(layer_counts("27+1")->added == 1);
  for (const char* named : {"27 + 1 dense", "28 (1)", "28", "28 + 1 MTP"})
    CHECK_MESSAGE(!layer_counts(named)->added, std::string(named));
  CHECK(layer_counts("61 + 1 MTP")->predictors == 1);
  for (const char* none : {"", "28 stages", "28.5", "dense", "1,028", "1+1+1+1+1"})
    CHECK_MESSAGE(!layer_counts(none), std::string(none));
}

// Does a text fall into statements, with what stands in brackets behind each?
#include "tables/statements.h"

#include <doctest/doctest.h>

using namespace eigenbau::tables;

TEST_CASE("what stands in brackets is behind the statement before them") {
  const auto all = statements_in("FSDP, Ulysses (SP 8; ZeRO-3 [level 3]), modules=[mlp, moe_act] (a)");
  REQUIRE(all.size() == 7);
  const char* words[] = {"fsdp", "ulysses", "sp 8", "zero 3", "level 3", "modules= mlp moe act", "a"};
  for (std::size_t at = 0; at < all.size(); ++at) CHECK(all[at].words == words[at]);
  CHECK(!all[1].bracketed);
  for (const std::size_t inside : {2, 3}) CHECK(all[inside].behind == 1);
  CHECK(all[4].behind == 3);
  CHECK(all[6].behind == 5);
  const auto first = statements_in("(TP 2) a) b");
  REQUIRE(first.size() == 3);
  CHECK(first[0].bracketed);
  CHECK(!first[0].behind);
  CHECK(!first[2].bracketed);
  CHECK(statements_in("").empty());
}

// Is a fabric oversubscribed as words say, in any spelling?
#include "tables/fabric_words.h"

#include <doctest/doctest.h>

#include <string>

using namespace eigenbau::tables;

TEST_CASE("an oversubscription is the same in any spelling and either order") {
  for (const char* clause :
       {"1:7 oversubscription", "oversubscribed 7:1", "7:1 oversubscribed fabric", "7 to 1 oversubscription",
        "oversubscription ratio of 7", "oversubscription=7", "7x oversubscribed", "over subscribed 7:1", "7:1 oversub",
        "7:1 blocking", "1:7 blocking", "1:7 tapered", "7:1 taper", "fat tree tapered 7 : 1"}) {
    INFO(std::string(clause));
    const auto said = fabric_in(clause);
    REQUIRE(said);
    CHECK(said->oversubscription == 7);
    CHECK(!said->unmodeled);
  }
  for (const char* clause : {"non blocking", "no oversubscription", "nonblocking fat tree", "oversubscription free"}) {
    INFO(std::string(clause));
    REQUIRE(fabric_in(clause));
    CHECK(fabric_in(clause)->oversubscription == 1);
  }
}

TEST_CASE("what may narrow a fabric in words without a law is known to, and a job within a part of it") {
  for (const char* clause : {"2:1", "2:1 at spine", "half bisection bandwidth", "50% bisection", "tapered 50%", "1/2 tapered",
                             "blocking factor 2", "4:1 above"})
    CHECK_MESSAGE(may_narrow(clause), std::string(clause));
  for (const char* clause : {"", "1:1", "roce 400g", "8x400g", "storage 4:1", "fat tree"})
    CHECK_MESSAGE(!may_narrow(clause), std::string(clause));
  CHECK(stays_in_part("8:1 oversubscribed at core, job within one pod"));
  CHECK(!stays_in_part("8:1 oversubscribed between pods"));
}

TEST_CASE("what has no ratio, is between pods or is another topology is not modeled") {
  for (const char* clause :
       {"oversubscribed fabric", "oversubscribed 7:1 between pods", "7:1 between pods", "dragonfly", "tapered fat tree",
        "oversubscription 0.5", "7:1 oversubscribed between clusters", "4:1 oversubscribed above 2048 gpus"}) {
    INFO(std::string(clause));
    REQUIRE(fabric_in(clause));
    CHECK(fabric_in(clause)->unmodeled);
  }
  for (const char* clause :
       {"cuda launch blocking", "launch blocking 1", "roce 400g", "7:1", "fat tree", "cpu oversubscription 2:1",
        "oversubscribed storage 4:1", "storage fabric 2:1 oversubscribed", "2:1 oversubscription to the storage",
        "tapered learning rate", "pod of 8: 400g", "oversubscribe mpi ranks", "oversubscribe", "oversubscribed cpu cores",
        "frontend 4:1 oversubscribed", ""})
    CHECK_MESSAGE(!fabric_in(clause), std::string(clause));
}

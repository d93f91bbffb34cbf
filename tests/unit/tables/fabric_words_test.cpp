// Is a fabric oversubscribed as words say, in any spelling?
#include "tables/fabric_words.h"

#include <doctest/doctest.h>

#include <string>

using namespace eigenbau::tables;

TEST_CASE("an oversubscription is the same in any spelling and either order") {
  for (const char* clause : {"1:7 oversubscription", "oversubscribed 7:1", "7:1 oversubscribed fabric", "7 to 1 oversubscription",
                             "oversubscription ratio of 7", "oversubscription=7", "7x oversubscribed", "over subscribed 7:1",
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

TEST_CASE("what has no ratio, is between pods or is another topology is not modeled") {
  for (const char* clause : {"oversubscribed fabric", "oversubscribed 7:1 between pods", "7:1 between pods", "dragonfly",
                             "tapered fat tree", "oversubscription 0.5"}) {
    INFO(std::string(clause));
    REQUIRE(fabric_in(clause));
    CHECK(fabric_in(clause)->unmodeled);
  }
  for (const char* clause :
       {"cuda launch blocking", "launch blocking 1", "roce 400g", "7:1", "fat tree", "cpu oversubscription 2:1",
        "oversubscribed storage 4:1", "storage fabric 2:1 oversubscribed", "2:1 oversubscription to the storage",
        "tapered learning rate", "pod of 8: 400g", "oversubscribe mpi ranks", "oversubscribe", "oversubscribed cpu cores", ""})
    CHECK_MESSAGE(!fabric_in(clause), std::string(clause));
}

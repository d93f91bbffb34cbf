// Is the capacity of experts in training read from words, and from no others?
#include "tables/routing_words.h"

#include <doctest/doctest.h>

#include <string>

#include "tables/feature_words.h"

using namespace eigenbau::tables;

namespace {

/// That of the last clause that states one, as a reader of all of them would have it.
std::optional<double> factor_in(const char* options) {
  std::optional<double> factor;
  for (const std::string& clause : clauses_of(options))
    if (const auto said = capacity_in(clause); said && said->factor) factor = said->factor;
  return factor;
}

}  // namespace

TEST_CASE("a capacity factor is a number or a percentage, under any of its names") {
  for (const char* one : {"capacity factor 1.0", "capacity factor 1", "capacity factor 100%", "CF1", "CF=1", "cf 1.0",
                          "capacity 1.0", "moe_expert_capacity_factor=1.0", "capacity factor 100 percent"})
    CHECK_MESSAGE(factor_in(one) == 1, std::string(one));
  for (const char* more : {"CF1.25", "CF=1.25", "capacity 1.25", "capacity 125%", "capacity-factor: 1.25"})
    CHECK_MESSAGE(factor_in(more) == 1.25, std::string(more));
  for (const char* none : {"memory capacity 80 GB", "min_capacity=4", "expert capacity 64", "capacity", "CF", "cfg1",
                           "capacity factor -1", "no capacity factor", "capacity 5 TB"})
    CHECK_MESSAGE(!factor_in(none), std::string(none));
}

TEST_CASE("the capacity of an evaluation is none of training") {
  for (const char* both : {"--moe-train-capacity-factor 1.5 --moe-eval-capacity-factor 2.0",
                           "--moe-eval-capacity-factor 2.0 --moe-train-capacity-factor 1.5",
                           "train capacity factor 1.5, eval capacity factor 2", "capacity factor 1.5; eval CF=2"})
    CHECK_MESSAGE(factor_in(both) == 1.5, std::string(both));
  CHECK(!factor_in("eval capacity factor 2"));
  CHECK(capacity_in("eval capacity factor 2"));
}

TEST_CASE("tokens are dropped by any name of that") {
  for (const char* drops : {"token drop", "token-drop", "tokendrop", "token dropping", "drop and pad", "drop-and-pad",
                            "--moe-pad-expert-input-to-capacity", "drop tokens"})
    CHECK_MESSAGE(drops_tokens(clauses_of(drops).front()) == true, std::string(drops));
  CHECK(drops_tokens("no token dropping") == false);
  for (const char* other : {"dropless", "dropout 0.1", "padding"}) CHECK_MESSAGE(!drops_tokens(other), std::string(other));
}

// Laws of the degrees that a plan may have.
#include "search/degrees.h"

#include <doctest/doctest.h>

#include <vector>

using namespace eigenbau::search;

TEST_CASE("divisors are those that divide") {
  for (int number = 1; number <= 200; ++number) {
    std::vector<int> expected;
    for (int d = 1; d <= number; ++d)
      if (number % d == 0) expected.push_back(d);
    CHECK(divisors(number) == expected);
  }
}

// Laws of divisors.
#include "base/divisors.h"

#include <doctest/doctest.h>

#include <vector>

using namespace eigenbau;

TEST_CASE("divisors are those that divide") {
  for (int number = 1; number <= 200; ++number) {
    std::vector<int> expected;
    for (int d = 1; d <= number; ++d)
      if (number % d == 0) expected.push_back(d);
    CHECK(divisors(number) == expected);
  }
}

TEST_CASE("a number below 1 has 1 alone, the largest has its own") {
  for (const int number : {0, -1, -12}) CHECK(divisors(number) == std::vector{1});
  CHECK(divisors(2147483647) == std::vector{1, 2147483647});
}

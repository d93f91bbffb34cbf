// Laws of quantiles and scores: order, ends, and how they move with the values.
#include "fit/scorecard.h"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>

#include "fit/quantile.h"

using namespace eigenbau::fit;

TEST_CASE("a quantile lies between the values, does not fall as its share grows, and scales with them") {
  CHECK(quantile({}, 0.9) == 0);
  for (std::size_t count = 1; count < 30; ++count) {
    std::vector<double> values, doubled;
    for (std::size_t i = 0; i < count; ++i) {
      values.push_back(static_cast<double>(i * i));
      doubled.push_back(2 * values.back());
    }
    CHECK(quantile(values, 0) == values.front());
    CHECK(quantile(values, 1) == values.back());
    for (int percent = 1; percent <= 100; ++percent) {
      CHECK(quantile(values, percent / 100.0) >= quantile(values, (percent - 1) / 100.0));
      CHECK(quantile(doubled, percent / 100.0) == doctest::Approx(2 * quantile(values, percent / 100.0)));
    }
  }
}

TEST_CASE("a quantile does not depend on the order of the values, and of an even number the median lies between the middle two") {
  CHECK(quantile({3, 1, 2, 10}, 0.9) == quantile({10, 3, 2, 1}, 0.9));
  CHECK(median({4, 1, 2, 9}) == 3);
  CHECK(median({4, 1, 9}) == 4);
}

TEST_CASE("nine tenths of a group's errors are never said to be smaller than half of them") {
  Scorecard card;
  for (const double ratio : {1.01, 0.9}) card.add("two", ratio);
  for (const double ratio : {1.3, 1.02, 1.01}) card.add("three", ratio);
  for (const Score& score : card.scores()) {
    CHECK(score.p90 > score.median);
    CHECK(score.p90 > score.mean);
  }
}

TEST_CASE("a ratio to something that was not measured changes no score") {
  Scorecard card, other;
  for (const double ratio : {1.1, 0.9}) card.add("a", ratio);
  for (const double ratio : {1.1, std::numeric_limits<double>::infinity(), 0.9, -2.0, 1e300, std::nan("")}) other.add("a", ratio);
  CHECK(card.scores()[0].rows == other.scores()[0].rows);
  CHECK(card.scores()[0].mean == other.scores()[0].mean);
}

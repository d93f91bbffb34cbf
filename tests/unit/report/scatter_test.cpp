// Laws of a drawing of predictions against measurements.
#include <doctest/doctest.h>

#include <cmath>
#include <regex>

#include "report/chart.h"
#include "report/scale.h"

namespace eigenbau::report {
namespace {

Scatter scatter_of(std::vector<Spot> spots) {
  return {.key = "s", .title = "s", .dimension = kTime, .clouds = {{"one", "one", std::move(spots)}}};
}

/// Centers of the circles with the spots' radius, in drawing order: left panel, right panel, left ...
std::vector<std::pair<double, double>> centers(const std::string& svg) {
  const std::regex circle(R"re(<circle cx="([0-9.-]+)" cy="([0-9.-]+)" r="3.6"/>)re");
  std::vector<std::pair<double, double>> found;
  for (std::sregex_iterator it(svg.begin(), svg.end(), circle), end; it != end; ++it)
    found.emplace_back(std::stod((*it)[1]), std::stod((*it)[2]));
  return found;
}

}  // namespace

TEST_CASE("each point above zero is drawn once in each panel, others not at all") {
  const auto found = centers(draw(scatter_of({{"a", 1, 1.1}, {"b", 0, 2}, {"c", 5, -1}, {"d", 30, 20}})));
  CHECK(found.size() == 4);
  CHECK(draw(scatter_of({{"b", 0, 2}})).empty());
}

TEST_CASE("a perfect prediction lies on the line of equality and on no error; a larger one above both") {
  const auto found = centers(draw(scatter_of({{"low", 0.5, 0.5}, {"high", 50, 50}, {"over", 5, 6}})));
  REQUIRE(found.size() == 6);
  const double slope = (found[2].second - found[0].second) / (found[2].first - found[0].first);
  CHECK(slope == doctest::Approx(-1).epsilon(0.01));
  CHECK(found[1].second == doctest::Approx(found[3].second));
  CHECK(found[4].second < found[0].second + slope * (found[4].first - found[0].first));
  CHECK(found[5].second < found[1].second);
}

TEST_CASE("a logarithmic axis holds its values between its marks, which rise") {
  for (const auto& [low, high] : std::vector<std::pair<double, double>>{{1e-3, 1e4}, {2.1, 2.2}, {7, 7}, {0.09, 311}}) {
    const Axis axis = log_axis(low, high, {.dimension = kTime});
    CHECK(axis.low <= std::log(low) + 1e-9);
    CHECK(axis.high >= std::log(high) - 1e-9);
    CHECK(axis.marks.size() <= 9);
    for (std::size_t i = 1; i < axis.marks.size(); ++i) CHECK(axis.marks[i].value > axis.marks[i - 1].value);
  }
}

}  // namespace eigenbau::report

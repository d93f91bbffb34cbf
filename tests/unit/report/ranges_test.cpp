// Do ranges come from the samples, and only from them?
#include "report/ranges.h"

#include <doctest/doctest.h>

using namespace eigenbau;
using namespace eigenbau::report;
using namespace eigenbau::literals;

namespace {

Report answer(double power_mw, int day, double fixed) {
  Section power{.key = "power", .title = "Power"};
  add(power, "site_power", "Site power", figure(power_mw * 1_MW, {}));
  add(power, "fixed", "Fixed", figure(fixed, {}), Form::count);
  const Date start = *parse_date("2024-07-01");
  add(power, "online", "Online", DateFigure{.value = start + std::chrono::days(day)});
  power.items.push_back(Table{.key = "levels",
                              .columns = {{.key = "name"}, {.key = "load", .dimension = kPower}},
                              .rows = {{.key = "utility", .cells = {std::string("utility"), Number{power_mw * 1e6}}}}});
  power.items.push_back(
      Timeline{.key = "draw",
               .dimension = kPower,
               .series = {{.key = "site", .points = {{.day = start + std::chrono::days(day), .value = power_mw * 1e6}}}}});
  return Report{.sections = {power}};
}

}  // namespace

TEST_CASE("a quantile of one value is that value, and quantiles are ordered and inside the data") {
  CHECK(quantile({7}, 0.05) == 7);
  const std::vector<double> values{5, 1, 4, 2, 3};
  CHECK(quantile(values, 0) == 1);
  CHECK(quantile(values, 0.5) == 3);
  CHECK(quantile(values, 1) == 5);
  CHECK(quantile(values, 0.05) < quantile(values, 0.95));
}

TEST_CASE("figures, cells, days and points take their range from samples; the middle stays") {
  std::vector<Report> samples;
  for (int i = 0; i <= 100; ++i) samples.push_back(answer(100 + i, i, 8));
  const Report merged = with_ranges(answer(150, 50, 8), samples);
  const auto& power = std::get<Figure>(find_row(merged, "power.site_power")->value);
  CHECK(power.value == doctest::Approx(150e6));
  CHECK(*power.low == doctest::Approx(105e6));
  CHECK(*power.high == doctest::Approx(195e6));
  CHECK_FALSE(std::get<Figure>(find_row(merged, "fixed")->value).low.has_value());
  const auto& online = std::get<DateFigure>(find_row(merged, "online")->value);
  CHECK(print(*online.low) == "2024-07-06");
  CHECK(print(*online.high) == "2024-10-04");
  const auto& cell = std::get<Number>(std::get<Table>(merged.find("power")->items[3]).rows[0].cells[1]);
  CHECK(*cell.high == doctest::Approx(195e6));
  const Point& point = std::get<Timeline>(merged.find("power")->items[4]).series[0].points[0];
  CHECK(*point.low == doctest::Approx(0.0));  // half of the samples have nothing on that day yet
  CHECK(*point.high > 140e6);
  CHECK(merged.samples == 101);
}

TEST_CASE("a figure that most samples do not have gets no range") {
  std::vector<Report> samples(10, Report{});
  samples[0] = answer(100, 1, 1);
  samples[1] = answer(200, 2, 2);
  CHECK_FALSE(std::get<Figure>(find_row(with_ranges(answer(150, 1, 1), samples), "site_power")->value).low.has_value());
}

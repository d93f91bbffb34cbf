// Where do axis marks go, and what do they say?
#include "report/scale.h"

#include <fmt/format.h>

#include <array>
#include <cmath>

#include "units/parse.h"
#include "units/print.h"

namespace eigenbau::report {
namespace {

double round_step(double rough) {
  const double power = std::pow(10, std::floor(std::log10(rough)));
  for (const double factor : {1.0, 2.0, 5.0})
    if (rough <= factor * power * (1 + 1e-9)) return factor * power;
  return 10 * power;
}

std::string mark_label(double value, double step) {
  if (std::abs(value) >= 1000) return print_count(std::llround(value));
  const int decimals = std::max(0, static_cast<int>(std::ceil(-std::log10(step) - 1e-9)));
  return fmt::format("{:.{}f}", value == 0 ? 0 : value, decimals);
}

}  // namespace

Axis round_axis(double low, double high, const Notation& notation, int wanted) {
  if (!std::isfinite(low) || !std::isfinite(high) || high <= low) high = low = 0;
  if (high <= low) high = low + 1;
  Axis axis;
  axis.unit = chosen_unit(std::max(std::abs(low), std::abs(high)), notation);
  const auto parsed = parse_unit(axis.unit);
  const double scale = parsed && parsed->value > 0 ? parsed->value : 1;
  double step = round_step((high - low) / scale / wanted);
  if (notation.form == Form::count) step = std::max(step, 1.0);
  const double first = std::floor(low / scale / step + 1e-9), last = std::ceil(high / scale / step - 1e-9);
  for (double i = first; i <= last; ++i) axis.marks.push_back({i * step * scale, mark_label(i * step, step)});
  axis.low = first * step * scale;
  axis.high = last * step * scale;
  return axis;
}

Axis log_axis(double low, double high, const Notation& notation, int most) {
  if (!(low > 0) || !(high >= low) || !std::isfinite(high)) low = high = 1;
  Axis axis;
  axis.unit = chosen_unit(std::sqrt(low * high), notation);
  const auto parsed = parse_unit(axis.unit);
  const double scale = parsed && parsed->value > 0 ? parsed->value : 1;
  const int first = static_cast<int>(std::floor(std::log10(low / scale)));
  const int last = static_cast<int>(std::ceil(std::log10(high / scale) + 1e-9));
  std::vector<double> values;
  for (const bool all : {true, false}) {
    values.clear();
    for (int power = first; power <= last; ++power)
      for (const double factor : {1.0, 2.0, 5.0})
        if (all || factor == 1) values.push_back(factor * std::pow(10, power));
    while (values.size() > 1 && values[1] * scale <= low) values.erase(values.begin());
    while (values.size() > 1 && values[values.size() - 2] * scale >= high) values.pop_back();
    if (static_cast<int>(values.size()) <= most) break;
  }
  for (const double value : values) axis.marks.push_back({std::log(value * scale), mark_label(value, value)});
  axis.low = axis.marks.front().value;
  axis.high = axis.marks.back().value;
  return axis;
}

std::vector<DayMark> month_marks(Date first, Date last, int wanted) {
  using namespace std::chrono;
  constexpr std::array<std::string_view, 12> kNames{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                    "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const int months_in_all = static_cast<int>((last - first).count() / 30) + 1;
  int stride = 1;
  for (const int candidate : {1, 2, 3, 6, 12, 24, 60, 120, 600}) {
    stride = candidate;
    if (months_in_all / candidate <= wanted) break;
  }
  std::vector<DayMark> marks;
  year_month_day day(first);
  year_month month = day.year() / day.month();
  if (day.day() != std::chrono::day(1)) month += months(1);
  for (; sys_days(month / 1) <= last; month += months(1)) {
    const unsigned number = static_cast<unsigned>(month.month()) - 1;
    const int index = static_cast<int>(month.year()) * 12 + static_cast<int>(number);
    if (index % stride != 0) continue;
    std::string label(kNames[number]);
    if (marks.empty() || number == 0) label += fmt::format(" {}", static_cast<int>(month.year()));
    marks.push_back({sys_days(month / 1), label});
  }
  return marks;
}

}  // namespace eigenbau::report

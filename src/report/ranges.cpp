// How far do an answer's figures spread over the samples?
#include "report/ranges.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <string>

namespace eigenbau::report {
namespace {

constexpr double kLow = 0.05;
constexpr double kHigh = 0.95;

using Values = std::map<std::string, std::vector<double>>;

double day_number(Date day) { return static_cast<double>(day.time_since_epoch().count()); }
Date day_of(double number) { return Date(std::chrono::days(static_cast<int>(std::lround(number)))); }

/// Value of a series on a day: the last point at or before it (steps), or on the line between its neighbors.
std::optional<double> value_on(const Series& series, Date day, bool steps) {
  const auto next =
      std::upper_bound(series.points.begin(), series.points.end(), day, [](Date d, const Point& point) { return d < point.day; });
  if (next == series.points.begin()) return steps ? std::optional<double>(0) : std::nullopt;
  const Point& before = *(next - 1);
  if (steps || next == series.points.end() || next->day == before.day) return before.value;
  const double part = time_between(before.day, day) / time_between(before.day, next->day);
  return before.value + part * (next->value - before.value);
}

/// Calls `number(path, value, low, high)` and `date(path, ...)` for everything in the tree that can have a range.
template <class Tree, class OnNumber, class OnDate>
void visit_row(Tree& row, const std::string& path, OnNumber&& number, OnDate&& date) {
  if (auto* figure = std::get_if<Figure>(&row.value)) number(path, figure->value, figure->low, figure->high);
  if (auto* day = std::get_if<DateFigure>(&row.value)) date(path, day->value, day->low, day->high);
}

template <class Tree, class OnNumber, class OnDate>
void visit(Tree& report, OnNumber&& number, OnDate&& date) {
  for (auto& section : report.sections) {
    for (auto& item : section.items) {
      if (auto* row = std::get_if<Row>(&item)) visit_row(*row, section.key + "." + row->key, number, date);
      if (auto* judgment = std::get_if<Judgment>(&item))
        for (auto& row : judgment->numbers) visit_row(row, section.key + "." + judgment->key + "." + row.key, number, date);
      if (auto* table = std::get_if<Table>(&item))
        for (auto& row : table->rows)
          for (std::size_t i = 0; i < std::min(row.cells.size(), table->columns.size()); ++i)
            if (auto* cell = std::get_if<Number>(&row.cells[i]))
              number(section.key + "." + table->key + "." + row.key + "." + table->columns[i].key, cell->value, cell->low,
                     cell->high);
      if (auto* stack = std::get_if<Stack>(&item))
        for (auto& bar : stack->bars)
          for (auto& segment : bar.segments)
            number(section.key + "." + stack->key + "." + bar.key + "." + segment.key, segment.amount.value, segment.amount.low,
                   segment.amount.high);
    }
  }
}

Values collect(std::span<const Report> samples) {
  Values values;
  for (const Report& sample : samples)
    visit(
        sample, [&](const std::string& path, double value, const auto&, const auto&) { values[path].push_back(value); },
        [&](const std::string& path, Date value, const auto&, const auto&) { values[path].push_back(day_number(value)); });
  return values;
}

struct Spread {
  double low, high;
};

std::optional<Spread> spread(const std::vector<double>& values, std::size_t samples) {
  if (values.size() < 2 || 2 * values.size() < samples) return std::nullopt;
  const Spread found{quantile(values, kLow), quantile(values, kHigh)};
  const double size = std::max(std::abs(found.low), std::abs(found.high));
  if (!std::isfinite(size) || found.high - found.low <= 1e-9 * size) return std::nullopt;
  return found;
}

void spread_timeline(Timeline& timeline, const std::string& section, std::span<const Report> samples) {
  std::vector<const Timeline*> others;
  for (const Report& sample : samples)
    if (const Section* found = sample.find(section))
      for (const Item& item : found->items)
        if (const auto* other = std::get_if<Timeline>(&item); other && other->key == timeline.key) others.push_back(other);
  for (Series& series : timeline.series) {
    std::vector<const Series*> same;
    for (const Timeline* other : others)
      for (const Series& candidate : other->series)
        if (candidate.key == series.key) same.push_back(&candidate);
    for (Point& point : series.points) {
      std::vector<double> values;
      for (const Series* other : same)
        if (const auto value = value_on(*other, point.day, timeline.steps)) values.push_back(*value);
      if (const auto found = spread(values, samples.size())) {
        point.low = found->low;
        point.high = found->high;
      }
    }
  }
}

}  // namespace

double quantile(std::vector<double> values, double u) {
  std::sort(values.begin(), values.end());
  const double position = u * static_cast<double>(values.size() - 1);
  const auto below = static_cast<std::size_t>(position);
  const std::size_t above = std::min(below + 1, values.size() - 1);
  return values[below] + (position - static_cast<double>(below)) * (values[above] - values[below]);
}

Report with_ranges(Report middle, std::span<const Report> samples) {
  const Values values = collect(samples);
  auto found = [&](const std::string& path) -> std::optional<Spread> {
    const auto it = values.find(path);
    return it == values.end() ? std::nullopt : spread(it->second, samples.size());
  };
  visit(
      middle,
      [&](const std::string& path, double, std::optional<double>& low, std::optional<double>& high) {
        if (const auto range = found(path)) low = range->low, high = range->high;
      },
      [&](const std::string& path, Date, std::optional<Date>& low, std::optional<Date>& high) {
        if (const auto range = found(path)) low = day_of(range->low), high = day_of(range->high);
      });
  for (Section& section : middle.sections)
    for (Item& item : section.items)
      if (auto* timeline = std::get_if<Timeline>(&item)) spread_timeline(*timeline, section.key, samples);
  middle.samples = static_cast<std::uint32_t>(samples.size());
  return middle;
}

}  // namespace eigenbau::report

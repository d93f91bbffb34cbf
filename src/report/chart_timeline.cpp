// How do values over days look?
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "report/chart.h"
#include "report/markup.h"
#include "report/scale.h"

namespace eigenbau::report {
namespace {

constexpr double kWidth = 1000, kHeight = 320;
constexpr double kLeft = 66, kRight = 178, kTop = 26, kBottom = 30;
constexpr double kLabelHeight = 16;
constexpr std::size_t kMostHoverStripes = 120;

struct Frame {
  Date first, last;
  Axis axis;

  double x(Date day) const {
    const double span = std::max(1.0, time_between(first, last) / kDay);
    return kLeft + (kWidth - kLeft - kRight) * (time_between(first, day) / kDay) / span;
  }
  double y(double value) const { return kHeight - kBottom - (kHeight - kTop - kBottom) * axis.share(value); }
};

std::string corner(const Frame& frame, Date day, double value) {
  return coordinate(frame.x(day)) + " " + coordinate(frame.y(value));
}

/// The corners of a line through (day, value), with a step before each further point if values hold until then.
template <class Value>
std::string corners(const Frame& frame, const Series& series, bool steps, Value value) {
  std::string out;
  double before = 0;
  for (const Point& point : series.points) {
    const double now = value(point);
    if (!std::isfinite(now)) continue;
    if (!out.empty() && steps && now == before && &point != &series.points.back()) continue;
    if (!out.empty() && steps) out += "L" + corner(frame, point.day, before);
    out += (out.empty() ? "" : "L") + corner(frame, point.day, now);
    before = now;
  }
  if (!out.empty() && steps) out += "L" + corner(frame, frame.last, before);
  return out;
}

/// The area between low and high. Its lower edge runs backward, so the corners are turned around.
std::string band(const Frame& frame, const Series& series, bool steps) {
  const bool any = std::any_of(series.points.begin(), series.points.end(), [](const Point& p) { return p.low && p.high; });
  if (!any) return "";
  const std::string upper = corners(frame, series, steps, [](const Point& p) { return p.high.value_or(p.value); });
  const std::string lower = corners(frame, series, steps, [](const Point& p) { return p.low.value_or(p.value); });
  std::string back;
  for (std::size_t end = lower.size(); end > 0;) {
    const std::size_t start = lower.rfind('L', end - 1);
    back += "L" + lower.substr(start == std::string::npos ? 0 : start + 1, end - (start == std::string::npos ? 0 : start + 1));
    end = start == std::string::npos ? 0 : start;
  }
  return upper.empty() ? "" : "M" + upper + back + "Z";
}

std::string grid(const Frame& frame, const std::string& unit) {
  std::string out;
  for (const Axis::Mark& mark : frame.axis.marks) {
    const std::string y = coordinate(frame.y(mark.value));
    out +=
        fmt::format("<path class=\"grid\" d=\"M{} {}H{}\"/><text class=\"tick\" x=\"{}\" y=\"{}\" text-anchor=\"end\">{}</text>",
                    kLeft, y, kWidth - kRight, kLeft - 8, coordinate(frame.y(mark.value) + 4), mark.label);
  }
  if (!unit.empty())
    out +=
        fmt::format("<text class=\"tick\" x=\"{}\" y=\"{}\" text-anchor=\"end\">{}</text>", kLeft - 8, kTop - 10, escaped(unit));
  for (const DayMark& mark : month_marks(frame.first, frame.last)) {
    const std::string x = coordinate(frame.x(mark.day));
    out += fmt::format(
        "<path class=\"axis\" d=\"M{0} {1}v5\"/><text class=\"tick\" x=\"{0}\" y=\"{2}\" text-anchor=\"middle\">{3}</text>", x,
        kHeight - kBottom, kHeight - kBottom + 19, mark.label);
  }
  return out + fmt::format("<path class=\"axis\" d=\"M{} {}H{}\"/>", kLeft, kHeight - kBottom, kWidth - kRight);
}

/// Names at the right end of their lines, moved apart where they would overlap.
std::string names(const Frame& frame, const Timeline& timeline, const Notation& notation) {
  struct Name {
    double y;
    std::size_t color;
    std::string text;
  };
  std::vector<Name> all;
  for (std::size_t s = 0; s < timeline.series.size(); ++s) {
    const Series& series = timeline.series[s];
    if (series.points.empty()) continue;
    all.push_back({frame.y(series.points.back().value), s % kColors,
                   series.label + " " + print(Number{series.points.back().value}, notation)});
  }
  std::stable_sort(all.begin(), all.end(), [](const Name& a, const Name& b) { return a.y < b.y; });
  for (std::size_t i = 1; i < all.size(); ++i) all[i].y = std::max(all[i].y, all[i - 1].y + kLabelHeight);
  const double lowest = kHeight - kBottom;
  for (std::size_t i = all.size(); i-- > 0;) {
    const double room = lowest - static_cast<double>(all.size() - 1 - i) * kLabelHeight;
    all[i].y = std::min(all[i].y, room);
  }
  std::string out;
  for (const Name& name : all)
    out += fmt::format("<text class=\"name t{}\" x=\"{}\" y=\"{}\">{}</text>", name.color, kWidth - kRight + 8,
                       coordinate(name.y + 4), escaped(name.text));
  return out;
}

/// Upright stripes that show nothing but, on hover, every value of their day.
std::string stripes(const Frame& frame, const Timeline& timeline, const Notation& notation) {
  std::map<Date, std::string> days;
  for (const Series& series : timeline.series)
    for (const Point& point : series.points) days[point.day];
  for (const Series& series : timeline.series) {
    std::size_t next = 0;
    for (auto& [day, text] : days) {
      while (next < series.points.size() && series.points[next].day <= day) ++next;
      if (next == 0) continue;
      const Point& point = series.points[next - 1];
      text += "\n" + series.label + ": " + print(Number{point.value, point.low, point.high}, notation);
    }
  }
  const std::size_t stride = days.size() / kMostHoverStripes + 1;
  std::vector<std::pair<Date, std::string>> shown;
  std::size_t index = 0;
  for (const auto& [day, text] : days)
    if (index++ % stride == 0) shown.emplace_back(day, eigenbau::print(day) + text);
  std::string out;
  for (std::size_t i = 0; i < shown.size(); ++i) {
    const double left = frame.x(shown[i].first), right = i + 1 < shown.size() ? frame.x(shown[i + 1].first) : kWidth - kRight;
    std::string text;
    for (const char c : shown[i].second) text += c == '\n' ? std::string("\n") : escaped(std::string_view(&c, 1));
    out += fmt::format("<rect class=\"hover\" x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\"><title>{}</title></rect>",
                       coordinate(left), kTop, coordinate(std::max(right - left, 1.0)), kHeight - kTop - kBottom, text);
  }
  return out;
}

}  // namespace

std::string draw(const Timeline& timeline) {
  Frame frame{Date::max(), Date::min(), {}};
  double low = 0, high = 0;
  for (const Series& series : timeline.series)
    for (const Point& point : series.points) {
      frame.first = std::min(frame.first, point.day);
      frame.last = std::max(frame.last, point.day);
      for (const double value : {point.value, point.high.value_or(point.value), point.low.value_or(point.value)})
        if (std::isfinite(value)) low = std::min(low, value), high = std::max(high, value);
    }
  if (frame.first > frame.last) return "";
  const Notation notation{.form = timeline.form, .dimension = timeline.dimension, .unit = timeline.unit};
  frame.axis = round_axis(low, high, notation);
  std::string out =
      fmt::format("<svg viewBox=\"0 0 {} {}\" role=\"img\" aria-label=\"{}\">", kWidth, kHeight, escaped(timeline.title)) +
      grid(frame, frame.axis.unit);
  for (std::size_t s = 0; s < timeline.series.size(); ++s)
    if (const std::string area = band(frame, timeline.series[s], timeline.steps); !area.empty())
      out += fmt::format("<path class=\"band c{}\" d=\"{}\"/>", s % kColors, area);
  for (std::size_t s = 0; s < timeline.series.size(); ++s) {
    const std::string line = corners(frame, timeline.series[s], timeline.steps, [](const Point& p) { return p.value; });
    if (!line.empty()) out += fmt::format("<path class=\"line l{}\" d=\"M{}\"/>", s % kColors, line);
  }
  return out + names(frame, timeline, notation) + stripes(frame, timeline, notation) + "</svg>";
}

}  // namespace eigenbau::report

// How do sums of parts, and the pull of uncertain inputs, look?
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "report/chart.h"
#include "report/lines.h"
#include "report/markup.h"
#include "report/scale.h"

namespace eigenbau::report {
namespace {

constexpr double kWidth = 1000;
constexpr double kCharacter = 7.8;  ///< mean width at the charts' font size

double text_width(std::string_view text) { return kCharacter * static_cast<double>(columns_of(text)); }

double total_of(const Bar& bar) {
  double sum = 0;
  for (const Segment& segment : bar.segments)
    if (std::isfinite(segment.amount.value)) sum += std::max(0.0, segment.amount.value);
  return sum;
}

/// Parts are counted in the unit of their sum.
Notation in_unit_of(const Bar& bar, Notation notation) {
  notation.unit = chosen_unit(total_of(bar), notation);
  return notation;
}

/// Labels of all segments in the order of their first appearance; the place is the color.
std::vector<std::pair<std::string, std::string>> palette(const Stack& stack) {
  std::vector<std::pair<std::string, std::string>> found;
  for (const Bar& bar : stack.bars)
    for (const Segment& segment : bar.segments)
      if (std::none_of(found.begin(), found.end(), [&](const auto& known) { return known.first == segment.key; }))
        found.emplace_back(segment.key, segment.label);
  return found;
}

/// Stripes over a shade, so that it is not taken for its hue: the lines x + y = c, cut at the edges.
std::string stripes(std::size_t color, double x, double y, double width, double height) {
  constexpr double kApart = 7;
  if (color % kColors < kHues) return "";
  std::string path;
  for (double c = kApart / 2; c < width + height; c += kApart)
    path += fmt::format("M{} {}L{} {}", coordinate(x + std::max(0.0, c - height)), coordinate(y + std::min(c, height)),
                        coordinate(x + std::min(c, width)), coordinate(y + std::max(0.0, c - width)));
  return fmt::format("<path class=\"stripe\" d=\"{}\"/>", path);
}

std::string legend(const std::vector<std::pair<std::string, std::string>>& entries, double top, double& height) {
  std::string out;
  double x = 0, y = top;
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const double width = 30 + text_width(entries[i].second);
    if (x > 0 && x + width > kWidth) x = 0, y += 22;
    out += fmt::format(
        "<rect class=\"c{}\" x=\"{}\" y=\"{}\" width=\"12\" height=\"12\" rx=\"2\"/>{}<text class=\"tick\" x=\"{}\" "
        "y=\"{}\">{}</text>",
        i % kColors, coordinate(x), coordinate(y), stripes(i, x, y, 12, 12), coordinate(x + 17), coordinate(y + 10.5),
        escaped(entries[i].second));
    x += width;
  }
  height = y + 16;
  return out;
}

}  // namespace

std::string draw(const Stack& stack) {
  constexpr double kRow = 46, kThick = 30;
  const auto colors = palette(stack);
  const Notation notation{.dimension = stack.dimension, .unit = stack.unit};
  double largest = 0, left = 0, right = 0;
  for (const Bar& bar : stack.bars) {
    largest = std::max(largest, total_of(bar));
    left = std::max(left, text_width(bar.label));
    right = std::max(right, text_width(print(Number{total_of(bar)}, notation)));
  }
  if (largest <= 0) return "";
  left = std::min(left + 14, 300.0);
  right += 16;
  const double scale = (kWidth - left - right) / largest;
  std::string body;
  double y = 4;
  for (const Bar& bar : stack.bars) {
    double x = left;
    body += fmt::format("<text class=\"label\" x=\"{}\" y=\"{}\" text-anchor=\"end\">{}</text>", coordinate(left - 12),
                        coordinate(y + 20), escaped(bar.label));
    for (const Segment& segment : bar.segments) {
      if (!std::isfinite(segment.amount.value) || segment.amount.value <= 0) continue;
      const double width = segment.amount.value * scale;
      const auto color =
          std::find_if(colors.begin(), colors.end(), [&](const auto& known) { return known.first == segment.key; });
      const auto place = static_cast<std::size_t>(color - colors.begin());
      const std::string inside = print(Number{segment.amount.value}, in_unit_of(bar, notation));
      body += fmt::format("<g><title>{}</title><rect class=\"c{} part\" x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\"/>{}",
                          escaped(segment.label + ": " + print(segment.amount, notation)), place % kColors, coordinate(x),
                          coordinate(y), coordinate(width), kThick, stripes(place, x, y, width, kThick));
      if (colors.size() > 1 && text_width(inside) + 10 <= width)
        body += fmt::format("<text class=\"inside\" x=\"{}\" y=\"{}\" text-anchor=\"middle\">{}</text>",
                            coordinate(x + width / 2), coordinate(y + 20), escaped(inside));
      body += "</g>";
      x += width;
    }
    body += fmt::format("<text class=\"label strong\" x=\"{}\" y=\"{}\">{}</text>", coordinate(x + 9), coordinate(y + 20),
                        escaped(print(Number{total_of(bar)}, notation)));
    y += kRow;
  }
  // Of one part only, the number beside the bar says all.
  double height = y;
  const std::string keys = colors.size() > 1 ? legend(colors, y + 2, height) : "";
  return fmt::format("<svg viewBox=\"0 0 {} {}\" role=\"img\" aria-label=\"{}\">", kWidth, coordinate(height),
                     escaped(stack.title)) +
         body + keys + "</svg>";
}

std::string draw(const Tornado& tornado) {
  constexpr double kRow = 30, kThick = 20, kTop = 26, kEnd = 120;
  if (tornado.swings.empty()) return "";
  double low = tornado.middle, high = tornado.middle, left = 0;
  for (const Swing& swing : tornado.swings) {
    low = std::min({low, swing.at_low, swing.at_high});
    high = std::max({high, swing.at_low, swing.at_high});
    left = std::max(left, text_width(swing.label.empty() ? swing.path : swing.label));
  }
  left = std::min(left + 14, 330.0);
  const Notation notation{.dimension = tornado.dimension, .unit = tornado.unit};
  const Axis axis = round_axis(low, high, notation, 6);
  const auto x_of = [&](double value) {
    return left + kEnd + (kWidth - left - 2 * kEnd) * (value - low) / std::max(high - low, 1e-300);
  };
  const double bottom = kTop + kRow * static_cast<double>(tornado.swings.size());
  std::string out = fmt::format("<svg viewBox=\"0 0 {} {}\" role=\"img\" aria-label=\"{}\">", kWidth, coordinate(bottom + 26),
                                escaped(tornado.title));
  for (const Axis::Mark& mark : axis.marks) {
    if (mark.value < low - 1e-9 * std::abs(low) || mark.value > high + 1e-9 * std::abs(high)) continue;
    out += fmt::format(
        "<path class=\"grid\" d=\"M{0} {1}V{2}\"/><text class=\"tick\" x=\"{0}\" y=\"{3}\" text-anchor=\"middle\">{4}</text>",
        coordinate(x_of(mark.value)), kTop - 6, coordinate(bottom), coordinate(bottom + 17), mark.label);
  }
  double y = kTop;
  for (const Swing& swing : tornado.swings) {
    const bool rises = swing.at_high >= swing.at_low;
    const double from = std::min(swing.at_low, swing.at_high), to = std::max(swing.at_low, swing.at_high);
    const std::string& at_left = rises ? swing.input_low : swing.input_high;
    const std::string& at_right = rises ? swing.input_high : swing.input_low;
    const std::string about = (swing.label.empty() ? swing.path : swing.label + " (" + swing.path + ")") + ": " +
                              swing.input_low + " gives " + print(Number{swing.at_low}, notation) + ", " + swing.input_high +
                              " gives " + print(Number{swing.at_high}, notation);
    out +=
        fmt::format("<g><title>{}</title><text class=\"label\" x=\"{}\" y=\"{}\" text-anchor=\"end\">{}</text>", escaped(about),
                    coordinate(left - 12), coordinate(y + 15), escaped(swing.label.empty() ? swing.path : swing.label));
    const auto piece = [&](double a, double b, bool is_high_input) {
      if (b > a)
        out += fmt::format("<rect class=\"{}\" x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\"/>", is_high_input ? "c1" : "c0",
                           coordinate(x_of(a)), coordinate(y), coordinate(x_of(b) - x_of(a)), kThick);
    };
    const double center = std::clamp(tornado.middle, from, to);
    piece(from, center, !rises);
    piece(center, to, rises);
    out += fmt::format(
        "<text class=\"tick\" x=\"{}\" y=\"{}\" text-anchor=\"end\">{}</text><text class=\"tick\" x=\"{}\" "
        "y=\"{}\">{}</text></g>",
        coordinate(x_of(from) - 6), coordinate(y + 14.5), escaped(at_left), coordinate(x_of(to) + 6), coordinate(y + 14.5),
        escaped(at_right));
    y += kRow;
  }
  return out + fmt::format(
                   "<path class=\"axis strong\" d=\"M{0} {1}V{2}\"/><text class=\"label strong\" x=\"{0}\" y=\"12\" "
                   "text-anchor=\"middle\">{3}</text></svg>",
                   coordinate(x_of(tornado.middle)), kTop - 6, coordinate(bottom),
                   escaped(print(Number{tornado.middle}, notation)));
}

}  // namespace eigenbau::report

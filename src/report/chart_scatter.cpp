// How near are predictions to what was measured, seen at once?
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "report/chart.h"
#include "report/lines.h"
#include "report/markup.h"
#include "report/scale.h"

namespace eigenbau::report {
namespace {

constexpr double kWidth = 1000, kTop = 28, kSize = 400, kLeft = 62, kRight = 556;
constexpr double kMostError = 0.5;  ///< of the right panel; what errs more sits on its edge
constexpr double kCharacter = 7.8;

bool drawable(const Spot& spot) {
  return spot.measured > 0 && spot.predicted > 0 && std::isfinite(spot.measured) && std::isfinite(spot.predicted);
}

struct Frame {
  Axis axis;

  double x(double left, double value) const { return left + kSize * axis.share(std::log(value)); }
  double y(double value) const { return kTop + kSize * (1 - axis.share(std::log(value))); }
  static double error_y(double error) {
    return kTop + kSize * (0.5 - std::clamp(error, -kMostError, kMostError) / (2 * kMostError));
  }
};

std::string text_at(double x, double y, const char* anchor, std::string_view text) {
  return fmt::format("<text class=\"tick\" x=\"{}\" y=\"{}\" text-anchor=\"{}\">{}</text>", coordinate(x), coordinate(y), anchor,
                     escaped(text));
}

std::string line(const char* kind, double x0, double y0, double x1, double y1) {
  return fmt::format("<path class=\"{}\" d=\"M{} {}L{} {}\"/>", kind, coordinate(x0), coordinate(y0), coordinate(x1),
                     coordinate(y1));
}

/// Measured times below both panels; predicted times left of the first.
std::string grid(const Frame& frame) {
  const double bottom = kTop + kSize;
  std::string out;
  for (const Axis::Mark& mark : frame.axis.marks) {
    const double share = frame.axis.share(mark.value), y = bottom - kSize * share;
    out += line("grid", kLeft, y, kLeft + kSize, y) + text_at(kLeft - 8, y + 4, "end", mark.label);
    for (const double left : {kLeft, kRight}) {
      const double x = left + kSize * share;
      out += line("grid", x, kTop, x, bottom) + text_at(x, bottom + 18, "middle", mark.label);
    }
  }
  for (const double left : {kLeft, kRight})
    out += text_at(left + kSize / 2, bottom + 38, "middle", "measured, " + frame.axis.unit);
  out += text_at(kLeft - 8, kTop - 12, "start", "predicted, " + frame.axis.unit);
  out += text_at(kRight - 8, kTop - 12, "start", "predicted / measured - 1");
  return out;
}

/// Equality, 10 % off and 25 % off, in both panels.
std::string guides(const Frame& frame) {
  const double low = std::exp(frame.axis.low), high = std::exp(frame.axis.high);
  std::string out = line("equal", kLeft, kTop + kSize, kLeft + kSize, kTop);
  for (const double off : {1.25, 1 / 1.25}) {
    const double from = std::max(low, low / off), to = std::min(high, high / off);
    out += line("near", frame.x(kLeft, from), frame.y(from * off), frame.x(kLeft, to), frame.y(to * off));
  }
  for (const double error : {-0.5, -0.25, -0.1, 0.0, 0.1, 0.25, 0.5}) {
    const double y = Frame::error_y(error);
    out += line(error == 0                     ? "equal"
                : std::abs(error) < kMostError ? "near"
                                               : "grid",
                kRight, y, kRight + kSize, y) +
           text_at(kRight - 8, y + 4, "end", error == 0 ? "0 %" : fmt::format("{:+.0f} %", 100 * error));
  }
  return out;
}

std::string circle(double x, double y) {
  return fmt::format("<circle cx=\"{}\" cy=\"{}\" r=\"3.6\"/>", coordinate(x), coordinate(y));
}

}  // namespace

std::string draw(const Scatter& scatter) {
  double low = 0, high = 0;
  for (const Cloud& cloud : scatter.clouds)
    for (const Spot& one : cloud.spots) {
      if (!drawable(one)) continue;
      const auto [least, most] = std::minmax(one.measured, one.predicted);
      low = low > 0 ? std::min(low, least) : least;
      high = std::max(high, most);
    }
  if (low <= 0) return "";
  const Notation notation{.dimension = scatter.dimension, .unit = scatter.unit};
  const Frame frame{log_axis(low, high, notation)};
  std::string spots, legend;
  double x = kLeft, y = kTop + kSize + 58;
  for (std::size_t c = 0; c < scatter.clouds.size(); ++c) {
    const Cloud& cloud = scatter.clouds[c];
    spots += fmt::format("<g class=\"spot c{}\">", c % kColors);
    for (const Spot& one : cloud.spots) {
      if (!drawable(one)) continue;
      const double error = one.predicted / one.measured - 1;
      const std::string about =
          escaped(fmt::format("{}: {} measured, {} predicted, {:+.1f} %", one.label, print(Number{one.measured}, notation),
                              print(Number{one.predicted}, notation), 100 * error));
      spots += fmt::format("<g><title>{}</title>{}{}</g>", about, circle(frame.x(kLeft, one.measured), frame.y(one.predicted)),
                           circle(frame.x(kRight, one.measured), Frame::error_y(error)));
    }
    spots += "</g>";
    const std::string name = fmt::format("{} ({})", cloud.label, cloud.spots.size());
    const double width = 30 + kCharacter * static_cast<double>(columns_of(name));
    if (x > kLeft && x + width > kWidth) x = kLeft, y += 22;
    legend += fmt::format("<circle class=\"c{}\" cx=\"{}\" cy=\"{}\" r=\"5\"/>", c % kColors, coordinate(x + 5), coordinate(y)) +
              text_at(x + 16, y + 4.5, "start", name);
    x += width;
  }
  return fmt::format("<svg viewBox=\"0 0 {} {}\" role=\"img\" aria-label=\"{}\">", kWidth, coordinate(y + 14),
                     escaped(scatter.title)) +
         grid(frame) + guides(frame) + spots + legend + "</svg>";
}

}  // namespace eigenbau::report

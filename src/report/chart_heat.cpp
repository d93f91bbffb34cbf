// How do shares over many places in a row look?
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "report/chart.h"
#include "report/lines.h"
#include "report/markup.h"

namespace eigenbau::report {
namespace {

constexpr double kWidth = 1000, kRow = 26, kGap = 3, kCharacter = 7.8;

}  // namespace

std::string draw(const HeatMap& map) {
  double left = 0;
  for (const HeatLine& line : map.lines) left = std::max(left, kCharacter * static_cast<double>(columns_of(line.label)));
  left += 14;
  const double height = static_cast<double>(map.lines.size()) * (kRow + kGap);
  std::string out = fmt::format("<svg viewBox=\"-1 -1 {} {}\" role=\"img\" aria-label=\"{}\">", kWidth + 2,
                                coordinate(height + 2), escaped(map.title));
  double y = 0;
  for (const HeatLine& line : map.lines) {
    out += fmt::format("<text class=\"label\" x=\"{}\" y=\"{}\" text-anchor=\"end\">{}</text>", coordinate(left - 10),
                       coordinate(y + 18), escaped(line.label));
    const double width = line.shares.empty() ? 0 : (kWidth - left) / static_cast<double>(line.shares.size());
    for (std::size_t i = 0; i < line.shares.size(); ++i) {
      const double share = std::isfinite(line.shares[i]) ? std::clamp(line.shares[i], 0.0, 1.0) : 0;
      out += fmt::format(
          "<g><title>{:.0f} %</title><rect class=\"{}\" fill-opacity=\"{:.2f}\" x=\"{}\" y=\"{}\" width=\"{}\" "
          "height=\"{}\"/></g>",
          100 * share, share >= 0.9 ? "c4" : "c0", 0.06 + 0.94 * share, coordinate(left + static_cast<double>(i) * width),
          coordinate(y), coordinate(width), kRow);
    }
    y += kRow + kGap;
  }
  return out + "</svg>";
}

}  // namespace eigenbau::report

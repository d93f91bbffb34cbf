// How does a hall look from above?
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "report/chart.h"
#include "report/markup.h"

namespace eigenbau::report {
namespace {

constexpr double kWidth = 1000;

bool is_room(const Rectangle& rectangle) { return rectangle.kind == "hall" || rectangle.kind == "aisle"; }

std::string outline(const Rectangle& r, double scale) {
  return fmt::format("M{} {}h{}v{}h{}z", coordinate(r.x * scale), coordinate(r.y * scale), coordinate(r.width * scale),
                     coordinate(r.height * scale), coordinate(-r.width * scale));
}

}  // namespace

std::string draw(const Plan& plan) {
  if (!(plan.width > 0) || !(plan.height > 0) || !std::isfinite(plan.width + plan.height)) return "";
  const double scale = kWidth / plan.width;
  const double height = plan.height * scale;
  std::vector<std::string> kinds;
  // Thousands of racks: all that share kind and description are one path.
  std::map<std::pair<std::size_t, std::string>, std::string> paths;
  std::string rooms, labels;
  for (const Rectangle& r : plan.rectangles) {
    if (!std::isfinite(r.x + r.y + r.width + r.height)) continue;
    if (!r.label.empty())
      labels += fmt::format("<text class=\"tick\" x=\"{}\" y=\"{}\">{}</text>", coordinate(r.x * scale + 6),
                            coordinate(r.y * scale + 15), escaped(r.label));
    if (is_room(r)) {
      rooms += fmt::format("<path class=\"{}\" d=\"{}\"><title>{}</title></path>", r.kind == "hall" ? "room" : "aisle",
                           outline(r, scale), escaped(r.about.empty() ? r.label : r.about));
      continue;
    }
    const auto known = std::find(kinds.begin(), kinds.end(), r.kind);
    const auto color = static_cast<std::size_t>(known - kinds.begin());
    if (known == kinds.end()) kinds.push_back(r.kind);
    paths[{color, r.about}] += outline(r, scale);
  }
  std::string out = fmt::format("<svg viewBox=\"-1 -1 {} {}\" role=\"img\" aria-label=\"{}\">", kWidth + 2,
                                coordinate(height + 32), escaped(plan.title)) +
                    rooms;
  for (const auto& [of, path] : paths)
    out += fmt::format("<path class=\"c{} rack\" d=\"{}\"><title>{}</title></path>", of.first % kColors, path,
                       escaped(kinds[of.first] + (of.second.empty() ? "" : ", " + of.second)));
  double x = 0;
  for (std::size_t i = 0; i < kinds.size(); ++i) {
    out += fmt::format(
        "<rect class=\"c{}\" x=\"{}\" y=\"{}\" width=\"12\" height=\"12\" rx=\"2\"/><text class=\"tick\" x=\"{}\" "
        "y=\"{}\">{}</text>",
        i % kColors, coordinate(x), coordinate(height + 12), coordinate(x + 17), coordinate(height + 22), escaped(kinds[i]));
    x += 40 + 7.2 * static_cast<double>(kinds[i].size());
  }
  return out + labels + "</svg>";
}

}  // namespace eigenbau::report

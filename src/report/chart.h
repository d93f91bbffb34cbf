// How are the drawable items of an answer drawn, as SVG without any script?
#pragma once

#include <string>

#include "report/tree.h"

namespace eigenbau::report {

// Colors, strokes and fonts are classes (c0, c1 ... for the series) that the page's style defines for light and dark.
std::string draw(const Timeline& timeline);
std::string draw(const Stack& stack);
std::string draw(const Tornado& tornado);
std::string draw(const Scatter& scatter);
std::string draw(const Plan& plan);
std::string draw(const HeatMap& map);

inline constexpr std::size_t kColors = 16;
/// The first half of the colors are hues of their own; parts beyond take shades of them, and stripes.
inline constexpr std::size_t kHues = kColors / 2;

}  // namespace eigenbau::report

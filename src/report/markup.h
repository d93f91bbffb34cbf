// How is text put into HTML and SVG so that it stays text?
#pragma once

#include <string>
#include <string_view>

namespace eigenbau::report {

/// For element content and quoted attributes. Control characters become spaces.
std::string escaped(std::string_view text);

/// A coordinate, one decimal; 0 for what is not finite, so that no drawing breaks.
std::string coordinate(double value);

}  // namespace eigenbau::report

// How is text set in columns of a terminal?
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace eigenbau::report {

/// Columns that UTF-8 text takes, one per code point.
std::size_t columns_of(std::string_view text);
std::string pad_right(std::string text, std::size_t width);
std::string pad_left(std::string text, std::size_t width);

/// Lines of at most `width` columns, broken at spaces.
std::vector<std::string> wrap(std::string_view text, std::size_t width);

/// Eighth blocks, one a column: "▁▂▅█", scaled from 0 to `top`.
std::string sparkline(const std::vector<double>& values, double top);
/// A horizontal bar of `share` of `width` columns, in eighths.
std::string bar(double share, std::size_t width);

}  // namespace eigenbau::report

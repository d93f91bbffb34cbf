// How is text set in columns of a terminal?
#include "report/lines.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace eigenbau::report {

std::size_t columns_of(std::string_view text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; }));
}

std::string pad_right(std::string text, std::size_t width) {
  const std::size_t used = columns_of(text);
  if (used < width) text.append(width - used, ' ');
  return text;
}

std::string pad_left(std::string text, std::size_t width) {
  const std::size_t used = columns_of(text);
  return used < width ? std::string(width - used, ' ') + text : text;
}

std::vector<std::string> wrap(std::string_view text, std::size_t width) {
  std::vector<std::string> lines(1);
  for (std::size_t start = 0; start < text.size();) {
    const std::size_t end = std::min(text.find(' ', start), text.size());
    const std::string_view piece = text.substr(start, end - start);
    if (!lines.back().empty() && columns_of(lines.back()) + 1 + columns_of(piece) > width) lines.emplace_back();
    if (!lines.back().empty() && !piece.empty()) lines.back() += ' ';
    lines.back() += piece;
    start = end + 1;
  }
  return lines;
}

std::string sparkline(const std::vector<double>& values, double top) {
  constexpr std::array<std::string_view, 9> kBlocks{" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
  std::string out;
  for (const double value : values) {
    const double level = top > 0 && std::isfinite(value) ? std::clamp(value / top, 0.0, 1.0) : 0;
    const auto eighths = static_cast<std::size_t>(std::lround(8 * level));
    out += kBlocks[value > 0 ? std::max<std::size_t>(eighths, 1) : eighths];
  }
  return out;
}

std::string bar(double share, std::size_t width) {
  constexpr std::array<std::string_view, 8> kParts{"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};
  if (!std::isfinite(share)) return "";
  const auto eighths = static_cast<std::size_t>(std::lround(std::clamp(share, 0.0, 1.0) * 8 * static_cast<double>(width)));
  std::string out;
  for (std::size_t i = 0; i < eighths / 8; ++i) out += "█";
  return out += kParts[eighths % 8];
}

}  // namespace eigenbau::report

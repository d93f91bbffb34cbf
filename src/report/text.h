// How does an answer read on a terminal: one screen, or one part in depth?
#pragma once

#include <span>
#include <string>
#include <vector>

#include "report/tree.h"

namespace eigenbau::report {

struct TextStyle {
  bool color = false;
  std::size_t width = 100;
};

/// The one-screen summary: headline figures by section, verdicts on claims, what needs attention.
std::string render_summary(const Report& report, const TextStyle& style);

/// Sections in depth, every figure with its source and derivation.
std::string render_text(const Report& report, const TextStyle& style);

/// The same figures of several answers side by side: headline figures, or all of them.
std::string render_comparison(std::span<const Report> reports, bool all, const TextStyle& style);

}  // namespace eigenbau::report

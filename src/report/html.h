// How does an answer read as one page that can be mailed and printed?
#pragma once

#include <string>

#include "report/tree.h"

namespace eigenbau::report {

/// One self-contained HTML file: no script, no network, charts as SVG, light and dark, every figure with its source and
/// derivation on hover and in a table at the end.
std::string render_html(const Report& report);

/// The page's style sheet.
std::string_view style_sheet();

}  // namespace eigenbau::report

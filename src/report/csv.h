// How does one table of an answer reach a spreadsheet?
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "report/tree.h"

namespace eigenbau::report {

/// The table or timeline called "section.key" (or "key") as CSV (RFC 4180): one heading line, the unit in the heading, exact
/// numbers. "section.figures" is the figures of a section. Nothing if there is none of that name.
std::optional<std::string> render_csv(const Report& report, std::string_view name);

/// What `render_csv` can be asked for.
std::vector<std::string> csv_names(const Report& report);

}  // namespace eigenbau::report

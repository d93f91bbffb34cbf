// Which table says in figures what a chart of sums and their parts draws?
#pragma once

#include "report/tree.h"

namespace eigenbau::report {

/// Some bar of it has more than one part.
bool has_parts(const Stack& stack);

/// Parts down, bars across, in one unit each; beside a single bar the share of each part.
Table table_of(const Stack& stack);

}  // namespace eigenbau::report

// Why can nothing of a row be read?
#pragma once

#include <cstddef>
#include <string>

#include "input/csv.h"

namespace eigenbau::tables {

/// Bytes of a cell that is read: ten times the longest of the published tables. Words are looked for around one another, which
/// takes time as the square of a cell's length.
inline constexpr std::size_t kLongestCell = 4000;

/// Too few or too many cells, or one that is too long: `notes has 100,000 bytes, and cells of more than 4,000 are not read`.
/// Empty where the row can be read.
std::string row_fault(const Csv& table, std::size_t row);

}  // namespace eigenbau::tables

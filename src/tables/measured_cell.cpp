// Does a cell that should hold a measurement hold one?
#include "tables/measured_cell.h"

#include <fmt/format.h>

#include "tables/cell_words.h"

namespace eigenbau::tables {

std::string broken_measurement(const Csv& table, std::size_t row, std::string_view column) {
  const std::string_view cell = table.cell(row, column);
  if (says_nothing(cell)) return "";
  if (table.number(row, column).value_or(0) > 0) return "";
  return fmt::format("{} \"{}\" is no plain number above zero: not scored", column, trimmed(cell));
}

std::string repeated_id(std::string_view id) { return fmt::format("the id {} stands in an earlier row: not scored again", id); }

}  // namespace eigenbau::tables

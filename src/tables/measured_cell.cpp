// Does a cell that should hold a measurement hold one?
#include "tables/measured_cell.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "tables/cell_words.h"

namespace eigenbau::tables {

std::string broken_measurement(const Csv& table, std::size_t row, std::string_view column) {
  const std::string_view cell = table.cell(row, column);
  if (says_nothing(cell)) return "";
  if (table.number(row, column).value_or(0) > 0) return "";
  return fmt::format("{} \"{}\" is no plain number above zero: not scored", column, trimmed(cell));
}

double half_digit(std::string_view cell) {
  constexpr double kBase = 10;
  cell = trimmed(cell);
  if (cell.empty() || cell.find_first_of("eE") != std::string_view::npos) return 0;
  const std::size_t point = std::min(cell.find('.'), cell.size() - 1);
  return std::pow(kBase, -static_cast<double>(cell.size() - 1 - point)) / 2;
}

std::string contradiction_text(std::string_view column, std::string_view scored, double apart) {
  const std::string by = apart < 2 ? fmt::format("{:.0f} %", 100 * (apart - 1)) : fmt::format("{:.4g} times", apart);
  return fmt::format("{} contradicts {} by {}: scored by {}", column, scored, by, scored);
}

std::string repeated_id(std::string_view id) { return fmt::format("the id {} stands in an earlier row: not scored again", id); }

}  // namespace eigenbau::tables

// Why can nothing of a row be read?
#include "tables/row_fault.h"

#include <fmt/format.h>

#include <algorithm>

#include "units/print.h"

namespace eigenbau::tables {

std::string row_fault(const Csv& table, std::size_t row) {
  if (!table.fault(row).empty()) return table.fault(row);
  const auto& cells = table.row(row);
  const auto found = std::ranges::find_if(cells, [](const std::string& cell) { return cell.size() > kLongestCell; });
  if (found == cells.end()) return {};
  return fmt::format("{} has {} bytes, and cells of more than {} are not read",
                     table.columns()[static_cast<std::size_t>(found - cells.begin())],
                     print_count(static_cast<long long>(found->size())), print_count(kLongestCell));
}

}  // namespace eigenbau::tables

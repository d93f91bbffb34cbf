// What does an answer consist of, before anyone decides how it looks? Values only; renderers read it, nothing is drawn here.
#include "report/tree.h"

#include <algorithm>
#include <utility>

namespace eigenbau::report {

const Section* Report::find(std::string_view key) const {
  for (const Section& section : sections)
    if (section.key == key) return &section;
  return nullptr;
}

const Row* find_row(const Report& report, std::string_view key) {
  const std::size_t dot = key.find('.');
  const std::string_view wanted_section = dot == std::string_view::npos ? std::string_view{} : key.substr(0, dot);
  const std::string_view wanted_row = dot == std::string_view::npos ? key : key.substr(dot + 1);
  for (const Section& section : report.sections) {
    if (!wanted_section.empty() && section.key != wanted_section) continue;
    for (const Item& item : section.items)
      if (const Row* row = std::get_if<Row>(&item); row && row->key == wanted_row) return row;
  }
  return nullptr;
}

Table with_filled_columns(const Table& table) {
  Table filled{.key = table.key, .title = table.title};
  for (const TableRow& row : table.rows) filled.rows.push_back({.key = row.key, .basis = row.basis});
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    const auto fills = [i](const TableRow& row) {
      return i < row.cells.size() && !std::holds_alternative<std::monostate>(row.cells[i]);
    };
    if (!table.rows.empty() && std::ranges::none_of(table.rows, fills)) continue;
    filled.columns.push_back(table.columns[i]);
    for (std::size_t row = 0; row < table.rows.size(); ++row)
      filled.rows[row].cells.push_back(i < table.rows[row].cells.size() ? table.rows[row].cells[i] : Cell{});
  }
  return filled;
}

Row& add(Section& section, std::string key, std::string label, Value value, Form form) {
  Item& item =
      section.items.emplace_back(Row{.key = std::move(key), .label = std::move(label), .value = std::move(value), .form = form});
  return std::get<Row>(item);
}

}  // namespace eigenbau::report

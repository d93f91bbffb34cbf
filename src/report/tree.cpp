// What does an answer consist of, before anyone decides how it looks? Values only; renderers read it, nothing is drawn here.
#include "report/tree.h"

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

Row& add(Section& section, std::string key, std::string label, Value value, Form form) {
  Item& item =
      section.items.emplace_back(Row{.key = std::move(key), .label = std::move(label), .value = std::move(value), .form = form});
  return std::get<Row>(item);
}

}  // namespace eigenbau::report

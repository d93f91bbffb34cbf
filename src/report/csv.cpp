// How does one table of an answer reach a spreadsheet?
#include "report/csv.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "report/print.h"
#include "report/stack_table.h"
#include "units/print.h"

namespace eigenbau::report {
namespace {

std::string field(std::string_view text) {
  if (text.find_first_of(",\"\r\n") == std::string_view::npos) return std::string(text);
  std::string out = "\"";
  for (const char c : text) out += c == '"' ? std::string("\"\"") : std::string(1, c);
  return out + "\"";
}

std::string exact(double value) { return std::isfinite(value) ? fmt::format("{}", value) : ""; }
std::string exact(const std::optional<double>& value) { return value ? exact(*value) : ""; }

std::string line(const std::vector<std::string>& fields) {
  std::string out;
  for (std::size_t i = 0; i < fields.size(); ++i) out += (i > 0 ? "," : "") + field(fields[i]);
  return out + "\n";
}

std::string csv(const Table& table) {
  std::vector<std::string> head;
  for (const Column& column : table.columns) head.push_back(column.key + json_suffix(column.dimension));
  std::string out = line(head);
  for (const TableRow& row : table.rows) {
    std::vector<std::string> fields;
    for (const Cell& cell : row.cells) {
      const auto* number = std::get_if<Number>(&cell);
      fields.push_back(number ? exact(number->value) : print(cell, {}));
    }
    out += line(fields);
  }
  return out;
}

std::string csv(const Timeline& timeline) {
  std::vector<std::string> head{"day"};
  std::map<Date, std::vector<std::string>> days;
  for (std::size_t s = 0; s < timeline.series.size(); ++s) {
    head.push_back(timeline.series[s].key + json_suffix(timeline.dimension));
    for (const Point& point : timeline.series[s].points) {
      auto& cells = days[point.day];
      cells.resize(timeline.series.size());
      cells[s] = exact(point.value);
    }
  }
  std::string out = line(head);
  for (const auto& [day, cells] : days) {
    std::vector<std::string> fields{eigenbau::print(day)};
    fields.insert(fields.end(), cells.begin(), cells.end());
    out += line(fields);
  }
  return out;
}

std::string csv(const Section& section) {
  std::string out = line({"key", "label", "value", "low", "high", "unit", "source", "derivation"});
  for (const Item& item : section.items) {
    const Row* row = std::get_if<Row>(&item);
    if (!row) continue;
    const auto* figure = std::get_if<Figure>(&row->value);
    const auto* date = std::get_if<DateFigure>(&row->value);
    const std::string value = figure ? exact(figure->value) : date ? eigenbau::print(date->value) : print(*row);
    const std::string unit = figure ? base_unit(figure->dimension) : "";
    out += line({row->key, row->label, value, figure ? exact(figure->low) : "", figure ? exact(figure->high) : "", unit,
                 figure ? print(figure->provenance) : "", figure ? figure->derivation : ""});
  }
  return out;
}

}  // namespace

std::vector<std::string> csv_names(const Report& report) {
  std::vector<std::string> names;
  for (const Section& section : report.sections) {
    names.push_back(section.key + ".figures");
    for (const Item& item : section.items) {
      if (const auto* table = std::get_if<Table>(&item)) names.push_back(section.key + "." + table->key);
      if (const auto* stack = std::get_if<Stack>(&item)) names.push_back(section.key + "." + stack->key);
      if (const auto* timeline = std::get_if<Timeline>(&item)) names.push_back(section.key + "." + timeline->key);
    }
  }
  return names;
}

std::optional<std::string> render_csv(const Report& report, std::string_view name) {
  for (const Section& section : report.sections) {
    if (name == section.key + ".figures") return csv(section);
    for (const Item& item : section.items) {
      const auto* table = std::get_if<Table>(&item);
      const auto* stack = std::get_if<Stack>(&item);
      const auto* timeline = std::get_if<Timeline>(&item);
      if (table && (name == table->key || name == section.key + "." + table->key)) return csv(*table);
      if (stack && (name == stack->key || name == section.key + "." + stack->key)) return csv(table_of(*stack));
      if (timeline && (name == timeline->key || name == section.key + "." + timeline->key)) return csv(*timeline);
    }
  }
  return std::nullopt;
}

}  // namespace eigenbau::report

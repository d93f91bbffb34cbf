// How is an answer handed to other software: JSON with stable keys, the unit in the key, and exact numbers?
#include "report/json.h"

#include <cmath>
#include <nlohmann/json.hpp>

#include "report/print.h"
#include "units/print.h"

namespace eigenbau::report {
namespace {

using Json = nlohmann::ordered_json;

constexpr double kLargestCount = 9007199254740992;  ///< beyond it a double skips whole numbers

Json number(double value, Form form = Form::quantity) {
  if (!std::isfinite(value)) return nullptr;
  if (form == Form::count && std::floor(value) == value && std::abs(value) < kLargestCount)
    return static_cast<std::int64_t>(value);
  return value;
}
Json number(const std::optional<double>& value) { return value ? number(*value) : Json(nullptr); }

std::string key_of(const Row& row) {
  const auto* figure = std::get_if<Figure>(&row.value);
  return figure ? row.key + json_suffix(figure->dimension) : row.key;
}

void put_text(Json& object, const char* key, const std::string& text) {
  if (!text.empty()) object[key] = text;
}

Json provenance(const Row& row, const Provenance& from, const std::string& derivation) {
  Json basis{{"label", row.label}};
  put_text(basis, "derivation", derivation);
  put_text(basis, "source", from.source);
  put_text(basis, "date", from.date);
  put_text(basis, "confidence", from.confidence);
  return basis;
}

/// The value under "figures", and what is known about it under "ranges", "said" and "basis" with the same key.
void put_row(Json& section, const Row& row) {
  const std::string key = key_of(row);
  Json& value = section["figures"][key];
  Json basis{{"label", row.label}};
  if (const auto* text = std::get_if<std::string>(&row.value)) value = *text;
  if (const auto* date = std::get_if<DateFigure>(&row.value)) {
    value = eigenbau::print(date->value);
    if (date->low && date->high)
      section["ranges"][key] = {{"low", eigenbau::print(*date->low)}, {"high", eigenbau::print(*date->high)}};
    basis = provenance(row, date->provenance, date->derivation);
  }
  if (const auto* figure = std::get_if<Figure>(&row.value)) {
    value = number(figure->value, row.form);
    if (figure->low && figure->high) section["ranges"][key] = {{"low", number(figure->low)}, {"high", number(figure->high)}};
    basis = provenance(row, figure->provenance, figure->derivation);
  }
  if (row.said) {
    section["said"][key] = {{"low", number(row.said->low)}, {"high", number(row.said->high)}};
    put_text(section["said"][key], "source", row.said->source);
  }
  put_text(basis, "remark", row.remark);
  section["basis"][key] = basis;
}

void put_number(Json& object, const std::string& key, const Number& some, Form form = Form::quantity) {
  object[key] = number(some.value, form);
  if (!some.low || !some.high) return;
  object[key + "_low"] = number(some.low);
  object[key + "_high"] = number(some.high);
}

void put(Json& section, const Row& row) { put_row(section, row); }

void put(Json& section, const Table& table) {
  Json rows = Json::array();
  for (const TableRow& row : table.rows) {
    Json line = Json::object();
    if (!row.key.empty()) line["key"] = row.key;
    for (std::size_t i = 0; i < std::min(row.cells.size(), table.columns.size()); ++i) {
      const std::string key = table.columns[i].key + json_suffix(table.columns[i].dimension);
      if (const auto* some = std::get_if<Number>(&row.cells[i])) put_number(line, key, *some, table.columns[i].form);
      else if (const auto* text = std::get_if<std::string>(&row.cells[i])) line[key] = *text;
      else if (const auto* date = std::get_if<Date>(&row.cells[i])) line[key] = eigenbau::print(*date);
      else line[key] = nullptr;
    }
    put_text(line, "basis", row.basis);
    rows.push_back(std::move(line));
  }
  section["tables"][table.key] = {{"title", table.title}, {"rows", std::move(rows)}};
}

void put(Json& section, const Timeline& timeline) {
  Json& out = section["timelines"][timeline.key];
  out = {{"title", timeline.title}, {"steps", timeline.steps}};
  const std::string key = "value" + json_suffix(timeline.dimension);
  for (const Series& series : timeline.series) {
    Json points = Json::array();
    for (const Point& point : series.points) {
      Json one{{"day", eigenbau::print(point.day)}};
      put_number(one, key, {point.value, point.low, point.high}, timeline.form);
      points.push_back(std::move(one));
    }
    out["series"][series.key] = {{"label", series.label}, {"points", std::move(points)}};
  }
}

void put(Json& section, const Stack& stack) {
  Json& out = section["stacks"][stack.key];
  out["title"] = stack.title;
  const std::string suffix = json_suffix(stack.dimension);
  for (const Bar& bar : stack.bars) {
    Json& parts = out["bars"][bar.key];
    parts["label"] = bar.label;
    for (const Segment& segment : bar.segments) put_number(parts["parts"], segment.key + suffix, segment.amount);
  }
}

void put(Json& section, const Tornado& tornado) {
  const std::string suffix = json_suffix(tornado.dimension);
  Json swings = Json::array();
  for (const Swing& swing : tornado.swings)
    swings.push_back({{"path", swing.path},
                      {"input_low", swing.input_low},
                      {"input_high", swing.input_high},
                      {"at_low" + suffix, number(swing.at_low)},
                      {"at_high" + suffix, number(swing.at_high)}});
  section["sensitivities"][tornado.key] = {
      {"title", tornado.title}, {"middle" + suffix, number(tornado.middle)}, {"swings", std::move(swings)}};
}

void put(Json& section, const Scatter& scatter) {
  const std::string suffix = json_suffix(scatter.dimension);
  Json& out = section["scatters"][scatter.key];
  out["title"] = scatter.title;
  for (const Cloud& cloud : scatter.clouds) {
    Json spots = Json::array();
    for (const Spot& spot : cloud.spots)
      spots.push_back(
          {{"label", spot.label}, {"measured" + suffix, number(spot.measured)}, {"predicted" + suffix, number(spot.predicted)}});
    out["clouds"][cloud.key] = {{"label", cloud.label}, {"spots", std::move(spots)}};
  }
}

void put(Json& section, const Plan& plan) {
  Json rectangles = Json::array();
  for (const Rectangle& one : plan.rectangles) {
    Json rectangle{{"kind", one.kind},
                   {"x_m", number(one.x)},
                   {"y_m", number(one.y)},
                   {"width_m", number(one.width)},
                   {"height_m", number(one.height)}};
    put_text(rectangle, "label", one.label);
    put_text(rectangle, "about", one.about);
    rectangles.push_back(std::move(rectangle));
  }
  section["plans"][plan.key] = {{"title", plan.title},
                                {"width_m", number(plan.width)},
                                {"height_m", number(plan.height)},
                                {"rectangles", std::move(rectangles)}};
}

void put(Json& section, const HeatMap& map) {
  Json& out = section["heat_maps"][map.key];
  out["title"] = map.title;
  for (const HeatLine& line : map.lines) {
    Json shares = Json::array();
    for (const double share : line.shares) shares.push_back(number(share));
    out["lines"][line.key] = {{"label", line.label}, {"shares", std::move(shares)}};
  }
}

void put(Json& section, const Judgment& judgment) {
  Json one{{"key", judgment.key}, {"claim", judgment.claim}, {"verdict", word(judgment.verdict)}, {"because", judgment.because}};
  put_text(one, "source", judgment.source);
  for (const Row& row : judgment.numbers) put_row(one, row);
  one["closes"] = judgment.closes;
  section["judgments"].push_back(std::move(one));
}

void put(Json& section, const Remark& remark) {
  const char* const names[] = {"note", "warning", "error"};
  Json one{{"severity", names[static_cast<std::size_t>(remark.severity)]}};
  put_text(one, "code", remark.code);
  one["text"] = remark.text;
  put_text(one, "hint", remark.hint);
  section["remarks"].push_back(std::move(one));
}

Json report_json(const Report& report) {
  Json out{{"format", "eigenbau.report/1"},   {"title", report.title},     {"input", report.input},
           {"input_hash", report.input_hash}, {"version", report.version}, {"seed", report.seed},
           {"samples", report.samples},       {"sections", Json::object()}};
  for (const Section& section : report.sections) {
    Json& part = out["sections"][section.key];
    part["title"] = section.title;
    put_text(part, "lead", section.lead);
    for (const Item& item : section.items) std::visit([&part](const auto& some) { put(part, some); }, item);
  }
  return out;
}

std::string finish(Json out, const std::optional<RunStats>& run) {
  if (run) {
    out["run"] = {{"seconds", number(run->seconds)}, {"peak_memory_bytes", number(run->peak_memory_bytes)}};
    for (const auto& [name, count] : run->counters) out["run"]["counters"][name] = number(count);
  }
  return out.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace

std::string render_json(const Report& report, const std::optional<RunStats>& run) { return finish(report_json(report), run); }

std::string render_json(std::span<const Report> reports, const std::optional<RunStats>& run) {
  Json out{{"format", "eigenbau.comparison/1"}, {"reports", Json::array()}};
  for (const Report& report : reports) out["reports"].push_back(report_json(report));
  return finish(std::move(out), run);
}

}  // namespace eigenbau::report

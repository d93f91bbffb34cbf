// How do editors and readers learn what a file may contain? JSON Schema and a reference page from the declarations.
#include "input/schema.h"

#include <fmt/format.h>

#include <cmath>
#include <nlohmann/json.hpp>
#include <set>

#include "input/record.h"
#include "units/print.h"

namespace eigenbau {
namespace {

using Json = nlohmann::ordered_json;

Json schema_of(const RecordInfo& info, Json& definitions);

Json scalar_schema(const FieldInfo& field) {
  switch (field.type.kind) {
    case FieldType::Kind::quantity:
      return {{"type", "string"}, {"description", "a quantity in " + base_unit(field.type.dimension) + " or a multiple"}};
    case FieldType::Kind::share:
      return {{"type", "string"}, {"pattern", "^[-+0-9.,eE]+ ?%$"}};
    case FieldType::Kind::number:
      return {{"type", "number"}};
    case FieldType::Kind::count:
      return {{"type", "integer"}};
    case FieldType::Kind::text:
      return {{"type", "string"}};
    case FieldType::Kind::boolean:
      return {{"type", "boolean"}};
    case FieldType::Kind::date:
      return {{"type", "string"}, {"format", "date"}};
    case FieldType::Kind::word:
      return {{"enum", field.type.words}};
    case FieldType::Kind::record:
      break;
  }
  return Json::object();
}

bool takes_range(FieldType::Kind kind) {
  return kind == FieldType::Kind::quantity || kind == FieldType::Kind::share || kind == FieldType::Kind::number ||
         kind == FieldType::Kind::count || kind == FieldType::Kind::date;
}

Json field_schema(const FieldInfo& field, Json& definitions) {
  Json one;
  if (field.type.kind == FieldType::Kind::record) {
    const RecordInfo& nested = field.type.nested();
    if (!definitions.contains(nested.name())) {
      definitions[nested.name()] = Json::object();
      definitions[nested.name()] = schema_of(nested, definitions);
    }
    one = {{"$ref", "#/$defs/" + nested.name()}};
  } else {
    one = scalar_schema(field);
    if ((field.type.kind == FieldType::Kind::number || field.type.kind == FieldType::Kind::count) && std::isfinite(field.low))
      one[field.low_is_open ? "exclusiveMinimum" : "minimum"] = field.low;
    if ((field.type.kind == FieldType::Kind::number || field.type.kind == FieldType::Kind::count) && std::isfinite(field.high))
      one["maximum"] = field.high;
    Json choices = Json::array({one});
    if (takes_range(field.type.kind))
      choices.push_back({{"type", "object"},
                         {"properties",
                          {{"low", one},
                           {"mid", one},
                           {"high", one},
                           {"distribution", {{"enum", {"triangular"}}}},
                           {"source", {{"type", "string"}}}}},
                         {"required", {"low", "high"}},
                         {"additionalProperties", false}});
    if (field.takes_count) choices.push_back({{"type", "integer"}, {"minimum", 1}});
    if (field.type.optional) choices.push_back({{"const", "unknown"}});
    if (choices.size() > 1) one = {{"anyOf", choices}};
  }
  Json schema = field.type.list ? Json{{"type", "array"}, {"items", one}} : one;
  schema["description"] = field.doc;
  if (!field.fallback_text.empty()) schema["description"] = field.doc + " If absent: " + field.fallback_text + ".";
  return schema;
}

Json schema_of(const RecordInfo& info, Json& definitions) {
  Json schema = {{"type", "object"}, {"description", info.doc()}, {"additionalProperties", false}};
  Json properties = Json::object();
  std::vector<std::string> required;
  for (const auto& field : info.fields()) {
    properties[field->key] = field_schema(*field, definitions);
    if (field->is_required) required.push_back(field->key);
  }
  schema["properties"] = properties;
  if (!required.empty()) schema["required"] = required;
  return schema;
}

std::string bounds_of(const FieldInfo& field) {
  auto shown = [&](double x) {
    return field.type.kind == FieldType::Kind::quantity ? print_quantity(x, field.type.dimension)
           : field.type.kind == FieldType::Kind::share  ? print(Share{x})
                                                        : print_plain(x);
  };
  std::string text;
  if (std::isfinite(field.low)) text += (field.low_is_open ? "above " : "at least ") + shown(field.low);
  if (std::isfinite(field.high)) text += (text.empty() ? "at most " : ", at most ") + shown(field.high);
  return text;
}

/// "power, as \"8 MW\"", "count", "one of a, b": what a field takes, for people.
std::string describe_type(const FieldInfo& field) {
  std::string text;
  switch (field.type.kind) {
    case FieldType::Kind::quantity:
      text = field.example_text.empty() ? "quantity in " + base_unit(field.type.dimension)
                                        : "quantity, as `" + field.example_text + "`";
      break;
    case FieldType::Kind::share:
      text = "share, as `" + (field.example_text.empty() ? "\"3 %\"" : field.example_text) + "`";
      break;
    case FieldType::Kind::number:
      text = field.example_text.empty() ? "number" : "number, as `" + field.example_text + "`";
      break;
    case FieldType::Kind::count:
      text = "count";
      break;
    case FieldType::Kind::text:
      text = field.example_text.empty() ? "text" : "text, as `" + field.example_text + "`";
      break;
    case FieldType::Kind::boolean:
      text = "true or false";
      break;
    case FieldType::Kind::date:
      text = "date";
      break;
    case FieldType::Kind::word:
      text = fmt::format("one of `{}`", fmt::join(field.type.words, "`, `"));
      break;
    case FieldType::Kind::record:
      text = field.type.list ? fmt::format("`[[{}]]`", field.key) : fmt::format("table, see {}", field.type.nested().name());
      break;
  }
  if (field.takes_count) text += ", or a count";
  if (field.type.list && field.type.kind != FieldType::Kind::record) text = "list of: " + text;
  const std::string bounds = bounds_of(field);
  return bounds.empty() ? text : text + ", " + bounds;
}

void add_section(const RecordInfo& info, std::string& out, std::set<std::string>& seen) {
  if (!seen.insert(info.name()).second) return;
  out += fmt::format("\n## {}\n\n{}\n\n| key | takes | if absent | meaning |\n|---|---|---|---|\n", info.name(), info.doc());
  for (const auto& field : info.fields()) {
    const std::string absent = field->is_required              ? "**required**"
                               : !field->fallback_text.empty() ? field->fallback_text
                               : field->type.list              ? "none"
                                                               : "";
    out += fmt::format("| `{}` | {} | {} | {} |\n", field->key, describe_type(*field), absent, field->doc);
  }
  for (const auto& field : info.fields())
    if (field->type.kind == FieldType::Kind::record) add_section(field->type.nested(), out, seen);
}

}  // namespace

std::string json_schema(const RecordInfo& root, const std::string& title) {
  Json definitions = Json::object();
  Json schema = {{"$schema", "https://json-schema.org/draft/2020-12/schema"}, {"title", title}};
  schema.update(schema_of(root, definitions));
  schema["$defs"] = definitions;
  return schema.dump(2) + "\n";
}

std::string reference_page(const RecordInfo& root, const std::string& title) {
  std::string out = fmt::format(
      "# {}\n\nGenerated from the declarations that the reader itself uses. Dimensional values are strings with a unit. Numbers, "
      "shares, quantities and\ndates may be ranges, `{{ low = ..., mid = ..., high = ... }}`.\n",
      title);
  std::set<std::string> seen;
  add_section(root, out, seen);
  return out;
}

}  // namespace eigenbau

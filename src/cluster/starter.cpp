// What does a first cluster file look like? Written from the declarations that also read it.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "cluster/file.h"
#include "cluster/read.h"
#include "input/schema.h"

namespace eigenbau::cluster {
namespace {

/// Keys that a first file states although they may be absent; required keys come of themselves.
constexpr auto kShown = std::to_array<std::string_view>(
    {"site.electricity_price", "supply.power", "supply.from", "fabric.topology", "fabric.switch", "build.start", "job.tokens",
     "job.global_batch", "lease.price", "lease.term", "claim.gpus", "claim.site_power"});
/// Tables that a first file leaves out although they have required keys.
constexpr auto kHidden = std::to_array<std::string_view>({"battery", "build.delivery"});

bool is_listed(const auto& list, std::string_view path) { return std::find(list.begin(), list.end(), path) != list.end(); }

bool is_live(const FieldInfo& field, const std::string& table) {
  if (is_listed(kHidden, table)) return false;
  return field.is_required || is_listed(kShown, table.empty() ? field.key : table + "." + field.key);
}

/// { tp = 8, pp = 1 } from the examples of the fields.
std::string inline_table(const RecordInfo& info) {
  std::vector<std::string> parts;
  for (const auto& field : info.fields())
    if (!field->example_text.empty()) parts.push_back(fmt::format("{} = {}", field->key, field->example_text));
  return fmt::format("{{ {} }}", fmt::join(parts, ", "));
}

std::string meaning(const FieldInfo& field) {
  std::string text = field.doc;
  if (field.type.kind == FieldType::Kind::word) text += fmt::format(" One of: {}.", fmt::join(field.type.words, ", "));
  if (!field.is_required && !field.fallback_text.empty()) text += fmt::format(" If absent: {}.", field.fallback_text);
  return text;
}

std::string example_of(const FieldInfo& field) {
  if (!field.example_text.empty()) return field.example_text;
  if (field.type.kind == FieldType::Kind::record) return inline_table(field.type.nested());
  if (field.type.kind == FieldType::Kind::word) return fmt::format("\"{}\"", field.type.words.front());
  if (field.type.kind == FieldType::Kind::boolean) return "true";
  return field.type.list ? "[\"...\"]" : "\"...\"";
}

void write_field(const FieldInfo& field, const std::string& table, const std::string& value, std::string& out) {
  const std::string assignment = fmt::format("{}{} = {}", is_live(field, table) ? "" : "# ", field.key, value);
  out += fmt::format("{:<44} # {}\n", assignment, meaning(field));
}

bool has_own_header(const FieldInfo& field) { return field.type.kind == FieldType::Kind::record && field.type.list; }

void write_table(const FieldInfo& table, const std::string& path, std::string& out) {
  const RecordInfo& info = table.type.nested();
  const bool live = std::any_of(info.fields().begin(), info.fields().end(), [&](const auto& f) { return is_live(*f, path); });
  out += fmt::format("\n# {}\n{}{}\n", info.doc(), live ? "" : "# ",
                     fmt::format(fmt::runtime(table.type.list ? "[[{}]]" : "[{}]"), path));
  for (const auto& field : info.fields())
    if (!has_own_header(*field)) write_field(*field, path, example_of(*field), out);
  for (const auto& field : info.fields())
    if (has_own_header(*field)) write_table(*field, path + "." + field->key, out);
}

std::string quoted(const std::string& text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    if (static_cast<unsigned char>(c) >= 0x20 && c != 0x7f) out += c;
  }
  return out + "\"";
}

}  // namespace

std::string starter_file(const std::string& name) {
  std::string out =
      "# A cluster file. Lines that begin with # are keys that may be left out; remove the # to state one.\n"
      "# Quantities are strings with a unit, any figure may be a range { low = ..., mid = ..., high = ... }, and what nobody\n"
      "# knows is \"unknown\". `eigenbau check` tells what is wrong, `eigenbau plan` answers.\n\n";
  const RecordInfo& root = record<ClusterFile>();
  for (const auto& field : root.fields())
    if (field->type.kind != FieldType::Kind::record)
      write_field(*field, "", field->key == "name" ? quoted(name) : example_of(*field), out);
  for (const auto& field : root.fields())
    if (field->type.kind == FieldType::Kind::record) write_table(*field, field->key, out);
  return out;
}

std::string cluster_schema() { return json_schema(record<ClusterFile>(), "Eigenbau cluster file"); }

std::string cluster_reference() { return reference_page(record<ClusterFile>(), "The cluster file"); }

}  // namespace eigenbau::cluster

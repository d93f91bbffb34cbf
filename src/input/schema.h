// How do editors and readers learn what a file may contain? JSON Schema and a reference page from the declarations.
#pragma once

#include <string>

namespace eigenbau {

class RecordInfo;

/// JSON Schema (draft 2020-12) of a document with this root, for editors.
std::string json_schema(const RecordInfo& root, const std::string& title);

/// Markdown: one section a table, one line a field: key, unit, bounds, default, meaning.
std::string reference_page(const RecordInfo& root, const std::string& title);

/// "power, as \"8 MW\"", "count", "one of a, b": what a field takes, for people.
std::string describe_type(const struct FieldInfo& field);

}  // namespace eigenbau

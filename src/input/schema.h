// How do editors and readers learn what a file may contain? JSON Schema and a reference page from the declarations.
#pragma once

#include <string>

namespace eigenbau {

class RecordInfo;

/// JSON Schema (draft 2020-12) of a document with this root, for editors.
std::string json_schema(const RecordInfo& root, const std::string& title);

/// Markdown: one section a table, one line a field: key, unit, bounds, default, meaning.
std::string reference_page(const RecordInfo& root, const std::string& title);

}  // namespace eigenbau

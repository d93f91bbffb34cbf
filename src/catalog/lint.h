// What is suspicious about the parts of a catalog?
#pragma once

#include <string_view>

#include "base/diagnostic.h"
#include "catalog/catalog.h"

namespace eigenbau::catalog {

/// Findings over all parts, or over those of one kind, or one part: errors where a figure contradicts another, warnings
/// where it is unlikely, notes where something is missing. The codes are EB12xx and EB13xx, each with its rule.
Diagnostics lint(const Catalog& catalog, std::string_view kind = "", std::string_view name = "");

}  // namespace eigenbau::catalog

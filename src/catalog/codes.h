// Which diagnostics does the catalog give?
#pragma once

#include <span>

#include "base/codes.h"

namespace eigenbau::catalog {

/// The codes EB12xx (part files) and EB13xx (the linter).
std::span<const CodeText> catalog_codes();

}  // namespace eigenbau::catalog

// Which unit symbols exist? One table, read by the parser and by the printer.
#pragma once

#include <span>
#include <string_view>

#include "units/dimension.h"

namespace eigenbau {

enum class Prefixes { none, decimal, decimal_and_binary };

struct UnitSymbol {
  std::string_view text;
  double scale;  ///< in base units
  Dimension dimension;
  Prefixes prefixes;
};

/// All symbols that a file may use.
std::span<const UnitSymbol> unit_symbols();

}  // namespace eigenbau

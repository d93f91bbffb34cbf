// What quantity does a piece of text mean? "150 MW", "0.065 USD/kWh", "4 per 1000 node-days", "3 %".
#pragma once

#include <cstddef>
#include <expected>
#include <string>
#include <string_view>

#include "units/quantity.h"

namespace eigenbau {

/// A number with its unit resolved: magnitude in base units and the dimension.
struct ParsedQuantity {
  double value = 0;
  Dimension dimension{};
  bool is_percentage = false;  ///< written with %, and dimensionless
};

/// Why a text is not a quantity; `offset` and `length` say which of its bytes are to blame.
struct UnitError {
  std::size_t offset = 0;
  std::size_t length = 0;
  std::string message;
  std::string hint;
};

/// Reads `number unit`. The number may use digits, one point, an exponent and commas between groups of three digits.
/// A unit is a product of symbols with optional metric prefix and integer power, joined by `*`, `·`, `-` or `/`; "per"
/// means `/` and may bring a number ("per 1000 node-days"). b is bit and B is byte; G is 1e9 and Gi is 2^30; `m` is
/// meter and never minute; words that only count (GPU, node, rack ...) have no dimension.
std::expected<ParsedQuantity, UnitError> parse_quantity(std::string_view text);

/// The unit alone, as in a column heading: "GB/s" -> 1e9 byte/s.
std::expected<ParsedQuantity, UnitError> parse_unit(std::string_view text);

}  // namespace eigenbau

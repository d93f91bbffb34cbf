// How is a quantity shown to a person, and under which key in JSON?
#pragma once

#include <string>
#include <string_view>

#include "units/quantity.h"

namespace eigenbau {

/// A number with `significant` digits, commas between groups of three, no exponent between 1e-4 and 1e15: "100,000".
/// Infinite and undefined values come back as "-": a report shows them as missing, never as NaN.
std::string print_number(double value, int significant = 4);

/// A number as it was written, with as many digits as it takes: "1", "0.95", "10,000,000".
std::string print_plain(double value);

/// A whole count: "100,000".
std::string print_count(long long value);

/// The value in the unit a reader of the field expects for its size: "150 MW", "5.42 GUSD", "30.4 min".
std::string print_quantity(double base_value, Dimension dimension, int significant = 4);

/// The value counted in `unit`, which must have the same dimension: print_in(p, "MW") -> "43.0 MW".
std::string print_in(double base_value, std::string_view unit, int significant = 4);

template <Dimension D>
std::string print(Quantity<D> value, int significant = 4) {
  return print_quantity(value.base(), D, significant);
}

/// Memory of an accelerator, in the binary units that it is built of: "77.8 GiB", "12.3 MiB".
std::string print_memory(Bytes size);
/// The same rounded up: as much is enough.
std::string print_needed_memory(Bytes size);

/// "3.2 %".
std::string print(Share share, int significant = 3);

/// Base unit as a reader writes it, "W", "byte/s", "USD/s"; "1" for a plain number.
std::string base_unit(Dimension dimension);

/// Suffix of JSON keys, from the base unit: "_w", "_s", "_usd_per_s"; empty for a plain number.
std::string json_suffix(Dimension dimension);

}  // namespace eigenbau

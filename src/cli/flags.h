// How does a command read quantities and parts from its options?
#pragma once

#include <optional>
#include <string>

#include "cli/command.h"
#include "units/quantity.h"

namespace eigenbau::cli {

/// The value of an option as a magnitude in base units; nothing if the option is not given. Fails (exit 2) if it is no
/// quantity, of another dimension, or not above zero.
Result<std::optional<double>> base_value(const Arguments& arguments, const std::string& option, Dimension dimension);

template <Dimension D>
Result<std::optional<Quantity<D>>> quantity_option(const Arguments& arguments, const std::string& option) {
  const auto value = base_value(arguments, option, D);
  if (!value) return std::unexpected(value.error());
  return *value ? std::optional(Quantity<D>::from_base(**value)) : std::nullopt;
}

/// A whole number from 1 to `most`; nothing if the option is not given.
Result<std::optional<int>> count_option(const Arguments& arguments, const std::string& option, int most = 100'000'000);

/// "--option VALUE cannot be used because ..." (exit 2).
std::unexpected<Failure> bad_value(const std::string& option, const std::string& value, const std::string& why,
                                   const std::string& hint = "");

}  // namespace eigenbau::cli

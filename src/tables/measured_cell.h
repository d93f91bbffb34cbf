// Does a cell that should hold a measurement hold one?
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "input/csv.h"

namespace eigenbau::tables {

/// What is wrong with a measured cell: `step_time_s "-1" is no plain number above zero: not scored`. Empty where it holds
/// one, or nothing.
std::string broken_measurement(const Csv& table, std::size_t row, std::string_view column);

/// Half a unit of the last digit of a plain number: of "0.02" 0.005.
double half_digit(std::string_view cell);

/// What is said of a measured column that is off another, which is scored, by the factor `apart`.
std::string contradiction_text(std::string_view column, std::string_view scored, double apart);

/// What is said of a row whose id stands in an earlier one, which is predicted and not scored again.
std::string repeated_id(std::string_view id);

}  // namespace eigenbau::tables

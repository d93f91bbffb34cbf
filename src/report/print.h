// How is one value of the tree written for people? "41.1 MW (38.0 to 44.5)", "unknown", "2024-09-02".
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "report/tree.h"

namespace eigenbau::report {

/// How a number is to be written.
struct Notation {
  Form form = Form::quantity;
  Dimension dimension{};
  std::string unit{};  ///< empty: the usual one for the size of the value
};

/// The number with its range in one unit: "41.1 MW (38.0 to 44.5)".
std::string print(const Number& number, const Notation& notation);
/// The unit that `print` would choose, "" for plain numbers.
std::string chosen_unit(double value, const Notation& notation);
/// The digits alone, counted in `unit`; the whole "value unit" if the unit cannot be counted in.
std::string digits_in(double value, const Notation& notation, const std::string& unit);

/// The row's value; "unknown" if there is none.
std::string print(const Row& row);
/// One cell; empty if there is nothing in it.
std::string print(const Cell& cell, const Column& column);
/// What was said: "150 MW", "5,300 to 5,700"; counted as the row is.
std::string print(const Said& said, const Row& row);

/// "NVIDIA data sheet, 2022-09-20 (high)"; empty if nothing is known.
std::string print(const Provenance& provenance);
/// Derivation and source of a row in one line; may be empty.
std::string basis_of(const Row& row);

/// The same in two parts; both empty where nothing is said.
struct Grounds {
  std::string derivation, source;
};
Grounds grounds_of(const Row& row);

std::string_view word(Verdict verdict);  ///< "holds", "holds if", "cannot be", "open"

}  // namespace eigenbau::report

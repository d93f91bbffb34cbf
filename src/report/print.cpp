// How is one value of the tree written for people? "41.1 MW (38.0 to 44.5)", "unknown", "2024-09-02".
#include "report/print.h"

#include <cmath>

#include "units/parse.h"
#include "units/print.h"

namespace eigenbau::report {
namespace {

constexpr int kDigits = 3;
constexpr double kLargestCount = 9e15;
constexpr double kLeastPercent = 1e-4;  // below it a share is next to nothing, and powers of ten say no more

std::string plain(double value, Form form) {
  if (form == Form::count && std::abs(value) < kLargestCount) return print_count(std::llround(value));
  return print_number(value, kDigits);
}

Notation notation_of(const Row& row) {
  const auto* figure = std::get_if<Figure>(&row.value);
  return {.form = row.form, .dimension = figure ? figure->dimension : kDimensionless, .unit = row.unit};
}

std::string with_unit(const std::string& digits, const std::string& unit) {
  return unit.empty() || digits == "-" || digits.find(' ') != std::string::npos ? digits : digits + " " + unit;
}

std::string print(const DateFigure& date) {
  std::string out = eigenbau::print(date.value);
  if (date.low && date.high) out += " (" + eigenbau::print(*date.low) + " to " + eigenbau::print(*date.high) + ")";
  return out;
}

}  // namespace

std::string chosen_unit(double value, const Notation& notation) {
  if (!notation.unit.empty()) return notation.unit;
  if (notation.dimension == kDimensionless) return notation.form == Form::share ? "%" : "";
  const std::string usual = print_quantity(value, notation.dimension, kDigits);
  const std::size_t space = usual.find(' ');
  return space == std::string::npos ? "" : usual.substr(space + 1);
}

std::string digits_in(double value, const Notation& notation, const std::string& unit) {
  if (!std::isfinite(value)) return "-";
  if (unit.empty() && notation.dimension == kDimensionless) return plain(value, notation.form);
  const auto parsed = parse_unit(unit);
  if (!parsed || parsed->value == 0) return print_quantity(value, notation.dimension, kDigits);
  const double scaled = value / parsed->value;
  if (unit == "%" && scaled != 0 && std::abs(scaled) < kLeastPercent) return scaled > 0 ? "<0.0001" : ">-0.0001";
  return plain(scaled, notation.form);
}

std::string print(const Number& number, const Notation& notation) {
  if (!std::isfinite(number.value)) return "-";
  const double size = number.value != 0 ? number.value : number.high.value_or(0);
  const std::string unit = chosen_unit(size, notation);
  std::string out = with_unit(digits_in(number.value, notation, unit), unit);
  if (!number.low || !number.high || !std::isfinite(*number.low) || !std::isfinite(*number.high)) return out;
  const std::string low = digits_in(*number.low, notation, unit), high = digits_in(*number.high, notation, unit);
  return low == high ? out : out + " (" + low + " to " + high + ")";
}

std::string print(const Row& row) {
  if (const auto* text = std::get_if<std::string>(&row.value)) return *text;
  if (const auto* date = std::get_if<DateFigure>(&row.value)) return print(*date);
  const auto* figure = std::get_if<Figure>(&row.value);
  return figure ? print(Number{figure->value, figure->low, figure->high}, notation_of(row)) : "unknown";
}

std::string print(const Cell& cell, const Column& column) {
  if (const auto* text = std::get_if<std::string>(&cell)) return *text;
  if (const auto* date = std::get_if<Date>(&cell)) return eigenbau::print(*date);
  const auto* number = std::get_if<Number>(&cell);
  return number ? print(*number, {.form = column.form, .dimension = column.dimension, .unit = column.unit}) : "";
}

std::string print(const Said& said, const Row& row) {
  const Notation notation = notation_of(row);
  const std::string unit = chosen_unit(said.high, notation);
  const std::string low = digits_in(said.low, notation, unit), high = digits_in(said.high, notation, unit);
  return low == high ? with_unit(low, unit) : low + " to " + with_unit(high, unit);
}

std::string print(const Provenance& provenance) {
  std::string out = provenance.source;
  if (!provenance.date.empty()) out += (out.empty() ? "" : ", ") + provenance.date;
  if (!provenance.confidence.empty()) out += " (" + provenance.confidence + " confidence)";
  return out;
}

Grounds grounds_of(const Row& row) {
  if (const auto* figure = std::get_if<Figure>(&row.value)) return {figure->derivation, print(figure->provenance)};
  if (const auto* date = std::get_if<DateFigure>(&row.value)) return {date->derivation, print(date->provenance)};
  return {};
}

std::string basis_of(const Row& row) {
  const auto [derivation, source] = grounds_of(row);
  if (source.empty() || source == "derived") return derivation;
  return derivation.empty() ? source : derivation + "; " + source;
}

std::string_view word(Verdict verdict) {
  switch (verdict) {
    case Verdict::holds:
      return "holds";
    case Verdict::holds_if:
      return "holds if";
    case Verdict::cannot_be:
      return "cannot be";
    case Verdict::open:
      return "open";
  }
  return "";
}

}  // namespace eigenbau::report

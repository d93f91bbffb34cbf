// What number does a cell of a table mean?
#include "fit/row_number.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cmath>

#include "fit/cell_words.h"
#include "units/parse.h"

namespace eigenbau::fit {
namespace {

constexpr double kMost = 1e15;  // of any figure of a row; more is a slip of the pen

std::optional<double> quantity(std::string_view text, Dimension dimension) {
  const auto parsed = parse_quantity(text);
  if (!parsed || parsed->dimension != dimension || parsed->is_percentage || !(std::abs(parsed->value) < kMost))
    return std::nullopt;
  return parsed->value;
}

}  // namespace

std::optional<double> plain_number(std::string_view text) {
  text = trimmed(text);
  if (text.empty() || text.find_first_not_of("0123456789.,+-eE") != std::string_view::npos) return std::nullopt;
  return quantity(text, {});
}

std::optional<double> byte_count(std::string_view text) {
  text = trimmed(text);
  if (const auto plain = plain_number(text)) return plain;
  if (const auto with_unit = quantity(text, kData)) return with_unit;
  if (text.empty()) return std::nullopt;
  constexpr std::string_view kPowers = "KMGT";
  const auto power = kPowers.find(static_cast<char>(std::toupper(static_cast<unsigned char>(text.back()))));
  if (power == std::string_view::npos) return std::nullopt;
  const auto count = plain_number(text.substr(0, text.size() - 1));
  return count ? std::optional(*count * std::pow(1024, static_cast<double>(power + 1))) : std::nullopt;
}

double RowNumbers::number(std::string_view column, std::string_view text) {
  return read(column, text, plain_number(text), "number");
}

double RowNumbers::whole(std::string_view column, std::string_view text) {
  auto value = plain_number(text);
  if (value && *value != std::floor(*value)) value.reset();
  return read(column, text, value, "whole number");
}

double RowNumbers::bytes(std::string_view column, std::string_view text) {
  return read(column, text, byte_count(text), "number of bytes");
}

double RowNumbers::read(std::string_view column, std::string_view text, std::optional<double> value, std::string_view kind) {
  if (value || trimmed(text).empty()) return value.value_or(0);
  if (unreadable_.empty()) unreadable_ = fmt::format("{} '{}' is no {}", column, trimmed(text), kind);
  return 0;
}

}  // namespace eigenbau::fit

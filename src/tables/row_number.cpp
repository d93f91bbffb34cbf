// Which numbers does a row of a table hold, and which of its cells hold something else?
#include "tables/row_number.h"

#include <fmt/format.h>

#include <cmath>
#include <utility>

#include "tables/cell_words.h"
#include "tables/count_words.h"

namespace eigenbau::tables {

double RowNumbers::number(std::string_view column, std::string_view text) {
  return read(column, text, plain_number(text), "number");
}

double RowNumbers::whole(std::string_view column, std::string_view text) {
  auto value = plain_number(text);
  if (value && *value != std::floor(*value)) value.reset();
  return read(column, text, value, "whole number");
}

double RowNumbers::size(std::string_view column, std::string_view text) {
  const double value = whole(column, text);
  if (!(value > 0) && !says_nothing(text)) refuse(fmt::format("{} '{}' is not positive", column, trimmed(text)));
  return value;
}

double RowNumbers::ranks(std::string_view column, std::string_view text) {
  if (const auto product = counted_product(text)) return *product;
  return whole(column, text);
}

double RowNumbers::gigabits(std::string_view column, std::string_view text) {
  std::string_view figure = trimmed(text);
  for (const std::string_view unit : {"G", "Gb/s", "Gbit/s", "Gbps"})
    if (figure.ends_with(unit)) return read(column, text, plain_number(figure.substr(0, figure.size() - unit.size())), "rate");
  return number(column, text);
}

double RowNumbers::bytes(std::string_view column, std::string_view text) {
  return read(column, text, byte_count(text), "number of bytes");
}

void RowNumbers::refuse(std::string why) {
  if (unreadable_.empty()) unreadable_ = std::move(why);
}

double RowNumbers::read(std::string_view column, std::string_view text, std::optional<double> value, std::string_view kind) {
  if (value || says_nothing(text)) return value.value_or(0);
  refuse(fmt::format("{} '{}' is no {}", column, trimmed(text), kind));
  return 0;
}

}  // namespace eigenbau::tables

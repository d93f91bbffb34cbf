// Does any text make the CSV reader crash, or give a row that has not one cell for each column?
#include <string>
#include <string_view>

#include "fuzz.h"
#include "input/csv.h"

void fuzz_one(std::string_view text) {
  using namespace eigenbau;
  const auto table = Csv::parse({"fuzz", std::string(text)});
  if (!table) {
    require(table.error().diagnostics.has_errors(), "a failure says why");
    require(!render(table.error().diagnostics, false).empty(), "a failure can be shown");
    return;
  }
  std::string written;
  for (std::size_t i = 0; i < table->columns().size(); ++i) written += (i ? "," : "") + csv_cell(table->columns()[i]);
  written += "\n";
  for (std::size_t r = 0; r < table->size(); ++r) {
    require(table->row(r).size() == table->columns().size(), "every row has a cell for each column");
    for (std::size_t i = 0; i < table->row(r).size(); ++i) written += (i ? "," : "") + csv_cell(table->row(r)[i]);
    written += "\n";
  }
  // A single empty column writes as empty lines, which a reader may skip.
  if (table->columns().size() < 2) return;
  const auto again = Csv::parse({"fuzz", written});
  require(again.has_value(), "what csv_cell writes can be read");
  require(again->columns() == table->columns() && again->size() == table->size(), "a table survives writing and reading");
  for (std::size_t r = 0; r < table->size(); ++r) require(again->row(r) == table->row(r), "cells survive writing and reading");
}

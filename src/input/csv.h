// What rows does a table in CSV hold? RFC 4180 with a heading line.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace eigenbau {

/// What becomes of a row that has not one cell for each column: an error of the table, or of that row alone.
enum class RaggedRows { refused, marked };

/// A table of text cells. Every row has as many cells as there are columns.
class Csv {
 public:
  /// Commas part cells; where the heading has none, semicolons or tabs, whichever it has more of. Quoted cells may hold them,
  /// line ends and doubled quotes. Headings are in lower case, without blanks around them; rows of blanks are none. A row with
  /// too few or too many cells is an error (exit 1) unless it is to be marked, and so are a quote that is never closed and a
  /// heading that stands twice.
  static Result<Csv> parse(const SourceText& source, RaggedRows ragged = RaggedRows::refused);

  const std::vector<std::string>& columns() const { return columns_; }
  std::size_t size() const { return rows_.size(); }
  const std::vector<std::string>& row(std::size_t i) const { return rows_[i]; }

  /// Number of a column by its heading.
  std::optional<std::size_t> column(std::string_view name) const;

  void rename(std::size_t column, std::string heading) { columns_[column] = std::move(heading); }

  /// A further column, with what `cell_of` says of each row by its number. It stands nowhere in the text.
  void add_column(std::string heading, const std::function<std::string(std::size_t)>& cell_of);

  /// Cell by heading; empty where the column does not exist.
  std::string_view cell(std::size_t row, std::string_view column_name) const;

  /// What is wrong with the cells of a marked row, which are blank where they are missing; empty: nothing.
  const std::string& fault(std::size_t row) const { return faults_[row]; }

  /// Where a cell, or with an empty heading a row, stands in the text.
  Span span(std::size_t row, std::string_view column_name = {}) const;

  /// The same table with the cells of some columns empty.
  Csv without(const std::vector<std::string_view>& columns) const;

  /// Cell as a number, blanks around it aside; nothing if it is empty or not a number.
  std::optional<double> number(std::size_t row, std::string_view column_name) const;

 private:
  std::vector<std::string> columns_;
  std::vector<std::vector<std::string>> rows_;
  std::vector<std::string> faults_;  ///< of each row
  char separator_ = ',';
  std::shared_ptr<const SourceText> source_;
  std::vector<std::uint32_t> lines_;  ///< on which each row begins
};

/// A cell as it must be written: quoted where it holds a comma, a quote or a line end.
std::string csv_cell(std::string_view text);

}  // namespace eigenbau

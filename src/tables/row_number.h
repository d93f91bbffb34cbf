// Which numbers does a row of a table hold, and which of its cells hold something else?
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace eigenbau::tables {

/// Reads the cells of one row and remembers the first that says something else than a number.
class RowNumbers {
 public:
  /// 0 for a cell that says nothing.
  double number(std::string_view column, std::string_view text);
  double whole(std::string_view column, std::string_view text);     ///< a count: "2.5 GPUs" is none
  double size(std::string_view column, std::string_view text);      ///< a count above zero
  double ranks(std::string_view column, std::string_view text);     ///< the same, or a product: "8x8"
  double gigabits(std::string_view column, std::string_view text);  ///< a second: "400", "400G", "400 Gb/s"
  double bytes(std::string_view column, std::string_view text);

  /// Remembers what else is wrong with the row, where no cell before it is.
  void refuse(std::string why);

  const std::string& unreadable() const { return unreadable_; }

 private:
  double read(std::string_view column, std::string_view text, std::optional<double> value, std::string_view kind);

  std::string unreadable_;
};

}  // namespace eigenbau::tables

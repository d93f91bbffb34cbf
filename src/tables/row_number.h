// Which numbers does a row of a table hold, and which of its cells hold something else?
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace eigenbau::tables {

/// Reads the cells of one row and remembers the first that says something else than a number.
class RowNumbers {
 public:
  /// 0 for an empty cell.
  double number(std::string_view column, std::string_view text);
  double whole(std::string_view column, std::string_view text);  ///< a count: "2.5 GPUs" is none
  double bytes(std::string_view column, std::string_view text);

  const std::string& unreadable() const { return unreadable_; }

 private:
  double read(std::string_view column, std::string_view text, std::optional<double> value, std::string_view kind);

  std::string unreadable_;
};

}  // namespace eigenbau::tables

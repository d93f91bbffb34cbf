// What number does a cell of a table mean?
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace eigenbau::fit {

/// A plain number: "8192", "1,048,576", "4e6", with blanks around it. Nothing else.
std::optional<double> plain_number(std::string_view text);

/// Bytes: a plain number, one with a unit ("1.5 GB", "1KiB"), or as nccl-tests takes them, K, M and G for powers of 1,024.
std::optional<double> byte_count(std::string_view text);

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

}  // namespace eigenbau::fit

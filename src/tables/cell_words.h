// What does one cell of a table say: a number, a yes or no, nothing at all?
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace eigenbau::tables {

/// Without blanks at either end.
std::string_view trimmed(std::string_view cell);

/// Whether a clause, in lower case, says that a source does not tell something: "tp not reported", "undisclosed", "no mention of
/// it".
bool is_untold(std::string_view clause);

/// Whether the cell leaves open what it is asked: nothing but signs, "N/A", "NaN", "not reported in the paper".
bool says_nothing(std::string_view cell);

/// Without blanks, apostrophes and underscores that part thousands: "8 192", "8'192", "8_192".
std::string without_separators(std::string_view text);

/// A plain number: "8192", "1,048,576", "8 192", "4e6", with blanks around it. Nothing else.
std::optional<double> plain_number(std::string_view text);

/// Bytes: a plain number, one with a unit in any case, of powers of 1,000 ("1.5 GB", "1 mb") or of 1,024 ("1KiB", "1 mib"), or
/// as nccl-tests takes them, K, M and G for powers of 1,024. Bits are no unit of a message.
std::optional<double> byte_count(std::string_view text);

/// A whole number from 0 to a hundred million, "1,024" and "64.0" included; nothing where the cell says anything else.
std::optional<int> count_in(std::string_view cell);

/// "yes", "On", "True", "enabled", "1" against "no", "off", "false", "disabled", "0"; nothing where the cell says anything else.
std::optional<bool> yes_or_no(std::string_view cell);

}  // namespace eigenbau::tables

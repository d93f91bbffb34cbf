// What does one cell of a table say: a count, a yes or no, nothing at all?
#include "fit/cell_words.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <string>

#include "fit/run_text.h"

namespace eigenbau::fit {
namespace {

constexpr double kLargest = 1e8;  // no published run counts anything so high, and products of three still fit a long

constexpr std::array<std::string_view, 7> kNothing{"", "-", "n/a", "na", "none", "null", "unknown"};
constexpr std::array<std::string_view, 6> kYes{"1", "1.0", "yes", "y", "on", "true"};
constexpr std::array<std::string_view, 7> kNo{"0", "0.0", "no", "n", "off", "false", "none"};

template <std::size_t N>
bool is_one_of(const std::array<std::string_view, N>& words, std::string_view cell) {
  return std::find(words.begin(), words.end(), lower(trimmed(cell))) != words.end();
}

/// "1,024,000" without its commas; as it is where they do not part thousands.
std::string without_thousands(std::string_view text) {
  std::string digits(text.substr(0, text.find(',')));
  if (digits.size() == text.size() || digits.empty() || digits.size() > 3) return std::string(text);
  for (std::size_t at = digits.size(); at < text.size(); at += 4) {
    const std::string_view group = text.substr(at, 4);
    if (group.size() != 4 || group[0] != ',') return std::string(text);
    digits += group.substr(1);
  }
  return digits;
}

}  // namespace

std::string_view trimmed(std::string_view cell) {
  constexpr std::string_view kBlanks = " \t\r\n";
  const std::size_t first = cell.find_first_not_of(kBlanks);
  if (first == std::string_view::npos) return {};
  return cell.substr(first, cell.find_last_not_of(kBlanks) + 1 - first);
}

bool says_nothing(std::string_view cell) { return is_one_of(kNothing, cell); }

std::optional<int> count_in(std::string_view cell) {
  const std::string text = without_thousands(trimmed(cell));
  double value = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || parsed.ec != std::errc{} || parsed.ptr != text.data() + text.size()) return std::nullopt;
  if (!(value >= 0 && value <= kLargest) || value != std::floor(value)) return std::nullopt;
  return static_cast<int>(value);
}

std::optional<bool> yes_or_no(std::string_view cell) {
  if (is_one_of(kYes, cell)) return true;
  if (is_one_of(kNo, cell)) return false;
  return std::nullopt;
}

}  // namespace eigenbau::fit

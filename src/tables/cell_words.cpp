// What does one cell of a table say: a number, a yes or no, nothing at all?
#include "tables/cell_words.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "tables/negation.h"
#include "tables/run_text.h"
#include "units/parse.h"

namespace eigenbau::tables {
namespace {

constexpr double kMost = 1e15;    // of any figure of a row; more is a slip of the pen
constexpr double kLargest = 1e8;  // no published run counts anything so high, and products of three still fit a long

constexpr auto kNothing = std::to_array<std::string_view>({"n/a", "n.a.", "na", "n/s", "n/r", "tbd", "nan", "none", "null",
                                                           "auto", "default", "missing", "not available", "not applicable"});
/// What a source does not do with a figure: it is "not stated", "unstated".
constexpr auto kTold = std::to_array<std::string_view>({"stated", "reported", "given", "disclosed", "specified", "mentioned",
                                                        "published", "printed", "documented", "known", "clear"});
constexpr std::array<std::string_view, 3> kBytes{"b", "byte", "bytes"};
constexpr std::array<std::string_view, 7> kYes{"1", "1.0", "yes", "y", "on", "true", "enabled"};
constexpr std::array<std::string_view, 9> kNo{"0", "0.0", "no", "n", "off", "false", "none", "disabled", "not used"};

bool says_one_of(const auto& words, std::string_view cell) { return is_one_of(words, trimmed(lower(cell))); }

std::optional<double> quantity(std::string_view text, Dimension dimension) {
  const auto parsed = parse_quantity(text);
  if (!parsed || parsed->dimension != dimension || parsed->is_percentage || !(std::abs(parsed->value) < kMost))
    return std::nullopt;
  return parsed->value;
}

/// Bytes of a unit in lower case: of a message nobody counts bits or thousandths, so that case says nothing.
std::optional<double> bytes_of_unit(std::string_view unit) {
  constexpr std::string_view kPowers = "kmgt";
  constexpr double kBinary = 1024, kDecimal = 1000;
  if (is_one_of(kBytes, unit)) return 1;
  const auto power = kPowers.find(unit.empty() ? ' ' : unit.front());
  if (power == std::string_view::npos) return std::nullopt;
  unit.remove_prefix(1);
  const bool decimal = is_one_of(kBytes, unit);
  if (!decimal && !is_one_of({"", "i", "ib"}, unit)) return std::nullopt;
  return std::pow(decimal ? kDecimal : kBinary, static_cast<double>(power + 1));
}

}  // namespace

std::string_view trimmed(std::string_view cell) {
  constexpr std::string_view kBlanks = " \t\r\n";
  const std::size_t first = cell.find_first_not_of(kBlanks);
  if (first == std::string_view::npos) return {};
  return cell.substr(first, cell.find_last_not_of(kBlanks) + 1 - first);
}

bool is_untold(std::string_view clause) {
  const auto denied = [&](std::string_view told) {
    for (auto at = clause.find(told); at != std::string_view::npos; at = clause.find(told, at + 1))
      if (const auto before = clause.substr(0, at);
          before.ends_with("un") || before.ends_with("not ") || before.ends_with("none "))
        return true;
    return false;
  };
  return std::ranges::any_of(kTold, denied) || has_word(clause, "no mention");
}

bool says_nothing(std::string_view cell) {
  cell = trimmed(cell);
  if (cell.empty()) return true;
  if (is_digit(cell[0])) return false;
  if (cell.starts_with('(') && cell.ends_with(')')) return says_nothing(cell.substr(1, cell.size() - 2));
  const std::string text = lower(cell);
  const auto is_sign = [](char c) { return c > 0 && !is_letter_or_digit(c); };
  if (says_one_of(kNothing, text) || std::ranges::all_of(text, is_sign)) return true;
  const bool untold = text.starts_with("no") || text.starts_with("un");
  return untold && text.find_first_of("0123456789,;(+") == std::string::npos && is_untold(text);
}

std::string without_separators(std::string_view text) {
  constexpr std::size_t kDigits = 3;
  const auto digit = [&](std::size_t i) { return i < text.size() && is_digit(text[i]); };
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool parts = i > 0 && contains(" '_", text.substr(i, 1)) && digit(i - 1) && digit(i + 1) && digit(i + 2) &&
                       digit(i + kDigits) && !digit(i + kDigits + 1);
    if (!parts) out += text[i];
  }
  return out;
}

std::optional<double> plain_number(std::string_view written) {
  const std::string plain = without_separators(with_plain_signs(written));
  const std::string_view text = trimmed(plain);
  if (text.empty() || text.find_first_not_of("0123456789.,+-eE") != std::string_view::npos) return std::nullopt;
  return quantity(text, {});
}

std::optional<double> byte_count(std::string_view text) {
  text = trimmed(text);
  if (const auto plain = plain_number(text)) return plain;
  const std::size_t end = text.find_last_of("0123456789.");
  if (end == std::string_view::npos) return std::nullopt;
  const auto count = plain_number(text.substr(0, end + 1));
  const auto unit = bytes_of_unit(lower(trimmed(text.substr(end + 1))));
  return count && unit && *count * *unit < kMost ? std::optional(*count * *unit) : std::nullopt;
}

std::optional<int> count_in(std::string_view cell) {
  const auto value = plain_number(cell);
  if (!value || !(*value >= 0 && *value <= kLargest) || *value != std::floor(*value)) return std::nullopt;
  return static_cast<int>(*value);
}

std::optional<bool> yes_or_no(std::string_view cell) {
  if (says_one_of(kYes, cell)) return true;
  if (says_one_of(kNo, cell)) return false;
  return std::nullopt;
}

}  // namespace eigenbau::tables

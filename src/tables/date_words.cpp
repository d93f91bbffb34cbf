// Of which year and month does a cell say that something is?
#include "tables/date_words.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <string>
#include <vector>

#include "tables/run_text.h"

namespace eigenbau::tables {
namespace {

constexpr int kFirst = 2015, kLast = 2059;
constexpr int kMonths = 12;

/// Runs of digits and runs of letters.
std::vector<std::string_view> parts_of(std::string_view text) {
  std::vector<std::string_view> parts;
  for (std::size_t at = 0; at < text.size();) {
    const auto is_alike = is_digit(text[at]) ? is_digit : is_letter;
    std::size_t end = at;
    while (end < text.size() && is_alike(text[end])) ++end;
    if (end > at) parts.push_back(text.substr(at, end - at));
    at = std::max(end, at + 1);
  }
  return parts;
}

/// -1 where it is none, or too large for any.
int number_of(std::string_view part) {
  int number = -1;
  const auto read = std::from_chars(part.data(), part.data() + part.size(), number);
  return read.ec == std::errc{} && read.ptr == part.data() + part.size() ? number : -1;
}

bool is_year(int number) { return number >= kFirst && number <= kLast; }
bool is_month(int number) { return number >= 1 && number <= kMonths; }

/// 9 of "sep", "sept" and "september".
int month_of_name(std::string_view part) {
  constexpr std::array<std::string_view, kMonths> kNames{"january", "february", "march",     "april",   "may",      "june",
                                                         "july",    "august",   "september", "october", "november", "december"};
  constexpr std::size_t kShortest = 3;
  for (std::size_t i = 0; i < kNames.size(); ++i)
    if (part.size() >= kShortest && kNames[i].starts_with(part)) return static_cast<int>(i) + 1;
  return 0;
}

/// The middle of a part of the year: "Q3", "H2".
int middle_of(std::string_view letter, int number) {
  constexpr int kQuarters = 4, kHalves = 2;
  if (letter == "q" && number >= 1 && number <= kQuarters) return 3 * number - 1;
  return letter == "h" && number >= 1 && number <= kHalves ? 6 * number - 3 : 0;
}

/// The month by the numbers beside the year: right after it, or before it if no more than one number there can be one.
int month_beside(const std::vector<std::string_view>& parts, std::size_t year) {
  if (year + 1 < parts.size())
    if (const int after = number_of(parts[year + 1]); is_month(after)) return after;
  int month = 0;
  for (std::size_t i = year; i > 0 && number_of(parts[i - 1]) >= 0; --i) {
    const int before = number_of(parts[i - 1]);
    const bool of_word = i > 1 && number_of(parts[i - 2]) < 0;  // "v2 2024"
    if (of_word) return 0;
    if (!is_month(before)) continue;
    if (month > 0) return 0;
    month = before;
  }
  return month;
}

}  // namespace

std::optional<DateWords> date_in(std::string_view cell) {
  const std::string text = lower(cell);
  const std::vector<std::string_view> parts = parts_of(text);
  for (std::size_t i = 0; i < parts.size(); ++i) {
    constexpr std::size_t kYear = 4, kWithMonth = 6, kWithDay = 8;
    const bool whole = parts[i].size() == kWithMonth || parts[i].size() == kWithDay;  // "202509", "20250912"
    const int year = number_of(parts[i].substr(0, whole ? kYear : parts[i].size()));
    if (!is_year(year)) continue;
    const int inside = whole ? number_of(parts[i].substr(kYear, 2)) : 0;
    if (whole) return is_month(inside) ? std::optional(DateWords{year, inside}) : std::nullopt;
    DateWords date{year};
    for (std::size_t k = 0; k < parts.size() && date.month == 0; ++k) {
      date.month = month_of_name(parts[k]);
      if (k + 1 < parts.size() && date.month == 0) date.month = middle_of(parts[k], number_of(parts[k + 1]));
    }
    if (date.month == 0) date.month = month_beside(parts, i);
    return date;
  }
  return std::nullopt;
}

}  // namespace eigenbau::tables

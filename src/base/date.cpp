// Which day is meant? Days in UTC, as files write them.
#include "base/date.h"

#include <fmt/format.h>

#include <charconv>
#include <cmath>

namespace eigenbau {

std::optional<Date> date_from_parts(int year, unsigned month, unsigned day) {
  const std::chrono::year_month_day date{std::chrono::year{year}, std::chrono::month{month}, std::chrono::day{day}};
  if (!date.ok()) return std::nullopt;
  return Date{date};
}

std::optional<Date> parse_date(std::string_view text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return std::nullopt;
  auto number = [&](std::size_t from, std::size_t length) -> std::optional<int> {
    int value = 0;
    const char* end = text.data() + from + length;
    const auto parsed = std::from_chars(text.data() + from, end, value);
    return parsed.ec == std::errc{} && parsed.ptr == end && value >= 0 ? std::optional(value) : std::nullopt;
  };
  const auto year = number(0, 4), month = number(5, 2), day = number(8, 2);
  if (!year || !month || !day) return std::nullopt;
  return date_from_parts(*year, static_cast<unsigned>(*month), static_cast<unsigned>(*day));
}

std::string print(Date date) {
  const std::chrono::year_month_day parts{date};
  return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(parts.year()), static_cast<unsigned>(parts.month()),
                     static_cast<unsigned>(parts.day()));
}

Date after(Date date, Time span) { return date + std::chrono::days{static_cast<int>(std::ceil(span.in(kDay)-1e-9))}; }

}  // namespace eigenbau

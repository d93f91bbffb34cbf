// Which day is meant? Days in UTC, as files write them.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "units/quantity.h"

namespace eigenbau {

using Date = std::chrono::sys_days;

/// "2024-08-01"; nothing if it is not a day of the calendar.
std::optional<Date> parse_date(std::string_view text);
std::string print(Date date);
std::optional<Date> date_from_parts(int year, unsigned month, unsigned day);

/// Time from `from` to `to`, negative if `to` is earlier.
inline Time time_between(Date from, Date to) { return static_cast<double>((to - from).count()) * kDay; }

/// The day `span` after `date`, whole days rounded up.
Date after(Date date, Time span);

}  // namespace eigenbau

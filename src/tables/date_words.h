// Of which year and month does a cell say that something is?
#pragma once

#include <optional>
#include <string_view>

namespace eigenbau::tables {

struct DateWords {
  int year = 0;
  int month = 0;  ///< 1 to 12; 0: not said

  /// As releases are numbered, 25.09; the middle of a year of which no month is said.
  double release() const { return year - 2000 + (month > 0 ? month : 6) / 100.0; }
};

/// "2025", "2025-09", "09/2025", "Sep 2025", "12 September 2025", "Q3 2025"; of a quarter or half its middle. Of two numbers that
/// may both be the month none is. Nothing where no year from 2015 to 2059 is said; of several the first counts.
std::optional<DateWords> date_in(std::string_view cell);

}  // namespace eigenbau::tables

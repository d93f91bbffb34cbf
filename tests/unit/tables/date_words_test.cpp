// Are the year and the month of a cell read in any order?
#include "tables/date_words.h"

#include <doctest/doctest.h>

#include <string>

using namespace eigenbau::tables;

TEST_CASE("a month counts in whatever order and spelling it stands beside its year") {
  for (const char* cell :
       {"2025-09", "2025/09", "2025.9", "09/2025", "9-2025", "Sep 2025", "sept. 2025", "September 2025", "2025 September",
        "12 September 2025", "Sep 12, 2025", "2025-09-12", "30/09/2025", "09/30/2025", "202509", "20250912"}) {
    const auto date = date_in(cell);
    REQUIRE_MESSAGE(date, std::string(cell));
    CHECK_MESSAGE(date->year == 2025, std::string(cell));
    CHECK_MESSAGE(date->month == 9, std::string(cell));
    CHECK(date->release() == doctest::Approx(25.09));
  }
  CHECK(date_in("Q3 2025")->month == 8);
  CHECK(date_in("2025Q1")->month == 2);
  CHECK(date_in("H2 2025")->month == 9);
  CHECK(date_in("May 2024")->month == 5);
}

TEST_CASE("a year alone has no month, and two numbers that may both be the month say none") {
  for (const char* cell :
       {"2025", "~2025", "2025.0", "FY2025", "mid 2025", "09/10/2025", "v2 2025", "2025-13", "2025 (arXiv)", "2025-2026"}) {
    const auto date = date_in(cell);
    REQUIRE_MESSAGE(date, std::string(cell));
    CHECK_MESSAGE(date->year == 2025, std::string(cell));
    CHECK_MESSAGE(date->month == 0, std::string(cell));
  }
  for (const char* none : {"", "unknown", "25", "1999", "2305.01234", "20251301", "99999999999999999999", "September"})
    CHECK_MESSAGE(!date_in(none), std::string(none));
}

// How do tests write a day?
#pragma once

#include "base/date.h"

namespace eigenbau {

constexpr Date day(int year, unsigned month, unsigned day_of_month) {
  return Date{std::chrono::year{year} / static_cast<int>(month) / static_cast<int>(day_of_month)};
}

}  // namespace eigenbau

// Which valid values of a degree are next to the one that a plan has?
#pragma once

#include <algorithm>
#include <array>
#include <initializer_list>
#include <limits>

#include "base/divisors.h"

namespace eigenbau::perf {

/// Beyond what a long holds: the largest there is, which divides nothing.
inline long product(std::initializer_list<long> factors) {
  long all = 1;
  for (const long factor : factors)
    if (__builtin_mul_overflow(all, factor, &all)) return std::numeric_limits<long>::max();
  return all;
}

inline bool divides(long value, long number) { return value > 0 && number % value == 0; }

/// The valid numbers from 1 to `most` next below and above `value`; 0 where there is none.
template <class Valid>
std::array<long, 2> nearest_valid(long value, long most, const Valid& valid) {
  std::array<long, 2> nearest{0, 0};
  for (long n = std::min(value - 1, most); n >= 1 && nearest[0] == 0; --n)
    if (valid(n)) nearest[0] = n;
  for (long n = value + 1; n <= most && nearest[1] == 0; ++n)
    if (valid(n)) nearest[1] = n;
  return nearest;
}

/// The same of the divisors of `number`, which may be large.
template <class Valid>
std::array<long, 2> nearest_divisor(long value, int number, const Valid& valid) {
  std::array<long, 2> nearest{0, 0};
  for (const long n : divisors(number)) {
    if (n == value || !valid(n)) continue;
    if (n < value) nearest[0] = n;
    else if (nearest[1] == 0) nearest[1] = n;
  }
  return nearest;
}

}  // namespace eigenbau::perf

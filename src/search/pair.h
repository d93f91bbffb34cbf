// How are two numbers worked out at once?
#pragma once

#include <cstring>

#include "units/quantity.h"

namespace eigenbau::search {

/// Two numbers in one register; sums, products and comparisons act on both.
using Pair = double __attribute__((vector_size(16)));

inline Pair both(double value) { return Pair{value, value}; }

inline Pair lower(Pair a, Pair b) { return b < a ? b : a; }
inline Pair lower(Pair a, double b) { return lower(a, both(b)); }

/// Two times; stands for one in laws that are written for either.
class TimePair {
 public:
  TimePair() = default;
  TimePair(Time one) : seconds_(both(one.base())) {}
  explicit TimePair(Pair seconds) : seconds_(seconds) {}

  Pair base() const { return seconds_; }

  friend TimePair operator+(TimePair a, TimePair b) { return TimePair(a.seconds_ + b.seconds_); }
  friend TimePair operator-(TimePair a, TimePair b) { return TimePair(a.seconds_ - b.seconds_); }
  friend TimePair operator*(double factor, TimePair a) { return TimePair(factor * a.seconds_); }
  friend TimePair operator*(Pair factors, TimePair a) { return TimePair(factors * a.seconds_); }
  friend TimePair longer(TimePair a, TimePair b) { return TimePair(a.seconds_ < b.seconds_ ? b.seconds_ : a.seconds_); }
  friend TimePair shorter(TimePair a, TimePair b) { return TimePair(b.seconds_ < a.seconds_ ? b.seconds_ : a.seconds_); }

 private:
  Pair seconds_{};
};

/// Of two that stand side by side.
inline Pair two_at(const double* first) {
  Pair two;
  std::memcpy(&two, first, sizeof two);
  return two;
}
inline TimePair two_at(const Time* first) {
  static_assert(sizeof(Time) == sizeof(double));
  Pair two;
  std::memcpy(&two, first, sizeof two);
  return TimePair(two);
}

inline void put(double one, double* place) { *place = one; }
inline void put(Time one, Time* place) { *place = one; }
inline void put(Pair two, double* first) { std::memcpy(first, &two, sizeof two); }
inline void put(TimePair two, Time* first) {
  const Pair seconds = two.base();
  std::memcpy(static_cast<void*>(first), &seconds, sizeof seconds);
}

}  // namespace eigenbau::search

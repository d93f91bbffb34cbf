// How many whole units is that?
#pragma once

#include <algorithm>
#include <cmath>

namespace eigenbau::design {

/// More units of one kind than any site has; a count stops there, so that absurd figures of a file stay countable.
inline constexpr double kMostUnits = 1e8;

/// Rounded up, past the rounding of doubles: 3.0000000001 is 3.
inline int whole_up(double value) { return static_cast<int>(std::clamp(std::ceil(value - 1e-9), 0.0, kMostUnits)); }

/// Rounded down, likewise: 2.9999999999 is 3.
inline int whole_down(double value) { return static_cast<int>(std::clamp(std::floor(value + 1e-9), 0.0, kMostUnits)); }

}  // namespace eigenbau::design

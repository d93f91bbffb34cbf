// How large may a stated value be before it is certainly a slip of the pen? Bounds that keep every later sum finite.
#pragma once

#include "units/quantity.h"

namespace eigenbau::cluster {

inline constexpr Power kMostPower = 1000 * kGigawatt;
inline constexpr Money kMostMoney = 1e6 * kGigaUsd;
inline constexpr Time kMostTime = 1000 * kYear;
inline constexpr Flop kMostFlop = Flop::from_base(1e36);
inline constexpr Tokens kMostTokens = Tokens::from_base(1e18);
inline constexpr Bytes kMostBytes = Bytes::from_base(1e24);
inline constexpr double kMostServers = 1e7;
inline constexpr double kMostGpus = 1e9;
inline constexpr double kMostTokensOfARequest = 1e8;

}  // namespace eigenbau::cluster

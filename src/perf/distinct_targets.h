// How many of several targets do random draws reach?
#pragma once

#include <cmath>

namespace eigenbau::perf {

/// Targets that at least one of k draws reaches, each draw one of n equally likely targets: ranks or domains on which the experts
/// of a token lie.
///   n·(1 - (1 - 1/n)^k)
/// Low where a rank holds few experts: those of one token are distinct, so that two are less often on one rank.
inline double distinct_targets(double targets, double draws) { return targets * (1 - std::pow(1 - 1 / targets, draws)); }

}  // namespace eigenbau::perf

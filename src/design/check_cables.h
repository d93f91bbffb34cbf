// Do the cables of a design, taken row by row, make the network that was designed?
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "design/cables.h"

namespace eigenbau::design {

/// What a rule finds on the rows; `faults` 0: it holds.
struct CableRule {
  std::string_view rule;
  long looked_at = 0;
  long faults = 0;
  std::string first;  ///< the first fault, in words
};

/// The rules, each looked at on every row:
/// - every port is plugged once, on a switch or adapter that is there
/// - no leaf holds two rails (where rails are kept apart and all servers have equal adapters)
/// - no cable joins two pods below the cores, or two fabrics
/// - pods are balanced: equal links from every leaf to each spine of its pod, from every spine to each of its cores
/// - each cable is as long as its run, and its optics and glass reach that far
/// - the rows are as many as were counted, by network, tier, parts and length; likewise the modules
std::vector<CableRule> check_cables(const Design& design, const Floor& floor);

/// The same on rows from elsewhere: `walk` shows every row to what it is given.
using CableWalk = std::function<void(const std::function<void(const CableRow&)>&)>;
std::vector<CableRule> check_cables(const Design& design, const CableWalk& walk);

}  // namespace eigenbau::design

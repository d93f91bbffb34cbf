// When is each flow done, if flows begin at any time and have any size?
#pragma once

#include <span>
#include <vector>

#include "network/live_rates.h"
#include "network/max_min.h"
#include "units/quantity.h"

namespace eigenbau::network {

/// What one flow carries: the time that it would take alone at the rate of one link, and when it begins.
struct Transfer {
  Time alone{};
  Time begin{};
};

struct Completion {
  std::vector<Time> done;  ///< when each flow ends; infinite for one that crosses a link without capacity
  Time last{};             ///< of those that end
  long events = 0;         ///< instants at which flows begin or end
  long rate_changes = 0;   ///< of all flows together, beyond the first rate of each
  bool whole = true;       ///< false: given up after very many rate changes; what had not ended by then is infinite
};

/// About a quarter of a minute of work. Only thousands of flows of unequal size over links that hold each other back come near
/// it: each end then changes all others.
inline constexpr long kMostRateChanges = 100'000'000;

/// Flows keep their max-min fair rates until one begins or ends, and carry what they have at those rates.
///   done_f = t with  ∫ r_f dt from begin_f to t = alone_f       r_f rate of the flow in the rate of one link
/// Flows of one size that begin together keep their first rate to the end: one that ends lets only faster ones rise, and
/// those have ended before it. Stops being true where a transport takes long to find its rate (flows of a few round trips).
Completion complete(const Paths& paths, std::span<const double> capacity, std::span<const Transfer> transfers,
                    long most_rate_changes = kMostRateChanges, int smallest_crowd = LiveRates::kSmallestCrowd);

}  // namespace eigenbau::network

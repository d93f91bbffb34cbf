// Which share of its adapter does each flow of a traffic pattern get?
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "network/routes.h"
#include "network/topology.h"

namespace eigenbau::network {

struct Flow {
  Endpoint source = 0, target = 0;
};

/// Every endpoint sends to one other and receives from one other, by chance.
std::vector<Flow> random_permutation(const Clos& clos, std::uint64_t seed);
/// Every endpoint sends to the one of the same rail on the server `shift` further: a step of a ring, or of an all-to-all.
std::vector<Flow> rail_shift(const Clos& clos, int shift);

/// How flows of equal size, begun together, share the fabric. A flow is split evenly over its queue pairs, and is done
/// when the slowest of them is.
///   share = q min_i r_i        q queue pairs, r_i max-min rate of each in the rate of a link
/// A flow that finishes gives its links free only to flows that were no slower (they alone share a full link with it at
/// that rate), so that the slowest flow's share is also its share to the end.
struct Shares {
  double mean = 0, worst = 0;
  std::vector<double> of_flow;
  double hottest[3] = {};  ///< load of the fullest link of each tier, of its capacity
};
Shares share_of(const Clos& clos, const std::vector<Flow>& flows, Routing routing, int queue_pairs, std::uint64_t seed);

}  // namespace eigenbau::network

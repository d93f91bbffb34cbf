// What do the jobs see of the machine?
#pragma once

#include <string>

#include "cluster/cluster.h"
#include "design/design.h"
#include "network/routes.h"

namespace eigenbau::design {

/// Share of the wire rate that traffic beyond the leaf gets on a full-bandwidth fabric, by how flows are routed.
/// Sprayed or adaptively routed flows with adapters that reorder: 0.95. ECMP: 0.62, the mean of a random permutation over
/// sixteen queue pairs of equal parts; single flows get less. Source: flow-level simulation of full fat trees.
inline constexpr double kSprayedShare = 0.95;
inline constexpr double kHashedShare = 0.62;
/// One pass through a switch and its two transceivers.
inline constexpr Time kSwitchLatency = 0.6 * kMicrosecond;

/// Queue pairs that a message is spread over where flows are hashed. Large Ethernet fabrics are run with 16; no file states it.
inline constexpr int kQueuePairs = 16;

/// How the back-end network routes: as the file says where adapters allow it, hashed where they do not reorder.
struct FabricRouting {
  network::Routing routing = network::Routing::hashed;
  int queue_pairs = kQueuePairs;
  std::string from;  ///< why, in words
};
FabricRouting routing_of(const cluster::Fabric& stated, const Design& design);

/// All accelerators of the kind that most of them have, with the fabric's tiers as wired.
perf::Machine machine_of(const cluster::Cluster& cluster, const Design& design);

}  // namespace eigenbau::design

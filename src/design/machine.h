// What do the jobs see of the machine?
#pragma once

#include <string>

#include "cluster/cluster.h"
#include "design/design.h"
#include "network/routes.h"

namespace eigenbau::design {

/// Queue pairs that a message is spread over where flows are hashed and the file does not say. With 16 a random permutation
/// gets 0.62 of the wire on average, close to the 60 % that NVIDIA states for standard Ethernet; with one it gets 0.40.
inline constexpr int kQueuePairs = 16;

/// How the back-end network routes: as the file says where adapters allow it, hashed where they do not reorder.
struct FabricRouting {
  network::Routing routing = network::Routing::hashed;
  int queue_pairs = kQueuePairs;
  std::string from;  ///< why, in words
};
FabricRouting routing_of(const cluster::Fabric& stated, const Design& design);

/// All accelerators of the kind that most of them have, with the fabric's tiers as wired. A tier's shares are those of its
/// worst flow (network/worst_share.h): ranks are placed domain by domain, so that tensor-parallel groups stay in a domain,
/// rings run along the rails from server to server, and pipeline stages lie farthest apart.
perf::Machine machine_of(const cluster::Cluster& cluster, const Design& design);

}  // namespace eigenbau::design

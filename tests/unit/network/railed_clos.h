// Which fabric with rails and pods do tests of wiring and routes take?
#pragma once

#include "network/topology.h"

namespace eigenbau::network {

/// Two pods of two units of four servers with four rails, two links from every leaf to each of two spines.
inline Clos railed() {
  return {.tiers = 3,
          .servers = 16,
          .links_per_server = 4,
          .rails = 4,
          .servers_per_unit = 4,
          .servers_per_pod = 8,
          .units = 4,
          .units_per_pod = 2,
          .pods = 2,
          .leaf_down = 4,
          .leaf_up = 4,
          .spines_per_pod = 2,
          .spine_down = 16,
          .spine_up = 16,
          .cores_per_plane = 4,
          .radix = 32,
          .links_per_cage = 2};
}

}  // namespace eigenbau::network

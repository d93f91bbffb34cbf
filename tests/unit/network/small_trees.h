// Which fat trees do the tests of this room wire?
#pragma once

#include "network/topology.h"

namespace eigenbau::network {

/// A full fat tree of k-port switches, k³/4 endpoints; links above the leaf `uplink_rate` times as fast as adapters.
inline Clos fat_tree(int k, double uplink_rate = 1) {
  const int half = k / 2;
  return {.tiers = 3,
          .servers = k * half * half,
          .links_per_server = 1,
          .rails = 1,
          .servers_per_unit = half,
          .servers_per_pod = half * half,
          .units = k * half,
          .units_per_pod = half,
          .pods = k,
          .leaf_down = half,
          .leaf_up = half,
          .spines_per_pod = half,
          .spine_down = half,
          .spine_up = half,
          .cores_per_plane = half,
          .radix = k,
          .links_per_cage = 1,
          .uplink_rate = uplink_rate};
}

}  // namespace eigenbau::network

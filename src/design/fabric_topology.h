// Which ports does a designed fabric wire to which?
#pragma once

#include <vector>

#include "design/fabric_count.h"
#include "network/topology.h"

namespace eigenbau::design {

/// The wiring rule of a fabric: one fat tree for each of its islands and copies, all copies of an island after one another.
/// Devices of the management network are its servers, in the order of the floor.
std::vector<network::Clos> topology_of(const Fabric& fabric);

/// Servers of each island; the last one may have fewer.
int servers_per_island(const Fabric& fabric);

/// The adapter port that a link of a fat tree's server stands for. Fat trees count equal servers; where groups differ in
/// adapters, one of these holds the ports of several devices, or part of them.
struct FabricPort {
  int attached = -1;  ///< of Fabric::attached; -1: nothing is plugged there, the last server is not whole
  int device = 0;
  int port = 0;
};
FabricPort port_of(const Fabric& fabric, int tree, int server, int server_link);

}  // namespace eigenbau::design

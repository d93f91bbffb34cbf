#include "design/fabric_topology.h"

#include <algorithm>

namespace eigenbau::design {

std::vector<network::Clos> topology_of(const Fabric& fabric) {
  const FabricWiring& wiring = fabric.wiring;
  const int islands = std::max(1, wiring.islands);
  if (wiring.tiers == 0 || (wiring.tiers == 1 && wiring.units > islands)) return {};
  const int per_island = (fabric.demand.servers + islands - 1) / islands;
  std::vector<network::Clos> trees;
  for (int island = 0; island < islands; ++island) {
    const int servers = std::min(per_island, fabric.demand.servers - island * per_island);
    trees.push_back({.tiers = wiring.tiers,
                     .servers = std::max(0, servers),
                     .links_per_server = fabric.demand.links_per_server,
                     .rails = wiring.tiers == 1 ? 1 : fabric.demand.rails,
                     .servers_per_unit = wiring.servers_per_unit,
                     .servers_per_pod = wiring.servers_per_pod,
                     .units = wiring.units / islands,
                     .units_per_pod = wiring.units_per_pod,
                     .pods = wiring.pods / islands,
                     .leaf_down = wiring.leaf_down,
                     .leaf_up = wiring.leaf_up,
                     .spines_per_pod = wiring.spines_per_pod,
                     .spine_down = wiring.spine_down,
                     .spine_up = wiring.spine_up,
                     .cores_per_plane = wiring.cores_per_plane,
                     .radix = fabric.demand.radix,
                     .links_per_cage = links_per_cage(fabric.part, fabric.link_speed),
                     .link = fabric.link_speed});
  }
  return trees;
}

}  // namespace eigenbau::design

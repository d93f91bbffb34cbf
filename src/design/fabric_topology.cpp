// Which ports does a designed fabric wire to which?
#include "design/fabric_topology.h"

#include <algorithm>

namespace eigenbau::design {

std::vector<network::Clos> topology_of(const Fabric& fabric) {
  const FabricWiring& wiring = fabric.wiring;
  const int islands = std::max(1, wiring.islands);
  const int trees_in_all = islands * wiring.copies;
  if (wiring.tiers == 0 || (wiring.tiers == 1 && wiring.units > trees_in_all)) return {};
  const int per_island = servers_per_island(fabric);
  std::vector<network::Clos> trees;
  for (int tree = 0; tree < trees_in_all; ++tree) {
    const int island = tree / wiring.copies;
    const int servers = std::min(per_island, fabric.demand.servers - island * per_island);
    trees.push_back({.tiers = wiring.tiers,
                     .servers = std::max(0, servers),
                     .links_per_server = fabric.demand.links_per_server,
                     .rails = wiring.tiers == 1 ? 1 : fabric.demand.rails,
                     .servers_per_unit = wiring.servers_per_unit,
                     .servers_per_pod = wiring.servers_per_pod,
                     .units = wiring.units / trees_in_all,
                     .units_per_pod = wiring.units_per_pod,
                     .pods = wiring.pods / trees_in_all,
                     .leaf_down = wiring.leaf_down,
                     .leaf_up = wiring.leaf_up,
                     .spines_per_pod = wiring.spines_per_pod,
                     .spine_down = wiring.spine_down,
                     .spine_up = wiring.spine_up,
                     .cores_per_plane = wiring.cores_per_plane,
                     .radix = std::max(fabric.ports_of(network::Node::leaf), fabric.ports_of(network::Node::spine)),
                     .links_per_cage = fabric.cage_links(),
                     .link = fabric.link_speed,
                     .uplink_rate = fabric.speed_of(network::Tier::leaf_spine) / fabric.link_speed});
  }
  return trees;
}

int servers_per_island(const Fabric& fabric) {
  const FabricWiring& wiring = fabric.wiring;
  const int islands = std::max(1, wiring.islands);
  // Every island has as many management switches, and fills them.
  if (fabric.upper) return wiring.units / islands * wiring.servers_per_unit;
  return (fabric.demand.servers + islands - 1) / islands;
}

FabricPort port_of(const Fabric& fabric, int tree, int server, int server_link) {
  const FabricDemand& demand = fabric.demand;
  const int copies = std::max(1, fabric.wiring.copies);
  const int per_island = servers_per_island(fabric);
  const int rail = tree % copies / demand.planes, plane = tree % demand.planes;
  const long links = static_cast<long>(demand.links_per_server) * copies;
  const int link = (server_link * demand.rails_apart + rail) * demand.planes + plane;
  long index = (static_cast<long>(tree / copies) * per_island + server) * links + link;
  for (std::size_t i = 0; i < fabric.attached.size(); ++i) {
    const Attached& group = fabric.attached[i];
    const long of_group = static_cast<long>(group.devices) * group.links;
    if (index < of_group)
      return {static_cast<int>(i), group.first_device + static_cast<int>(index / group.links),
              static_cast<int>(index % group.links)};
    index -= of_group;
  }
  return {};
}

}  // namespace eigenbau::design

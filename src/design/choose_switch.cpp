// Which switch takes the least money for so many servers and links, and what fabric does it make?
#include "design/choose_switch.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <tuple>

#include "design/fabric_topology.h"
#include "units/print.h"

namespace eigenbau::design {
namespace {

/// Counts of so many equal fabrics.
void multiply(FabricWiring& wiring, int fabrics) {
  for (int* count : {&wiring.units, &wiring.pods, &wiring.switches.leaf, &wiring.switches.spine, &wiring.switches.core})
    *count *= fabrics;
  wiring.leaf_spine_links *= fabrics;
  wiring.spine_core_links *= fabrics;
}

/// The wiring of as many fabrics side by side as are asked for, or of more where these cannot hold all.
std::optional<FabricWiring> wire_islands(const FabricDemand& demand) {
  const int most = largest_fabric(demand);
  if (most <= 0) return std::nullopt;
  FabricDemand island = demand;
  const auto wire = [&](int islands) {
    island.servers = (demand.servers + islands - 1) / islands;
    // A few servers shared out evenly may leave nothing for the last.
    islands = (demand.servers + island.servers - 1) / island.servers;
    std::optional<FabricWiring> wiring = wire_evenly(island);
    if (!wiring || islands == 1) return wiring;
    wiring->islands = islands;
    multiply(*wiring, islands);
    wiring->room_for_servers = wiring->room_for_servers * islands + (island.servers * islands - demand.servers);
    return wiring;
  };
  const int asked = std::min(demand.islands, std::max(1, demand.servers));
  if (std::optional<FabricWiring> wiring = wire(asked)) return wiring;
  const int first = std::max(asked + 1, (demand.servers + most - 1) / most);
  for (int islands = first; islands <= first + 2; ++islands)
    if (std::optional<FabricWiring> wiring = wire(islands)) return wiring;
  return std::nullopt;
}

}  // namespace

int links_per_cage(const catalog::Switch& part, Bandwidth speed) {
  return std::min(part.breakout, static_cast<int>(std::floor(part.port_speed / speed + 1e-9)));
}

int Fabric::cage_links() const { return upper ? 1 : std::max(1, links_per_cage(part, link_speed)); }

int Fabric::ports_of(network::Node tier) const {
  if (!upper) return std::max(1, demand.radix);
  return tier == network::Node::leaf ? wiring.leaf_down + wiring.leaf_up : upper->ports;
}

int rails_of(cluster::Topology topology, int links_per_server) {
  if (topology == cluster::Topology::fat_tree) return 1;
  for (int rails = std::min(kMostRails, links_per_server); rails > 1; --rails)
    if (links_per_server % rails == 0) return rails;
  return 1;
}

int radix_at(const catalog::Switch& part, Bandwidth speed) { return part.ports * links_per_cage(part, speed); }

std::optional<Choice> choose_switch(const std::vector<catalog::Switch>& candidates, const std::string& protocol,
                                    FabricDemand demand, Bandwidth link) {
  std::optional<Choice> best;
  const auto key = [](const Choice& c) {
    const Money unknown = 1e15 * kUsd;
    return std::tuple(c.wiring.islands, c.part.price.value_or(unknown) * c.wiring.switches.total(), c.wiring.switches.total());
  };
  for (const catalog::Switch& part : candidates) {
    demand.radix = radix_at(part, link);
    if (part.protocol != protocol || demand.radix < 2) continue;
    std::optional<FabricWiring> wiring = wire_islands(demand);
    if (!wiring) continue;
    wiring->copies = demand.copies();
    multiply(*wiring, wiring->copies);
    Choice choice{part, demand, *wiring};
    if (!best || key(choice) < key(*best)) best = std::move(choice);
  }
  return best;
}

std::vector<Attached> attached_servers(const std::vector<ServerGroup>& groups, Port port, int planes) {
  std::vector<Attached> attached;
  int first = 0;
  for (std::size_t i = 0; i < groups.size(); ++i) {
    const ServerGroup& group = groups[i];
    const std::optional<catalog::Nic>& nic = port == Port::back_end    ? group.nic
                                             : port == Port::front_end ? group.front_end_nic
                                                                       : group.storage_nic;
    const int adapters = port == Port::back_end    ? group.server.back_end_nics
                         : port == Port::front_end ? group.server.front_end_nics
                                                   : group.storage_nics;
    if (nic && adapters > 0 && group.count > 0)
      attached.push_back({static_cast<int>(i), first, group.count, adapters * nic->ports * planes});
    first += group.count;
  }
  return attached;
}

long links_of(const std::vector<Attached>& attached) {
  long links = 0;
  for (const Attached& group : attached) links += static_cast<long>(group.devices) * group.links;
  return links;
}

Fabric fabric_from(std::string name, Choice choice, std::string part_from, Bandwidth link, std::vector<Attached> attached) {
  Fabric fabric{.name = std::move(name),
                .part = std::move(choice.part),
                .part_from = std::move(part_from),
                .link_speed = link,
                .demand = choice.demand,
                .attached = std::move(attached),
                .wiring = choice.wiring};
  fabric.wiring.host_links = links_of(fabric.attached);
  FabricDemand whole_units = fabric.demand;
  whole_units.servers = fabric.demand.servers + fabric.wiring.room_for_servers;
  fabric.by_ports = switches_by_ports(fabric.wiring.tiers > 1 ? whole_units : fabric.demand);
  if (const std::vector<network::Clos> trees = topology_of(fabric); !trees.empty()) {
    fabric.one_out = network::one_switch_out(trees.front());
    fabric.one_out.unit_links /= fabric.wiring.copies;
    fabric.one_out.core_links /= fabric.wiring.copies;
    fabric.bisection = network::bisection_share(trees.front());
  }
  if (fabric.by_ports)
    for (int* count : {&fabric.by_ports->leaf, &fabric.by_ports->spine, &fabric.by_ports->core}) *count *= fabric.wiring.copies;
  const SwitchCount& n = fabric.wiring.switches;
  fabric.switch_typical = fabric.part.typical_power * n.total();
  fabric.switch_nameplate = fabric.part.nameplate_power * n.total();
  fabric.derivation = fmt::format("{} servers x {} links of {} on switches of {} such ports: {} leaf + {} spine + {} core",
                                  print_count(fabric.demand.servers), fabric.demand.links_per_server * fabric.wiring.copies,
                                  print_in(link.base(), "Gb/s", 3), fabric.demand.radix, print_count(n.leaf),
                                  print_count(n.spine), print_count(n.core));
  return fabric;
}

}  // namespace eigenbau::design

// Which switches, optics and cables connect the servers?
#include "design/build_fabric.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <tuple>

#include "design/fabric_topology.h"
#include "units/print.h"

namespace eigenbau::design {
namespace {

int radix_at(const catalog::Switch& part, Bandwidth speed) { return part.ports * links_per_cage(part, speed); }

/// Counts of so many equal fabrics.
void multiply(FabricWiring& wiring, int fabrics) {
  for (int* count : {&wiring.units, &wiring.pods, &wiring.switches.leaf, &wiring.switches.spine, &wiring.switches.core})
    *count *= fabrics;
  wiring.leaf_spine_links *= fabrics;
  wiring.spine_core_links *= fabrics;
}

/// The wiring, as several fabrics side by side where one cannot hold all.
std::optional<FabricWiring> wire_islands(const FabricDemand& demand) {
  if (std::optional<FabricWiring> one = wire_evenly(demand)) return one;
  const int most = largest_fabric(demand);
  if (most <= 0) return std::nullopt;
  FabricDemand island = demand;
  const int first = std::max(2, (demand.servers + most - 1) / most);
  for (int islands = first; islands <= first + 2; ++islands) {
    island.servers = (demand.servers + islands - 1) / islands;
    std::optional<FabricWiring> wiring = wire_evenly(island);
    if (!wiring) continue;
    wiring->islands = islands;
    multiply(*wiring, islands);
    wiring->room_for_servers = wiring->room_for_servers * islands + (island.servers * islands - demand.servers);
    return wiring;
  }
  return std::nullopt;
}

struct Choice {
  catalog::Switch part;
  FabricDemand demand;
  FabricWiring wiring;
};

/// Of the switches of one protocol: one fabric before several, then the lowest price of all switches, then the fewest.
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

enum class Port { back_end, front_end };

/// Every group that has adapters of that kind.
std::vector<Attached> attached_servers(const std::vector<ServerGroup>& groups, Port port, int planes = 1) {
  std::vector<Attached> attached;
  int first = 0;
  for (std::size_t i = 0; i < groups.size(); ++i) {
    const ServerGroup& group = groups[i];
    const bool back = port == Port::back_end;
    const std::optional<catalog::Nic>& nic = back ? group.nic : group.front_end_nic;
    const int adapters = back ? group.server.back_end_nics : group.server.front_end_nics;
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

/// The group that decides how a server is connected: the one with the most accelerators among those with adapters.
const ServerGroup* largest_with_nic(const std::vector<ServerGroup>& groups) {
  const ServerGroup* largest = nullptr;
  for (const ServerGroup& group : groups)
    if (group.nic && group.server.back_end_nics > 0 && group.count > 0 && (!largest || group.gpus() > largest->gpus()))
      largest = &group;
  return largest;
}

int rails_of(cluster::Topology topology, int links_per_server) {
  if (topology == cluster::Topology::fat_tree) return 1;
  for (int rails = std::min(kMostRails, links_per_server); rails > 1; --rails)
    if (links_per_server % rails == 0) return rails;
  return 1;
}

FabricDemand back_end_demand(const cluster::Fabric& stated, const std::vector<ServerGroup>& groups, const ServerGroup& shape) {
  const int adapter_ports = shape.server.back_end_nics * shape.nic->ports;
  const int rails = rails_of(stated.topology, adapter_ports);
  const bool apart = stated.topology == cluster::Topology::rail_only;
  FabricDemand demand{.links_per_server = apart ? adapter_ports / rails : adapter_ports,
                      .gpus_per_server = shape.server.gpus,
                      .rails = apart ? 1 : rails,
                      .oversubscription = std::max(1.0, stated.oversubscription.value_or(1)),
                      .pod_oversubscription = std::max(1.0, stated.pod_oversubscription.value_or(1)),
                      .planes = stated.planes.value_or(1),
                      .most_tiers = stated.tiers.value_or(3),
                      .rails_apart = apart ? rails : 1};
  const long links = links_of(attached_servers(groups, Port::back_end, demand.planes));
  const long each = static_cast<long>(demand.links_per_server) * demand.copies();
  demand.servers = static_cast<int>((links + each - 1) / each);
  if (stated.pod_gpus) demand.pod_servers = std::max(1, *stated.pod_gpus / std::max(1, shape.server.gpus));
  return demand;
}

/// InfiniBand adapters also speak Ethernet; ECMP is Ethernet's way to route.
std::string protocol_of(const catalog::Nic& nic, const cluster::Fabric& stated) {
  const bool ethernet = nic.protocol != "infiniband" || stated.routing == cluster::Routing::ecmp;
  return ethernet ? "ethernet" : "infiniband";
}

void check_routing(const cluster::Fabric& stated, const Fabric& fabric, const catalog::Nic& nic, Diagnostics& findings) {
  const bool out_of_order = stated.routing == cluster::Routing::adaptive || stated.routing == cluster::Routing::spray;
  if (out_of_order && !nic.reorders)
    findings.add({.code = "EB3203",
                  .severity = Severity::warning,
                  .message = fmt::format("{} routing delivers out of order, and {} does not reorder",
                                         stated.routing == cluster::Routing::spray ? "sprayed" : "adaptive", nic.name),
                  .span = stated.span,
                  .hint = "choose an adapter that reorders, or routing = \"ecmp\""});
  if (fabric.part.protocol == "infiniband" && nic.protocol != "infiniband")
    findings.add({.code = "EB3206",
                  .severity = Severity::warning,
                  .message = fmt::format("{} is an InfiniBand switch; {} speaks {}", fabric.part.name, nic.name, nic.protocol),
                  .span = stated.span});
}

std::string_view tiers_in_words(int tiers) { return tiers == 1 ? "one tier" : tiers == 2 ? "two tiers" : "three tiers"; }

/// What would make one fabric of it, nearest first: the same switch with fewer uplinks or with the rails apart, then
/// other switches.
std::vector<std::string> nearest_designs(const Fabric& fabric, const Parts& parts) {
  std::vector<std::string> found;
  const auto try_one = [&](const FabricDemand& demand, const std::string& what) {
    const std::optional<FabricWiring> wiring = wire_evenly(demand);
    if (wiring) found.push_back(fmt::format("one fabric {}: {} switches", what, print_count(wiring->switches.total())));
    return wiring.has_value();
  };
  for (double oversubscription : {1.5, 2.0, 3.0, 4.0, 6.0, 8.0}) {
    FabricDemand fewer = fabric.demand;
    fewer.oversubscription = oversubscription;
    if (oversubscription > fabric.demand.oversubscription && try_one(fewer, fmt::format("at {}:1 at the leaf", oversubscription)))
      break;
  }
  if (fabric.demand.rails > 1) {
    FabricDemand rail = fabric.demand;
    rail.links_per_server /= rail.rails;
    rail.rails = 1;
    if (const std::optional<FabricWiring> wiring = wire_evenly(rail))
      found.push_back(fmt::format("rail-only, {} fabrics of one rail each: {} switches", fabric.demand.rails,
                                  print_count(static_cast<long long>(wiring->switches.total()) * fabric.demand.rails)));
  }
  for (const catalog::Switch& part : parts.switches) {
    FabricDemand larger = fabric.demand;
    larger.radix = radix_at(part, fabric.link_speed);
    if (part.protocol == fabric.part.protocol && larger.radix > fabric.demand.radix)
      try_one(larger, fmt::format("of {}, {} ports", part.name, larger.radix));
  }
  return found;
}

void check_wiring(const cluster::Fabric& stated, const Fabric& fabric, const Parts& parts, bool pod_dropped,
                  Diagnostics& findings) {
  const FabricWiring& wiring = fabric.wiring;
  const int gpus = fabric.demand.gpus_per_server;
  std::vector<std::string> notes{fmt::format("counted as {} fabrics side by side", wiring.islands)};
  if (wiring.islands > 1)
    for (std::string& design : nearest_designs(fabric, parts)) notes.push_back(std::move(design));
  if (wiring.islands > 1)
    findings.add({.code = "EB3201",
                  .severity = Severity::warning,
                  .message = fmt::format("{} accelerators cannot be wired as one fabric of {}: {} of {} ports hold {}",
                                         print_count(static_cast<long long>(fabric.demand.servers) * gpus), fabric.part.name,
                                         tiers_in_words(fabric.demand.most_tiers), fabric.demand.radix,
                                         print_count(static_cast<long long>(largest_fabric(fabric.demand)) * gpus)),
                  .span = stated.span,
                  .notes = std::move(notes),
                  .hint = "take a switch with more ports, or oversubscribe"});
  if (pod_dropped)
    findings.add({.code = "EB3205",
                  .severity = Severity::warning,
                  .message = fmt::format("pods of {} accelerators cannot be wired evenly with {} ports of {}",
                                         print_count(stated.pod_gpus.value_or(0)), fabric.demand.radix, fabric.part.name),
                  .span = stated.span,
                  .notes = {fmt::format("wired in pods of {}", print_count(static_cast<long long>(wiring.units_per_pod) *
                                                                           wiring.servers_per_unit * gpus))}});
  const int unit = wiring.servers_per_unit;
  if (wiring.tiers > 1 && wiring.room_for_servers % std::max(1, unit) != 0)
    findings.add({.code = "EB3204",
                  .severity = Severity::note,
                  .message = fmt::format("{} servers are {:.1f} units of {}: ports for {} more stay free",
                                         print_count(fabric.demand.servers), static_cast<double>(fabric.demand.servers) / unit,
                                         unit, print_count(wiring.room_for_servers)),
                  .span = stated.span,
                  .hint = "buy optics and cables of the spare ports now, or when the servers come? The switches are counted"});
}

}  // namespace

int links_per_cage(const catalog::Switch& part, Bandwidth speed) {
  return std::min(part.breakout, static_cast<int>(std::floor(part.port_speed / speed + 1e-9)));
}

std::string_view name_of(network::Tier tier) {
  switch (tier) {
    case network::Tier::host_leaf:
      return "server to leaf";
    case network::Tier::leaf_spine:
      return "leaf to spine";
    case network::Tier::spine_core:
      return "spine to core";
  }
  return "";
}

std::optional<Fabric> back_end_fabric(const cluster::Fabric& stated, const Parts& parts, const std::vector<ServerGroup>& groups,
                                      Diagnostics& findings) {
  const ServerGroup* shape = largest_with_nic(groups);
  if (stated.topology == cluster::Topology::none || !shape) return std::nullopt;
  FabricDemand demand = back_end_demand(stated, groups, *shape);
  const Bandwidth link = shape->nic->speed / (shape->nic->ports * demand.planes);
  const std::string protocol = parts.network_switch ? parts.network_switch->protocol : protocol_of(*shape->nic, stated);
  const std::vector<catalog::Switch> named =
      parts.network_switch ? std::vector{*parts.network_switch} : std::vector<catalog::Switch>{};
  const std::vector<catalog::Switch>& candidates = parts.network_switch ? named : parts.switches;

  std::optional<Choice> choice = choose_switch(candidates, protocol, demand, link);
  bool pod_dropped = false;
  if (!choice && demand.pod_servers > 0) {
    demand.pod_servers = 0;
    pod_dropped = true;
    choice = choose_switch(candidates, protocol, demand, link);
  }
  if (!choice) {
    findings.add({.code = "EB3202",
                  .severity = Severity::warning,
                  .message = fmt::format("no {} switch carries {} servers with {} links of {}",
                                         parts.network_switch ? parts.network_switch->name : protocol,
                                         print_count(demand.servers), demand.links_per_server, print_in(link.base(), "Gb/s", 3)),
                  .span = stated.span});
    return std::nullopt;
  }
  Fabric fabric = fabric_from("back-end", *choice,
                              parts.network_switch ? "cluster file" : "lowest price among the " + protocol + " switches that fit",
                              link, attached_servers(groups, Port::back_end, demand.planes));
  check_routing(stated, fabric, *shape->nic, findings);
  check_wiring(stated, fabric, parts, pod_dropped, findings);
  return fabric;
}

std::optional<Fabric> front_end_fabric(const cluster::Fabric& stated, const Parts& parts, const std::vector<ServerGroup>& groups,
                                       int storage_nodes) {
  FabricDemand demand{.oversubscription = stated.front_end_oversubscription.value_or(kFrontEndOversubscription),
                      .pod_oversubscription = 1};
  std::vector<Attached> attached = attached_servers(groups, Port::front_end);
  if (attached.empty()) return std::nullopt;
  if (storage_nodes > 0) attached.push_back({.devices = storage_nodes, .links = kStorageLinks});
  const catalog::Nic& nic = *groups[static_cast<std::size_t>(attached.front().group)].front_end_nic;
  const Bandwidth link = nic.speed / nic.ports;
  demand.links_per_server = attached.front().links;
  demand.servers = static_cast<int>((links_of(attached) + demand.links_per_server - 1) / demand.links_per_server);
  demand.rails = rails_of(cluster::Topology::rail_fat_tree, demand.links_per_server);
  const bool named = parts.front_end_switch.has_value();
  std::optional<Choice> choice = choose_switch(named ? std::vector{*parts.front_end_switch} : parts.switches,
                                               named ? parts.front_end_switch->protocol : "ethernet", demand, link);
  if (!choice) return std::nullopt;
  return fabric_from("front-end", *choice, named ? "cluster file" : "lowest price among the ethernet switches that fit", link,
                     attached);
}

std::optional<Fabric> management_fabric(const Parts& parts, int devices) {
  const catalog::Switch* slowest = nullptr;
  for (const catalog::Switch& part : parts.switches)
    if (part.protocol == "ethernet" && part.ports > 0 && (!slowest || part.port_speed < slowest->port_speed)) slowest = &part;
  if (!slowest || devices <= 0) return std::nullopt;
  Fabric fabric{
      .name = "management", .part = *slowest, .part_from = "slowest ethernet switch", .link_speed = slowest->port_speed};
  const int switches = (devices + slowest->ports - 1) / slowest->ports;
  fabric.demand = {.servers = devices, .links_per_server = 1, .radix = slowest->ports};
  fabric.wiring = {.tiers = 1, .servers_per_unit = slowest->ports, .units = switches, .units_per_pod = switches, .pods = 1};
  fabric.wiring.switches = {switches, 0, 0};
  fabric.wiring.host_links = devices;
  fabric.wiring.room_for_servers = switches * slowest->ports - devices;
  fabric.switch_typical = slowest->typical_power * switches;
  fabric.switch_nameplate = slowest->nameplate_power * switches;
  fabric.derivation = fmt::format("{} management ports of servers, switches and rack PDUs / {} a switch; uplinks not counted",
                                  print_count(devices), slowest->ports);
  return fabric;
}

}  // namespace eigenbau::design

// Which switches, optics and cables connect the servers?
#include "design/build_fabric.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "design/choose_switch.h"
#include "design/fabric_topology.h"
#include "units/print.h"

namespace eigenbau::design {
namespace {

/// The group that decides how a server is connected: the one with the most accelerators among those with adapters.
const ServerGroup* largest_with_nic(const std::vector<ServerGroup>& groups) {
  const ServerGroup* largest = nullptr;
  for (const ServerGroup& group : groups)
    if (group.nic && group.server.back_end_nics > 0 && group.count > 0 && (!largest || group.gpus() > largest->gpus()))
      largest = &group;
  return largest;
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
                      .islands = stated.islands.value_or(1),
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

/// What would make one fabric of it, nearest first: the same switch with fewer uplinks, with the rails apart or as islands,
/// then other switches.
std::vector<std::string> nearest_designs(const FabricDemand& asked, const std::string& protocol, Bandwidth link,
                                         const Parts& parts) {
  std::vector<std::string> found;
  const auto try_one = [&](const FabricDemand& demand, int fabrics, const std::string& what) {
    const std::optional<FabricWiring> wiring = wire_evenly(demand);
    if (wiring)
      found.push_back(fmt::format("{}: {} switches", what,
                                  print_count(static_cast<long long>(wiring->switches.total()) * fabrics * asked.copies())));
    return wiring.has_value();
  };
  for (double oversubscription : {1.5, 2.0, 3.0, 4.0, 6.0, 8.0}) {
    FabricDemand fewer = asked;
    fewer.oversubscription = oversubscription;
    if (oversubscription > asked.oversubscription &&
        try_one(fewer, 1, fmt::format("oversubscription = {:.1f}, one fabric with fewer uplinks at the leaf", oversubscription)))
      break;
  }
  FabricDemand more_tiers = asked;
  more_tiers.most_tiers = 3;
  if (asked.most_tiers < 3) try_one(more_tiers, 1, "tiers = 3, one fabric");
  if (asked.rails > 1) {
    FabricDemand rail = asked;
    rail.links_per_server /= rail.rails;
    rail.rails = 1;
    try_one(rail, asked.rails, fmt::format("topology = \"rail-only\", {} fabrics of one rail each", asked.rails));
  }
  if (const int most = largest_fabric(asked); most > 0) {
    FabricDemand island = asked;
    for (int islands = (asked.servers + most - 1) / most; islands <= 1024; ++islands) {
      island.servers = (asked.servers + islands - 1) / islands;
      if (islands > asked.islands && try_one(island, islands, fmt::format("islands = {}, fabrics that no cable joins", islands)))
        break;
      if (islands > asked.servers) break;
    }
  }
  for (const catalog::Switch& part : parts.switches) {
    FabricDemand larger = asked;
    larger.radix = radix_at(part, link);
    if (part.protocol == protocol && larger.radix > asked.radix)
      try_one(larger, 1, fmt::format("switch = \"{}\", one fabric on its {} ports", part.name, larger.radix));
  }
  return found;
}

std::vector<std::string> designs_that_work(const FabricDemand& asked, const std::string& protocol, Bandwidth link,
                                           const Parts& parts) {
  std::vector<std::string> notes = nearest_designs(asked, protocol, link, parts);
  for (std::string& note : notes) note.insert(0, "works: ");
  if (notes.empty()) notes.push_back("no other design of the catalog's switches was found");
  return notes;
}

void check_wiring(const cluster::Fabric& stated, const Fabric& fabric, const Parts& parts, bool pod_dropped,
                  Diagnostics& findings) {
  const FabricWiring& wiring = fabric.wiring;
  const int gpus = fabric.demand.gpus_per_server;
  if (wiring.islands > fabric.demand.islands && fabric.demand.islands < fabric.demand.servers)
    findings.add(
        {.code = "EB3201",
         .severity = Severity::warning,
         .message = fmt::format("{} accelerators cannot be wired as {} of {}: {} of {} ports hold {}",
                                print_count(static_cast<long long>(fabric.demand.servers) * gpus),
                                fabric.demand.islands == 1 ? "one fabric" : fmt::format("{} fabrics", fabric.demand.islands),
                                fabric.part.name, tiers_in_words(fabric.demand.most_tiers), fabric.demand.radix,
                                print_count(static_cast<long long>(largest_fabric(fabric.demand)) * gpus)),
         .span = stated.span,
         .notes = designs_that_work(fabric.demand, fabric.part.protocol, fabric.link_speed, parts),
         .hint = "take one of these"});
  if (wiring.islands > 1)
    findings.add({.code = "EB3210",
                  .severity = Severity::note,
                  .message = fmt::format("{} islands: no cable joins them, so that one job spans {} accelerators at most",
                                         wiring.islands, print_count(static_cast<long long>(servers_per_island(fabric)) * gpus)),
                  .span = stated.span});
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
                  .span = stated.span,
                  .notes = designs_that_work(demand, protocol_of(*shape->nic, stated), link, parts),
                  .hint = "take one of these"});
    return std::nullopt;
  }
  Fabric fabric = fabric_from("back-end", *choice,
                              parts.network_switch ? "cluster file" : "lowest price among the " + protocol + " switches that fit",
                              link, attached_servers(groups, Port::back_end, demand.planes));
  check_routing(stated, fabric, *shape->nic, findings);
  check_wiring(stated, fabric, parts, pod_dropped, findings);
  return fabric;
}

}  // namespace eigenbau::design

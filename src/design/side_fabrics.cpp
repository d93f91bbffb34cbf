// Which switches connect the servers to users and to storage?
#include <fmt/format.h>

#include <algorithm>

#include "design/build_fabric.h"
#include "design/choose_switch.h"
#include "units/print.h"

namespace eigenbau::design {
namespace {

/// A fat tree for `attached`, the adapters of one server on leaves of their own; absent: nothing fits. Links have the speed of
/// the first group's.
std::optional<Fabric> side_fabric(std::string name, const std::optional<catalog::Switch>& named, const Parts& parts,
                                  const std::string& protocol, double oversubscription, Bandwidth link,
                                  std::vector<Attached> attached) {
  FabricDemand demand{.oversubscription = oversubscription, .pod_oversubscription = 1};
  demand.links_per_server = attached.front().links;
  demand.servers = static_cast<int>((links_of(attached) + demand.links_per_server - 1) / demand.links_per_server);
  demand.rails = rails_of(cluster::Topology::rail_fat_tree, demand.links_per_server);
  std::optional<Choice> choice =
      choose_switch(named ? std::vector{*named} : parts.switches, named ? named->protocol : protocol, demand, link);
  if (!choice) return std::nullopt;
  return fabric_from(std::move(name), *std::move(choice),
                     named ? "cluster file" : "lowest price among the " + protocol + " switches that fit", link,
                     std::move(attached));
}

Bandwidth port_speed(const catalog::Nic& nic) { return nic.speed / nic.ports; }

}  // namespace

std::optional<Fabric> front_end_fabric(const cluster::Fabric& stated, const Parts& parts, const std::vector<ServerGroup>& groups,
                                       int storage_nodes, int links_per_node) {
  std::vector<Attached> attached = attached_servers(groups, Port::front_end);
  if (attached.empty()) return std::nullopt;
  const Bandwidth link = port_speed(*groups[static_cast<std::size_t>(attached.front().group)].front_end_nic);
  if (storage_nodes > 0) attached.push_back({.devices = storage_nodes, .links = links_per_node});
  return side_fabric("front-end", parts.front_end_switch, parts, "ethernet",
                     stated.front_end_oversubscription.value_or(kFrontEndOversubscription), link, std::move(attached));
}

std::optional<Fabric> storage_fabric(const cluster::StorageNetwork& stated, const Parts& parts,
                                     const std::vector<ServerGroup>& groups, int storage_nodes, Diagnostics& findings) {
  if (stated.way == cluster::StorageWay::front_end) return std::nullopt;
  const bool asked = stated.way == cluster::StorageWay::own;
  std::vector<Attached> attached = attached_servers(groups, Port::storage);
  const auto rides = [&](std::string why, std::string hint) {
    if (asked)
      findings.add({.code = "EB3209",
                    .severity = Severity::warning,
                    .message = "storage gets no network of its own: " + std::move(why),
                    .span = stated.span,
                    .notes = {"its nodes stand on the front-end network"},
                    .hint = std::move(hint)});
    return std::nullopt;
  };
  if (attached.empty())
    return rides("no server is sold with adapters for it", "nic = \"connectx-7-400g\" in [storage_network] gives each one");
  if (storage_nodes == 0) return rides("the file counts no storage nodes", "state capacity, a bandwidth or units in [storage]");
  const catalog::Nic& nic = *groups[static_cast<std::size_t>(attached.front().group)].storage_nic;
  attached.push_back({.devices = storage_nodes, .links = stated.links_per_node.value_or(kStorageLinks)});
  std::optional<Fabric> fabric =
      side_fabric("storage", parts.storage_switch, parts, nic.protocol == "infiniband" ? "infiniband" : "ethernet",
                  stated.oversubscription.value_or(1), port_speed(nic), std::move(attached));
  if (!fabric) return rides("no switch carries its links", "another switch or fewer links");
  return fabric;
}

}  // namespace eigenbau::design

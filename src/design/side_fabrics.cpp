// Which switches connect the servers to users and to storage?
#include <fmt/format.h>

#include <algorithm>

#include "design/build_fabric.h"
#include "design/choose_switch.h"
#include "units/print.h"

namespace eigenbau::design {
namespace {

/// What one of the two networks is made of.
struct Wish {
  std::string name;
  const std::optional<catalog::Switch>& named;  ///< by the file
  std::string protocol;                         ///< where none is named
  double oversubscription = 1;
  Bandwidth link{};
  Span span;
};

/// The file names a switch that cannot carry these links; those that can.
void refuse_switch(const Wish& wish, const FabricDemand& demand, const Parts& parts, Diagnostics& findings) {
  std::vector<std::string> works;
  for (const catalog::Switch& part : parts.switches)
    if (part.protocol == wish.named->protocol && choose_switch({part}, part.protocol, demand, wish.link))
      works.push_back(fmt::format("works: \"{}\"", part.name));
  findings.add(
      {.code = "EB3202",
       .severity = Severity::warning,
       .message = fmt::format("{} cannot carry the {} network: {} servers with {} links of {}", wish.named->name, wish.name,
                              print_count(demand.servers), demand.links_per_server, print_in(wish.link.base(), "Gb/s", 3)),
       .span = wish.span,
       .notes = std::move(works),
       .hint = "name another switch, or none"});
}

/// A fat tree for `attached`, the adapters of one server on leaves of their own; absent: nothing fits. Links have the speed of
/// the first group's.
std::optional<Fabric> side_fabric(Wish wish, const Parts& parts, std::vector<Attached> attached, Diagnostics& findings) {
  FabricDemand demand{.oversubscription = wish.oversubscription, .pod_oversubscription = 1};
  demand.links_per_server = attached.front().links;
  demand.servers = static_cast<int>((links_of(attached) + demand.links_per_server - 1) / demand.links_per_server);
  demand.rails = rails_of(cluster::Topology::rail_fat_tree, demand.links_per_server);
  const std::string protocol = wish.named ? wish.named->protocol : wish.protocol;
  std::optional<Choice> choice =
      choose_switch(wish.named ? std::vector{*wish.named} : parts.switches, protocol, demand, wish.link);
  if (choice)
    return fabric_from(std::move(wish.name), *std::move(choice),
                       wish.named ? "cluster file" : "lowest price among the " + protocol + " switches that fit", wish.link,
                       std::move(attached));
  if (wish.named) refuse_switch(wish, demand, parts, findings);
  return std::nullopt;
}

Bandwidth port_speed(const catalog::Nic& nic) { return nic.speed / nic.ports; }

}  // namespace

std::optional<Fabric> front_end_fabric(const cluster::Fabric& stated, const Parts& parts, const std::vector<ServerGroup>& groups,
                                       int storage_nodes, int links_per_node, Diagnostics& findings) {
  std::vector<Attached> attached = attached_servers(groups, Port::front_end);
  if (attached.empty()) return std::nullopt;
  const Bandwidth link = port_speed(*groups[static_cast<std::size_t>(attached.front().group)].front_end_nic);
  if (storage_nodes > 0) attached.push_back({.devices = storage_nodes, .links = links_per_node});
  return side_fabric({.name = "front-end",
                      .named = parts.front_end_switch,
                      .protocol = "ethernet",
                      .oversubscription = stated.front_end_oversubscription.value_or(kFrontEndOversubscription),
                      .link = link,
                      .span = stated.span},
                     parts, std::move(attached), findings);
}

std::optional<Fabric> storage_fabric(const cluster::StorageNetwork& stated, const Parts& parts,
                                     const std::vector<ServerGroup>& groups, int storage_nodes, Diagnostics& findings) {
  if (stated.way == cluster::StorageWay::front_end) return std::nullopt;
  const bool asked = stated.way == cluster::StorageWay::own || parts.storage_switch || !stated.nic.empty();
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
  std::optional<Fabric> fabric = side_fabric({.name = "storage",
                                              .named = parts.storage_switch,
                                              .protocol = nic.protocol == "infiniband" ? "infiniband" : "ethernet",
                                              .oversubscription = stated.oversubscription.value_or(1),
                                              .link = port_speed(nic),
                                              .span = stated.span},
                                             parts, std::move(attached), findings);
  if (!fabric) return rides("no switch carries its links", "another switch or fewer links");
  return fabric;
}

}  // namespace eigenbau::design

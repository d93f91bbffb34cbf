// Which cable runs from which port to which? Every link as a row, made one by one from the wiring rule.
#include "design/cables.h"

#include <array>

#include "design/cable_run.h"
#include "design/count_cables.h"
#include "design/fabric_topology.h"

namespace eigenbau::design {
namespace {

using Visit = std::function<void(const CableRow&)>;

DeviceKind kind_of(network::Node node) {
  switch (node) {
    case network::Node::leaf:
      return DeviceKind::leaf;
    case network::Node::spine:
      return DeviceKind::spine;
    default:
      return DeviceKind::core;
  }
}

void measure(const Floor& floor, CableRow& row) {
  const std::vector<RackPosition>& racks = floor.racks();
  row.run = cable_run(floor.plan(), racks[static_cast<std::size_t>(row.down.rack)], racks[static_cast<std::size_t>(row.up.rack)]);
  row.length = orderable_length(orderable(row.run));
}

/// The ends of one network's links on the floor.
class Walk {
 public:
  Walk(const Fabric& fabric, int network, const Floor& floor) : fabric_(fabric), network_(network), floor_(floor) {}

  /// All tiers but those nearer the servers than `from`.
  void run(const Visit& visit, network::Tier from = network::Tier::host_leaf) const {
    const std::vector<network::Clos> trees = topology_of(fabric_);
    for (network::Tier tier : network::kTiers)
      for (std::size_t tree = 0; tree < trees.size() && tier >= from; ++tree) {
        const long links = network::link_count(trees[tree], tier);
        for (long index = 0; index < links; ++index) {
          CableRow row{.network = network_, .tier = tier};
          if (!fill(trees[tree], static_cast<int>(tree), network::link_at(trees[tree], tier, index), row)) continue;
          measure(floor_, row);
          visit(row);
        }
      }
  }

 private:
  bool fill(const network::Clos& clos, int tree, const network::Link& link, CableRow& row) const {
    const int zone = zone_of(clos, tree, link);
    row.bundle = fabric_.bundle_of_zone[static_cast<std::size_t>(link.tier)][static_cast<std::size_t>(zone)];
    row.up = switch_end(clos, tree, link.up);
    if (link.down.node != network::Node::server) {
      row.down = switch_end(clos, tree, link.down);
      return true;
    }
    const FabricPort port = port_of(fabric_, tree, link.down.device, link.down.port);
    if (port.attached < 0) return false;
    const int group = fabric_.attached[static_cast<std::size_t>(port.attached)].group;
    const DeviceKind kind = group < 0 ? DeviceKind::storage : DeviceKind::server;
    row.down = {{kind, network_, port.device}, port.port, floor_.rack_of_group(group, port.device)};
    return true;
  }

  CableEnd switch_end(const network::Clos& clos, int tree, const network::Port& port) const {
    const int in_tree = port.node == network::Node::leaf    ? clos.leaves()
                        : port.node == network::Node::spine ? clos.spines()
                                                            : clos.cores();
    const int number = tree * in_tree + port.device;
    return {{kind_of(port.node), network_, number}, port.port, floor_.rack_of_switch(network_, port.node, number)};
  }

  const Fabric& fabric_;
  int network_;
  const Floor& floor_;
};

/// Managed devices of every rack, in the order in which they take ports.
std::vector<std::vector<Device>> devices_by_rack(const Design& design, const Floor& floor) {
  std::vector<std::vector<Device>> of_rack(floor.racks().size());
  const auto stand = [&](const Device& device) { of_rack[static_cast<std::size_t>(floor.rack_of(device))].push_back(device); };
  for (const RackKind& kind : design.racks.kinds)
    if (kind.use == RackUse::storage)
      for (int i = 0; i < kind.units; ++i) stand({DeviceKind::storage, 0, i});
  for (int i = 0; i < design.servers; ++i) stand({DeviceKind::server, 0, i});
  std::size_t rack = 0;
  for (std::size_t at = 0; at < of_rack.size(); ++at) {
    if (design.racks.kinds[static_cast<std::size_t>(floor.racks()[at].kind)].use == RackUse::network)
      for (const SwitchRun& run : design.racks.switches[rack++].runs)
        for (int i = 0; run.network != kManagement && i < run.count; ++i)
          of_rack[at].push_back({kind_of(run.tier), run.network, run.first + i});
    for (int pdu = 0; pdu < design.racks.managed_pdus; ++pdu)
      of_rack[at].push_back({DeviceKind::rack_pdu, 0, static_cast<int>(at) * kPdusPerRack + pdu});
    const RackKind& kind = design.racks.kinds[static_cast<std::size_t>(floor.racks()[at].kind)];
    if (design.racks.manages_cdus && kind.cdus > 0) of_rack[at].push_back({DeviceKind::rack_cdu, 0, static_cast<int>(at)});
  }
  return of_rack;
}

void walk_management(const Design& design, const Floor& floor, const Visit& visit) {
  const Fabric& fabric = *design.management;
  const std::vector<std::vector<Device>> of_rack = devices_by_rack(design, floor);
  long next = 0;
  for (std::size_t rack = 0; rack < of_rack.size(); ++rack)
    for (const Device& device : of_rack[rack]) {
      const int number = static_cast<int>(next / fabric.demand.radix), port = static_cast<int>(next % fabric.demand.radix);
      CableRow row{
          .network = kManagement,
          .bundle = fabric.bundle_of_zone[0][static_cast<std::size_t>(number)],
          .down = {device, 0, static_cast<int>(rack)},
          .up = {{DeviceKind::leaf, kManagement, number}, port, floor.rack_of_switch(kManagement, network::Node::leaf, number)}};
      measure(floor, row);
      visit(row);
      ++next;
    }
}

}  // namespace

Floor floor_of(const Design& design) {
  std::array<const Fabric*, kNetworks> networks{};
  for (int n = 0; n < kNetworks; ++n) networks[static_cast<std::size_t>(n)] = design.network(n);
  return Floor(design.racks, networks);
}

void for_each_cable(const Design& design, const Floor& floor, const Visit& visit) {
  for (int n : {kBackEnd, kFrontEnd, kStorageNetwork})
    if (const Fabric* fabric = design.network(n)) Walk(*fabric, n, floor).run(visit);
  if (!design.management) return;
  walk_management(design, floor, visit);
  Walk(*design.management, kManagement, floor).run(visit, network::Tier::leaf_spine);
}

long cable_count(const Design& design) {
  long cables = 0;
  for (int n = 0; n < kNetworks; ++n)
    if (const Fabric* fabric = design.network(n))
      for (const LinkBundle& bundle : fabric->bundles) cables += bundle.cables;
  return cables;
}

}  // namespace eigenbau::design

// Which switches do management ports hang on, and what joins these?
#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "design/build_fabric.h"
#include "design/fabric_topology.h"
#include "units/print.h"

namespace eigenbau::design {
namespace {

int ceil_div(int a, int b) { return (a + b - 1) / b; }

/// The slowest Ethernet switch whose cages take links of `at_least`.
const catalog::Switch* slowest(const std::vector<catalog::Switch>& switches, Bandwidth at_least) {
  const catalog::Switch* found = nullptr;
  for (const catalog::Switch& part : switches)
    if (part.protocol == "ethernet" && part.ports > 0 && part.port_speed >= at_least * (1 - 1e-9) &&
        (!found || part.port_speed < found->port_speed))
      found = &part;
  return found;
}

/// Links from a pod's switch to the one core of its plane: two, so that one cable may fail.
constexpr int kSpineUplinks = 2;

/// Switches above `leaves` with `uplinks` each, one to each spine of their pod.
///   pods = 1 where a spine has a port for every leaf, else ceil(leaves / (R - 2))      R ports of a switch above
/// with two links from every spine to the core of its plane. More than R/2 pods are islands side by side.
void aggregate(FabricWiring& wiring, int uplinks, int radix) {
  const int in_pod = std::max(1, radix - kSpineUplinks), most = in_pod * std::max(1, radix / kSpineUplinks);
  wiring.islands = wiring.units > radix ? ceil_div(wiring.units, most) : 1;
  const int leaves = ceil_div(wiring.units, wiring.islands);
  wiring.tiers = leaves > radix ? 3 : 2;
  wiring.units_per_pod = wiring.tiers == 3 ? in_pod : leaves;
  const int pods = ceil_div(leaves, wiring.units_per_pod);
  wiring.units = leaves * wiring.islands;
  wiring.pods = pods * wiring.islands;
  wiring.leaf_up = wiring.spines_per_pod = uplinks;
  wiring.links_per_leaf_spine = 1;
  wiring.spine_down = wiring.units_per_pod;
  wiring.leaf_spine_links = static_cast<long>(wiring.units) * uplinks;
  wiring.switches = {wiring.units, uplinks * wiring.pods, 0};
  if (wiring.tiers < 3) return;
  wiring.spine_up = wiring.links_per_spine_core = kSpineUplinks;
  wiring.cores_per_plane = 1;
  wiring.switches.core = uplinks * wiring.islands;
  wiring.spine_core_links = static_cast<long>(wiring.switches.spine) * kSpineUplinks;
}

void finish(Fabric& fabric, int devices) {
  FabricWiring& wiring = fabric.wiring;
  fabric.demand = {.servers = devices, .links_per_server = 1, .radix = wiring.leaf_down};
  wiring.servers_per_pod = wiring.servers_per_unit * wiring.units_per_pod;
  wiring.host_links = devices;
  wiring.room_for_servers = static_cast<int>(
      std::min<long>(static_cast<long>(wiring.units) * wiring.leaf_down - devices, std::numeric_limits<int>::max()));
  const catalog::Switch& above = fabric.part_of(network::Node::spine);
  fabric.switch_typical = fabric.part.typical_power * wiring.switches.leaf + above.typical_power * fabric.upper_switches();
  fabric.switch_nameplate = fabric.part.nameplate_power * wiring.switches.leaf + above.nameplate_power * fabric.upper_switches();
  fabric.derivation =
      fmt::format("{} management ports / {} a switch = {}", print_count(devices), wiring.leaf_down, print_count(wiring.units));
  if (wiring.tiers < 2) {
    fabric.derivation += "; its uplinks lead to the builder's own network";
    return;
  }
  const double rate = fabric.uplink_speed / fabric.link_speed;
  wiring.oversubscription = wiring.leaf_down / (wiring.leaf_up * rate);
  if (wiring.tiers > 2) wiring.pod_oversubscription = static_cast<double>(wiring.spine_down) / wiring.spine_up;
  fabric.derivation +=
      fmt::format(", each with {} x {} up to {} + {} of {}", wiring.leaf_up, print_in(fabric.uplink_speed.base(), "Gb/s", 3),
                  print_count(wiring.switches.spine), print_count(wiring.switches.core), above.name);
  const network::Clos tree = topology_of(fabric).front();
  fabric.one_out = network::one_switch_out(tree);
  fabric.bisection = network::bisection_share(tree);
}

}  // namespace

std::optional<Fabric> management_fabric(const cluster::Management& stated, const Parts& parts, int devices) {
  const catalog::Switch* leaf = parts.management_switch ? &*parts.management_switch : slowest(parts.switches, Bandwidth{});
  if (!leaf || devices <= 0) return std::nullopt;
  const int uplinks = stated.uplinks.value_or(kManagementUplinks);
  const bool has_uplinks = leaf->uplinks >= uplinks && leaf->uplink_speed;
  const Bandwidth up = has_uplinks ? *leaf->uplink_speed : leaf->port_speed;
  const catalog::Switch* above = parts.aggregation_switch ? &*parts.aggregation_switch : slowest(parts.switches, up);
  Fabric fabric{.name = "management",
                .part = *leaf,
                .part_from = parts.management_switch ? "cluster file" : "slowest ethernet switch",
                .link_speed = leaf->port_speed,
                .uplink_speed = up};
  fabric.wiring = {.tiers = 1, .units = 1, .units_per_pod = 1, .pods = 1, .leaf_down = leaf->ports, .switches = {1, 0, 0}};
  if (devices > leaf->ports && above) {
    fabric.wiring.leaf_down = has_uplinks ? leaf->ports : std::max(1, leaf->ports - uplinks);
    fabric.wiring.units = ceil_div(devices, fabric.wiring.leaf_down);
    fabric.upper = *above;
    aggregate(fabric.wiring, uplinks, above->ports);
  }
  fabric.wiring.servers_per_unit = fabric.wiring.leaf_down;
  finish(fabric, devices);
  return fabric;
}

}  // namespace eigenbau::design

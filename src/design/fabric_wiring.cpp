// How many switches, links, cables and optics does a network take, by ports and wired evenly?
#include <algorithm>
#include <array>
#include <cmath>
#include <tuple>

#include "design/fabric_count.h"
#include "design/whole.h"

namespace eigenbau::design {
namespace {

long ceil_div(long a, long b) { return (a + b - 1) / b; }

int down_ports(int radix, double oversubscription) { return whole_down(radix * oversubscription / (1 + oversubscription)); }

struct LeafSplit {
  int down = 0, up = 0;
};

/// Ways to divide a leaf's ports that keep the oversubscription asked for. A number of uplinks with many divisors spreads
/// evenly over more numbers of spines, so that a few ports left unused can save switches.
std::vector<LeafSplit> leaf_splits(int radix, double oversubscription) {
  std::vector<LeafSplit> splits;
  const auto add = [&](int up) {
    const int down = whole_down(std::min<double>(radix - up, up * oversubscription));
    if (up < 1 || down < 1) return;
    for (const LeafSplit& split : splits)
      if (split.up == up) return;
    splits.push_back({down, up});
  };
  const int fewest = whole_up(radix / (1 + oversubscription));
  for (int multiple : {1, 2, 4, 8, 16, 32, 64}) {
    add(static_cast<int>(ceil_div(fewest, multiple)) * multiple);
    add(fewest / multiple * multiple);
  }
  return splits;
}

/// Cores of one plane: as few as have the ports, so that the `up` links of every spine spread evenly; 0: there is none.
int cores_per_plane(int pods, int up, int radix) {
  for (int cores = static_cast<int>(ceil_div(static_cast<long>(pods) * up, radix)); cores <= up; ++cores)
    if (up % cores == 0 && static_cast<long>(pods) * (up / cores) <= radix) return cores;
  return 0;
}

/// Fewer switches first; then larger pods, in which more traffic stays; then fewer links to buy.
bool better(const FabricWiring& a, const std::optional<FabricWiring>& b) {
  if (!b) return true;
  const auto key = [](const FabricWiring& w) {
    return std::tuple(w.switches.total(), -w.units_per_pod, w.spine_core_links + w.leaf_spine_links);
  };
  return key(a) < key(*b);
}

/// The pods of one candidate: how many units each has, and how many there are.
struct Pods {
  int units_per_pod = 0, count = 0, units = 0, servers_per_pod = 0;
};

Pods pods_of(const FabricDemand& demand, int servers_per_unit, int units_per_pod) {
  Pods pods{.units_per_pod = units_per_pod, .servers_per_pod = servers_per_unit * units_per_pod};
  if (demand.pod_servers > 0) pods.servers_per_pod = std::min(demand.pod_servers, pods.servers_per_pod);
  pods.count = static_cast<int>(ceil_div(demand.servers, pods.servers_per_pod));
  const int in_last = demand.servers - (pods.count - 1) * pods.servers_per_pod;
  pods.units = (pods.count - 1) * units_per_pod + static_cast<int>(ceil_div(in_last, servers_per_unit));
  return pods;
}

/// Tries every even number of spines and cores for pods of one size.
void wire_pods(const FabricDemand& demand, LeafSplit split, int servers_per_unit, const Pods& pods,
               std::optional<FabricWiring>& best) {
  const int leaves = pods.units * demand.rails;
  const int leaves_per_pod = std::min(pods.units_per_pod, pods.units) * demand.rails;
  for (int spines = 1; spines <= split.up; ++spines) {
    if (split.up % spines != 0) continue;
    if (best && leaves + static_cast<long>(spines) * pods.count > best->switches.total()) break;
    const int parallel = split.up / spines;
    const int down = leaves_per_pod * parallel;
    if (down > demand.radix) continue;
    FabricWiring wiring{.tiers = 2,
                        .servers_per_unit = servers_per_unit,
                        .units = pods.units,
                        .units_per_pod = pods.units_per_pod,
                        .servers_per_pod = pods.servers_per_pod,
                        .pods = pods.count,
                        .leaf_down = split.down,
                        .leaf_up = split.up,
                        .spines_per_pod = spines,
                        .links_per_leaf_spine = parallel,
                        .spine_down = down,
                        .switches = {leaves, spines * pods.count, 0},
                        .host_links = static_cast<long>(demand.servers) * demand.links_per_server,
                        .leaf_spine_links = static_cast<long>(leaves) * split.up,
                        .oversubscription = static_cast<double>(split.down) / split.up,
                        .room_for_servers = pods.units * servers_per_unit - demand.servers};
    if (pods.count == 1) {
      if (better(wiring, best)) best = wiring;
      break;  // more spines would only be more switches
    }
    if (demand.most_tiers < 3) break;
    wiring.tiers = 3;
    const int fewest_up = std::max(1, whole_up(down / demand.pod_oversubscription));
    for (int up = fewest_up; down + up <= demand.radix; ++up) {
      const long least_cores = spines * ceil_div(static_cast<long>(pods.count) * up, demand.radix);
      if (best && leaves + wiring.switches.spine + least_cores > best->switches.total()) break;
      const int cores = cores_per_plane(pods.count, up, demand.radix);
      if (cores == 0) continue;
      wiring.spine_up = up;
      wiring.cores_per_plane = cores;
      wiring.links_per_spine_core = up / cores;
      wiring.switches.core = cores * spines;
      wiring.spine_core_links = static_cast<long>(pods.count) * spines * up;
      wiring.pod_oversubscription = static_cast<double>(down) / up;
      if (better(wiring, best)) best = wiring;
    }
  }
}

bool can_be_asked(const FabricDemand& d) {
  return d.servers > 0 && d.links_per_server > 0 && d.radix > 1 && d.rails > 0 && d.oversubscription > 0 &&
         d.pod_oversubscription > 0;
}

}  // namespace

std::optional<SwitchCount> switches_by_ports(const FabricDemand& demand) {
  if (!can_be_asked(demand)) return std::nullopt;
  const long endpoints = static_cast<long>(demand.servers) * demand.links_per_server;
  const int r = demand.radix;
  if (endpoints <= r) return SwitchCount{1, 0, 0};
  const int down = down_ports(r, demand.oversubscription);
  const int spine_down = down_ports(r, demand.pod_oversubscription);
  if (down < 1 || spine_down < 1 || endpoints > static_cast<long>(down) * spine_down * r) return std::nullopt;
  const long leaf = ceil_div(endpoints, down);
  if (demand.most_tiers < 2 || (demand.most_tiers < 3 && leaf > r)) return std::nullopt;
  const double uplinks = static_cast<double>(endpoints) / demand.oversubscription;
  if (leaf <= r && demand.pod_servers == 0) return SwitchCount{static_cast<int>(leaf), whole_up(uplinks / r), 0};
  return SwitchCount{static_cast<int>(leaf), whole_up(uplinks / spine_down), whole_up(uplinks / demand.pod_oversubscription / r)};
}

std::optional<FabricWiring> wire_evenly(const FabricDemand& demand) {
  if (!can_be_asked(demand)) return std::nullopt;
  const long endpoints = static_cast<long>(demand.servers) * demand.links_per_server;
  if (endpoints <= demand.radix && (demand.pod_servers == 0 || demand.pod_servers >= demand.servers)) {
    const int fit = demand.radix / demand.links_per_server;
    return FabricWiring{.tiers = 1,
                        .servers_per_unit = fit,
                        .units = 1,
                        .units_per_pod = 1,
                        .servers_per_pod = fit,
                        .pods = 1,
                        .leaf_down = demand.radix,
                        .switches = {1, 0, 0},
                        .host_links = endpoints,
                        .room_for_servers = fit - demand.servers};
  }
  std::optional<FabricWiring> best;
  if (demand.most_tiers < 2) return best;
  for (const LeafSplit& split : leaf_splits(demand.radix, demand.oversubscription)) {
    const int servers_per_unit = split.down * demand.rails / demand.links_per_server;
    if (servers_per_unit < 1) continue;
    if (demand.pod_servers > 0) {
      const int units = static_cast<int>(ceil_div(std::min(demand.pod_servers, demand.servers), servers_per_unit));
      wire_pods(demand, split, servers_per_unit, pods_of(demand, servers_per_unit, units), best);
      continue;
    }
    const int all_units = static_cast<int>(ceil_div(demand.servers, servers_per_unit));
    for (int units = std::min(all_units, demand.radix / demand.rails); units >= 1; --units)
      wire_pods(demand, split, servers_per_unit, pods_of(demand, servers_per_unit, units), best);
  }
  return best;
}

int largest_fabric(const FabricDemand& demand) {
  if (!can_be_asked(demand)) return 0;
  if (demand.most_tiers < 2) return demand.radix / demand.links_per_server;
  int largest = 0;
  for (const LeafSplit& split : leaf_splits(demand.radix, demand.oversubscription)) {
    const int servers_per_unit = split.down * demand.rails / demand.links_per_server;
    // Two tiers: every port of a spine goes down, and there is one pod.
    const bool one_pod = demand.most_tiers < 3;
    const int spine_down = one_pod ? demand.radix : down_ports(demand.radix, demand.pod_oversubscription);
    largest = std::max(largest, servers_per_unit * (spine_down / demand.rails) * (one_pod ? 1 : demand.radix));
  }
  return largest;
}

}  // namespace eigenbau::design

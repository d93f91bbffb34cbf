// Which port is wired to which? A fat tree as a rule: every link in closed form, no list of links in memory.
#include "network/topology.h"

#include <algorithm>
#include <string_view>

namespace eigenbau::network {
namespace {

/// Uplink k of a switch spreads over `peers`. Links to one peer stay together in a cage where their number allows it, so
/// that one cable with all lanes of a cage connects the two.
struct Spread {
  int peer = 0;
  int parallel = 0;  ///< which of the links to that peer
};

/// Links to one peer that fit into one cage side by side.
int side_by_side(int uplinks, int peers, int links_per_cage) {
  return uplinks / peers % links_per_cage == 0 ? links_per_cage : 1;
}

Spread spread(int uplink, int uplinks, int peers, int links_per_cage) {
  const int together = side_by_side(uplinks, peers, links_per_cage);
  const int group = uplink / together;
  return {group % peers, group / peers * together + uplink % together};
}

Link host_link(const Clos& c, long index) {
  const int server = static_cast<int>(index / c.links_per_server), j = static_cast<int>(index % c.links_per_server);
  const int in_unit = server % c.servers_per_pod % c.servers_per_unit;
  const int per_leaf = c.links_per_server / c.rails;
  return {Tier::host_leaf, {Node::server, server, j}, {Node::leaf, leaf_of(c, server, j), in_unit * per_leaf + j / c.rails}};
}

Link leaf_link(const Clos& c, long index) {
  const int leaf = static_cast<int>(index / c.leaf_up), k = static_cast<int>(index % c.leaf_up);
  const int pod = leaf / c.leaves_per_pod(), in_pod = leaf % c.leaves_per_pod();
  const Spread to = spread(k, c.leaf_up, c.spines_per_pod, c.links_per_cage);
  const int parallel = c.leaf_up / c.spines_per_pod;
  return {Tier::leaf_spine,
          {Node::leaf, leaf, c.leaf_down + k},
          {Node::spine, pod * c.spines_per_pod + to.peer, in_pod * parallel + to.parallel}};
}

Link spine_link(const Clos& c, long index) {
  const int spine = static_cast<int>(index / c.spine_up), k = static_cast<int>(index % c.spine_up);
  const int pod = spine / c.spines_per_pod, plane = spine % c.spines_per_pod;
  const Spread to = spread(k, c.spine_up, c.cores_per_plane, c.links_per_cage);
  const int parallel = c.spine_up / c.cores_per_plane;
  return {Tier::spine_core,
          {Node::spine, spine, c.spine_down + k},
          {Node::core, plane * c.cores_per_plane + to.peer, pod * parallel + to.parallel}};
}

/// Marks ports as used and tells when one is used twice or does not exist.
class PortBook {
 public:
  PortBook(const Clos& clos)
      : radix_(clos.radix),
        servers_(static_cast<std::size_t>(clos.servers) * clos.links_per_server),
        leaves_(size(clos.leaves())),
        spines_(size(clos.spines())),
        cores_(size(clos.cores())),
        links_per_server_(clos.links_per_server) {}

  bool take(const Port& port) {
    std::vector<bool>& used = book(port.node);
    const int ports = port.node == Node::server ? links_per_server_ : radix_;
    if (port.device < 0 || port.port < 0 || port.port >= ports) return false;
    const std::size_t at =
        static_cast<std::size_t>(port.device) * static_cast<std::size_t>(ports) + static_cast<std::size_t>(port.port);
    if (at >= used.size() || used[at]) return false;
    used[at] = true;
    return true;
  }

 private:
  std::size_t size(int switches) const { return static_cast<std::size_t>(switches) * static_cast<std::size_t>(radix_); }
  std::vector<bool>& book(Node node) {
    switch (node) {
      case Node::server:
        return servers_;
      case Node::leaf:
        return leaves_;
      case Node::spine:
        return spines_;
      case Node::core:
        break;
    }
    return cores_;
  }

  int radix_;
  std::vector<bool> servers_, leaves_, spines_, cores_;
  int links_per_server_;
};

/// Links from each device of one tier to each of its peers above are equal in number.
bool spreads_evenly(int up, int peers) { return peers > 0 && up % peers == 0; }

}  // namespace

Clos full_fat_tree(int ports, double uplink_rate) {
  const int half = ports / 2;
  return {.tiers = 3,
          .servers = ports * half * half,
          .links_per_server = 1,
          .rails = 1,
          .servers_per_unit = half,
          .servers_per_pod = half * half,
          .units = ports * half,
          .units_per_pod = half,
          .pods = ports,
          .leaf_down = half,
          .leaf_up = half,
          .spines_per_pod = half,
          .spine_down = half,
          .spine_up = half,
          .cores_per_plane = half,
          .radix = ports,
          .links_per_cage = 1,
          .uplink_rate = uplink_rate};
}

long link_count(const Clos& clos, Tier tier) {
  switch (tier) {
    case Tier::host_leaf:
      return static_cast<long>(clos.servers) * clos.links_per_server;
    case Tier::leaf_spine:
      return clos.tiers >= 2 ? static_cast<long>(clos.leaves()) * clos.leaf_up : 0;
    case Tier::spine_core:
      return clos.tiers >= 3 ? static_cast<long>(clos.spines()) * clos.spine_up : 0;
  }
  return 0;
}

long link_count(const Clos& clos) {
  long links = 0;
  for (Tier tier : kTiers) links += link_count(clos, tier);
  return links;
}

Link link_at(const Clos& clos, Tier tier, long index) {
  switch (tier) {
    case Tier::host_leaf:
      return host_link(clos, index);
    case Tier::leaf_spine:
      return leaf_link(clos, index);
    case Tier::spine_core:
      break;
  }
  return spine_link(clos, index);
}

int uplink_to(int uplinks, int peers, int links_per_cage, int peer, int parallel) {
  const int together = side_by_side(uplinks, peers, links_per_cage);
  return (parallel / together * peers + peer) * together + parallel % together;
}

int leaf_of(const Clos& clos, int server, int server_link) {
  const int pod = server / clos.servers_per_pod;
  const int unit = pod * clos.units_per_pod + server % clos.servers_per_pod / clos.servers_per_unit;
  return unit * clos.rails + server_link % clos.rails;
}

std::vector<Fault> check_wiring(const Clos& clos) {
  std::vector<Fault> faults;
  if (clos.links_per_server % clos.rails != 0) faults.push_back({"links of a server spread evenly over the rails", {}});
  if (clos.tiers >= 2 && !spreads_evenly(clos.leaf_up, clos.spines_per_pod))
    faults.push_back({"every leaf has as many links to each of its spines", {}});
  if (clos.tiers >= 3 && !spreads_evenly(clos.spine_up, clos.cores_per_plane))
    faults.push_back({"every spine has as many links to each of its cores", {}});
  if (!faults.empty()) return faults;
  PortBook book(clos);
  for (Tier tier : kTiers) {
    const long links = link_count(clos, tier);
    for (long index = 0; index < links; ++index) {
      const Link link = link_at(clos, tier, index);
      if (!book.take(link.down) || !book.take(link.up))
        faults.push_back({"every port is used once, on a switch that is there", link});
      if (tier == Tier::host_leaf && link.up.device % clos.rails != link.down.port % clos.rails)
        faults.push_back({"no leaf holds two rails", link});
    }
  }
  return faults;
}

OneOut one_switch_out(const Clos& clos) {
  OneOut out{.unit_links = 1.0 / std::max(1, clos.rails)};
  if (clos.tiers >= 2) out.pod_uplinks = 1.0 / clos.spines_per_pod;
  if (clos.tiers >= 3) out.core_links = 1.0 / clos.cores();
  return out;
}

double bisection_share(const Clos& clos) {
  if (clos.tiers <= 1) return 1;
  const double leaf = clos.uplink_rate * clos.leaf_up / clos.leaf_down;
  if (clos.tiers == 2) return std::min(1.0, leaf);
  return std::min({1.0, leaf, leaf * clos.spine_up / clos.spine_down});
}

}  // namespace eigenbau::network

// Which port is wired to which? A fat tree as a rule: every link in closed form, no list of links in memory.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "units/quantity.h"

namespace eigenbau::network {

enum class Node : std::uint8_t { server, leaf, spine, core };
enum class Tier : std::uint8_t { host_leaf, leaf_spine, spine_core };
inline constexpr Tier kTiers[] = {Tier::host_leaf, Tier::leaf_spine, Tier::spine_core};

/// One end of a link. Ports count links, not cages: a cage that splits holds `links_per_cage` ports in a row.
struct Port {
  Node node = Node::server;
  int device = 0;
  int port = 0;
  friend bool operator==(const Port&, const Port&) = default;
};

struct Link {
  Tier tier = Tier::host_leaf;
  Port down, up;  ///< the end nearer the servers, and the other
};

/// A fat tree of one to three tiers of equal switches, evenly wired.
/// - Servers fill pods in order, and units within a pod; a unit's servers share `rails` leaves, and link j of a server goes
///   to the leaf of rail j mod rails. One rail: all links of a server go to one leaf.
/// - Every leaf has leaf_up / spines_per_pod links to each spine of its pod.
/// - The spines of one index in all pods form a plane; every spine has spine_up / cores_per_plane links to each core of it.
struct Clos {
  int tiers = 0;
  int servers = 0;
  int links_per_server = 0;
  int rails = 1;
  int servers_per_unit = 0;
  int servers_per_pod = 0;
  int units = 0;  ///< in all; the last pod may have fewer than the others
  int units_per_pod = 0;
  int pods = 0;
  int leaf_down = 0, leaf_up = 0;
  int spines_per_pod = 0;
  int spine_down = 0, spine_up = 0;
  int cores_per_plane = 0;
  int radix = 0;
  int links_per_cage = 1;
  Bandwidth link{};
  double uplink_rate = 1;  ///< of a link above the leaf, in the rate of a server's link

  int leaves() const { return units * rails; }
  int leaves_per_pod() const { return units_per_pod * rails; }
  int spines() const { return tiers >= 2 ? pods * spines_per_pod : 0; }
  int cores() const { return tiers >= 3 ? spines_per_pod * cores_per_plane : 0; }
  int switches() const { return leaves() + spines() + cores(); }
};

/// The full fat tree of switches with so many ports k: k³/4 servers of one link, links above the leaf `uplink_rate` times as
/// fast. Source: Al-Fares et al. 2008.
Clos full_fat_tree(int ports, double uplink_rate = 1);

long link_count(const Clos& clos, Tier tier);
long link_count(const Clos& clos);

/// The link of that index, 0 to link_count - 1: by server and adapter, by leaf and uplink, by spine and uplink.
Link link_at(const Clos& clos, Tier tier, long index);

/// Of the uplinks of a switch to equal `peers`, the one that is the n-th to `peer`: the inverse of how they spread.
int uplink_to(int uplinks, int peers, int links_per_cage, int peer, int parallel);

/// The leaf that one of a server's links goes to.
int leaf_of(const Clos& clos, int server, int server_link);

/// What a rule of wiring breaks; empty: nothing. Every port used once and within the switch, no rail mixed on a leaf,
/// equal links from every leaf to its spines and from every spine to its cores.
struct Fault {
  std::string_view rule;
  Link link;
};
std::vector<Fault> check_wiring(const Clos& clos);

/// What is lost while one switch or link is out, as shares.
struct OneOut {
  double unit_links = 0;   ///< leaf: of the links of its unit's servers
  double pod_uplinks = 0;  ///< spine: of what leaves each leaf of its pod
  double core_links = 0;   ///< core: of what leaves each pod
};
OneOut one_switch_out(const Clos& clos);

/// Bandwidth one way between two halves of the pods (two-tier: of the leaves), over what the servers of one half can send.
double bisection_share(const Clos& clos);

}  // namespace eigenbau::network

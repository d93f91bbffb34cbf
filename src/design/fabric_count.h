// How many switches, links, cables and optics does a network take, by ports and wired evenly?
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "catalog/network_parts.h"
#include "cluster/cluster.h"
#include "network/topology.h"
#include "units/quantity.h"

namespace eigenbau::design {

/// Switches by tier, from the servers inward.
struct SwitchCount {
  int leaf = 0, spine = 0, core = 0;
  int total() const { return leaf + spine + core; }
  friend bool operator==(const SwitchCount&, const SwitchCount&) = default;
};

/// What is to be connected.
struct FabricDemand {
  int servers = 0;
  int links_per_server = 0;  ///< at the speed of a NIC's port, to one fabric
  int gpus_per_server = 0;
  int rails = 1;                ///< leaves of a unit; link j of a server goes to leaf j mod rails. 1: a server stays on one leaf
  int radix = 0;                ///< links of one switch at that speed; of management switches those that are no uplinks
  double oversubscription = 1;  ///< at the leaf: down over up
  double pod_oversubscription = 1;  ///< at the spine
  int pod_servers = 0;              ///< 0: the pod size with the fewest switches
  int planes = 1;                   ///< ports of an adapter, each on a fabric of its own
  int most_tiers = 3;
  int islands = 1;      ///< fabrics side by side that are asked for
  int rails_apart = 1;  ///< rails that have a fabric of their own each; 1: all are one fabric

  /// Equal fabrics, each with `links_per_server` of every server's links.
  int copies() const { return planes * rails_apart; }
};

/// What is plugged into a network: equal devices with equal numbers of links, in the order in which its ports are given out.
struct Attached {
  int group = -1;        ///< of Design::groups; -1: storage nodes
  int first_device = 0;  ///< servers are numbered through all groups, storage nodes for themselves
  int devices = 0;
  int links = 0;  ///< of each device
};

/// A fabric in which every leaf has as many links to each spine of its pod, and every spine to each core of its plane.
struct FabricWiring {
  int tiers = 0;
  int islands = 1;           ///< fabrics side by side, where one cannot hold all
  int copies = 1;            ///< fabrics that every server is on, one for each plane and rail apart. Counts are of all fabrics
  int servers_per_unit = 0;  ///< servers that share a set of leaves
  int units = 0;
  int units_per_pod = 0;
  int servers_per_pod = 0;
  int pods = 0;
  int leaf_down = 0, leaf_up = 0;  ///< ports of a leaf
  int spines_per_pod = 0;
  int links_per_leaf_spine = 0;      ///< parallel links of each pair
  int spine_down = 0, spine_up = 0;  ///< ports of a spine that are wired
  int cores_per_plane = 0;           ///< a plane: the spines of one index in every pod
  int links_per_spine_core = 0;
  SwitchCount switches;
  long host_links = 0, leaf_spine_links = 0, spine_core_links = 0;  ///< as wired, spare pods' links included
  double oversubscription = 1, pod_oversubscription = 1;            ///< as wired; never above what was asked
  int room_for_servers = 0;                                         ///< that can still be plugged without another switch
};

/// Fewest switches that have enough ports, whatever way they would have to be wired: a bound, not a design.
///   leaf = ceil(E/d), T1-T2 links = E/o, spine = ceil(E/o / d2), T2-T3 links = E/(o p), core = ceil(E/(o p) / r)
/// with E endpoints, r ports, d = r o/(1+o) down ports of a leaf, o and p down:up of leaf and pod, d2 = r/2.
/// Nothing comes back when r/2 · r/2 · r endpoints are not enough, or more tiers are needed than allowed. One fabric's.
std::optional<SwitchCount> switches_by_ports(const FabricDemand& demand);

/// The evenly wired fabric with the fewest switches (on a tie the one with the larger pods). Units are rounded up, and a
/// last unit or pod that is not full keeps its ports. Nothing comes back when no such fabric of up to three tiers exists.
std::optional<FabricWiring> wire_evenly(const FabricDemand& demand);

/// Most servers that as many tiers as allowed of such switches carry in whole units.
int largest_fabric(const FabricDemand& demand);

/// Links of `speed` that one cage of a switch carries: as it splits, and no more than its bandwidth; 0: it is too slow.
int links_per_cage(const catalog::Switch& part, Bandwidth speed);

std::string_view name_of(network::Tier tier);

/// Cables of one orderable length.
struct LengthBin {
  Length length{};
  long cables = 0;
};

/// The links of one tier that are made of the same parts.
struct LinkBundle {
  network::Tier tier = network::Tier::host_leaf;
  long links = 0;
  long cables = 0;                                           ///< one for each link
  long switch_modules = 0;                                   ///< optics in switch cages
  long server_modules = 0;                                   ///< optics in NICs
  Length mean_length{}, longest{};                           ///< as ordered
  std::vector<LengthBin> lengths;                            ///< ascending
  std::optional<catalog::Optic> switch_optic, server_optic;  ///< absent: copper, or the catalog has none that reaches
  std::optional<catalog::Cable> cable;
  Power power{};  ///< of all modules, or of the cables' active ends
};

/// Links are given their parts zone by zone: those of a unit's servers, of a pod's leaves, of one fabric's spines. The
/// modules of a zone are all alike, since one cage serves two links.
inline constexpr int kZonedTiers = 3;

/// The networks of a machine, by number.
inline constexpr int kBackEnd = 0, kFrontEnd = 1, kStorageNetwork = 2, kManagement = 3, kNetworks = 4;

/// One network of the machine.
struct Fabric {
  std::string name;                      ///< "back-end", "front-end", "storage", "management"
  catalog::Switch part;                  ///< of the leaves, and of all tiers where `upper` is absent
  std::optional<catalog::Switch> upper;  ///< of the tiers above; their links run at `uplink_speed`, one to a cage
  std::string part_from;                 ///< "cluster file", or why the design chose it
  Bandwidth link_speed{};
  Bandwidth uplink_speed{};  ///< of links between switches, where it is another; else zero
  FabricDemand demand;
  std::vector<Attached> attached;
  std::optional<SwitchCount> by_ports;  ///< for whole units: the bound of this wiring
  FabricWiring wiring;
  network::OneOut one_out;  ///< what is lost while one switch is out
  double bisection = 1;     ///< bandwidth between two halves over what one half can send
  std::vector<LinkBundle> bundles;
  std::array<std::vector<std::uint8_t>, kZonedTiers> bundle_of_zone;  ///< by unit, pod and fabric
  Power switch_typical{}, switch_nameplate{};                         ///< of all switches, without optics
  Power optics{};                                                     ///< of all modules
  Power server_optics{};  ///< of those in adapters; the nameplate of a switch counts its own
  std::string derivation;

  const catalog::Switch& part_of(network::Node tier) const { return upper && tier != network::Node::leaf ? *upper : part; }
  Bandwidth speed_of(network::Tier tier) const {
    return tier == network::Tier::host_leaf || uplink_speed <= Bandwidth{} ? link_speed : uplink_speed;
  }
  /// Links that one of its cages carries.
  int cage_links() const;
  /// Ports of one of its switches, as they are numbered.
  int ports_of(network::Node tier) const;
  int upper_switches() const { return wiring.switches.spine + wiring.switches.core; }

  Power typical() const { return switch_typical + optics; }
  Power nameplate() const { return switch_nameplate + server_optics; }
};

}  // namespace eigenbau::design

// How many servers does a rack hold, which limit binds, and how many racks stand where?
#pragma once

#include <string>
#include <vector>

#include "design/server_group.h"
#include "network/topology.h"
#include "units/quantity.h"

namespace eigenbau::design {

enum class RackUse { servers, network, storage };

/// What decides how many units a rack holds. `air`: the heat that room air or a rear door takes from one rack; `vendor`: as the
/// maker racks it; `builder`: [hall] servers_per_rack; `whole_rack`: the system is a rack of its own.
enum class RackLimit { height, power, air, weight, vendor, builder, whole_rack };
std::string_view name_of(RackLimit limit);

/// Racks of one kind; all but the last are full.
struct RackKind {
  RackUse use = RackUse::servers;
  std::string name;  ///< "supermicro-4u-hgx-h100-liquid", "network", "storage"
  int group = -1;    ///< of Design::groups; -1: no servers in it
  int per_rack = 0;  ///< servers, switches or storage units in a full rack
  RackLimit binding = RackLimit::height;
  int fit_height = 0;  ///< as many as each limit alone allows; 0: the limit is not known
  int fit_power = 0;
  int fit_air = 0;
  int fit_weight = 0;
  int units = 0;                                 ///< in all
  int count = 0;                                 ///< racks
  double used_u = 0;                             ///< of a full rack
  double unit_u = 0;                             ///< height of one unit; 0: a rack of its own, or units differ
  double reserved_u = 0;                         ///< at the bottom, for a CDU or for cables
  int cdus = 0;                                  ///< in each rack
  Power nameplate{}, provisioned{}, training{};  ///< of a full rack
  Mass weight{};                                 ///< of a full rack, the empty rack included
  std::string derivation;
};

/// The floor: equal rows of racks in one or more equal halls, hot and cold aisles in turn.
struct HallPlan {
  int racks_per_row = 0;
  int rows = 0;  ///< in all
  int rows_per_hall = 0;
  int halls = 0;
  Length width{}, depth{};  ///< of one hall, aisles included
  Area area{};              ///< of all halls

  /// Rows stand in two columns once a hall has many of them, so that it is not a corridor.
  int columns() const { return rows_per_hall > 12 ? 2 : 1; }
};

/// Switches of one tier of one network that stand in a rack, one above the other. Networks: kNetworks.
struct SwitchRun {
  int network = 0;
  network::Node tier = network::Node::leaf;
  int first = 0, count = 0;
};

/// One rack of switches, from the bottom up.
struct SwitchRack {
  double place = 0;  ///< server racks that stand before it
  std::vector<SwitchRun> runs;
};

struct Racks {
  std::vector<RackKind> kinds;
  std::vector<SwitchRack> switches;  ///< the network racks, in the order of the floor
  HallPlan plan;
  int server_racks = 0;
  int network_racks = 0;
  int storage_racks = 0;
  int managed_pdus = 0;       ///< rack PDUs with a management port, in every rack
  bool manages_cdus = false;  ///< CDUs in racks have one, too

  /// Management ports of a rack beside those of what is mounted in it.
  int managed_beside(const RackKind& kind) const { return managed_pdus + (manages_cdus ? kind.cdus : 0); }
  int total() const { return server_racks + network_racks + storage_racks; }
};

/// One rack on the floor; x runs along a row, y across the rows, both from a corner of its hall.
struct RackPosition {
  int kind = 0;  ///< of Racks::kinds
  int hall = 0, row = 0, column = 0;
  Length x{}, y{};
};

/// Every rack in its place: network racks stand among the server racks that they connect, storage comes last.
std::vector<RackPosition> rack_positions(const Racks& racks);

}  // namespace eigenbau::design

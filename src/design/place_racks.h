// How are servers, switches and storage put into racks?
#pragma once

#include <span>
#include <vector>

#include "base/diagnostic.h"
#include "cluster/cluster.h"
#include "design/fabric_count.h"
#include "design/parts.h"
#include "design/racks.h"

namespace eigenbau::design {

/// Usual figures of a rack and a hall, taken where [hall] states none.
inline constexpr double kRackHeightU = 48;                 ///< usable
inline constexpr Mass kEmptyRackWeight = 180 * kKilogram;  ///< 48U, 1.2 m deep, rails and rack PDUs included
/// Heat that room air takes from one rack. NVIDIA's reference for H100 stands four air-cooled servers of 10.2 kW in a rack.
inline constexpr Power kAirHeatPerRack = 45 * kKilowatt;
inline constexpr double kManifoldU = 0.5;  ///< of a liquid-cooled server's hoses and manifold
inline constexpr Length kRackWidth = 0.6 * kMeter;
inline constexpr Length kRackDepth = 1.2 * kMeter;
inline constexpr Length kRowPitch = 3.0 * kMeter;  ///< a rack's depth and half of the cold and of the hot aisle
inline constexpr int kRacksPerRow = 16;
inline constexpr int kRowsPerHall = 48;
inline constexpr double kServiceArea = 1.25;  ///< crossings, air handlers and CDUs at the walls

/// How many of a unit fit a rack by each limit alone; `reserved_u` is taken by other things. At least one: it has to stand
/// somewhere, and a finding says if it should not.
void fit_limits(RackKind& rack, const cluster::Hall& hall, double height_u, double reserved_u, Power power, Mass weight);

/// The smallest of the known limits and of `upper`, whose reason is the binding limit that `rack` already names.
void take_smallest(RackKind& rack, int upper);

/// Heat that leaves a rack with its air: what the air of the room takes, or, on a site with rear doors, what such a door
/// is rated for.
Power air_heat_limit(const cluster::Site& site, const PlantParts& plant);

/// Racks of one server group. `rack_cdu_u`: height of a CDU in each rack; 0: none.
RackKind server_racks(const cluster::Hall& hall, const ServerGroup& group, int index, double rack_cdu_u, Power air_limit);

/// Height that a network rack keeps free for cables.
inline constexpr double kCableU = 2;

/// Switches that serve the same servers and so stand together; `place` counts the server racks before the middle of them.
struct SwitchBlock {
  double place = 0;
  SwitchRun run;
};

/// Those of all networks but the management's, in the order of their places.
std::vector<SwitchBlock> switch_blocks(std::span<const Fabric* const> networks, const Racks& racks);

/// Racks for the switches of all networks (a network may be absent), each full by height, weight, the heat that air takes
/// and, where [hall] states it, power; next to the servers that they connect. Fills `racks.switches`; what an
/// earlier call placed tells it how many racks of switches have PDUs to manage.
void place_switches(const cluster::Hall& hall, std::span<const Fabric* const> networks, const std::vector<SwitchBlock>& blocks,
                    Power air_limit, Racks& racks);
/// The kind of rack that they are.
void add_network_racks(const cluster::Hall& hall, std::span<const Fabric* const> networks, Power air_limit, Racks& racks);

/// Rows and halls for so many racks.
HallPlan plan_halls(int racks);

/// Positions of a hall and what one carries, against what the racks need; and where heat alone keeps racks from being fuller.
void check_racks(const cluster::Cluster& cluster, const std::vector<ServerGroup>& groups, const Racks& racks, Power air_limit,
                 Diagnostics& findings);

}  // namespace eigenbau::design

// How much electrical and cooling plant does the IT need?
#pragma once

#include <vector>

#include "base/diagnostic.h"
#include "cluster/cluster.h"
#include "design/cooling.h"
#include "design/parts.h"
#include "design/power_tree.h"
#include "design/racks.h"
#include "design/server_group.h"
#include "design/site_power.h"

namespace eigenbau::design {

/// Sites above this are fed at transmission voltage, through transformers of their own.
inline constexpr Power kSubstationFrom = 20 * kMegawatt;
/// Share of the rating that distribution may carry for long. Source: US National Electrical Code, continuous loads.
inline constexpr double kContinuousLoad = 0.8;
/// Of a server's supplies, between half and full load (80 PLUS Titanium asks 94 to 96 %).
inline constexpr double kSupplyEfficiency = 0.95;

/// All IT: servers by group, networks and storage, at the plate and at work.
struct ItPower {
  double gpus = 0;
  Power servers_training{}, servers_provisioned{}, servers_nameplate{};
  Power network_typical{}, network_nameplate{};
  Power storage{};

  Power training() const { return servers_training + network_typical + storage; }
  Power provisioned() const { return servers_provisioned + network_nameplate + storage; }
  Power nameplate() const { return servers_nameplate + network_nameplate + storage; }
};

/// CDU in every rack of this group, where its heat to liquid is within what such a unit moves.
bool takes_rack_cdu(const ServerGroup& group, int servers_per_rack, const catalog::Plant& rack_cdu);

/// What follows from the IT: coolers, levels of the power tree, and the law of watts at the meter.
struct SitePlant {
  Cooling cooling;
  PowerTree power;
  SitePowerLaw law;
};
SitePlant size_plant(const cluster::Cluster& cluster, const Parts& parts, const std::vector<ServerGroup>& groups,
                     const Racks& racks, const ItPower& it);

/// Supplies of servers, phases, redundancy asked for, supply of the site, stated PUE, water.
void check_plant(const cluster::Cluster& cluster, const std::vector<ServerGroup>& groups, const SitePlant& plant,
                 Diagnostics& findings);

}  // namespace eigenbau::design

// Which coolers does so much heat need?
#pragma once

#include <optional>

#include "cluster/cluster.h"
#include "design/cooling.h"
#include "design/parts.h"

namespace eigenbau::design {

/// Heat of the halls while training, and at provisioned load, for which coolers are sized.
struct HeatLoad {
  Power liquid{}, air{};
  Power liquid_provisioned{}, air_provisioned{};
  Power liquid_in_rack_cdu{};  ///< of `liquid`, in racks with a CDU of their own
  int rack_cdus = 0;
  bool rear_doors = false;   ///< heat of air-cooled racks goes to the liquid loop at their doors: no air handlers, no chillers
  double chiller_share = 1;  ///< of the work that a chiller does over a usual year
};

/// A site that is cooled by liquid throughout takes the heat of its air-cooled racks at their doors.
bool has_rear_doors(const cluster::Site& site);

/// Share of its usual work that a chiller has left on a day of that wet bulb, towers doing the rest.
///   s = ((T_wb + a_t) - (T_in - a_c)) / L, within 0 and 1
/// T_wb outdoor wet bulb [K], a_t = 5 K approach of the tower, T_in air or water that reaches the servers [K], a_c = 8 K
/// approach of the air handler, L = 10 K lift of a usual year. Nothing stated: 1.
/// Stops being true for coolers without water, whose limit is the dry bulb.
double chiller_share(std::optional<Temperature> wet_bulb, std::optional<Temperature> inlet);

/// Heat to liquid passes a CDU and a dry cooler; heat to air passes an air handler and a chiller, or, on a site that is
/// cooled by liquid throughout, the rack's rear door and a dry cooler. Each draws in proportion
/// to the heat it moves, as the catalog states for it over a year.
///   P = sum of a_i Q_i         a_i power per heat of a unit, Q_i heat it moves [W]
/// Stops being true where warm air is cooled by outside air for much of the year: chillers then stand still.
Cooling size_cooling(const PlantParts& plant, const HeatLoad& heat);

}  // namespace eigenbau::design

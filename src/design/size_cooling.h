// Which coolers does so much heat need?
#pragma once

#include "design/cooling.h"
#include "design/parts.h"

namespace eigenbau::design {

/// Heat of the halls while training, and at provisioned load, for which coolers are sized.
struct HeatLoad {
  Power liquid{}, air{};
  Power liquid_provisioned{}, air_provisioned{};
  Power liquid_in_rack_cdu{};  ///< of `liquid`, in racks with a CDU of their own
  int rack_cdus = 0;
};

/// Heat to liquid passes a CDU and a dry cooler; heat to air passes an air handler and a chiller. Each draws in proportion
/// to the heat it moves, as the catalog states for it over a year.
///   P = sum of a_i Q_i         a_i power per heat of a unit, Q_i heat it moves [W]
/// Stops being true where warm air is cooled by outside air for much of the year: chillers then stand still.
Cooling size_cooling(const PlantParts& plant, const HeatLoad& heat);

}  // namespace eigenbau::design

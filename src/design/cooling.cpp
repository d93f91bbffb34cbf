// Where does the heat go, through which units, and what does moving it cost?
#include "design/cooling.h"

#include <fmt/format.h>

#include <algorithm>

#include "design/size_cooling.h"
#include "design/whole.h"
#include "units/print.h"

namespace eigenbau::design {
namespace {

/// Heat that a kilogram of water takes along when it evaporates near 30 degrees.
constexpr auto kEvaporationHeat = 2.43e6 * (kJoule / kKilogram);
constexpr auto kWaterDensity = 1000 * (kKilogram / Volume::from_base(1));
/// Air that reaches the servers, where the file states nothing: the upper end of what ASHRAE recommends.
constexpr Temperature kUsualInlet = 300.15 * kKelvin;
constexpr Temperature kTowerApproach = 5 * kKelvin;
constexpr Temperature kAirHandlerApproach = 8 * kKelvin;
constexpr Temperature kUsualLift = 10 * kKelvin;
/// Power of tower fans and pumps per heat, chiller standing still. An assumption.
constexpr double kTowerPower = 0.03;
/// Concentration of minerals at which a tower's water is let off: n/(n-1) of the evaporated water has to come in.
constexpr double kConcentrationCycles = 5;

CoolingUnits units_of(std::string name, const catalog::Plant& part, Power heat, Power sized_for, int spare) {
  CoolingUnits units{.name = std::move(name), .part = part.name, .rating = part.rating, .heat = heat};
  units.power_per_heat = part.auxiliary_share.value_or(0);
  units.power = heat * units.power_per_heat;
  if (sized_for > Power{} && part.rating > Power{}) {
    const int needed = whole_up(sized_for / part.rating);
    units.units = needed + spare;
    units.derivation = fmt::format("{} of heat at provisioned load / {}{}", print(sized_for), print(part.rating),
                                   spare > 0 ? fmt::format(" + {} in reserve", spare) : "");
  }
  return units;
}

}  // namespace

bool has_rear_doors(const cluster::Site& site) { return site.cooling == catalog::Cooling::direct_liquid; }

double chiller_share(std::optional<Temperature> wet_bulb, std::optional<Temperature> inlet) {
  if (!wet_bulb) return 1;
  const Temperature lift = *wet_bulb + kTowerApproach - (inlet.value_or(kUsualInlet) - kAirHandlerApproach);
  return std::clamp(lift / kUsualLift, 0.0, 1.0);
}

Cooling size_cooling(const PlantParts& plant, const HeatLoad& heat) {
  Cooling cooling{.heat_liquid = heat.liquid, .heat_air = heat.air};
  const Power row_liquid = heat.liquid - heat.liquid_in_rack_cdu;
  const double growth = heat.liquid > Power{} ? heat.liquid_provisioned / heat.liquid : 1;
  if (heat.rack_cdus > 0) {
    CoolingUnits racks = units_of("CDUs in the racks", plant.rack_cdu, heat.liquid_in_rack_cdu, Power{}, 0);
    racks.units = heat.rack_cdus;
    racks.derivation = fmt::format("one in each of {} racks", print_count(heat.rack_cdus));
    cooling.units.push_back(racks);
  }
  if (row_liquid > Power{})
    cooling.units.push_back(units_of("CDUs in the rows", plant.row_cdu, row_liquid, row_liquid * growth, 1));
  if (heat.liquid > Power{})
    cooling.units.push_back(units_of("dry coolers", plant.dry_cooler, heat.liquid, heat.liquid_provisioned, 1));
  const auto add_air = [&](const char* name, const catalog::Plant& part, double unavoidable, double share) {
    CoolingUnits units = units_of(name, part, heat.air, heat.air_provisioned, 1);
    unavoidable = std::min(unavoidable, units.power_per_heat);
    units.power_per_heat = unavoidable + (units.power_per_heat - unavoidable) * share;
    units.power = units.heat * units.power_per_heat;
    units.from_air = true;
    cooling.units.push_back(std::move(units));
  };
  if (heat.air > Power{} && heat.rear_doors) {
    add_air("rear doors", plant.rear_door, 0, 1);
    add_air("dry coolers of the doors", plant.dry_cooler, 0, 1);
  } else if (heat.air > Power{}) {
    add_air("air handlers", plant.crah, 0, 1);
    add_air("chillers", plant.chiller, kTowerPower, heat.chiller_share);
  }
  for (const CoolingUnits& units : cooling.units) cooling.power += units.power;
  const auto water = (heat.liquid + heat.air + cooling.power) / kEvaporationHeat / kWaterDensity;
  cooling.water_evaporative = water * (kConcentrationCycles / (kConcentrationCycles - 1));
  cooling.derivation = fmt::format("{} to liquid (CDU, dry cooler), {} to air ({})", print(heat.liquid), print(heat.air),
                                   heat.rear_doors ? "rear door, dry cooler" : "air handler, chiller");
  return cooling;
}

}  // namespace eigenbau::design

// Where does the heat go, through which units, and what does moving it cost?
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "catalog/plant_parts.h"
#include "units/quantity.h"

namespace eigenbau::design {

/// Units of one kind: CDUs, air handlers, chillers, dry coolers.
struct CoolingUnits {
  std::string name;
  std::string part;  ///< catalog part, or "assumed"
  Power rating{};    ///< heat that one unit moves
  int units = 0;     ///< N+1
  Power heat{};      ///< moved while training
  Power power{};     ///< electric, while training
  double power_per_heat = 0;
  bool from_air = false;  ///< the heat came from the air of the halls
  std::string derivation;
};

struct Cooling {
  Power heat_liquid{}, heat_air{};  ///< while training
  std::vector<CoolingUnits> units;
  Power power{};                   ///< all of it, while training
  double pue_derived = 0;          ///< site over IT while training, from the parts
  double pue = 0;                  ///< that the design uses
  bool pue_stated = false;         ///< the file overrides the derived one
  VolumeRate water_evaporative{};  ///< if all heat left by evaporation: the most it can be; dry coolers need none
  std::string derivation;
};

}  // namespace eigenbau::design

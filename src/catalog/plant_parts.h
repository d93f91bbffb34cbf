// What is known of storage, generators, batteries, transformers and the other parts that feed and cool the machine.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "units/quantity.h"

namespace eigenbau::catalog {

struct Storage {
  std::string name, title;
  std::vector<std::string> aliases;
  Bytes capacity{};  ///< of one unit, usable
  Bandwidth write_bandwidth{};
  Bandwidth read_bandwidth{};
  double height_u = 0;
  Mass weight{};
  Power power{};
  std::optional<Money> price;
};

enum class PlantKind {
  generator,
  battery,
  transformer,
  switchgear,
  ups,
  pdu,
  rack_pdu,
  cdu,
  chiller,
  dry_cooler,
  crah,
  rear_door
};

/// A unit of the electrical or cooling plant. Which fields are stated depends on the kind.
struct Plant {
  std::string name, title;
  std::vector<std::string> aliases;
  PlantKind kind = PlantKind::transformer;
  Power rating{};                         ///< electric output, or heat removed
  std::optional<double> efficiency;       ///< output over input at typical load
  std::optional<double> no_load_loss;     ///< share of the rating lost at no load
  std::optional<double> auxiliary_share;  ///< power it needs per power (or heat) it handles
  std::optional<Energy> energy;           ///< batteries
  std::optional<Time> start_time;         ///< generators: from cold to rated
  std::optional<Time> lead_time;          ///< order to delivery
  std::optional<double> height_u;
  std::optional<Mass> weight;
  std::optional<Money> price;
  std::optional<MoneyPerPower> price_per_power;
  std::optional<MoneyPerEnergy> fuel_price;  ///< generators: fuel per electric energy
  std::optional<MassPerEnergy> carbon_intensity;
};

}  // namespace eigenbau::catalog

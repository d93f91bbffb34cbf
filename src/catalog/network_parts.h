// What is known of NICs, switches, optics and cables.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "units/quantity.h"

namespace eigenbau::catalog {

/// A network adapter; `ports` counts how it is cabled as sold.
struct Nic {
  std::string name, title;
  std::vector<std::string> aliases;
  Bandwidth speed{};  ///< of the whole adapter, one way
  int ports = 1;
  std::string protocol;   ///< infiniband, roce, efa
  bool reorders = false;  ///< accepts packets out of order, as spraying and adaptive routing need
  Power power{};
  std::optional<Money> price;
};

struct Switch {
  std::string name, title;
  std::vector<std::string> aliases;
  int ports = 0;           ///< cages
  Bandwidth port_speed{};  ///< of one cage
  int breakout = 1;        ///< most links that one cage carries: 2 x 400G on an 800G cage
  int uplinks = 0;         ///< further cages, faster than the others, for links to switches above
  std::optional<Bandwidth> uplink_speed;
  std::optional<Bandwidth> throughput;  ///< of the whole switch, one way, as its vendor states it
  std::string protocol;                 ///< infiniband, ethernet
  double height_u = 0;
  Mass weight{};
  Power typical_power{};    ///< without optics
  Power nameplate_power{};  ///< with optics in every cage
  std::optional<Power> optics_budget_per_port;
  int supplies = 0;
  Power supply_power{};
  std::optional<Money> price;
  std::string price_date;
};

/// A pluggable module: one end of a fiber.
struct Optic {
  std::string name, title;
  std::vector<std::string> aliases;
  Bandwidth speed{};    ///< of the module
  int links = 1;        ///< independent links it carries: a twin-port 2 x 400G module carries 2
  std::string fiber;    ///< multimode, single-mode
  bool duplex = false;  ///< one pair of fibers, which no cable divides
  Length reach{};
  Power power{};
  std::optional<Money> price;
};

/// A cable as it is bought: passive copper, active optical or a fiber trunk, with its ends.
struct Cable {
  std::string name, title;
  std::vector<std::string> aliases;
  std::string medium;  ///< copper, multimode, single-mode
  Bandwidth speed{};
  Length reach{};
  Power power{};               ///< both ends together
  std::optional<Money> price;  ///< the ends
  std::optional<MoneyPerLength> price_per_length;
};

}  // namespace eigenbau::catalog

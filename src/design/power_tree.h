// What stands between the utility and a server's supplies, how is it loaded, and what if one unit fails?
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "catalog/plant_parts.h"
#include "cluster/cluster.h"
#include "design/server_group.h"
#include "design/site_power.h"
#include "units/quantity.h"

namespace eigenbau::design {

/// One level, from the utility inward: transformers, UPS, distribution, rack PDUs, server supplies.
struct PowerLevel {
  std::string name;  ///< "medium-voltage transformers"
  std::string part;  ///< catalog part, or "assumed"
  cluster::Redundancy redundancy = cluster::Redundancy::n;
  Power rating{};                   ///< of one unit
  double derate = 1;                ///< share of the rating that may be used for long
  int needed = 0;                   ///< units for the provisioned load
  int units = 0;                    ///< units that are there
  Power provisioned{};              ///< load that the level is sized for
  Power input{}, output{}, loss{};  ///< while training
  bool inside_it = false;           ///< the loss is part of the servers' input and so of the IT power
  double load_share = 0;            ///< of the rating, provisioned, all units running
  double load_share_one_out = 0;    ///< of the rating of what is left when one unit is out; 0: nothing stands in for it
  bool survives_one_out = false;    ///< the provisioned load fits on what is left
  std::string derivation;
};

/// How evenly single-phase supplies spread over the three phases.
struct PhaseBalance {
  int supplies_per_rack = 0;
  double rack_imbalance = 0;  ///< highest phase over the mean, minus 1; every rack wired the same way
  double row_imbalance = 0;   ///< three racks after one another, each beginning with the next phase
};

struct PowerTree {
  std::vector<PowerLevel> levels;    ///< from the utility inward
  std::vector<PhaseBalance> phases;  ///< one for each server group
  Power it_nameplate{}, it_provisioned{}, it_training{};
  Power site_nameplate{}, site_provisioned{}, site_training{};
  Power firm_supply{};  ///< of all supplies with a known date, reserve standing by
};

}  // namespace eigenbau::design

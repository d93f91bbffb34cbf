// What is known of a server or rack-scale system: accelerators, NICs, size, weight, supplies, the four watts.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "units/quantity.h"

namespace eigenbau::catalog {

enum class Cooling { air, direct_liquid, hybrid };

/// One unit that is bought, placed and plugged. For rack-scale systems (NVL72) the unit is the rack.
struct Server {
  std::string name, title;
  std::vector<std::string> aliases;
  std::string vendor;
  std::string gpu;  ///< name of the accelerator
  int gpus = 0;
  int scale_up_domain = 0;  ///< accelerators that share one NVLink (or like) domain
  std::string nic;          ///< name of the back-end NIC
  int back_end_nics = 0;
  std::string front_end_nic;  ///< may be empty
  int front_end_nics = 0;
  std::string storage_nic;  ///< of adapters that are for storage alone; empty: storage shares the front end
  int storage_nics = 0;
  Cooling cooling = Cooling::air;
  double liquid_share = 0;   ///< share of the heat that goes to liquid
  double height_u = 0;       ///< rack units; 0 for rack-scale systems
  int systems_per_rack = 0;  ///< as the vendor racks it; 0: worked out from U, kW and kg
  Mass weight{};
  int supplies = 0;
  int supplies_needed = 0;  ///< that must work for full power
  Power supply_power{};
  Power nameplate_power{};                 ///< maximum input that the vendor states
  std::optional<Power> provisioned_power;  ///< what a careful planner reserves; nameplate if unknown
  std::optional<Power> training_power;     ///< measured at its input while training
  std::optional<Power> inference_power;    ///< measured while serving
  std::optional<Power> idle_power;
  std::optional<Power> non_gpu_power;  ///< CPUs, memory, NICs, fans, supply losses while training
  std::optional<Money> price;          ///< at `price_date`, NICs included
  std::string price_date;
};

}  // namespace eigenbau::catalog

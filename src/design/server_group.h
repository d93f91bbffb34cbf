// What was bought, and what does one server draw: rated, reserved, training, serving, idle, and who says so?
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/figure.h"
#include "catalog/gpu.h"
#include "catalog/network_parts.h"
#include "catalog/server.h"
#include "cluster/cluster.h"
#include "units/quantity.h"

namespace eigenbau::design {

/// The same machine under different questions: what is printed on it, what a careful planner reserves for it, what it
/// draws at work. Rooms that need "the" power of something say which of these they mean.
enum class Load { nameplate, provisioned, training, inference, idle };
inline constexpr Load kLoads[] = {Load::nameplate, Load::provisioned, Load::training, Load::inference, Load::idle};
std::string_view name_of(Load load);

/// One of the watts with its origin.
struct Watts {
  Power value{};
  std::string from;  ///< "cluster file, line 41", "catalog server dgx-h100, training_power (BNL, 2024-12)", "0.83 x nameplate"
  bool assumed = false;  ///< nobody stated or measured it: a share of another figure stands in
};

/// Draw of one server at its input: supplies, fans and NICs inside it included.
struct ServerPower {
  Watts nameplate, provisioned, training, inference, idle;
  Power gpu_training{};  ///< what each accelerator has of `training`

  const Watts& at(Load load) const;
};

/// One [[servers]] table with its part resolved and every figure decided.
struct ServerGroup {
  Span span;
  catalog::Server server;
  catalog::Gpu gpu;
  std::optional<catalog::Nic> nic, front_end_nic, storage_nic;
  int storage_nics = 0;  ///< of each server
  int count = 0;
  ServerPower power;           ///< of one server, under the cap if one is set
  std::optional<Money> price;  ///< of one server
  Provenance price_from;

  int gpus() const { return count * server.gpus; }
};

/// Share of its rating that an 8-GPU server draws while training, where nobody measured it: 8.48 kW of 10.2 kW.
/// Source: Latif et al., arXiv 2412.08602, highest of an HGX H100 node near full use.
inline constexpr double kTrainingShareOfNameplate = 8.48 / 10.2;
/// The same for an idle server: about 2.5 kW of 10.2 kW. A guess; no measurement is at hand.
inline constexpr double kIdleShareOfNameplate = 0.25;

/// Decides the five watts of one server: the cluster file first, then the catalog, then a share of the rating.
/// A cap below what an accelerator draws in training lowers training and inference by the difference.
/// `who` tells who states a field of the catalog's server.
ServerPower server_power(const cluster::ServerGroup& stated, const catalog::Server& server, const catalog::Gpu& gpu,
                         std::optional<Power> gpu_cap, const std::function<Provenance(std::string_view)>& who = {});

}  // namespace eigenbau::design

// What the laws need to know of a cluster: accelerators, links, NICs, fabric tiers, watts.
#pragma once

#include <array>

#include "catalog/gpu.h"
#include "units/quantity.h"

namespace eigenbau::perf {

/// How messages leave a scale-up domain.
enum class NicTransport { none, infiniband, roce, efa, tcp };

/// One tier of the fabric: up to `gpus` accelerators reach one another at `bandwidth_share` of their NICs.
struct FabricTier {
  int gpus = 0;
  double bandwidth_share = 1;
  Time latency{};  ///< added to each hop that uses the tier
};

/// A cluster as a job sees it. `design` fills it from the machine that is built; `machine_of` from catalog figures alone.
struct Machine {
  catalog::Gpu gpu;
  int gpus = 0;             ///< accelerators of the job
  int scale_up_domain = 8;  ///< accelerators that share NVLink or its like
  Bandwidth nic_per_gpu{};  ///< wire rate, one way
  int nics_per_domain = 8;
  NicTransport transport = NicTransport::infiniband;
  std::array<FabricTier, 3> tiers{};  ///< from the leaf outward; `gpus` 0: not there
  Power power_cap{};                  ///< per accelerator; 0: its rating
  double host_speed = 1;              ///< launching CPU against a 2023 server CPU

  Power power_limit() const { return power_cap > Power{} ? power_cap : gpu.tdp; }

  /// Share of the NIC rate that a group spread over `span` accelerators gets.
  double fabric_share(int span) const {
    double share = 1;
    for (const FabricTier& tier : tiers) {
      if (tier.gpus == 0) break;
      share = tier.bandwidth_share;
      if (span <= tier.gpus) break;
    }
    return share;
  }
};

/// A machine of `gpus` such accelerators as they are usually sold: their own scale-up domain, one NIC each.
Machine machine_of(const catalog::Gpu& gpu, int gpus);

/// NIC rate per accelerator in systems of its generation: 200 Gb/s with A100, 800 with Blackwell Ultra, else 400.
Bandwidth usual_nic(const catalog::Gpu& gpu);

}  // namespace eigenbau::perf

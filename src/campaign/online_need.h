// "So many accelerators online on so much power": can it be, and how much is missing?
#pragma once

#include <optional>

#include "campaign/site_draw.h"
#include "units/quantity.h"

namespace eigenbau::campaign {

enum class PowerVerdict { holds, holds_if_capped, cannot_be };

/// The power side of a claim for one supply.
struct PowerNeed {
  Power supply{};
  Power per_gpu{};             ///< supply over accelerators: site watts for each
  Power needed_per_gpu{};      ///< at full power, standing watts shared out
  Power accelerator_rating{};  ///< of the bare accelerator
  Power lowest_per_gpu{};      ///< at the lowest cap that the cap law was tried at
  Power shortfall{};           ///< to run them all at full power; 0: none
  PowerVerdict verdict = PowerVerdict::cannot_be;
  std::optional<Power> cap;  ///< of each accelerator, where it holds if capped
  double carried = 0;        ///< accelerators that the supply runs at full power

  /// Below this it cannot be.
  Power floor_per_gpu() const { return accelerator_rating > lowest_per_gpu ? accelerator_rating : lowest_per_gpu; }
};

/// n accelerators on `supply`: S/n against w(full) and the floor: the accelerator's own rating, because site watts that do
/// not even feed the bare chip carry no server around it, or the lowest cap, whichever is higher. A count over supply in a
/// statement is rounded: `tolerance` is the share of the watts that may be missing (0.005: half a percent).
PowerNeed power_need(const SiteDraw& draw, Power accelerator_rating, double gpus, Power supply, double tolerance = 0);

}  // namespace eigenbau::campaign

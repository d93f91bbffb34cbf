// "So many accelerators online on this day, fed by these supplies": can it be, and what closes the gap?
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/date.h"
#include "campaign/site_draw.h"
#include "cluster/cluster.h"

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
  Power shortfall_capped{};    ///< to run them all at the floor; 0: none
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

/// A change that would make the claim hold.
struct Closer {
  std::string supply;      ///< another supply of the file that is there on that day
  PowerNeed need;          ///< with it, and with those before it in the list
  PowerNeed with_reserve;  ///< the same with the reserve standing by
};

struct OnlineNeed {
  double gpus = 0;
  Date on{};
  PowerNeed need;                ///< with the supplies that the claim names, all units running
  PowerNeed with_reserve;        ///< with reserve units standing by
  std::vector<Closer> closers;   ///< other supplies in effect that day, added one by one until it holds
  std::optional<Date> earliest;  ///< first day on which all supplies that come carry so many at full power
  std::optional<Date> earliest_capped;
  std::optional<int> wired_by_then;  ///< accelerators that the build has ready that day; filled in by the campaign, if dated
};

/// Judges the power and the build behind `claim`. `comes` has one entry a supply of the file; A claim without a day is judged on
/// the day the last supply begins.
OnlineNeed online_need(const cluster::Cluster& cluster, const std::vector<bool>& comes, const SiteDraw& draw,
                       Power accelerator_rating, const cluster::OnlineClaim& claim, double tolerance);

}  // namespace eigenbau::campaign

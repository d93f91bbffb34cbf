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
  Power per_gpu{};           ///< supply over accelerators: site watts for each
  Power needed_per_gpu{};    ///< at full power, standing watts shared out
  Power floor_per_gpu{};     ///< below this it cannot be: the accelerator alone, or the lowest cap, whichever is higher
  Power shortfall{};         ///< to run them all at full power; 0: none
  Power shortfall_capped{};  ///< to run them all at the floor; 0: none
  PowerVerdict verdict = PowerVerdict::cannot_be;
  std::optional<Power> cap;  ///< of each accelerator, where it holds if capped and the cap law reaches that far
  double carried = 0;        ///< accelerators that the supply runs at full power
};

/// n accelerators on `supply`: S/n against w(full) and the floor. The floor is the accelerator's own rating: site watts that
/// do not even feed the bare chip carry no server around it.
PowerNeed power_need(const SiteDraw& draw, Power accelerator_rating, double gpus, Power supply);

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
  std::optional<double> wired_by_then;  ///< accelerators that the build has ready that day; absent: no build dated
};

}  // namespace eigenbau::campaign

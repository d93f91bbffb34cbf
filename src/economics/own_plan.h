// What does one's own machine cost and deliver until a given day, beyond the days that the campaign followed?
#pragma once

#include <vector>

#include "base/date.h"
#include "campaign/campaign.h"
#include "economics/economics.h"

namespace eigenbau::economics {

/// A year of the machine as it stands at the end of the campaign.
struct SteadyYear {
  bool assumed = false;  ///< nothing came online: all is taken to run
  double gpus = 0;       ///< online, mean
  double work = 0;       ///< the same as accelerators at full power
  Energy energy{};       ///< of a year
  Energy generated{};
  MonthCost running;  ///< of a year; its date and days mean nothing
};

/// The mean of the campaign's last twelve whole months, or of fewer if there are fewer; where nothing is dated or nothing
/// comes online, all that is bought at `input.site_power` the year round.
SteadyYear steady_year(const std::vector<campaign::Month>& months, const std::vector<MonthCost>& costs, const Capital& capital,
                       const MoneyInput& input);

/// Capital on the day of decision, running cost month by month, and what the machine is still worth on the day `by` as a gain.
/// Beyond the campaign, and where nothing is dated, every month is a twelfth of the steady year.
OwnPlan own_plan(const campaign::Campaign& campaign, const Economics& money, const SteadyYear& steady, const MoneyInput& input,
                 Date decision, Date by);

}  // namespace eigenbau::economics

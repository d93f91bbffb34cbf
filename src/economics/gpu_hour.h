// What does one accelerator-hour cost when the machine is one's own?
#pragma once

#include "economics/capital.h"
#include "units/quantity.h"

namespace eigenbau::economics {

/// A machine in its steady state, a year of it.
struct YearOfOwning {
  double gpus = 0;
  Money capital{};  ///< annuities
  Money energy{};   ///< with demand charge and fuel
  Money maintenance{};
  Money spares{};
  Money staff{};
  double availability = 1;  ///< share of the hours that an accelerator can be used
  double utilization = 1;   ///< share of those that somebody uses
  Money total() const { return capital + energy + maintenance + spares + staff; }
};

/// Cost of one used accelerator-hour, by part.
///   c = (sum_i C_i·crf(r, L_i) + upkeep + staff + energy)/(8,766 h·n·a·u)
/// n accelerators, a availability, u utilization. Everything is paid for every hour; only used hours carry it. Check: 47
/// kUSD at 10 % over 5 years, 3 % upkeep, 0.102 USD of energy an hour: 1.68 USD; 4 years and a = 0.9: 2.17.
struct GpuHour {
  MoneyRate capital{}, energy{}, maintenance{}, spares{}, staff{};
  MoneyRate total() const { return capital + energy + maintenance + spares + staff; }
};
GpuHour gpu_hour(const YearOfOwning& year);

/// Cost of `gpu_time` of a job at that price.
Money cost_of_run(MoneyRate per_gpu, Time gpu_time);

/// Money for tokens at so many tokens a second from `gpus` accelerators.
MoneyPerToken cost_per_token(MoneyRate per_gpu, double gpus, TokenRate rate);

}  // namespace eigenbau::economics

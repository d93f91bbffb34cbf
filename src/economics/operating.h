// What does it cost to run, month by month?
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "campaign/campaign.h"
#include "economics/capital.h"
#include "units/quantity.h"

namespace eigenbau::economics {

/// What energy and people cost.
struct Rates {
  std::optional<MoneyPerEnergy> grid;       ///< tariff
  std::optional<MoneyPerEnergy> generator;  ///< fuel and upkeep of one's own generators; absent: unknown
  MoneyPerPowerTime demand{};               ///< on the grid peak of each month
  double staff = 0;                         ///< people on site
  Money staff_cost{};                       ///< one person, a year
  Share maintenance;                        ///< of capital, a year
  Share spares;                             ///< of the IT's price, a year: parts that are used up
};

/// One month's running cost.
struct MonthCost {
  Date first{};
  int days = 0;
  Money energy{}, demand{}, fuel{}, staff{}, maintenance{}, spares{};
  Money total() const { return energy + demand + fuel + staff + maintenance + spares; }
};

/// E·tariff + peak·demand + generated·fuel + people + shares of the capital in place, for each month of the campaign.
/// Energy without a price costs nothing here; `economics.unknown` says so.
std::vector<MonthCost> operating_cost(const std::vector<campaign::Month>& months, const Capital& capital, const Rates& rates);

}  // namespace eigenbau::economics

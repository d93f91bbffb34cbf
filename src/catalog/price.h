// What did a thing cost, when?
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/date.h"
#include "units/quantity.h"

namespace eigenbau::catalog {

/// One dated price of a lease: USD per accelerator-hour.
struct LeasePrice {
  Date date{};
  MoneyRate per_gpu{};
  std::string terms;  ///< on-demand, 1 year, 3 years
  std::string seller;
};

/// Prices of one market: a lease of one accelerator, construction, electricity.
struct PriceList {
  std::string name, title;
  std::vector<std::string> aliases;
  std::string subject;  ///< accelerator, or "electricity", "construction" ...
  std::vector<LeasePrice> lease;
  std::optional<MoneyPerEnergy> electricity;
  std::optional<MoneyPerPowerTime> demand_charge;  ///< per peak power and month
  std::optional<MoneyPerPower> shell;              ///< building, electrical and mechanical plant per IT power
  std::optional<MoneyPerPower> substation;
  std::optional<Money> rack;                ///< one rack with rails and blanking
  std::optional<Money> staff_per_year;      ///< one person
  std::optional<double> maintenance_share;  ///< of capital, a year
};

}  // namespace eigenbau::catalog

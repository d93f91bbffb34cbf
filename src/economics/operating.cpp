// What does it cost to run, month by month?
#include "economics/operating.h"

namespace eigenbau::economics {

std::vector<MonthCost> operating_cost(const std::vector<campaign::Month>& months, const Capital& capital, const Rates& rates) {
  const Money it = capital.of(Asset::servers) + capital.of(Asset::network) + capital.of(Asset::storage);
  std::vector<MonthCost> result;
  for (const campaign::Month& month : months) {
    const double years = month.days * kDay / kYear;
    result.push_back({.first = month.first,
                      .days = month.days,
                      .energy = rates.grid.value_or(MoneyPerEnergy{}) * (month.energy - month.generated),
                      .demand = rates.demand * month.grid_peak * (month.days * kDay),
                      .fuel = rates.generator.value_or(MoneyPerEnergy{}) * month.generated,
                      .staff = years * rates.staff * rates.staff_cost,
                      .maintenance = years * rates.maintenance.fraction * capital.at_least,
                      .spares = years * rates.spares.fraction * it});
  }
  return result;
}

}  // namespace eigenbau::economics

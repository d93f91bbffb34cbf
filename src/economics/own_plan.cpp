// What does one's own machine cost and deliver until a given day, beyond the days that the campaign followed?
#include "economics/own_plan.h"

#include <algorithm>

namespace eigenbau::economics {

namespace {

/// Where nothing is dated: all that is bought, on, all year.
SteadyYear year_of_all(const Capital& capital, const MoneyInput& input) {
  campaign::Month year;
  year.days = 1;
  year.energy = input.site_power * kDay;
  year.peak = year.grid_peak = input.site_power;
  const MonthCost cost = operating_cost({year}, capital, input.rates).front();
  const double days = kYear / kDay;
  return {.assumed = true,
          .gpus = input.gpus,
          .work = input.gpus,
          .energy = input.site_power * kYear,
          .running = {.energy = cost.energy * days,
                      .demand = cost.demand * days,
                      .fuel = cost.fuel * days,
                      .staff = cost.staff * days,
                      .maintenance = cost.maintenance * days,
                      .spares = cost.spares * days}};
}

/// Work of `days` days in accelerator-hours.
double gpu_hours(double work_days, const MoneyInput& input) { return 24 * work_days * input.availability.fraction; }

}  // namespace

SteadyYear steady_year(const std::vector<campaign::Month>& months, const std::vector<MonthCost>& costs, const Capital& capital,
                       const MoneyInput& input) {
  if (months.empty()) return year_of_all(capital, input);
  constexpr std::size_t kMonths = 12;
  const std::size_t end = months.size() > 1 ? months.size() - 1 : 1;  // the last month is cut short
  const std::size_t begin = end > kMonths ? end - kMonths : 0;
  SteadyYear sum;
  double days = 0;
  for (std::size_t i = begin; i < end; ++i) {
    days += months[i].days;
    sum.gpus += months[i].gpu_time / kDay;
    sum.work += months[i].work_days;
    sum.energy += months[i].energy;
    sum.generated += months[i].generated;
    sum.running.energy += costs[i].energy;
    sum.running.demand += costs[i].demand;
    sum.running.fuel += costs[i].fuel;
    sum.running.staff += costs[i].staff;
    sum.running.maintenance += costs[i].maintenance;
    sum.running.spares += costs[i].spares;
  }
  if (sum.gpus <= 0) return year_of_all(capital, input);
  sum.gpus /= days;
  sum.work /= days;
  const double scale = kYear / (days * kDay);
  sum.energy *= scale;
  sum.generated *= scale;
  for (Money* part : {&sum.running.energy, &sum.running.demand, &sum.running.fuel, &sum.running.staff, &sum.running.maintenance,
                      &sum.running.spares})
    *part *= scale;
  return sum;
}

OwnPlan own_plan(const campaign::Campaign& campaign, const Economics& money, const SteadyYear& steady, const MoneyInput& input,
                 Date decision, Date by) {
  OwnPlan plan;
  plan.by = by;
  plan.decision = decision;
  plan.costs.push_back({plan.decision, money.capital.at_least});
  Date seen = plan.decision;
  for (std::size_t i = 0; i < money.months.size() && seen < by; ++i) {
    const MonthCost& month = money.months[i];
    const Date end = std::min(month.first + std::chrono::days(month.days), by);
    const double part = static_cast<double>((end - month.first).count()) / month.days;
    plan.costs.push_back({month.first + (end - month.first) / 2, part * month.total()});
    plan.gpu_hours += gpu_hours(part * campaign.months[i].work_days, input);
    seen = end;
  }
  constexpr std::chrono::days kStep{30};
  while (seen < by) {
    const Date end = std::min(seen + kStep, by);
    const double days = static_cast<double>((end - seen).count());
    plan.costs.push_back({seen + (end - seen) / 2, steady.running.total() * (days * kDay / kYear)});
    plan.gpu_hours += gpu_hours(days * steady.work, input);
    seen = end;
  }
  plan.costs.push_back({by, -value_left(money.capital, input.lives, time_between(plan.decision, by))});
  return plan;
}

}  // namespace eigenbau::economics

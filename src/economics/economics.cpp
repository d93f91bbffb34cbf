// What does it all cost, and is it better than leasing?
#include "economics/economics.h"

#include <algorithm>

#include "economics/own_plan.h"

namespace eigenbau::economics {

namespace {

YearOfOwning year_of_owning(const SteadyYear& steady, const Capital& capital, const MoneyInput& input) {
  YearOfOwning year;
  year.gpus = steady.gpus;
  year.capital = capital_per_year(capital, input.lives);
  year.energy = steady.running.energy + steady.running.demand + steady.running.fuel;
  year.maintenance = steady.running.maintenance;
  year.spares = steady.running.spares;
  year.staff = steady.running.staff;
  year.availability = input.availability.fraction;
  return year;
}

std::vector<RunCost> run_costs(const campaign::Campaign& campaign, const SteadyYear& steady, const Economics& money) {
  const Money energy_cost = money.year.energy;
  const MoneyPerEnergy energy_price = steady.energy > Energy{} ? energy_cost / steady.energy : MoneyPerEnergy{};
  std::vector<RunCost> result;
  for (const campaign::TrainingRun& run : campaign.runs) {
    RunCost cost;
    cost.name = run.name;
    cost.total = cost_of_run(money.gpu_hour.total(), run.gpu_time);
    cost.energy = energy_price * run.energy;
    if (run.tokens > Tokens{}) cost.per_token = cost.total / run.tokens;
    cost.finished = run.done.has_value();
    result.push_back(std::move(cost));
  }
  return result;
}

/// The lease as an offer, if its price is known or the market's can stand in.
std::optional<LeaseOffer> offer_of(const cluster::Lease& lease, Date decision, const MoneyInput& input) {
  LeaseOffer offer;
  offer.name = lease.name;
  offer.gpus = lease.count;
  offer.from = lease.from.value_or(decision);
  offer.term = lease.term.value_or(input.lives.it);
  offer.take_or_pay = lease.take_or_pay.value_or(Share{1.0});
  if (const std::optional<MoneyRate> price = lease.price_per_gpu()) offer.price.points = {{offer.from, *price}};
  else if (input.market) offer.price = *input.market;
  else return std::nullopt;
  return offer;
}

void compare_leases(const cluster::Cluster& cluster, const campaign::Campaign& campaign, const MoneyInput& input,
                    const SteadyYear& steady, Economics& money) {
  if (campaign.days.empty()) return;
  const Date decision = campaign.days.front().date;
  for (const cluster::Lease& lease : cluster.leases) {
    const std::optional<LeaseOffer> offer = offer_of(lease, decision, input);
    if (!offer) {
      money.unknown.push_back("price of lease \"" + lease.name + "\"");
      continue;
    }
    const Date by = after(offer->from, offer->term);
    const OwnPlan own = own_plan(campaign, money, steady, input, by);
    money.leases.push_back(compare_lease(own, *offer, input.lives.rate));
    LeaseComparison& last = money.leases.back();
    last.break_even_term = break_even_term(money.capital.at_least, money.year.total() - money.year.capital, steady.gpus,
                                           last.mean_price, input.lives.rate, input.lives.it);
  }
}

std::vector<std::string> unknown_things(const Economics& money, const MoneyInput& input, const SteadyYear& steady) {
  std::vector<std::string> unknown;
  for (const std::string& line : money.capital.unknown) unknown.push_back("price of " + line);
  if (!input.rates.grid) unknown.emplace_back("electricity price");
  if (!input.rates.generator && steady.generated > Energy{}) unknown.emplace_back("fuel price of the generators");
  if (input.rates.staff <= 0) unknown.emplace_back("people on site");
  if (!input.market) unknown.emplace_back("market price of a lease");
  return unknown;
}

}  // namespace

Economics work_out_money(const cluster::Cluster& cluster, const campaign::Campaign& campaign, const MoneyInput& input) {
  Economics money;
  money.capital = capital(input.purchases);
  if (input.gpus > 0) money.per_gpu = money.capital.at_least / input.gpus;
  money.months = operating_cost(campaign.months, money.capital, input.rates);
  const SteadyYear steady = steady_year(campaign.months, money.months, money.capital, input);
  money.year = year_of_owning(steady, money.capital, input);
  money.capital_per_year = money.year.capital;
  money.gpu_hour = gpu_hour(money.year);
  money.unknown = unknown_things(money, input, steady);
  money.runs = run_costs(campaign, steady, money);
  compare_leases(cluster, campaign, input, steady, money);
  if (input.market && !campaign.days.empty())
    money.day_of_delay = value_of_day(input.gpus, input.market->on(campaign.days.front().date));
  return money;
}

Money from_foreign(double amount, double per_usd) { return per_usd > 0 ? amount / per_usd * kUsd : Money{}; }

}  // namespace eigenbau::economics

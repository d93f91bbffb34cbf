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

/// The lease as an offer, if its price is known or the market's can stand in, and a day is known to begin with.
std::optional<LeaseOffer> offer_of(const cluster::Lease& lease, std::optional<Date> decision, const MoneyInput& input,
                                   std::vector<std::string>& unknown) {
  LeaseOffer offer;
  const std::optional<MoneyRate> price = lease.price_per_gpu();
  if (!price && !input.market) unknown.push_back("price of lease \"" + lease.name + "\"");
  if (!lease.from && !decision) unknown.push_back("date of lease \"" + lease.name + "\"");
  if ((!price && !input.market) || (!lease.from && !decision)) return std::nullopt;
  offer.name = lease.name;
  offer.gpus = lease.count;
  offer.from = lease.from ? *lease.from : *decision;
  offer.term = lease.term.value_or(input.lives.it);
  offer.take_or_pay = lease.take_or_pay.value_or(Share{1.0});
  if (price) offer.price.points = {{offer.from, *price}};
  else offer.price = *input.market;
  return offer;
}

void compare_leases(const cluster::Cluster& cluster, const campaign::Campaign& campaign, const MoneyInput& input,
                    const SteadyYear& steady, Economics& money) {
  const std::optional<Date> begin = campaign.days.empty() ? std::nullopt : std::optional(campaign.days.front().date);
  for (const cluster::Lease& lease : cluster.leases) {
    const std::optional<LeaseOffer> offer = offer_of(lease, begin, input, money.unknown);
    if (!offer) continue;
    const Date by = after(offer->from, offer->term);
    const OwnPlan own = own_plan(campaign, money, steady, input, begin.value_or(offer->from), by);
    money.leases.push_back(compare_lease(own, *offer, input.lives.rate));
    money.leases.back().break_even_term =
        break_even_term(money.capital.at_least, money.year.total() - money.year.capital, steady.gpus,
                        money.leases.back().mean_price, input.lives.rate, input.lives.it);
  }
}

std::vector<std::string> unknown_things(const Economics& money, const MoneyInput& input, const SteadyYear& steady) {
  std::vector<std::string> unknown;
  for (const std::string& line : money.capital.unknown) unknown.push_back("price of " + line);
  if (!input.rates.grid) unknown.emplace_back("electricity price");
  if (!input.rates.generator && steady.generated > Energy{}) unknown.emplace_back("fuel price of the generators");
  if (steady.assumed) unknown.emplace_back("when the machine comes online: a year of all of it is taken");
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

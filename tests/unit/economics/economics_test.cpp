// What must hold of the whole sum, from campaign to cost?
#include "economics/economics.h"

#include <doctest/doctest.h>

#include "../base/day.h"
#include "economics/own_plan.h"

using namespace eigenbau;
using namespace eigenbau::literals;
using namespace eigenbau::economics;

namespace {

constexpr MoneyRate kUsdPerHour = kUsd / kHour;
constexpr MoneyPerEnergy kPerKilowattHour = kUsd / kKilowattHour;

cluster::Cluster lab() {
  cluster::Cluster c;
  cluster::Supply grid, generators;
  grid.name = "grid";
  grid.power = 1_MW;
  grid.from = day(2024, 1, 1);
  generators = grid;
  generators.name = "generators";
  generators.kind = cluster::SupplyKind::generator;
  c.supplies = {grid, generators};
  c.build.start = day(2024, 1, 1);
  cluster::TrainingJob job;
  job.name = "training";
  job.tokens = 1e12 * kTokenUnit;
  c.training = {job};
  cluster::Lease lease;
  lease.name = "lease";
  lease.count = 5000;
  lease.price = 3 * kUsdPerHour;
  lease.term = 4 * kYear;
  c.leases = {lease};
  return c;
}

campaign::Campaign run(const cluster::Cluster& c, double gpus) {
  campaign::CampaignInput in;
  in.draw = {.per_gpu = 1500_W, .board = 600_W, .meter_per_board = 1.1};
  in.gpus = gpus;
  in.options.policy = campaign::CapPolicy::full_few;
  in.planner = [](const cluster::TrainingJob&, int n) -> std::optional<campaign::PlannedRun> {
    return campaign::PlannedRun{.gpus = n, .step = 10_s, .tokens_per_step = n * 3500_tokens};
  };
  return run_campaign(c, in);
}

MoneyInput prices(double gpus) {
  MoneyInput in;
  in.gpus = gpus;
  in.purchases = {{"servers", Asset::servers, gpus / 8, 280_kUSD}, {"building", Asset::shell, 1, gpus * 12_kUSD}};
  in.lives = {.rate = {0.1}, .it = 5 * kYear, .shell = 14 * kYear, .plant = 20 * kYear};
  in.rates = {.grid = 0.07 * kPerKilowattHour,
              .generator = 0.12 * kPerKilowattHour,
              .staff = 5,
              .staff_cost = 200_kUSD,
              .maintenance = {0.03},
              .spares = {0.01}};
  in.market = PricePath{{{day(2024, 1, 1), 2.35 * kUsdPerHour}}};
  return in;
}

}  // namespace

TEST_CASE("a year's energy costs power times price times hours, grid and generators each at its own") {
  const cluster::Cluster c = lab();
  const Economics small = work_out_money(c, run(c, 400), prices(400));  // 0.6 MW, all from the grid
  CHECK(small.year.energy.in(kUsd) == doctest::Approx(600 * 8766 * 0.07).epsilon(1e-6));
  const Economics large = work_out_money(c, run(c, 1000), prices(1000));  // 1.5 MW: 0.5 MW generated
  CHECK(large.year.energy.in(kUsd) == doctest::Approx(8766 * (1000 * 0.07 + 500 * 0.12)).epsilon(1e-6));
}

TEST_CASE("the demand charge follows the grid peak") {
  const cluster::Cluster c = lab();
  MoneyInput in = prices(400);
  const Money without = work_out_money(c, run(c, 400), in).year.energy;
  in.rates.demand = 10 * kUsd / (kKilowatt * (kYear / 12));
  CHECK((work_out_money(c, run(c, 400), in).year.energy - without).in(kUsd) == doctest::Approx(600 * 10 * 12).epsilon(1e-6));
}

TEST_CASE("the accelerator-hour times the hours of a year is the year's money") {
  const cluster::Cluster c = lab();
  const Economics money = work_out_money(c, run(c, 400), prices(400));
  CHECK(money.gpu_hour.total() * (400 * kYear) / money.year.total() == doctest::Approx(1));
  CHECK(money.year.capital == money.capital_per_year);
  CHECK(money.year.maintenance / money.capital.at_least == doctest::Approx(0.03));
  CHECK(money.year.staff.in(kUsd) == doctest::Approx(1e6));
  CHECK(money.per_gpu.in(kKiloUsd) == doctest::Approx(47));
}

TEST_CASE("what is half dark costs twice per accelerator-hour online, but for its energy") {
  cluster::Cluster c = lab();
  c.supplies.pop_back();
  const GpuHour full = work_out_money(c, run(c, 600), prices(600)).gpu_hour;
  c.supplies[0].power = 450_kW;  // 300 of 600
  const GpuHour half = work_out_money(c, run(c, 600), prices(600)).gpu_hour;
  CHECK(half.capital / full.capital == doctest::Approx(2));
  CHECK(half.energy / full.energy == doctest::Approx(1));
}

TEST_CASE("a run costs its accelerator-time at the hour's price, its tokens share it") {
  const cluster::Cluster c = lab();
  const campaign::Campaign campaign = run(c, 1000);
  const Economics money = work_out_money(c, campaign, prices(1000));
  REQUIRE(money.runs.size() == 1);
  CHECK(money.runs[0].finished);
  CHECK(money.runs[0].total / (money.gpu_hour.total() * campaign.runs[0].gpu_time) == doctest::Approx(1));
  CHECK(*money.runs[0].per_token * (1e12 * kTokenUnit) / money.runs[0].total == doctest::Approx(1));
  CHECK(money.runs[0].energy < money.runs[0].total);
  CHECK(money.runs[0].energy / (money.gpu_hour.energy * campaign.runs[0].gpu_time) == doctest::Approx(1));
}

TEST_CASE("a price that is not known is named, never counted as known") {
  const cluster::Cluster c = lab();
  MoneyInput in = prices(1000);
  CHECK(work_out_money(c, run(c, 1000), in).unknown.empty());
  in.rates.grid.reset();
  in.rates.generator.reset();
  in.market.reset();
  in.purchases[0].unit_price.reset();
  const Economics money = work_out_money(c, run(c, 1000), in);
  CHECK(money.unknown.size() == 4);
  CHECK(money.year.energy == Money{});
  CHECK_FALSE(money.day_of_delay);
}

TEST_CASE("a lease without price and market is named, and not compared") {
  cluster::Cluster c = lab();
  c.leases[0].price.reset();
  MoneyInput in = prices(1000);
  CHECK(work_out_money(c, run(c, 1000), in).leases.size() == 1);  // at the market's price
  in.market.reset();
  const Economics money = work_out_money(c, run(c, 1000), in);
  CHECK(money.leases.empty());
  CHECK(money.unknown.back() == "price of lease \"lease\"");
}

TEST_CASE("own and lease do the same work, and a flat break-even price makes them equal") {
  cluster::Cluster c = lab();
  const campaign::Campaign campaign = run(c, 1000);
  const LeaseComparison first = work_out_money(c, campaign, prices(1000)).leases.at(0);
  CHECK(first.gpu_hours == doctest::Approx(1000 * 4 * 8766).epsilon(1e-3));
  CHECK(first.gpus_needed == doctest::Approx(1000).epsilon(1e-3));
  CHECK(first.possible);
  c.leases[0].price = *first.break_even_price;
  const LeaseComparison even = work_out_money(c, campaign, prices(1000)).leases.at(0);
  CHECK(even.lease / even.own == doctest::Approx(1));
}

TEST_CASE("how long the campaign was followed does not change what owning costs") {
  const cluster::Cluster c = lab();
  const campaign::Campaign campaign = run(c, 1000);
  const MoneyInput in = prices(1000);
  const Economics money = work_out_money(c, campaign, in);
  const SteadyYear steady = steady_year(campaign.months, money.months, money.capital, in);
  const OwnPlan near = own_plan(campaign, money, steady, in, day(2024, 1, 1), day(2025, 6, 1));  // inside
  const OwnPlan far = own_plan(campaign, money, steady, in, day(2024, 1, 1), day(2034, 6, 1));   // beyond
  CHECK(near.gpu_hours == doctest::Approx(1000 * 24. * (day(2025, 6, 1) - day(2024, 1, 1)).count()));
  CHECK(far.gpu_hours == doctest::Approx(1000 * 24. * (day(2034, 6, 1) - day(2024, 1, 1)).count()));
  Money running{};
  for (std::size_t i = 1; i + 1 < far.costs.size(); ++i) running += far.costs[i].amount;
  const double years = time_between(day(2024, 1, 1), day(2034, 6, 1)) / kYear;
  CHECK(running / (years * (money.year.total() - money.year.capital)) == doctest::Approx(1).epsilon(2e-3));
}

TEST_CASE("where nothing is dated, the machine is taken to run all year") {
  cluster::Cluster c = lab();
  c.build.start.reset();
  for (cluster::Supply& supply : c.supplies) supply.from.reset();
  const campaign::Campaign campaign = run(c, 400);
  MoneyInput in = prices(400);
  in.site_power = 600_kW;
  const Economics money = work_out_money(c, campaign, in);
  CHECK(money.months.empty());
  CHECK(money.leases.empty());  // the lease has no date either
  CHECK(money.unknown.size() == 2);
  CHECK(money.year.energy.in(kUsd) == doctest::Approx(600 * 8766 * 0.07));
  CHECK(money.gpu_hour.total() > MoneyRate{});
  REQUIRE(campaign.runs.size() == 1);
  CHECK(money.runs[0].total / (money.gpu_hour.total() * campaign.runs[0].gpu_time) == doctest::Approx(1));
  c.leases[0].from = day(2025, 9, 22);
  const LeaseComparison lease = work_out_money(c, campaign, in).leases.at(0);
  CHECK(lease.gpus_needed == doctest::Approx(400));
  CHECK(lease.possible);
}

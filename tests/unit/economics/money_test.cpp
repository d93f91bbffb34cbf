// What must prices, lives and leases obey, and which published sums must come out?
#include <doctest/doctest.h>

#include <cmath>

#include "../base/day.h"
#include "economics/capital.h"
#include "economics/economics.h"
#include "economics/gpu_hour.h"
#include "economics/lease.h"
#include "economics/time_value.h"

using namespace eigenbau;
using namespace eigenbau::literals;
using namespace eigenbau::economics;

namespace {

constexpr MoneyRate kUsdPerHour = kUsd / kHour;

/// One H100 of 47 kUSD all in, upkeep of 3 % a year, 1.16 kW at the meter.
YearOfOwning h100(Time life, double availability) {
  return {.gpus = 1,
          .capital = annuity(47_kUSD, {0.10}, life, {}),
          .energy = 0.102 * kUsdPerHour * kYear,
          .maintenance = 0.03 * 47_kUSD,
          .availability = availability};
}

LeaseOffer offer(double gpus, MoneyRate price, Date from = day(2025, 1, 1)) {
  return {.name = "offer", .gpus = gpus, .price = {{{from, price}}}, .from = from, .term = 4 * kYear};
}

OwnPlan own(Money capital, Money per_year, double gpus, int years) {
  OwnPlan plan{.decision = day(2025, 1, 1), .by = after(day(2025, 1, 1), years * kYear)};
  plan.costs.push_back({plan.decision, capital});
  for (int y = 0; y < years; ++y) plan.costs.push_back({plan.decision + std::chrono::days(182 + 365 * y), per_year});
  plan.gpu_hours = gpus * (time_between(plan.decision, plan.by) / kHour);
  return plan;
}

}  // namespace

TEST_CASE("capital recovery: 1/L as the rate vanishes, the rate itself for ever, present value of its payments is 1") {
  for (int years : {1, 4, 14, 40}) {
    CHECK(capital_recovery({0}, years * kYear) == doctest::Approx(1. / years));
    CHECK(capital_recovery({1e-7}, years * kYear) == doctest::Approx(1. / years).epsilon(1e-5));
    for (double r : {0.02, 0.07, 0.2}) {
      double worth = 0;
      for (int y = 1; y <= years; ++y) worth += capital_recovery({r}, years * kYear) * discount({r}, y * kYear);
      CHECK(worth == doctest::Approx(1));
    }
  }
  CHECK(capital_recovery({0.07}, 1000 * kYear) == doctest::Approx(0.07));
}

TEST_CASE("an annuity falls with residual value and life, and is linear in price") {
  CHECK(annuity(1_kUSD, {0.1}, 5 * kYear, {0.2}) < annuity(1_kUSD, {0.1}, 5 * kYear, {}));
  CHECK(annuity(1_kUSD, {0.1}, 6 * kYear, {}) < annuity(1_kUSD, {0.1}, 5 * kYear, {}));
  CHECK(annuity(3_kUSD, {0.1}, 5 * kYear, {0.2}) / annuity(1_kUSD, {0.1}, 5 * kYear, {0.2}) == doctest::Approx(3));
  CHECK(annuity(1_kUSD, {0}, 5 * kYear, {0.25}).in(kUsd) == doctest::Approx(150));
}

TEST_CASE("an owned H100-hour: 1.68 USD over 5 years, 2.17 over 4 years at an availability of 0.9") {
  CHECK(gpu_hour(h100(5 * kYear, 1)).total().in(kUsdPerHour) == doctest::Approx(1.68).epsilon(0.003));
  CHECK(gpu_hour(h100(4 * kYear, 0.9)).total().in(kUsdPerHour) == doctest::Approx(2.17).epsilon(0.003));
}

TEST_CASE("half the use doubles the price of a used hour") {
  YearOfOwning year = h100(5 * kYear, 1);
  const MoneyRate full = gpu_hour(year).total();
  year.utilization = 0.5;
  CHECK(gpu_hour(year).total() / full == doctest::Approx(2));
  year.gpus = 0;
  CHECK(gpu_hour(year).total() == MoneyRate{});
}

TEST_CASE("energy of an H100-hour at 1.06 kW and 1.25: 0.102 USD at the price of 2024") {
  CHECK((1.06_kW * 1.25 * (0.0771 * kUsd / kKilowattHour)).in(kUsdPerHour) == doctest::Approx(0.102).epsilon(0.005));
}

TEST_CASE("the list of August 2024 for 104,858 H100 adds up to 5,412.0 MUSD, 51.6 kUSD each") {
  const double nodes = 104858 / 8.;
  const Capital c = capital({{"servers", Asset::servers, nodes, 310_kUSD},
                             {"switches", Asset::network, 8192, 36_kUSD},
                             {"cables", Asset::network, nodes, 30.4_kUSD},
                             {"facility and operations", Asset::shell, nodes, 50_kUSD}});
  CHECK(c.of(Asset::servers).in(kMegaUsd) == doctest::Approx(4063.2).epsilon(1e-4));
  CHECK(c.of(Asset::network).in(kMegaUsd) == doctest::Approx(294.9 + 398.5).epsilon(1e-4));
  CHECK(c.of(Asset::shell).in(kMegaUsd) == doctest::Approx(655.4).epsilon(1e-4));
  CHECK(c.at_least.in(kMegaUsd) == doctest::Approx(5412.0).epsilon(1e-5));
  CHECK((c.at_least / 104858).in(kUsd) == doctest::Approx(51613).epsilon(1e-4));
  CHECK(c.complete());
}

TEST_CASE("1 GW of GB200: 38 GUSD, 8.5 GUSD a year; IT life of 3 and 7 years: 12 and 7") {
  Capital c = capital({{"IT", Asset::servers, 1, 25.5_GUSD}, {"building and plant", Asset::shell, 1, 12.5_GUSD}});
  CHECK(c.at_least.in(kGigaUsd) == doctest::Approx(38));
  auto per_year = [&](double it) {
    const Lives lives{.rate = {0.07}, .it = it * kYear, .shell = 14 * kYear, .plant = 14 * kYear};
    return (capital_per_year(c, lives) + 0.9_GUSD).in(kGigaUsd);
  };
  CHECK(per_year(5) == doctest::Approx(8.5).epsilon(0.01));
  CHECK(per_year(3) == doctest::Approx(12).epsilon(0.01));
  CHECK(per_year(7) == doctest::Approx(7).epsilon(0.01));
}

TEST_CASE("an unknown price stays unknown: it is listed, and the sum is at least the rest") {
  const Capital c = capital({{"servers", Asset::servers, 10, 310_kUSD}, {"storage", Asset::storage, 4, std::nullopt}});
  CHECK_FALSE(c.complete());
  CHECK(c.unknown == std::vector<std::string>{"storage"});
  CHECK(c.at_least == 3.1_MUSD);
}

TEST_CASE("the lease of 10 GUSD on 100,000: 3.80, 2.85, 2.28 USD an hour over 3, 4, 5 years") {
  for (const auto& [years, price] : {std::pair{3, 3.80}, {4, 2.85}, {5, 2.28}})
    CHECK(lease_rate(10_GUSD, 100000, years * kYear).in(kUsdPerHour) == doctest::Approx(price).epsilon(0.002));
}

TEST_CASE("4 GUSD is 100,000 cards at 40 kUSD, 29 billion yuan at 7.25 the same; all in 47 to 52 kUSD") {
  CHECK((100000 * 40_kUSD).in(kGigaUsd) == doctest::Approx(4));
  CHECK(from_foreign(29e9, 7.25).in(kGigaUsd) == doctest::Approx(4));
  CHECK(from_foreign(29e9, 0) == Money{});
}

TEST_CASE("a day of delay of 100,000 at 2.35 USD an hour is worth 5.64 MUSD") {
  CHECK(value_of_day(100000, 2.35 * kUsdPerHour).in(kMegaUsd) == doctest::Approx(5.64));
}

TEST_CASE("present value is linear in the amounts and falls with delay") {
  const std::vector<CashFlow> flows{{day(2025, 1, 1), 3_MUSD}, {day(2027, 6, 1), 5_MUSD}, {day(2030, 1, 1), -1_MUSD}};
  std::vector<CashFlow> twice = flows;
  for (CashFlow& f : twice) f.amount *= 2;
  CHECK(present_value(twice, {0.1}, day(2025, 1, 1)) / present_value(flows, {0.1}, day(2025, 1, 1)) == doctest::Approx(2));
  CHECK(present_value(flows, {}, day(2025, 1, 1)).in(kMegaUsd) == doctest::Approx(7));
  CHECK(discount({0.1}, 2 * kYear) == doctest::Approx(1 / 1.21));
}

TEST_CASE("a price path is straight between its points and level outside") {
  const PricePath path{{{day(2024, 1, 1), 4 * kUsdPerHour}, {day(2025, 1, 1), 2 * kUsdPerHour}}};
  CHECK(path.on(day(2020, 1, 1)) == 4 * kUsdPerHour);
  CHECK(path.on(day(2026, 1, 1)) == 2 * kUsdPerHour);
  CHECK(path.on(day(2024, 7, 2)).in(kUsdPerHour) == doctest::Approx(3));
  CHECK(path.mean(day(2024, 1, 1), day(2025, 1, 1)).in(kUsdPerHour) == doctest::Approx(3).epsilon(1e-3));
}

TEST_CASE("at the break-even price owning and leasing cost the same, a dearer lease makes owning better") {
  const OwnPlan plan = own(4.7_MUSD, 230_kUSD, 100, 4);
  const LeaseComparison first = compare_lease(plan, offer(100, 3 * kUsdPerHour), {0.1});
  REQUIRE(first.break_even_price);
  CHECK(first.possible);
  CHECK(first.gpus_needed == doctest::Approx(100));
  const LeaseComparison even = compare_lease(plan, offer(100, *first.break_even_price), {0.1});
  CHECK(even.lease / even.own == doctest::Approx(1));
  CHECK(*even.break_even_utilization == doctest::Approx(1));
  const LeaseComparison dearer = compare_lease(plan, offer(100, 1.2 * *first.break_even_price), {0.1});
  CHECK(dearer.advantage > Money{});
  CHECK(*dearer.break_even_utilization == doctest::Approx(1 / 1.2));
}

TEST_CASE("a lease that begins later needs more accelerators for the same work, and may not have them") {
  const OwnPlan plan = own(4.7_MUSD, 230_kUSD, 100, 4);
  const LeaseComparison late = compare_lease(plan, offer(100, 3 * kUsdPerHour, day(2026, 1, 1)), {0.1});
  CHECK(late.gpus_needed == doctest::Approx(100 * 4. / 3).epsilon(1e-3));
  CHECK_FALSE(late.possible);
  const LeaseComparison never = compare_lease(plan, offer(100, 3 * kUsdPerHour, day(2031, 1, 1)), {0.1});
  CHECK_FALSE(never.possible);
  CHECK_FALSE(never.break_even_price);
}

TEST_CASE("take-or-pay: what is not used is paid down to its share") {
  LeaseOffer o = offer(100, 3 * kUsdPerHour);
  auto value = [&](double use) { return lease_value(o, 100, use, day(2029, 1, 1), {0.1}, day(2025, 1, 1)); };
  const Money full = value(1);
  CHECK(value(0.3) / full == doctest::Approx(1));
  o.take_or_pay = {0.6};
  CHECK(value(0.3) / full == doctest::Approx(0.6));
  CHECK(value(0.8) / full == doctest::Approx(0.8));
}

TEST_CASE("break-even term: leasing for exactly so long costs what owning does; too cheap a lease never breaks even") {
  const Share rate{0.1};
  auto term = [&](double price) { return break_even_term(47_kUSD, 2300_USD, 1, price * kUsdPerHour, rate, 5 * kYear); };
  const std::optional<Time> t = term(3);
  REQUIRE(t);
  std::vector<CashFlow> own{{day(2025, 1, 1), 47_kUSD}}, lease;
  for (Time at{}; at < *t; at += kDay) {
    const Time span = std::min(kDay, *t - at);
    const Date date = after(day(2025, 1, 1), at);
    own.push_back({date, 2300_USD * (span / kYear)});
    lease.push_back({date, 3 * kUsdPerHour * span});
  }
  CHECK(present_value(own, rate, day(2025, 1, 1)) / present_value(lease, rate, day(2025, 1, 1)) ==
        doctest::Approx(1).epsilon(0.001));
  CHECK(*term(4) < *t);
  CHECK_FALSE(term(1.5));
  CHECK_FALSE(term(0.2));
  CHECK(*break_even_term(40_kUSD, {}, 1, 40_kUSD / (2 * kYear), {}, 5 * kYear) / kYear == doctest::Approx(2));
}

TEST_CASE("value left falls from the price to the residual") {
  const Capital c = capital({{"IT", Asset::servers, 1, 10_MUSD}, {"building", Asset::shell, 1, 7_MUSD}});
  const Lives lives{.rate = {0.1}, .it = 5 * kYear, .shell = 14 * kYear, .plant = 20 * kYear, .residual = {0.1}};
  CHECK(value_left(c, lives, {}) == c.at_least);
  CHECK(value_left(c, lives, 5 * kYear).in(kMegaUsd) == doctest::Approx(1 + 4.5));
  CHECK(value_left(c, lives, 50 * kYear).in(kMegaUsd) == doctest::Approx(1));
}

TEST_CASE("tokens: twice the rate halves their price") {
  const MoneyRate hour = 2 * kUsdPerHour;
  const MoneyPerToken at_thousand = cost_per_token(hour, 8, 1000_tokens / kSecond);
  CHECK(at_thousand.in(kUsd / (1e6 * kTokenUnit)) == doctest::Approx(16 / 3.6).epsilon(1e-9));
  CHECK(at_thousand / cost_per_token(hour, 8, 2000_tokens / kSecond) == doctest::Approx(2));
}

// What must any law of supply, caps and the claims about them obey?
#include <doctest/doctest.h>

#include <cmath>

#include "campaign/online_need.h"
#include "campaign/site_draw.h"
#include "campaign/supply.h"

using namespace eigenbau;
using namespace eigenbau::literals;
using namespace eigenbau::campaign;

namespace {

constexpr Power kH100 = 700_W;
constexpr Date kJuly22{std::chrono::year{2024} / 7 / 22};
constexpr Date kAugust1{std::chrono::year{2024} / 8 / 1};

SiteDraw h100(Power at_meter) { return {.per_gpu = at_meter, .board = 600_W, .meter_per_board = 1.15}; }

cluster::Supply grid(std::string name, Power power, std::optional<Date> from, double probability = 1) {
  cluster::Supply supply;
  supply.name = std::move(name);
  supply.power = power;
  supply.from = from;
  supply.probability = {probability};
  return supply;
}

cluster::Supply generators(int count, int reserve) {
  cluster::Supply supply;
  supply.name = "mobile gas generators";
  supply.kind = cluster::SupplyKind::generator;
  supply.unit_power = 2.5_MW;
  supply.count = count;
  supply.reserve = reserve;
  supply.from = Date{std::chrono::year{2024} / 7 / 1};
  return supply;
}

cluster::Cluster memphis() {
  cluster::Cluster cluster;
  cluster.supplies = {grid("grid", 8_MW, Date{std::chrono::year{2024} / 5 / 1}), grid("agreement", 42_MW, kAugust1),
                      generators(14, 1)};
  return cluster;
}

}  // namespace

TEST_CASE("8 MW carries 5,300 to 5,700 at 1.5 to 1.4 kW, 50 MW 33,300 to 35,700") {
  CHECK(h100(1500_W).carried(8_MW, 600_W) == doctest::Approx(5333).epsilon(0.0002));
  CHECK(h100(1400_W).carried(8_MW, 600_W) == doctest::Approx(5714).epsilon(0.0002));
  CHECK(h100(1500_W).carried(50_MW, 600_W) == doctest::Approx(33333).epsilon(0.0002));
  CHECK(h100(1400_W).carried(50_MW, 600_W) == doctest::Approx(35714).epsilon(0.0002));
}

TEST_CASE("32,000 on 8 MW: 250 W a card, below the chip's own 700 W; generators close the gap at 1,344 or 1,266 W") {
  const cluster::Cluster cluster = memphis();
  const std::vector<bool> all(3, true);
  const std::vector<std::string> grid_alone{"grid"};
  auto need = [](Power supply) { return power_need(h100(1500_W), kH100, 32000, supply); };
  const PowerNeed alone = need(supply_on(cluster.supplies, all, kJuly22, grid_alone).stretch);
  CHECK(alone.verdict == PowerVerdict::cannot_be);
  CHECK(alone.per_gpu.in(kWatt) == doctest::Approx(250));
  CHECK(alone.per_gpu < kH100);
  CHECK(alone.shortfall.in(kMegawatt) == doctest::Approx(40));
  CHECK_FALSE(alone.cap);
  const SupplyOnDay july = supply_on(cluster.supplies, all, kJuly22);
  const PowerNeed running = need(july.stretch), reserve = need(july.counted);
  CHECK(running.per_gpu.in(kWatt) == doctest::Approx(1343.75));
  CHECK(reserve.per_gpu.in(kWatt) == doctest::Approx(1265.6).epsilon(1e-4));
  CHECK(running.verdict == PowerVerdict::holds_if_capped);
  CHECK(reserve.verdict == PowerVerdict::holds_if_capped);
  REQUIRE(running.cap);
  CHECK(h100(1500_W).site(32000, *running.cap).in(kMegawatt) == doctest::Approx(43));
}

TEST_CASE("from 1 August 50 MW give 1,562 W a card: it holds; 100,000 need 50 MW more than both") {
  const cluster::Cluster cluster = memphis();
  const Power august = supply_on(cluster.supplies, {true, true, false}, kAugust1).counted;
  const PowerNeed need = power_need(h100(1500_W), kH100, 32000, august);
  CHECK(need.per_gpu.in(kWatt) == doctest::Approx(1562.5));
  CHECK(need.verdict == PowerVerdict::holds);
  CHECK(power_need(h100(1500_W), kH100, 100000, august).shortfall.in(kMegawatt) == doctest::Approx(100));
  CHECK(power_need(h100(1000_W), kH100, 100000, august).shortfall.in(kMegawatt) == doctest::Approx(50));
}

TEST_CASE("what is short, added, makes the claim hold") {
  for (double gpus : {1000., 32000., 100000.})
    for (Power supply : {1_MW, 20_MW, 140_MW}) {
      const PowerNeed need = power_need(h100(1500_W), kH100, gpus, supply);
      CHECK(power_need(h100(1500_W), kH100, gpus, supply + need.shortfall, 1e-9).verdict == PowerVerdict::holds);
      CHECK(power_need(h100(1500_W), kH100, gpus, gpus * need.floor_per_gpu(), 1e-9).verdict != PowerVerdict::cannot_be);
    }
}

TEST_CASE("the cap spends the supply exactly") {
  SiteDraw draw = h100(1500_W);
  draw.standing = 2_MW;
  const PowerNeed need = power_need(draw, kH100, 32000, 43_MW);
  REQUIRE(need.cap);
  CHECK(draw.site(32000, *need.cap).in(kMegawatt) == doctest::Approx(43));
}

TEST_CASE("more reserve, a lower probability or an unknown date never give more power") {
  cluster::Cluster cluster = memphis();
  const std::vector<bool> all(3, true);
  Power before = supply_on(cluster.supplies, all, kAugust1).counted;
  for (int reserve : {2, 4, 14}) {
    cluster.supplies[2].reserve = reserve;
    const SupplyOnDay now = supply_on(cluster.supplies, all, kAugust1);
    CHECK(now.counted < before);
    CHECK(now.stretch.in(kMegawatt) == doctest::Approx(85));
    before = now.counted;
  }
  cluster.supplies[1].probability = {0.9};
  const SupplyOnDay likely = supply_on(cluster.supplies, likely_supplies(cluster.supplies), kAugust1);
  CHECK(likely.firm.in(kMegawatt) == doctest::Approx(8));
  CHECK(likely.expected.in(kMegawatt) == doctest::Approx(8 + 0.9 * 42));
  CHECK(likely.counted.in(kMegawatt) == doctest::Approx(50));
  cluster.supplies[1].from.reset();
  CHECK(supply_on(cluster.supplies, all, kAugust1).counted.in(kMegawatt) == doctest::Approx(8));
}

TEST_CASE("a supply is there from its first to its last day") {
  cluster::Supply supply = grid("one", 5_MW, kJuly22);
  supply.until = kAugust1;
  auto power = [&](Date day) { return supply_on({supply}, {true}, day).counted; };
  CHECK(power(kJuly22 - std::chrono::days(1)) == Power{});
  CHECK(power(kJuly22) == 5_MW);
  CHECK(power(kAugust1) == 5_MW);
  CHECK(power(kAugust1 + std::chrono::days(1)) == Power{});
}

TEST_CASE("over many samples a supply of 90 % comes nine times of ten, the same for the same seed") {
  const std::vector<cluster::Supply> one{grid("substation", 100_MW, kAugust1, 0.9)};
  int comes = 0;
  for (std::uint64_t sample = 0; sample < 4000; ++sample) {
    const bool there = drawn_supplies(one, 5, sample)[0];
    CHECK(there == drawn_supplies(one, 5, sample)[0]);
    comes += there;
  }
  CHECK(comes / 4000. == doctest::Approx(0.9).epsilon(0.02));
}

TEST_CASE("speed under a cap: 500 of 700 W keep four fifths, no cap costs nothing") {
  CHECK(speed_under_cap(500_W, 700_W) == doctest::Approx(std::pow(5. / 7, 0.65)));
  CHECK(speed_under_cap(500_W, 700_W) == doctest::Approx(0.80).epsilon(0.01));
  CHECK(speed_under_cap(700_W, 700_W) == 1);
  CHECK(speed_under_cap(900_W, 700_W) == 1);
}

TEST_CASE("the trade-off stays within supply, count and caps, and the best does most") {
  for (double k : {0.9, 1.15, 2.2})
    for (Power supply : {1_MW, 30_MW, 43_MW, 150_MW, 400_MW}) {
      const SiteDraw draw{.standing = 1_MW, .per_gpu = 1500_W, .board = 600_W, .meter_per_board = k};
      const PowerTradeOff t = power_trade_off(draw, 100000, supply);
      for (const RunningPoint& point : {t.full_few, t.capped_many, t.best}) {
        CHECK(point.gpus <= 100000);
        CHECK(point.cap >= kLowestCapShare * draw.board);
        CHECK(point.cap <= draw.board);
        CHECK((point.gpus == 0 || point.site <= supply * (1 + 1e-9)));
        CHECK(point.work <= t.best.work);
      }
      for (double c = kLowestCapShare; c <= 1; c += 0.01) {
        const double n = std::min(100000., std::floor(draw.carried(supply, c * draw.board)));
        CHECK(n * speed_under_cap(c * draw.board, draw.board) <= t.best.work * (1 + 1e-4) + 2);
      }
      CHECK(t.gain >= 0);
    }
}

TEST_CASE("capping pays where it saves most of the watts, and not where most watts are fixed") {
  const SiteDraw most_saved{.per_gpu = 1000_W, .board = 800_W, .meter_per_board = 1.1};
  const SiteDraw most_fixed{.per_gpu = 1500_W, .board = 500_W, .meter_per_board = 1.1};
  CHECK(power_trade_off(most_saved, 1e5, 43_MW).gain > 0.05);
  CHECK(power_trade_off(most_fixed, 1e5, 43_MW).gain == 0);
  CHECK(power_trade_off(most_fixed, 1e5, 43_MW).best.cap == most_fixed.board);
}

TEST_CASE("with supply for all nothing is capped") {
  const PowerTradeOff t = power_trade_off(h100(1500_W), 100000, 150_MW);
  CHECK(t.full_few.gpus == 100000);
  CHECK(t.capped_many.cap == 600_W);
  CHECK(t.gain == 0);
}

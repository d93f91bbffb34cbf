// Laws of judging: the founding case's sentences on a machine of known watts, and what more supply does to a verdict.
#include "study/claims.h"

#include <doctest/doctest.h>

#include <cmath>

using namespace eigenbau;
using namespace eigenbau::literals;
using study::Holding;

namespace {

/// 100,000 accelerators of 700 W that take 1,284 W at the meter in training and are provisioned for 1,540 W.
study::Answer memphis() {
  study::Answer answer;
  design::ServerGroup group;
  group.count = 12500;
  group.server.gpus = 8;
  group.gpu.tdp = 700_W;
  group.power.training.value = 8 * 1284_W;
  group.power.provisioned.value = group.power.nameplate.value = 8 * 1540_W;
  group.price = 8 * 35_kUSD;
  answer.design.groups = {group};
  answer.design.servers = 12500;
  answer.design.gpus = 100000;
  answer.design.machine.gpu.tdp = 700_W;
  answer.design.machine.gpu.peak.bf16 = 989.4_TFLOPps;
  answer.design.racks.kinds = {{.use = design::RackUse::servers, .per_rack = 8, .units = 12500, .count = 1563}};
  answer.draw_provisioned = {.per_gpu = 1540_W, .board = 700_W, .meter_per_board = 1.1};
  answer.cluster.supplies = {{.name = "grid, existing", .power = 8_MW, .from = parse_date("2024-05-01")},
                             {.name = "generators",
                              .kind = cluster::SupplyKind::generator,
                              .unit_power = 2.5_MW,
                              .count = 14,
                              .from = parse_date("2024-07-01")},
                             {.name = "agreement", .power = 42_MW, .from = parse_date("2024-08-01")}};
  answer.cluster.leases = {{.name = "not signed", .gpu = "h100-sxm", .count = 100000, .total = 10_GUSD, .term = 4_years}};
  return answer;
}

study::Finding online(std::vector<std::string> supplies, const char* day, int gpus = 32000) {
  return study::judge({.text = "online", .says = cluster::OnlineClaim{gpus, parse_date(day), std::move(supplies)}}, memphis());
}

bool says(const std::string& text, const char* part) { return text.find(part) != std::string::npos; }

const study::ClaimNumber& number(const study::Finding& finding, const std::string& key) {
  for (const study::ClaimNumber& one : finding.numbers)
    if (one.key == key) return one;
  FAIL("no number " << key);
  return finding.numbers.front();
}

}  // namespace

TEST_CASE("32,000 cards on 8 MW cannot be: 250 W a card, below the chip; the generators close the gap") {
  const auto finding = online({"grid, existing"}, "2024-07-22");
  CHECK(finding.holding == Holding::cannot_be);
  CHECK(says(finding.because, "250 W"));
  CHECK(says(finding.because, "700 W"));
  REQUIRE(finding.closes.size() == 1);
  CHECK(says(finding.closes[0], "1,344 W"));
  CHECK(says(finding.closes[0], "1,266 W"));
}

TEST_CASE("with 14 generators it holds if site power is capped; on 50 MW it holds") {
  const auto capped = online({"grid, existing", "generators"}, "2024-07-22");
  CHECK(capped.holding == Holding::holds_if);
  CHECK(says(capped.because, "1,344 W"));
  CHECK(says(capped.because, "1,266 W"));
  const auto grid = online({"grid, existing", "agreement"}, "2024-08-01");
  CHECK(grid.holding == Holding::holds);
  CHECK(number(grid, "per_card").own.value == doctest::Approx(1562.5));
}

TEST_CASE("a supply counts from its day on, and only where it is named") {
  CHECK(number(online({"grid, existing", "agreement"}, "2024-07-31"), "supply").own.value == doctest::Approx(8e6));
  CHECK(number(online({}, "2024-08-01"), "supply").own.value == doctest::Approx(85e6));
}

TEST_CASE("more accelerators never turn a verdict for the better") {
  Holding last = Holding::holds;
  for (int gpus = 1000; gpus < 200000; gpus += 1000) {
    const Holding now = online({}, "2024-08-01", gpus).holding;
    CHECK(static_cast<int>(now) >= static_cast<int>(last));
    last = now;
  }
  CHECK(last == Holding::cannot_be);
}

TEST_CASE("100,000 cards at 150 MW are 1,500 W each: between training and rating") {
  const auto finding =
      study::judge({.says = cluster::PowerClaim{{100000, 100000}, cluster::Stated<Power>{150_MW, 150_MW}, {}}}, memphis());
  CHECK(finding.holding == Holding::holds);
  CHECK(number(finding, "per_card").own.value == doctest::Approx(1500));
  const auto eight = study::judge({.says = cluster::PowerClaim{{5300, 5700}, cluster::Stated<Power>{8_MW, 8_MW}, {}}}, memphis());
  CHECK(eight.holding == Holding::holds);
  const auto starved =
      study::judge({.says = cluster::PowerClaim{{32000, 32000}, cluster::Stated<Power>{8_MW, 8_MW}, {}}}, memphis());
  CHECK(starved.holding == Holding::cannot_be);
}

TEST_CASE("19 days for 100,000 cards: 5,263 cards, 658 servers, 82 racks a day") {
  const auto finding = study::judge({.says = cluster::PaceClaim{{100000, 100000}, 19_d}}, memphis());
  CHECK(std::lround(number(finding, "cards_per_day").own.value) == 5263);
  CHECK(std::lround(number(finding, "servers_per_day").own.value) == 658);
  CHECK(std::lround(number(finding, "racks_per_day").own.value) == 82);
  CHECK(finding.holding == Holding::open);  // no build is dated
}

TEST_CASE("the lease: 10 GUSD are 3.80, 2.85, 2.28 USD per GPU-hour over 3, 4, 5 years") {
  const MoneyRate hour = kUsd / kHour;
  const auto finding = study::judge({.says = cluster::LeaseClaim{"not signed", {2.28 * hour, 3.80 * hour}}}, memphis());
  CHECK(finding.holding == Holding::holds);
  CHECK(number(finding, "lease_price_3_years").own.value / hour.base() == doctest::Approx(3.80).epsilon(0.002));
  CHECK(number(finding, "lease_price_4_years").own.value / hour.base() == doctest::Approx(2.85).epsilon(0.002));
  CHECK(number(finding, "lease_price_5_years").own.value / hour.base() == doctest::Approx(2.28).epsilon(0.002));
}

TEST_CASE("money: 4 GUSD is 40 kUSD a card, 29 billion yuan at 7.25 the same sum") {
  cluster::MoneyClaim claim{
      .gpus = {100000, 100000}, .money = cluster::Stated<Money>{4_GUSD, 4_GUSD}, .covers = cluster::Covers::gpus};
  CHECK(study::judge({.says = claim}, memphis()).holding == Holding::cannot_be);  // at 35 kUSD a card
  claim.money = cluster::Stated<Money>{3.5_GUSD, 3.5_GUSD};
  CHECK(study::judge({.says = claim}, memphis()).holding == Holding::holds);
  claim.money = cluster::Stated<Money>{4_GUSD, 4_GUSD};
  claim.foreign_amount = 29e9;
  claim.currency = "CNY";
  claim.per_usd = 7.25;
  const auto same = study::judge({.says = claim}, memphis());
  CHECK(number(same, "foreign_sum").own.value == doctest::Approx(4e9));
  CHECK(same.holding == Holding::holds);
  claim.per_usd = 6.0;
  CHECK(study::judge({.says = claim}, memphis()).holding == Holding::cannot_be);
}

TEST_CASE("2e26 to 2e27 FLOP on 100,000 H100 at MFU 0.35 take 67 to 668 days") {
  const cluster::TrainingClaim claim{{2e26 * kFlopUnit, 2e27 * kFlopUnit}, {100000, 100000}, Share{0.35}, {70_d, 670_d}};
  const auto finding = study::judge({.says = claim}, memphis());
  CHECK(number(finding, "shortest").own.value / 86400 == doctest::Approx(66.8).epsilon(0.01));
  CHECK(number(finding, "longest").own.value / 86400 == doctest::Approx(668.5).epsilon(0.01));
  CHECK(finding.holding == Holding::holds);
}

TEST_CASE("a verdict holds only if nine samples of ten hold, and may hold inside the stated ranges") {
  const cluster::Claim claim{.says = cluster::MoneyClaim{.gpus = {100000, 100000},
                                                         .money = cluster::Stated<Money>{4_GUSD, 4_GUSD},
                                                         .covers = cluster::Covers::gpus}};
  study::Answer dear = memphis();
  dear.design.groups[0].price = 8 * 40_kUSD;
  const std::vector<study::Answer> mixed{dear, memphis()}, none{};
  CHECK(study::verdict(claim, memphis(), none, none).finding.holding == Holding::cannot_be);
  CHECK(study::verdict(claim, memphis(), mixed, none).finding.holding == Holding::holds_if);
  CHECK(study::verdict(claim, dear, mixed, none).finding.holding == Holding::holds_if);
  CHECK(study::verdict(claim, dear, none, none).finding.holding == Holding::holds);
}

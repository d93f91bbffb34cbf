// What must hold on every day of a build-out, and for every job that runs on it?
#include "campaign/campaign.h"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>

#include "../base/day.h"
#include "campaign/timeline.h"

using namespace eigenbau;
using namespace eigenbau::literals;
using namespace eigenbau::campaign;

namespace {

cluster::Supply supply(std::string name, Power power, Date from) {
  cluster::Supply s;
  s.name = std::move(name);
  s.power = power;
  s.from = from;
  return s;
}

/// 100,000 accelerators in 19 days from 14 August 2024, 8 + 42 + 100 MW and 14 generators.
cluster::Cluster memphis() {
  cluster::Cluster c;
  c.supplies = {supply("grid", 8_MW, day(2024, 5, 1)), supply("agreement", 42_MW, day(2024, 8, 1)),
                supply("substation", 100_MW, day(2025, 5, 1))};
  cluster::Supply generators;
  generators.name = "generators";
  generators.kind = cluster::SupplyKind::generator;
  generators.unit_power = 2.5_MW;
  generators.count = 14;
  generators.reserve = 1;
  generators.from = day(2024, 7, 1);
  c.supplies.push_back(generators);
  c.build.start = day(2024, 7, 1);
  c.build.burn_in = 48_h;
  c.build.fabric_test = 24_h;
  c.build.dead_on_arrival = Share{0.05};
  c.build.repair = 10_d;
  c.build.deliveries = {{.servers = 12500, .from = day(2024, 8, 14), .per_day = 658}};
  return c;
}

CampaignInput input() {
  CampaignInput in;
  in.draw = {.per_gpu = 1500_W, .board = 600_W, .meter_per_board = 1.15};
  in.gpus = 100000;
  in.gpus_per_server = 8;
  in.node_rate = 4.0 / (1000 * kDay);
  in.restart.recover = 5_min;
  in.device_to_host = 25_GBps;
  in.write = 1000_GBps;
  in.read = 1000_GBps;
  in.planner = [](const cluster::TrainingJob&, int gpus) -> std::optional<PlannedRun> {
    const int used = gpus / 64 * 64;
    if (used < 1024) return std::nullopt;
    return PlannedRun{.gpus = used,
                      .step = 10_s,
                      .tokens_per_step = used * 3500_tokens,
                      .flop_per_step = used * (0.35 * 989_TFLOPps * 10_s),
                      .mfu = 0.35,
                      .state = 20_TB};
  };
  return in;
}

cluster::TrainingJob gpt5_scale(Flop compute) {
  cluster::TrainingJob job;
  job.name = "training at GPT-5 scale";
  job.compute = compute;
  job.start.gpus_online = 16000;
  job.grow = true;
  return job;
}

}  // namespace

TEST_CASE("online <= wired <= accepted <= installed <= delivered <= bought, and nothing draws more than is supplied") {
  for (CapPolicy policy : {CapPolicy::full_few, CapPolicy::capped_many, CapPolicy::best})
    for (double crews : {0., 300., 1000.}) {
      cluster::Cluster c = memphis();
      if (crews > 0) c.build.servers_per_day = crews;
      CampaignInput in = input();
      in.options.policy = policy;
      const Campaign campaign = run_campaign(c, in);
      REQUIRE(campaign.days.size() == 731);
      int delivered = 0;
      for (const Day& d : campaign.days) {
        CHECK(d.online <= d.wired);
        CHECK(d.online <= d.powered);
        CHECK(d.wired <= d.accepted);
        CHECK(d.accepted <= d.installed);
        CHECK(d.installed <= d.delivered);
        CHECK(d.delivered >= delivered);
        CHECK(d.drawn <= d.supply.counted * (1 + 1e-9));
        CHECK(d.work <= d.online);
        delivered = d.delivered;
      }
      CHECK(delivered == 100000);
    }
}

TEST_CASE("deliveries, burn-in, dead on arrival and fabric test come in their order and days") {
  const Campaign campaign = run_campaign(memphis(), input());
  CHECK(campaign.on(day(2024, 8, 13))->delivered == 0);
  CHECK(campaign.on(day(2024, 8, 14))->delivered == 658 * 8);
  CHECK(campaign.on(day(2024, 8, 31))->delivered < 100000);
  CHECK(campaign.on(day(2024, 9, 1))->delivered == 100000);  // the 19th day
  CHECK(campaign.on(day(2024, 8, 15))->accepted == 0);
  CHECK(campaign.on(day(2024, 8, 16))->accepted == doctest::Approx(0.95 * 658 * 8).epsilon(1e-3));
  CHECK(campaign.on(day(2024, 9, 3))->accepted < 100000);
  CHECK(campaign.on(day(2024, 9, 15))->accepted == 100000);  // 2 + 10 + 2 days after the last delivery
  CHECK(campaign.on(day(2024, 9, 15))->wired < 100000);
  CHECK(campaign.on(day(2024, 9, 16))->wired == 100000);
}

TEST_CASE("the pace of 100,000 cards in 19 days: 5,263 cards, 658 servers, 82 racks a day") {
  const Pace p = pace(100000, 19_d, 8, 8);
  CHECK(p.gpus_per_day == doctest::Approx(5263).epsilon(1e-4));
  CHECK(p.servers_per_day == doctest::Approx(658).epsilon(1e-3));
  CHECK(p.racks_per_day == doctest::Approx(82).epsilon(3e-3));
}

TEST_CASE("power binds until the substation, then nothing does") {
  CampaignInput in = input();
  in.options.policy = CapPolicy::full_few;
  const Campaign campaign = run_campaign(memphis(), in);
  CHECK(campaign.on(day(2024, 8, 10))->limit == Limit::delivered);
  CHECK(campaign.on(day(2024, 12, 1))->limit == Limit::powered);
  CHECK(campaign.on(day(2024, 12, 1))->online == 82.5e6 / 1500);
  CHECK(campaign.on(day(2025, 5, 1))->limit == Limit::all_online);
  CHECK(campaign.all_online == day(2025, 5, 1));
}

TEST_CASE("more supply never means fewer online, more reserve never more") {
  int before = -1;
  for (double megawatts : {0., 20., 42., 200.}) {
    cluster::Cluster c = memphis();
    c.supplies[1].power = megawatts * kMegawatt;
    const int online = run_campaign(c, input()).on(day(2024, 12, 1))->online;
    CHECK(online >= before);
    before = online;
  }
  before = std::numeric_limits<int>::max();
  for (int reserve : {0, 1, 5, 14}) {
    cluster::Cluster c = memphis();
    c.supplies[3].reserve = reserve;
    const int online = run_campaign(c, input()).on(day(2024, 12, 1))->online;
    CHECK(online <= before);
    before = online;
  }
}

TEST_CASE("crews that install less than arrives bind, and all arrives in the end") {
  cluster::Cluster c = memphis();
  c.supplies[0].power = 200_MW;
  c.build.servers_per_day = 100;
  const Campaign campaign = run_campaign(c, input());
  CHECK(campaign.on(day(2024, 9, 20))->limit == Limit::installed);
  CHECK(campaign.on(day(2024, 9, 20))->installed == 100 * 8 * 38);
  CHECK(campaign.all_online == day(2024, 8, 14) + std::chrono::days(124 + 2 + 10 + 2 + 1));  // 125 days of crews
}

TEST_CASE("the months' energy is the integral of the power by day, and the grid never gives more than its share") {
  const Campaign campaign = run_campaign(memphis(), input());
  Energy by_day{}, by_month{};
  Time gpu_time{};
  int days = 0;
  for (const Day& d : campaign.days) by_day += d.drawn * kDay, gpu_time += d.online * kDay;
  for (const Month& m : campaign.months) {
    by_month += m.energy;
    gpu_time -= m.gpu_time;
    days += m.days;
    CHECK(m.generated <= m.energy);
    CHECK(m.energy <= m.peak * (m.days * kDay) * (1 + 1e-9));
  }
  CHECK(by_month.in(kMegawattHour) == doctest::Approx(by_day.in(kMegawattHour)));
  CHECK(gpu_time.in(kHour) == doctest::Approx(0));
  CHECK(days == 731);
  CHECK(campaign.on(day(2024, 12, 1))->supply.grid == 50_MW);
  const Month& december = campaign.months[5];
  CHECK(december.first == day(2024, 12, 1));
  CHECK((december.energy - december.generated).in(kMegawattHour) == doctest::Approx(50 * 24 * 31));
}

TEST_CASE("2e26 to 2e27 FLOP at MFU 0.35 on 100,000 H100: 67 to 670 days, at full power and without failures") {
  for (const auto& [compute, days] : {std::pair{2e26, 66.9}, {2.1e26, 70.2}, {2e27, 669.}}) {
    cluster::Cluster c = memphis();
    c.supplies = {supply("all", 200_MW, day(2024, 5, 1))};
    c.build = {.start = day(2024, 7, 1)};
    c.training = {gpt5_scale(compute * kFlopUnit)};
    CampaignInput in = input();
    in.node_rate = {};
    const TrainingRun run = run_campaign(c, in).runs[0];
    CHECK(run.end == RunEnd::done);
    CHECK(run.duration.in(kDay) == doctest::Approx(days).epsilon(0.002));
    CHECK(run.flop.in(kFlopUnit) == doctest::Approx(compute).epsilon(1e-6));
    CHECK(run.gpu_time.in(kDay) == doctest::Approx(run.duration.in(kDay) * 99968).epsilon(1e-6));
    CHECK(run.energy.in(kMegawattHour) == doctest::Approx(run.gpu_time.in(kHour) * 1.5e-3).epsilon(1e-6));
  }
}

TEST_CASE("a job starts when its condition is met, grows with what comes online, and does its work exactly") {
  cluster::Cluster c = memphis();
  c.training = {gpt5_scale(2e26 * kFlopUnit)};
  const Campaign campaign = run_campaign(c, input());
  const TrainingRun& run = campaign.runs[0];
  REQUIRE(run.started);
  CHECK(campaign.on(*run.started)->online >= 16000);
  CHECK(campaign.on(*run.started - std::chrono::days(1))->online < 16000);
  REQUIRE(run.end == RunEnd::done);
  CHECK(run.flop.in(kFlopUnit) == doctest::Approx(2e26).epsilon(1e-6));
  REQUIRE(run.stages.size() >= 2);
  for (std::size_t i = 1; i < run.stages.size(); ++i) CHECK(run.stages[i].run.gpus >= run.stages[i - 1].run.gpus);
  for (const RunStage& stage : run.stages) CHECK(stage.run.gpus <= campaign.on(stage.from)->online);
  CHECK(run.goodput.goodput > 0.5);
}

TEST_CASE("a job that does not grow keeps what it began with, and ends later") {
  cluster::Cluster c = memphis();
  c.training = {gpt5_scale(1e26 * kFlopUnit)};
  const TrainingRun grows = run_campaign(c, input()).runs[0];
  c.training[0].grow = false;
  const TrainingRun keeps = run_campaign(c, input()).runs[0];
  CHECK(keeps.stages.front().run.gpus == keeps.stages.back().run.gpus);
  CHECK(*keeps.done > *grows.done);
}

TEST_CASE("more work or more failures never end earlier") {
  std::optional<Date> before;
  for (double compute : {1e25, 1e26, 3e26, 1e27}) {
    cluster::Cluster c = memphis();
    c.training = {gpt5_scale(compute * kFlopUnit)};
    const std::optional<Date> done = run_campaign(c, input()).runs[0].done;
    REQUIRE(done);
    if (before) CHECK(*done > *before);
    before = done;
  }
  cluster::Cluster c = memphis();
  c.training = {gpt5_scale(2e26 * kFlopUnit)};
  CampaignInput in = input();
  const Date at_four = *run_campaign(c, in).runs[0].done;
  in.node_rate = 7.0 / (1000 * kDay);
  CHECK(*run_campaign(c, in).runs[0].done > at_four);
}

TEST_CASE("beyond the campaign a run goes on at the last pace: the same date whatever the horizon") {
  cluster::Cluster c = memphis();
  c.training = {gpt5_scale(2e27 * kFlopUnit)};
  CampaignInput in = input();
  in.options.horizon = 4 * kYear;
  const TrainingRun seen = run_campaign(c, in).runs[0];
  in.options.horizon = 1.5 * kYear;
  const TrainingRun beyond = run_campaign(c, in).runs[0];
  CHECK(seen.end == RunEnd::done);
  CHECK(beyond.end == RunEnd::runs_on);
  CHECK(beyond.progress < 1);
  CHECK(std::abs((*seen.done - *beyond.done).count()) <= 1);
  CHECK(beyond.energy.in(kMegawattHour) == doctest::Approx(seen.energy.in(kMegawattHour)).epsilon(1e-4));
}

TEST_CASE("two jobs never hold more than is online less the spares; the first is served first") {
  cluster::Cluster c = memphis();
  c.failures.spares = Share{0.02};
  c.training = {gpt5_scale(3e26 * kFlopUnit), gpt5_scale(1e26 * kFlopUnit)};
  c.training[0].gpus = 20000;
  c.training[1].start.gpus_online = 30000;
  const Campaign campaign = run_campaign(c, input());
  CHECK(campaign.runs[0].stages.back().run.gpus <= 20000);
  for (const RunStage& stage : campaign.runs[1].stages) {
    int first = 0;
    for (const RunStage& other : campaign.runs[0].stages)
      if (other.from <= stage.from) first = other.run.gpus;
    if (stage.from <= *campaign.runs[0].done) CHECK(stage.run.gpus + first <= 0.98 * campaign.on(stage.from)->online);
  }
}

TEST_CASE("what cannot run says why") {
  cluster::Cluster c = memphis();
  c.training = {gpt5_scale(1e26 * kFlopUnit), gpt5_scale(1e26 * kFlopUnit), gpt5_scale(1e26 * kFlopUnit)};
  c.training[0].start.gpus_online = 200000;
  c.training[1].gpus = 100;
  c.training[2].compute.reset();
  const Campaign campaign = run_campaign(c, input());
  CHECK(campaign.runs[0].end == RunEnd::never_starts);
  CHECK(campaign.runs[1].end == RunEnd::no_plan);
  CHECK(campaign.runs[2].end == RunEnd::no_work_stated);
  for (const TrainingRun& run : campaign.runs) CHECK(run.gpu_time == Time{});
}

TEST_CASE("a file without a date has no timeline, but its runs take as long as on a machine that is all there") {
  cluster::Cluster c;
  c.supplies = {supply("grid", 200_MW, {})};
  c.supplies[0].from.reset();
  c.training = {gpt5_scale(2e26 * kFlopUnit)};
  c.training[0].start.on = day(2030, 1, 1);
  const Campaign undated = run_campaign(c, input());
  CHECK(undated.days.empty());
  CHECK(undated.months.empty());
  CHECK(undated.events.empty());
  CHECK_FALSE(undated.unknown.empty());
  CHECK_FALSE(undated.runs[0].done);
  CHECK(undated.runs[0].end == RunEnd::done);
  c.training[0].start.on.reset();
  c.build.start = day(2024, 7, 1);
  c.supplies[0].from = day(2024, 1, 1);
  const Campaign dated = run_campaign(c, input());
  CHECK(undated.runs[0].duration == dated.runs[0].duration);
  CHECK(undated.runs[0].energy == dated.runs[0].energy);
}

TEST_CASE("where no supply is stated none binds, and the machine draws what it needs") {
  cluster::Cluster c = memphis();
  c.supplies.clear();
  const Campaign campaign = run_campaign(c, input());
  CHECK(campaign.most_online == 100000);
  CHECK(campaign.days.back().drawn.in(kMegawatt) == doctest::Approx(150));
  for (const Day& d : campaign.days) CHECK(d.limit != Limit::powered);
  CHECK(campaign.stages.empty());
}

TEST_CASE("in a dated file a supply without a date is named and never counted") {
  cluster::Cluster c = memphis();
  c.supplies.push_back(supply("undated", 500_MW, {}));
  c.supplies.back().from.reset();
  const Campaign campaign = run_campaign(c, input());
  CHECK(campaign.on(day(2024, 12, 1))->supply.stretch == 85_MW);
  REQUIRE_FALSE(campaign.unknown.empty());
  CHECK(campaign.unknown[0].find("undated") != std::string::npos);
}

TEST_CASE("a plan on more accelerators that is slower is not taken") {
  cluster::Cluster c = memphis();
  c.training = {gpt5_scale(2e26 * kFlopUnit)};
  CampaignInput in = input();
  in.planner = [](const cluster::TrainingJob&, int gpus) -> std::optional<PlannedRun> {
    const int used = gpus / 64 * 64;
    return PlannedRun{.gpus = used, .step = used > 40000 ? 40_s : 10_s, .flop_per_step = 1e21 * kFlopUnit};
  };
  const TrainingRun run = run_campaign(c, in).runs[0];
  REQUIRE_FALSE(run.stages.empty());
  for (const RunStage& stage : run.stages) CHECK(stage.run.gpus <= 40000);
}

TEST_CASE("events are in order of date, and the supply's stages carry more each time") {
  cluster::Cluster c = memphis();
  c.training = {gpt5_scale(2e26 * kFlopUnit)};
  const Campaign campaign = run_campaign(c, input());
  for (std::size_t i = 1; i < campaign.events.size(); ++i) CHECK(campaign.events[i - 1].date <= campaign.events[i].date);
  REQUIRE(campaign.stages.size() == 4);
  for (std::size_t i = 1; i < campaign.stages.size(); ++i)
    CHECK(campaign.stages[i].trade_off.full_few.gpus > campaign.stages[i - 1].trade_off.full_few.gpus);
}

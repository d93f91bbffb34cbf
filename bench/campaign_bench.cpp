// How long do two years of a campaign take? Every sample of a study pays for one.
#include <benchmark/benchmark.h>

#include "campaign/campaign.h"

namespace {

using namespace eigenbau;
using namespace eigenbau::literals;

constexpr Date kStart{std::chrono::year{2024} / 7 / 1};

cluster::Cluster memphis() {
  cluster::Cluster cluster;
  for (int stage = 0; stage < 4; ++stage) {
    cluster::Supply supply;
    supply.name = "stage";
    supply.power = 40_MW;
    supply.from = kStart + std::chrono::days(90 * stage);
    cluster.supplies.push_back(supply);
  }
  cluster.build.start = kStart;
  cluster.build.deliveries = {{.servers = 12500, .from = kStart + std::chrono::days(44), .per_day = 658}};
  cluster.build.burn_in = 48_h;
  cluster::TrainingJob job;
  job.compute = 2e26 * kFlopUnit;
  job.grow = true;
  cluster.training = {job};
  return cluster;
}

void two_years(benchmark::State& state) {
  const cluster::Cluster cluster = memphis();
  campaign::CampaignInput input;
  input.draw = {.per_gpu = 1500_W, .board = 700_W, .meter_per_board = 1.15};
  input.gpus = 100000;
  input.node_rate = 4 / (1000 * kDay);
  input.restart.recover = 5_min;
  input.planner = [](const cluster::TrainingJob&, int gpus) -> std::optional<campaign::PlannedRun> {
    return campaign::PlannedRun{.gpus = gpus, .step = 10_s, .flop_per_step = gpus * (10_s * 350_TFLOPps)};
  };
  for (auto _ : state) benchmark::DoNotOptimize(campaign::run_campaign(cluster, input).most_online);
  state.SetLabel("asked: 1 ms; the plans of the job are not in it");
}
BENCHMARK(two_years)->Unit(benchmark::kMicrosecond);

}  // namespace

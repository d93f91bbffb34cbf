// Does the campaign see the watts of the design, capped or not?
#include "campaign/from_design.h"

#include <doctest/doctest.h>

using namespace eigenbau;
using namespace eigenbau::literals;
using namespace eigenbau::campaign;

namespace {

const catalog::Catalog& parts() {
  static const catalog::Catalog kCatalog = catalog::Catalog::built_in();
  return kCatalog;
}

cluster::Cluster machine(const std::string& model, int count) {
  cluster::Cluster cluster;
  cluster.name = "test";
  cluster.servers.push_back({.model = model, .count = count});
  return cluster;
}

design::Design design_of(const cluster::Cluster& cluster) {
  Result<design::Design> design = design::design_cluster(cluster, parts());
  REQUIRE(design);
  return *design;
}

constexpr std::string_view kModels[]{"dgx-h100", "supermicro-4u-hgx-h100-liquid", "gb200-nvl72"};

}  // namespace

TEST_CASE("all accelerators at full power draw what the design draws in training") {
  for (std::string_view model : kModels) {
    const design::Design design = design_of(machine(std::string(model), 64));
    const SiteDraw draw = site_draw(design);
    CHECK(draw.site(design.gpus, draw.board) / design.power.site_training == doctest::Approx(1).epsilon(0.02));
    CHECK(draw.board <= design.machine.gpu.tdp);
    CHECK(draw.meter_per_board >= 1);
    CHECK(draw.meter_per_board < 2);
  }
}

TEST_CASE("a cap foreseen by the campaign is the cap that the design would have") {
  for (std::string_view model : kModels)
    for (double share : {0.9, 0.7, 0.5}) {
      cluster::Cluster cluster = machine(std::string(model), 64);
      const SiteDraw free = site_draw(design_of(cluster));
      cluster.power.gpu_cap = share * free.board;
      const SiteDraw capped = site_draw(design_of(cluster));
      CHECK(capped.board / free.board == doctest::Approx(share));
      CHECK(free.per_gpu_at(share * free.board) / capped.per_gpu == doctest::Approx(1).epsilon(0.01));
    }
}

TEST_CASE("the file's figures go before the prior's") {
  cluster::Cluster cluster = machine("dgx-h100", 16);
  const design::Design design = design_of(cluster);
  catalog::FailurePrior prior;
  prior.node_rate = 4 / (1000 * kDay);
  prior.restart = 5_min;
  prior.repair_mean = 48_h;
  prior.dead_on_arrival = 0.05;
  const CampaignInput from_prior = campaign_input(cluster, design, prior, {});
  CHECK(from_prior.node_rate == prior.node_rate);
  CHECK(from_prior.restart.total() == 5_min);
  CHECK(from_prior.gpus_per_server == 8);
  CHECK(from_prior.gpus == 128);
  cluster.failures.node_rate = 2 / (1000 * kDay);
  cluster.failures.restart = 3_min;
  const CampaignInput stated = campaign_input(cluster, design, prior, {});
  CHECK(stated.node_rate == *cluster.failures.node_rate);
  CHECK(stated.restart.total() == 3_min);
}

TEST_CASE("a prior counts its own nodes: a rack of 72 has 18 trays; a rate in the file counts servers") {
  cluster::Cluster cluster = machine("gb200-nvl72", 16);
  const design::Design design = design_of(cluster);
  catalog::FailurePrior prior;
  prior.node_rate = 3 / (1000 * kDay);
  CHECK(campaign_input(cluster, design, prior, {}).gpus_per_node == 72);
  prior.gpus_per_node = 4;
  CHECK(campaign_input(cluster, design, prior, {}).gpus_per_node == 4);
  cluster.failures.node_rate = 20 / (1000 * kDay);
  CHECK(campaign_input(cluster, design, prior, {}).gpus_per_node == 72);
}

TEST_CASE("a designed cluster comes online on the day of its supply, as far as that reaches") {
  cluster::Cluster cluster = machine("dgx-h100", 16);
  cluster.build.start = Date{std::chrono::year{2025} / 3 / 1};
  cluster::Supply grid;
  grid.name = "grid";
  grid.power = 1_MW;
  grid.from = Date{std::chrono::year{2025} / 4 / 1};
  cluster.supplies = {grid};
  const design::Design design = design_of(cluster);
  CHECK(run_campaign(cluster, design, {}, {}).all_online == *grid.from);
  cluster.supplies[0].power = 0.5 * design.power.site_training;
  const Campaign half = run_campaign(cluster, design, {}, {}, {.policy = CapPolicy::full_few});
  CHECK(half.most_online == doctest::Approx(64).epsilon(0.02));
  CHECK(half.days.back().limit == Limit::powered);
}

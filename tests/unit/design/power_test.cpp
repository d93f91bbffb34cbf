// Laws of watts: from the server over losses and coolers to the meter, and what a supply carries.
#include <doctest/doctest.h>

#include "design/design.h"
#include "sample_machines.h"

using namespace eigenbau;
using namespace eigenbau::design;
using namespace eigenbau::literals;

namespace {

const PowerLevel* level_of(const Design& design, std::string_view name) {
  for (const PowerLevel& level : design.power.levels)
    if (level.name == name) return &level;
  return nullptr;
}

}  // namespace

TEST_CASE("power in is power out and loss at every level, and each level feeds the next") {
  for (const auto& cluster : {memphis(), cluster_of("gb200-nvl72", 200), cluster_of("dgx-h100", 8)}) {
    cluster::Cluster with_ups = cluster;
    with_ups.power.ups = cluster::Redundancy::n_plus_1;
    const Design design = design_of(with_ups);
    const std::vector<PowerLevel>& levels = design.power.levels;
    Power losses{};
    for (std::size_t i = 0; i < levels.size(); ++i) {
      CAPTURE(levels[i].name);
      CHECK(levels[i].input.in(kWatt) == doctest::Approx((levels[i].output + levels[i].loss).in(kWatt)));
      CHECK(levels[i].loss > Power{});
      if (!levels[i].inside_it) losses += levels[i].loss;
      if (i == 0 || levels[i].inside_it) continue;
      const bool coolers_join = levels[i - 1].name == "medium-voltage transformers";
      const Power joined = coolers_join ? design.cooling.power : Power{};
      CHECK(levels[i - 1].output.in(kWatt) == doctest::Approx((levels[i].input + joined).in(kWatt)));
    }
    CHECK(design.power.site_training.in(kWatt) == doctest::Approx(levels.front().input.in(kWatt)));
    CHECK(design.power.site_training.in(kWatt) ==
          doctest::Approx((design.power.it_training + losses + design.cooling.power).in(kWatt)));
  }
}

TEST_CASE("the heat that coolers move is the IT power and the losses inside the hall") {
  const Design design = design_of(memphis());
  Power inside = design.power.it_training;
  for (const PowerLevel& level : design.power.levels)
    if (level.name == "rack PDUs" || level.name == "floor PDUs") inside += level.loss;
  CHECK((design.cooling.heat_liquid + design.cooling.heat_air).in(kWatt) == doctest::Approx(inside.in(kWatt)));
  CHECK(design.cooling.heat_liquid > Power{});
}

TEST_CASE("watts at the meter of one accelerator, times all of them, are the site's") {
  const Design design = design_of(memphis());
  CHECK((design.per_gpu(Load::training).site() * design.gpus).in(kMegawatt) ==
        doctest::Approx(design.power.site_training.in(kMegawatt)));
  CHECK((design.per_gpu(Load::provisioned).site() * design.gpus).in(kMegawatt) ==
        doctest::Approx(design.power.site_provisioned.in(kMegawatt)));
  CHECK(design.per_gpu(Load::training).pue() == doctest::Approx(design.cooling.pue));
}

TEST_CASE("an H100 of Memphis draws 1,060 W in its server and 1.25 to 1.45 kW at the meter while training") {
  const Design design = design_of(memphis());
  CHECK(design.server_watts(Load::training).in(kWatt) == doctest::Approx(1060));
  CHECK(design.server_watts(Load::nameplate).in(kWatt) == doctest::Approx(1275));
  const PerGpu watts = design.per_gpu(Load::training);
  CHECK(watts.site() > 1250_W);
  CHECK(watts.site() < 1450_W);
  CHECK((watts.network + watts.storage) / watts.it() < 0.15);
  CHECK(design.per_gpu(Load::provisioned).site() > 1500_W);
  CHECK(design.per_gpu(Load::idle).site() < watts.site());
}

TEST_CASE("8 MW carry about the cards that the news arithmetic says, and never 32,000") {
  const Design design = design_of(memphis());
  const double cards = gpus_carried(design.site, 8_MW, design.server_watts(Load::training));
  CHECK(cards > 5000);
  CHECK(cards < 7000);
  CHECK(gpus_carried(design.site, 8_MW, design.groups.front().gpu.tdp) < 32000);
}

TEST_CASE("PUE is at least 1, lower with liquid than with air, and a stated one is kept") {
  const double liquid = design_of(cluster_of("supermicro-4u-hgx-h100-liquid", 1000)).cooling.pue;
  const double air = design_of(cluster_of("supermicro-8u-hgx-h100-air", 1000)).cooling.pue;
  CHECK(liquid > 1);
  CHECK(air > liquid);
  CHECK(liquid < 1.20);
  CHECK(air < 1.40);
  cluster::Cluster stated = memphis();
  stated.site.pue = 1.05;
  const Design design = design_of(stated);
  CHECK(design.cooling.pue == 1.05);
  CHECK(design.cooling.pue_derived > 1.05);
  CHECK(design.power.site_training / design.power.it_training == doctest::Approx(1.05));
  CHECK(has(design, "EB3401"));
}

TEST_CASE("a UPS and more servers draw more at the meter") {
  cluster::Cluster with_ups = memphis();
  with_ups.power.ups = cluster::Redundancy::n_plus_1;
  CHECK(design_of(with_ups).power.site_training > design_of(memphis()).power.site_training);
  Power before{};
  for (int count : {100, 1000, 5000}) {
    const Power site = design_of(cluster_of("dgx-h100", count)).power.site_training;
    CHECK(site > before);
    before = site;
  }
}

TEST_CASE("a cap lowers the draw by what it takes from each accelerator, and raises the count on a supply") {
  cluster::Cluster capped = memphis();
  capped.power.gpu_cap = 500_W;
  const Design full = design_of(memphis()), low = design_of(capped);
  CHECK((full.server_watts(Load::training) - low.server_watts(Load::training)).in(kWatt) == doctest::Approx(200));
  CHECK(gpus_carried(low.site, 50_MW, low.server_watts(Load::training)) >
        gpus_carried(full.site, 50_MW, full.server_watts(Load::training)));
}

TEST_CASE("with N+1 the provisioned load fits on what is left when one unit is out; with N it does not have to") {
  for (cluster::Redundancy redundancy : {cluster::Redundancy::n_plus_1, cluster::Redundancy::two_n}) {
    cluster::Cluster cluster = memphis();
    cluster.power.transformers = redundancy;
    const Design design = design_of(cluster);
    const PowerLevel* level = level_of(design, "medium-voltage transformers");
    REQUIRE(level);
    CHECK(level->survives_one_out);
    CHECK(level->units > level->needed);
    CHECK(level->load_share_one_out > level->load_share);
    CHECK_FALSE(has(design, "EB3302"));
  }
  cluster::Cluster bare = memphis();
  bare.power.transformers = cluster::Redundancy::n;
  const Design design = design_of(bare);
  CHECK(level_of(design, "medium-voltage transformers")->units == level_of(design, "medium-voltage transformers")->needed);
}

TEST_CASE("a DGX H100 is rated 10.2 kW, and figures of the file go before the catalog's") {
  CHECK(design_of(cluster_of("dgx-h100", 8)).groups.front().power.nameplate.value.in(kKilowatt) == doctest::Approx(10.2));
  cluster::Cluster stated = cluster_of("dgx-h100", 8);
  stated.servers.front().training_power = 7.75_kW;
  const ServerPower power = design_of(stated).groups.front().power;
  CHECK(power.training.value == 7.75_kW);
  CHECK(power.training.from.find("cluster file") != std::string::npos);
  CHECK(power.nameplate.from.find("DGX H100 specification") != std::string::npos);
}

TEST_CASE("supplies below the site's draw are told, those with an unknown date do not count") {
  cluster::Cluster cluster = memphis();
  cluster.supplies.push_back({.name = "grid", .power = 50_MW, .from = Date{std::chrono::days{19900}}});
  CHECK(has(design_of(cluster), "EB3301"));
  cluster.supplies.push_back({.name = "later", .power = 500_MW});
  CHECK(has(design_of(cluster), "EB3301"));
  cluster.supplies.back().from = Date{std::chrono::days{20300}};
  CHECK_FALSE(has(design_of(cluster), "EB3301"));
}

TEST_CASE("supplies that divide by three load the phases evenly, others not, and three racks always do") {
  const Design design = design_of(memphis());
  for (const PhaseBalance& phases : design.power.phases) {
    CHECK(phases.row_imbalance == doctest::Approx(0));
    CHECK((phases.rack_imbalance < 1e-9) == (phases.supplies_per_rack % 3 == 0));
  }
}

TEST_CASE("a cool climate lets chillers rest, never makes cooling free, and changes nothing where none is stated") {
  const auto pue_at = [](double celsius) {
    cluster::Cluster cluster = cluster_of("dgx-h100", 1000);
    cluster.site.outdoor_wet_bulb = (273.15 + celsius) * kKelvin;
    return design_of(cluster).cooling.pue;
  };
  CHECK(pue_at(5) < pue_at(20));
  CHECK(pue_at(20) < pue_at(30));
  CHECK(pue_at(5) > 1.05);
  CHECK(pue_at(30) == doctest::Approx(design_of(cluster_of("dgx-h100", 1000)).cooling.pue));
}

TEST_CASE("what nobody states is a share of the rating and says so; a cap never goes below idle") {
  cluster::ServerGroup stated;
  const catalog::Server server{.name = "unmeasured", .gpus = 8, .nameplate_power = 10_kW};
  const catalog::Gpu gpu{.name = "gpu", .tdp = 700_W};
  const ServerPower power = server_power(stated, server, gpu, std::nullopt);
  CHECK(power.training.assumed);
  CHECK(power.idle.assumed);
  CHECK(power.training.value / power.nameplate.value == doctest::Approx(0.83).epsilon(0.01));
  CHECK(power.gpu_training <= 700_W);
  CHECK(server_power(stated, server, gpu, 1_W).training.value >= power.idle.value);
}

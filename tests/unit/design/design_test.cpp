// Laws of a whole design, and what is published of real ones.
#include "design/design.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "design/place_racks.h"

using namespace eigenbau;
using namespace eigenbau::design;
using namespace eigenbau::literals;

namespace {

const catalog::Catalog& parts() {
  static const catalog::Catalog catalog = catalog::Catalog::built_in();
  return catalog;
}

cluster::Cluster cluster_of(const std::string& model, int count) {
  cluster::Cluster cluster;
  cluster.name = "test";
  cluster.servers.push_back({.model = model, .count = count});
  return cluster;
}

Design design_of(const cluster::Cluster& cluster) {
  Result<Design> design = design_cluster(cluster, parts());
  REQUIRE(design);
  return *design;
}

/// Half Supermicro in liquid, half Dell in air, Spectrum switches: the machine of Memphis.
cluster::Cluster memphis() {
  cluster::Cluster cluster = cluster_of("supermicro-4u-hgx-h100-liquid", 6250);
  cluster.servers.push_back({.model = "dell-xe9680-h100", .count = 6250});
  cluster.fabric.network_switch = "nvidia-sn5600";
  cluster.fabric.routing = cluster::Routing::adaptive;
  return cluster;
}

bool has(const Design& design, std::string_view code) {
  return std::ranges::any_of(design.findings.all(), [&](const Diagnostic& finding) { return finding.code == code; });
}

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

TEST_CASE("racks hold all servers, and no rack more than its limits") {
  for (const char* model : {"dgx-h100", "supermicro-4u-hgx-h100-liquid", "dell-xe9680-h100", "dgx-b200"}) {
    cluster::Cluster cluster = cluster_of(model, 1001);
    cluster.hall.rack_power = 45_kW;
    cluster.hall.rack_weight = 900_kg;
    cluster.hall.rack_height_u = 42;
    const Design design = design_of(cluster);
    const RackKind& rack = design.racks.kinds.front();
    CAPTURE(model);
    CHECK(rack.count * rack.per_rack >= 1001);
    CHECK((rack.count - 1) * rack.per_rack < 1001);
    CHECK(rack.provisioned <= 45_kW);
    CHECK(rack.weight <= 900_kg);
    CHECK(rack.used_u <= 42);
    CHECK_FALSE(has(design, "EB3101"));
  }
}

TEST_CASE("a builder who overfills a rack is told, and a server that fits nowhere is an error") {
  cluster::Cluster cluster = cluster_of("dgx-h100", 8);
  cluster.hall.rack_power = 22_kW;
  CHECK(design_of(cluster).racks.kinds.front().per_rack == 2);
  CHECK(design_of(cluster).racks.kinds.front().binding == RackLimit::power);
  cluster.hall.servers_per_rack = 4;
  CHECK(has(design_of(cluster), "EB3101"));
  cluster.hall.rack_power = 8_kW;
  CHECK(has(design_of(cluster), "EB3102"));
}

TEST_CASE("published racks: 64 accelerators in Colossus, 132 kW and 1,389 of NVL72, 1,536 at Meta") {
  const Design colossus = design_of(cluster_of("supermicro-4u-hgx-h100-liquid", 12500));
  const RackKind& rack = colossus.racks.kinds.front();
  CHECK(rack.per_rack * 8 == 64);
  CHECK(colossus.racks.server_racks == 1563);

  const Design nvl72 = design_of(cluster_of("gb200-nvl72", 1389));
  CHECK(nvl72.racks.server_racks == 1389);
  CHECK(nvl72.gpus >= 100000);
  CHECK(nvl72.racks.kinds.front().nameplate.in(kKilowatt) == doctest::Approx(132));
  CHECK(nvl72.groups.front().power.nameplate.value.in(kKilowatt) == doctest::Approx(132));

  cluster::Cluster meta = cluster_of("meta-grand-teton-h100", 3072);
  meta.hall.servers_per_rack = 2;
  meta.fabric.pod_gpus = 3072;
  meta.fabric.pod_oversubscription = 7;
  meta.fabric.routing = cluster::Routing::ecmp;
  const Design teton = design_of(meta);
  CHECK(teton.racks.server_racks == 1536);
  REQUIRE(teton.back_end);
  CHECK(teton.back_end->wiring.pods == 8);
  CHECK(teton.back_end->wiring.pod_oversubscription <= 7 + 1e-9);
  CHECK(teton.power.it_training.in(kMegawatt) == doctest::Approx(30).epsilon(0.1));
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

TEST_CASE("every rack has a place of its own on the floor") {
  const Design design = design_of(memphis());
  const std::vector<RackPosition> positions = rack_positions(design.racks);
  CHECK(static_cast<int>(positions.size()) == design.racks.total());
  std::set<std::tuple<int, double, double>> places;
  for (const RackPosition& position : positions) {
    places.insert({position.hall, position.x.in(kMeter), position.y.in(kMeter)});
    CHECK(position.hall < design.racks.plan.halls);
    CHECK(position.x + kRackWidth <= design.racks.plan.width);
    CHECK(position.y + kRackDepth <= design.racks.plan.depth);
  }
  CHECK(places.size() == positions.size());
}

TEST_CASE("Memphis: 4,160 back-end switches where ports alone would ask for 3,920") {
  const Design design = design_of(memphis());
  REQUIRE(design.back_end);
  CHECK(design.back_end->wiring.switches.total() == 4160);
  REQUIRE(design.back_end->by_ports);
  CHECK(design.back_end->by_ports->total() == 3920);
  CHECK(design.back_end->bisection == doctest::Approx(1));
  CHECK(design.back_end->one_out.unit_links == doctest::Approx(1.0 / 8));
  CHECK(design.back_end->one_out.core_links == doctest::Approx(1.0 / 1024));
  CHECK(has(design, "EB3204"));
  CHECK(design.front_end);
  CHECK(design.management);
}

TEST_CASE("64-port switches are wired as fabrics side by side where one is too small, and that is said") {
  cluster::Cluster cluster = memphis();
  cluster.fabric.network_switch = "nvidia-qm9700";
  const Design design = design_of(cluster);
  REQUIRE(design.back_end);
  CHECK(design.back_end->wiring.islands == 2);
  CHECK(has(design, "EB3201"));
  CHECK(has(design, "EB3206"));  // its adapters speak Ethernet
}

TEST_CASE("each link has two ends: modules in cages carry their links, adapters one each") {
  const Design design = design_of(memphis());
  for (const LinkBundle& bundle : design.back_end->bundles) {
    REQUIRE(bundle.switch_optic);
    const long ends = bundle.switch_modules * bundle.switch_optic->links + bundle.server_modules;
    CHECK(ends == 2 * bundle.links);
    CHECK(bundle.mean_length <= bundle.longest);
    CHECK(bundle.switch_optic->reach >= bundle.longest);
  }
}

TEST_CASE("jobs see the accelerators, adapters and tiers of the design") {
  cluster::Cluster cluster = memphis();
  cluster.fabric.pod_oversubscription = 7;
  const perf::Machine machine = design_of(cluster).machine;
  CHECK(machine.gpus == 100000);
  CHECK(machine.scale_up_domain == 8);
  CHECK(machine.nic_per_gpu.in(kGigabitPerSecond) == doctest::Approx(400));
  CHECK(machine.transport == perf::NicTransport::roce);
  CHECK(machine.tiers[0].gpus == 512);
  CHECK(machine.fabric_share(512) == 1);
  CHECK(machine.fabric_share(100000) < machine.fabric_share(machine.tiers[1].gpus));
  CHECK(machine.fabric_share(machine.tiers[1].gpus) <= 1);
  CHECK(machine.fabric_share(100000) == doctest::Approx(0.95 / 7).epsilon(0.02));
}

TEST_CASE("the bill counts what the design counts, unknown prices stay unknown") {
  const Design design = design_of(memphis());
  double servers = 0, switches = 0;
  Money sum{};
  for (const BillLine& line : design.bill.lines) {
    CHECK_FALSE(line.derivation.empty());
    CHECK(line.quantity > 0);
    if (line.kind == BillClass::servers) servers += line.quantity;
    if (line.kind == BillClass::network) switches += line.quantity;
    if (line.cost()) sum += *line.cost();
  }
  CHECK(servers == 12500);
  CHECK(switches == design.back_end->wiring.switches.total() + design.front_end->wiring.switches.total() +
                        design.management->wiring.switches.total());
  CHECK(design.bill.cost().in(kUsd) == doctest::Approx(sum.in(kUsd)));
  Money by_class{};
  for (BillClass kind : kBillClasses) by_class += design.bill.cost(kind);
  CHECK(by_class.in(kUsd) == doctest::Approx(sum.in(kUsd)));
  int without_price = 0;
  for (const BillLine& line : design.bill.lines) without_price += !line.cost().has_value();
  CHECK(design.bill.unpriced() == without_price);
  CHECK(has(design, "EB3501") == (without_price > 0));
}

TEST_CASE("servers at the file's price per accelerator cost just that") {
  cluster::Cluster cluster = memphis();
  for (cluster::ServerGroup& group : cluster.servers) group.price_per_gpu = 40_kUSD;
  CHECK(design_of(cluster).bill.cost(BillClass::servers).in(kGigaUsd) == doctest::Approx(4.0));
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

TEST_CASE("nothing bought, or parts that do not exist, is a failure with a code") {
  CHECK_FALSE(design_cluster(cluster::Cluster{}, parts()));
  CHECK_FALSE(design_cluster(cluster_of("no-such-server", 5), parts()));
}

TEST_CASE("liquid-cooled servers in an air-cooled site are an error") {
  cluster::Cluster cluster = cluster_of("supermicro-4u-hgx-h100-liquid", 8);
  cluster.site.cooling = catalog::Cooling::air;
  CHECK(has(design_of(cluster), "EB3104"));
}

TEST_CASE("supplies that divide by three load the phases evenly, others not, and three racks always do") {
  const Design design = design_of(memphis());
  for (const PhaseBalance& phases : design.power.phases) {
    CHECK(phases.row_imbalance == doctest::Approx(0));
    CHECK((phases.rack_imbalance < 1e-9) == (phases.supplies_per_rack % 3 == 0));
  }
}

TEST_CASE("every code is explained once") {
  std::set<std::string_view> codes;
  for (const CodeText& code : design_codes()) {
    CHECK(codes.insert(code.code).second);
    CHECK(code.code.starts_with("EB3"));
    CHECK_FALSE(code.explanation.empty());
  }
  const Design design = design_of(memphis());
  for (const Diagnostic& finding : design.findings.all()) CHECK(codes.contains(finding.code));
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

TEST_CASE("the furthest figures that a file may state still give finite ones") {
  for (const char* model : {"dgx-h100", "gb200-nvl72", "trainium2-ultraserver", "aws-p5"}) {
    for (int count : {1, 2, 9, 1000000}) {
      for (double extreme : {0.0, 1.0}) {
        cluster::Cluster cluster = cluster_of(model, count);
        const bool high = extreme > 0;
        cluster.servers.front().nameplate_power = high ? 10_MW : 1_W;
        cluster.servers.front().training_power = high ? 10_MW : 1e-3_W;
        cluster.fabric.oversubscription = high ? 100.0 : 1.0;
        cluster.fabric.pod_oversubscription = high ? 100.0 : 1.0;
        cluster.fabric.pod_gpus = high ? 1000000000 : 1;
        cluster.fabric.topology = high ? cluster::Topology::fat_tree : cluster::Topology::rail_fat_tree;
        cluster.hall.rack_power = high ? 10_MW : 1_W;
        cluster.hall.rack_weight = high ? 100000_kg : 1_kg;
        cluster.hall.rack_height_u = high ? 100.0 : 1.0;
        cluster.storage.capacity = high ? 1e12_TB : 1_B;
        cluster.power.gpu_cap = high ? 10_kW : 1_W;
        cluster.power.ups = cluster::Redundancy::two_n;
        CAPTURE(model);
        CAPTURE(count);
        CAPTURE(high);
        const Result<Design> design = design_cluster(cluster, parts());
        REQUIRE(design);
        CHECK(is_finite(design->power.site_training));
        CHECK(is_finite(design->power.site_nameplate));
        CHECK(is_finite(design->bill.cost()));
        CHECK(is_finite(design->racks.plan.area));
        CHECK(std::isfinite(design->cooling.pue));
        CHECK(design->racks.total() > 0);
        for (Load load : kLoads) CHECK(is_finite(design->per_gpu(load).site()));
        for (const PowerLevel& level : design->power.levels) {
          CHECK(level.units >= 0);
          CHECK(std::isfinite(level.load_share_one_out));
        }
      }
    }
  }
  cluster::Cluster all = cluster_of("gb200-nvl72", 10000000);
  CHECK_FALSE(design_cluster(all, parts()));
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

TEST_CASE("racks of switches stay within the heat that air takes, too") {
  const Design design = design_of(cluster_of("dgx-h100", 3000));
  for (const RackKind& rack : design.racks.kinds) {
    CAPTURE(rack.name);
    CHECK(rack.provisioned <= kAirHeatPerRack);
  }
}

TEST_CASE("adapters of the front end stand on as many leaves as there are, so that one leaf's loss leaves the others") {
  const Design design = design_of(cluster_of("gb200-nvl72", 1389));
  REQUIRE(design.front_end);
  CHECK(design.front_end->demand.rails > 1);
  const long ports = static_cast<long>(design.front_end->wiring.switches.leaf) * design.front_end->wiring.leaf_down;
  CHECK(design.front_end->wiring.host_links > 0.9 * static_cast<double>(ports));
}

// Laws of a whole design, and what is published of real ones.
#include "design/design.h"

#include <doctest/doctest.h>

#include <cmath>
#include <set>

#include "sample_machines.h"

using namespace eigenbau;
using namespace eigenbau::design;
using namespace eigenbau::literals;

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

TEST_CASE("nothing bought, or parts that do not exist, is a failure with a code") {
  CHECK_FALSE(design_cluster(cluster::Cluster{}, parts()));
  CHECK_FALSE(design_cluster(cluster_of("no-such-server", 5), parts()));
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

TEST_CASE("adapters of the front end stand on as many leaves as there are, so that one leaf's loss leaves the others") {
  const Design design = design_of(cluster_of("gb200-nvl72", 1389));
  REQUIRE(design.front_end);
  CHECK(design.front_end->demand.rails > 1);
  const long ports = static_cast<long>(design.front_end->wiring.switches.leaf) * design.front_end->wiring.leaf_down;
  CHECK(design.front_end->wiring.host_links > 0.9 * static_cast<double>(ports));
}

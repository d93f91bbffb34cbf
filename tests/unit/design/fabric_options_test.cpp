// Laws of the ways to wire one machine: planes and rails apart, tiers, what binds, what growing costs.
#include "design/fabric_options.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <set>

#include "design/check_cables.h"
#include "design/design.h"
#include "sample_machines.h"

using namespace eigenbau;
using namespace eigenbau::design;

namespace {

/// 100,352 H100 with one 400G adapter each: 196 whole units of 64 servers.
cluster::Cluster hundred_thousand() {
  cluster::Cluster cluster;
  cluster.name = "test";
  cluster.servers.push_back({.model = "supermicro-8u-hgx-h100-air", .count = 12544});
  cluster.fabric.network_switch = "nvidia-sn5600";
  cluster.fabric.routing = cluster::Routing::adaptive;
  return cluster;
}

const Diagnostic* finding(const Design& design, std::string_view code) {
  for (const Diagnostic& one : design.findings.all())
    if (one.code == code) return &one;
  return nullptr;
}

}  // namespace

TEST_CASE("rails apart on two planes: 2,352 switches by ports, 2,592 wired evenly, in two tiers instead of three") {
  cluster::Cluster cluster = hundred_thousand();
  cluster.fabric.topology = cluster::Topology::rail_only;
  cluster.fabric.planes = 2;
  const Design design = design_of(cluster);
  REQUIRE(design.back_end);
  const Fabric& fabric = *design.back_end;
  CHECK(fabric.wiring.tiers == 2);
  CHECK(fabric.wiring.copies == 16);
  CHECK(fabric.wiring.switches.total() == 2592);
  REQUIRE(fabric.by_ports);
  CHECK(fabric.by_ports->total() == 2352);
  CHECK(fabric.link_speed.base() * 8 == doctest::Approx(200e9));
  CHECK(fabric.wiring.host_links == 2 * 100352);
  CHECK(fabric.one_out.unit_links == doctest::Approx(1.0 / 16));
  for (const CableRule& rule : check_cables(design, floor_of(design))) {
    CAPTURE(rule.first);
    CHECK(rule.faults == 0);
  }
}

TEST_CASE("a lost plane leaves half of every adapter: each adapter has a port on each plane") {
  cluster::Cluster cluster = hundred_thousand();
  cluster.servers.front().count = 512;
  cluster.fabric.planes = 2;
  const Design design = design_of(cluster);
  REQUIRE(design.back_end);
  const FabricWiring& wiring = design.back_end->wiring;
  REQUIRE(wiring.copies == 2);
  const int leaves_of_plane = wiring.switches.leaf / 2;
  long on_first = 0, rows = 0;
  for_each_cable(design, floor_of(design), [&](const CableRow& row) {
    if (row.network != kBackEnd || row.tier != network::Tier::host_leaf) return;
    ++rows;
    const bool first = row.up.device.number < leaves_of_plane;
    on_first += first;
    CHECK((row.down.port % 2 == 0) == first);
  });
  CHECK(rows == 2 * 512 * 8);
  CHECK(2 * on_first == rows);
}

TEST_CASE("rails apart: no path leads from rail to rail, and no switch tier more than for one rail") {
  cluster::Cluster cluster = hundred_thousand();
  cluster.fabric.topology = cluster::Topology::rail_only;
  const Design apart = design_of(cluster);
  cluster.fabric.topology = cluster::Topology::rail_fat_tree;
  const Design whole = design_of(cluster);
  REQUIRE(apart.back_end);
  CHECK(apart.back_end->wiring.copies == 8);
  CHECK(apart.back_end->wiring.switches.total() <= whole.back_end->wiring.switches.total());
  CHECK(apart.back_end->wiring.host_links == whole.back_end->wiring.host_links);
}

TEST_CASE("64 ports of 400G cannot carry 100,000 accelerators in three tiers: said with designs that can") {
  cluster::Cluster cluster = hundred_thousand();
  cluster.fabric.network_switch = "tomahawk4-64x400g";
  const Design design = design_of(cluster);
  const Diagnostic* unfit = finding(design, "EB3201");
  REQUIRE(unfit);
  CHECK(unfit->message.find("65,536") != std::string::npos);
  CHECK(unfit->notes.size() >= 2);
  CHECK_FALSE(unwired(design).all().empty());
  cluster.fabric.tiers = 2;
  cluster.fabric.network_switch = "nvidia-sn5600";
  const Design two_tiers = design_of(cluster);
  const Diagnostic* too_few = finding(two_tiers, "EB3201");
  REQUIRE(too_few);
  CHECK(too_few->message.find("two tiers") != std::string::npos);
  CHECK(too_few->message.find("8,192") != std::string::npos);
}

TEST_CASE("fewer tiers allowed never wire more accelerators") {
  FabricDemand demand{.servers = 8, .links_per_server = 8, .gpus_per_server = 8, .rails = 8, .radix = 128};
  int before = 0;
  for (int tiers : {1, 2, 3}) {
    demand.most_tiers = tiers;
    const int most = largest_fabric(demand);
    CHECK(most > before);
    before = most;
    for (int servers : {most, most + 1}) {
      FabricDemand one = demand;
      one.servers = servers;
      const auto wiring = wire_evenly(one);
      CHECK(wiring.has_value() == (servers == most));
      if (wiring) CHECK(wiring->tiers <= tiers);
    }
  }
}

TEST_CASE("the front end is oversubscribed as asked, and holds the storage nodes") {
  cluster::Cluster cluster = hundred_thousand();
  cluster.servers.front().count = 1000;
  cluster.storage.units = 20;
  cluster.fabric.front_end_oversubscription = 2.0;
  const Design design = design_of(cluster);
  REQUIRE(design.front_end);
  CHECK(design.front_end->wiring.oversubscription <= 2 + 1e-9);
  long storage = 0;
  for_each_cable(design, floor_of(design), [&](const CableRow& row) {
    storage += row.network == kFrontEnd && row.down.device.kind == DeviceKind::storage;
  });
  CHECK(storage == 2 * 20);
}

TEST_CASE("the ways to wire a machine: its own first, each once, thinner ones cheaper") {
  const auto options = fabric_options(hundred_thousand(), parts());
  REQUIRE(options.size() > 5);
  CHECK(options.front().fabric->wiring.switches.total() == 4160);
  CHECK(options.front().binds.rule == "even cores");
  std::set<std::string> names;
  for (const FabricOption& option : options) {
    CAPTURE(option.name);
    CHECK(names.insert(option.name).second);
    CHECK_FALSE(option.binds.why.empty());
    if (!option.fabric) continue;
    CHECK(option.fabric->typical() > Power{});
    REQUIRE(option.fabric->by_ports.has_value() == (option.fabric->wiring.islands == 1));
    if (option.fabric->by_ports) CHECK(option.fabric->by_ports->total() <= option.fabric->wiring.switches.total());
    if (option.name.ends_with("above the pod")) {
      CHECK(*option.price < *options.front().price);
      CHECK(option.fabric->typical() < options.front().fabric->typical());
      CHECK(option.fabric->bisection < 1);
    }
  }
}

TEST_CASE("growing: with all cores from the first day no live cable moves; sized for 7 of 25 pods, three quarters do") {
  cluster::Cluster cluster = hundred_thousand();
  cluster.fabric.pod_gpus = 4096;
  const Design design = design_of(cluster);
  REQUIRE(design.back_end);
  const auto stages = growth_stages(*design.back_end);
  REQUIRE(stages.size() == 4);
  CHECK(stages.front().below == 7);
  CHECK(stages.front().top_switches == 256);
  CHECK(stages.front().ahead_of_need == 768);
  CHECK(stages.front().moved_cables == 7L * 4096 * 3 / 4);
  CHECK(stages.back().top_switches == 1024);
  for (const GrowthStage& stage : stages) {
    CHECK(stage.top_switches + stage.ahead_of_need == 1024);
    CHECK((stage.moved_cables == 0) == (stage.ahead_of_need == 0));
    CHECK(stage.moved_cables <= design.back_end->wiring.spine_core_links);
  }
}

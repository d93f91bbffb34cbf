// Laws of switch counts: published fabrics, bounds, conservation of links, scaling.
#include <doctest/doctest.h>

#include <random>

#include "design/fabric_count.h"
#include "design/fabric_topology.h"

using namespace eigenbau::design;

namespace {

FabricDemand h100(int gpus, int radix) {
  return {.servers = gpus / 8, .links_per_server = 8, .gpus_per_server = 8, .rails = 8, .radix = radix};
}

}  // namespace

TEST_CASE("switches by ports of full fabrics are those of the textbook") {
  CHECK(switches_by_ports(h100(32, 64)) == SwitchCount{1, 0, 0});
  CHECK(switches_by_ports(h100(1024, 64)) == SwitchCount{32, 16, 0});
  CHECK(switches_by_ports(h100(1024, 128)) == SwitchCount{16, 8, 0});
  CHECK(switches_by_ports(h100(16384, 64)) == SwitchCount{512, 512, 256});
  CHECK(switches_by_ports(h100(16384, 128)) == SwitchCount{256, 256, 128});
  CHECK(switches_by_ports(h100(32768, 64)) == SwitchCount{1024, 1024, 512});
  CHECK(switches_by_ports(h100(32768, 128)) == SwitchCount{512, 512, 256});
  CHECK(switches_by_ports(h100(100352, 128)) == SwitchCount{1568, 1568, 784});
  CHECK(switches_by_ports(h100(100000, 128)) == SwitchCount{1563, 1563, 782});
}

TEST_CASE("100,352 accelerators wired evenly take 4,160 switches in 49 pods of 2,048") {
  const auto wiring = wire_evenly(h100(100352, 128));
  REQUIRE(wiring);
  CHECK(wiring->switches == SwitchCount{1568, 1568, 1024});
  CHECK(wiring->pods == 49);
  CHECK(wiring->units_per_pod * wiring->servers_per_unit * 8 == 2048);
  CHECK(wiring->host_links + wiring->leaf_spine_links + wiring->spine_core_links == 301056);
}

TEST_CASE("pods of 4,096 of them take 4,192 switches, the last pod half full") {
  FabricDemand demand = h100(100352, 128);
  demand.pod_servers = 512;
  const auto wiring = wire_evenly(demand);
  REQUIRE(wiring);
  CHECK(wiring->switches == SwitchCount{1568, 1600, 1024});
  CHECK(wiring->pods == 25);
}

TEST_CASE("64-port switches cannot carry 100,000 accelerators in three tiers") {
  CHECK_FALSE(switches_by_ports(h100(100000, 64)));
  CHECK_FALSE(wire_evenly(h100(100000, 64)));
  CHECK(largest_fabric(h100(8, 64)) * 8 == 65536);
  CHECK(wire_evenly(h100(65536, 64)));
  CHECK_FALSE(wire_evenly(h100(65544, 64)));
}

TEST_CASE("7:1 above the pod takes 112 cores by ports and 128 evenly") {
  FabricDemand demand = h100(100352, 128);
  demand.pod_oversubscription = 7;
  CHECK(switches_by_ports(demand)->core == 112);
  demand.pod_servers = 512;
  const auto wiring = wire_evenly(demand);
  REQUIRE(wiring);
  CHECK(wiring->switches.core == 128);
  CHECK(wiring->pod_oversubscription == doctest::Approx(6.4));
  demand.pod_oversubscription = 8;
  CHECK(wire_evenly(demand)->switches.core == 128);
}

TEST_CASE("Meta's 24,576 accelerators stand in 8 pods of 3,072") {
  FabricDemand demand = h100(24576, 128);
  demand.pod_servers = 384;
  demand.pod_oversubscription = 7;
  const auto wiring = wire_evenly(demand);
  REQUIRE(wiring);
  CHECK(wiring->pods == 8);
  CHECK(wiring->pod_oversubscription <= 7 + 1e-9);
  CHECK(wiring->units_per_pod * wiring->servers_per_unit == 384);
}

TEST_CASE("12,500 servers fill 195.3 units: the last keeps ports for 44 more") {
  const auto wiring = wire_evenly(h100(100000, 128));
  REQUIRE(wiring);
  CHECK(wiring->units == 196);
  CHECK(wiring->room_for_servers == 44);
  CHECK(wiring->switches.total() == 4160);
}

TEST_CASE("doubling the oversubscription halves the uplinks by ports") {
  for (double o : {1.0, 2.0, 4.0}) {
    FabricDemand once = h100(32768, 128), twice = once;
    once.pod_oversubscription = o;
    twice.pod_oversubscription = 2 * o;
    CHECK(switches_by_ports(once)->core == doctest::Approx(2 * switches_by_ports(twice)->core).epsilon(0.01));
  }
}

TEST_CASE("every wiring found is buildable and never below the bound by ports") {
  std::mt19937 random(7);
  int found = 0;
  for (int trial = 0; trial < 400; ++trial) {
    FabricDemand demand;
    demand.servers = 1 + static_cast<int>(random() % 20000);
    demand.links_per_server = 8;
    demand.gpus_per_server = 8;
    demand.rails = random() % 2 ? 8 : 1;
    demand.radix = random() % 2 ? 128 : 64;
    demand.oversubscription = 1 + static_cast<double>(random() % 3);
    demand.pod_oversubscription = 1 + static_cast<double>(random() % 7);
    const auto wiring = wire_evenly(demand);
    if (!wiring) continue;
    ++found;
    const FabricWiring& w = *wiring;
    CAPTURE(demand.servers);
    CAPTURE(demand.radix);
    CHECK(w.units * w.servers_per_unit >= demand.servers);
    CHECK(w.room_for_servers >= 0);
    CHECK(w.leaf_down + w.leaf_up <= demand.radix);
    CHECK(w.spine_down + w.spine_up <= demand.radix);
    CHECK(w.servers_per_unit * demand.links_per_server <= demand.radix * demand.rails);
    if (w.tiers >= 2) {
      CHECK(w.spines_per_pod * w.links_per_leaf_spine == w.leaf_up);
      CHECK(w.oversubscription <= demand.oversubscription + 1e-9);
      CHECK(w.leaf_spine_links == static_cast<long>(w.switches.leaf) * w.leaf_up);
    }
    if (w.tiers == 3) {
      CHECK(w.cores_per_plane * w.links_per_spine_core == w.spine_up);
      CHECK(w.pods * w.links_per_spine_core <= demand.radix);
      CHECK(w.pod_oversubscription <= demand.pod_oversubscription + 1e-9);
      CHECK(w.switches.core == w.cores_per_plane * w.spines_per_pod);
    }
    const auto bound = switches_by_ports(demand);
    REQUIRE(bound);
    CHECK(w.switches.total() >= bound->total());
  }
  CHECK(found > 300);
}

TEST_CASE("more servers never take fewer leaves") {
  int before = 0;
  for (int servers = 16; servers < 12000; servers += 97) {
    FabricDemand demand = h100(servers * 8, 128);
    const auto wiring = wire_evenly(demand);
    REQUIRE(wiring);
    CHECK(wiring->switches.leaf >= before);
    before = wiring->switches.leaf;
  }
}

TEST_CASE("the rule wires what was counted: every link once, every port once, no rail mixed") {
  std::mt19937 random(11);
  for (int trial = 0; trial < 60; ++trial) {
    Fabric fabric;
    fabric.part = {.ports = 64, .port_speed = 800 * eigenbau::kGigabitPerSecond, .breakout = 2};
    fabric.link_speed = 400 * eigenbau::kGigabitPerSecond;
    fabric.demand = {.servers = 1 + static_cast<int>(random() % 3000),
                     .links_per_server = 8,
                     .gpus_per_server = 8,
                     .rails = random() % 2 ? 8 : 1,
                     .radix = 128,
                     .oversubscription = 1 + static_cast<double>(random() % 2),
                     .pod_oversubscription = 1 + static_cast<double>(random() % 4)};
    if (random() % 3 == 0) fabric.demand.pod_servers = 100 + static_cast<int>(random() % 400);
    const auto wiring = wire_evenly(fabric.demand);
    if (!wiring) continue;
    fabric.wiring = *wiring;
    CAPTURE(fabric.demand.servers);
    CAPTURE(fabric.demand.pod_servers);
    const auto trees = topology_of(fabric);
    REQUIRE(trees.size() == 1);
    const eigenbau::network::Clos& clos = trees.front();
    CHECK(eigenbau::network::check_wiring(clos).empty());
    CHECK(clos.leaves() == wiring->switches.leaf);
    CHECK(clos.spines() == wiring->switches.spine);
    CHECK(clos.cores() == wiring->switches.core);
    CHECK(link_count(clos, eigenbau::network::Tier::host_leaf) == wiring->host_links);
    CHECK(link_count(clos, eigenbau::network::Tier::leaf_spine) == wiring->leaf_spine_links);
    CHECK(link_count(clos, eigenbau::network::Tier::spine_core) == wiring->spine_core_links);
  }
}

TEST_CASE("100,352 accelerators: 301,056 links, all checked") {
  Fabric fabric;
  fabric.part = {.ports = 64, .port_speed = 800 * eigenbau::kGigabitPerSecond, .breakout = 2};
  fabric.link_speed = 400 * eigenbau::kGigabitPerSecond;
  fabric.demand = h100(100352, 128);
  fabric.wiring = *wire_evenly(fabric.demand);
  const auto trees = topology_of(fabric);
  REQUIRE(trees.size() == 1);
  CHECK(link_count(trees.front()) == 301056);
  CHECK(eigenbau::network::check_wiring(trees.front()).empty());
  CHECK(eigenbau::network::bisection_share(trees.front()) == doctest::Approx(1));
}

TEST_CASE("two planes of 200G adapters on 256 ports: 2,352 switches by ports, 2,592 wired evenly, in two tiers") {
  const FabricDemand plane{.servers = 12544, .links_per_server = 1, .gpus_per_server = 1, .rails = 1, .radix = 256};
  const auto wiring = wire_evenly(plane);
  REQUIRE(wiring);
  constexpr int kRailPlanes = 16;  // eight rails in each of two planes
  CHECK(wiring->tiers == 2);
  CHECK(kRailPlanes * switches_by_ports(plane)->total() == 2352);
  CHECK(kRailPlanes * wiring->switches.total() == 2592);
}

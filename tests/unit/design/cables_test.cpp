// Laws of cables: the closed form counts what the rows are, ports and rails and pods hold, lengths follow the floor.
#include "design/cables.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <random>
#include <set>
#include <tuple>

#include "design/cable_run.h"
#include "design/check_cables.h"
#include "design/count_cables.h"
#include "design/place_racks.h"
#include "sample_machines.h"

using namespace eigenbau;
using namespace eigenbau::design;
using namespace eigenbau::literals;

namespace {

cluster::Cluster liquid_memphis() {
  cluster::Cluster cluster = memphis();
  cluster.site.cooling = catalog::Cooling::direct_liquid;
  return cluster;
}

cluster::Cluster meta() {
  cluster::Cluster cluster;
  cluster.name = "test";
  cluster.servers.push_back({.model = "meta-grand-teton-h100", .count = 3072});
  cluster.hall.servers_per_rack = 2;
  cluster.fabric.network_switch = "arista-7808r3";
  cluster.fabric.pod_gpus = 3072;
  cluster.fabric.pod_oversubscription = 7;
  cluster.fabric.routing = cluster::Routing::ecmp;
  return cluster;
}

/// Machines of every shape that the generator knows.
std::vector<cluster::Cluster> machines() {
  std::vector<cluster::Cluster> all{liquid_memphis(), meta()};
  std::mt19937 random(5);
  const char* models[] = {"dgx-h100", "gb200-nvl72", "dgx-a100-80", "aws-p5", "trainium2-ultraserver", "hgx-b200"};
  for (int trial = 0; trial < 40; ++trial) {
    cluster::Cluster cluster;
    cluster.name = "test";
    cluster.servers.push_back({.model = models[random() % 6], .count = 1 + static_cast<int>(random() % 700)});
    if (random() % 3 == 0)
      cluster.servers.push_back({.model = models[random() % 2], .count = 1 + static_cast<int>(random() % 90)});
    if (random() % 2) cluster.fabric.oversubscription = 1 + static_cast<double>(random() % 3);
    if (random() % 2) cluster.fabric.pod_oversubscription = 1 + static_cast<double>(random() % 7);
    if (random() % 3 == 0) cluster.fabric.pod_gpus = 100 + static_cast<int>(random() % 900);
    if (random() % 4 == 0) cluster.fabric.topology = cluster::Topology::fat_tree;
    if (random() % 4 == 0) cluster.fabric.topology = cluster::Topology::rail_only;
    if (random() % 4 == 0) cluster.fabric.planes = 2;
    if (random() % 4 == 0) cluster.hall.servers_per_rack = 1 + static_cast<int>(random() % 5);
    if (random() % 2) cluster.storage.capacity = 5e15_B;
    if (random() % 4 == 0) cluster.fabric.islands = 2 + static_cast<int>(random() % 3);
    if (random() % 3 == 0) cluster.management.uplinks = 1 + static_cast<int>(random() % 6);
    if (random() % 4 == 0) cluster.management.rack_pdus = false;
    if (random() % 3 == 0) cluster.storage_network.nic = "connectx-7-400g";
    if (random() % 3 == 0) cluster.storage_network.nics_per_server = 1 + static_cast<int>(random() % 3);
    if (random() % 4 == 0) cluster.storage_network.way = cluster::StorageWay::front_end;
    all.push_back(cluster);
  }
  return all;
}

}  // namespace

TEST_CASE("cables counted in closed form are the cables of the rows, by network, tier, parts and length") {
  for (const cluster::Cluster& cluster : machines()) {
    const Design design = design_of(cluster);
    CAPTURE(cluster.servers.front().model);
    CAPTURE(cluster.servers.front().count);
    std::map<std::tuple<int, int, int, double>, long> counted, listed;
    for (int n = 0; n < kNetworks; ++n)
      if (const Fabric* fabric = design.network(n))
        for (std::size_t b = 0; b < fabric->bundles.size(); ++b)
          for (const LengthBin& bin : fabric->bundles[b].lengths)
            counted[{n, static_cast<int>(fabric->bundles[b].tier), static_cast<int>(b), bin.length.in(kMeter)}] = bin.cables;
    long rows = 0;
    for_each_cable(design, floor_of(design), [&](const CableRow& row) {
      ++listed[{row.network, static_cast<int>(row.tier), row.bundle, row.length.in(kMeter)}];
      ++rows;
    });
    CHECK(counted == listed);
    CHECK(rows == cable_count(design));
  }
}

TEST_CASE("modules counted in closed form are the cages that the rows plug") {
  for (const cluster::Cluster& cluster : machines()) {
    const Design design = design_of(cluster);
    CAPTURE(cluster.servers.front().model);
    CAPTURE(cluster.servers.front().count);
    // A cage that links of two tiers share is counted with those upward.
    std::map<std::tuple<int, DeviceKind, int, int>, int> bundle_of_cage;
    std::map<std::pair<int, int>, long> in_servers;
    for_each_cable(design, floor_of(design), [&](const CableRow& row) {
      const Fabric& fabric = *design.network(row.network);
      const LinkBundle& bundle = fabric.bundles[static_cast<std::size_t>(row.bundle)];
      if (!bundle.switch_optic) return;
      const int in_cage = links_per_cage(fabric.part, fabric.link_speed);
      for (const CableEnd* end : {&row.down, &row.up})
        if (end->device.kind == DeviceKind::server || end->device.kind == DeviceKind::storage)
          in_servers[{row.network, row.bundle}] += end->port % fabric.demand.planes == 0;
        else bundle_of_cage[{row.network, end->device.kind, end->device.number, end->port / in_cage}] = row.bundle;
    });
    std::map<std::pair<int, int>, long> in_switches;
    for (const auto& [cage, bundle] : bundle_of_cage) ++in_switches[{std::get<0>(cage), bundle}];
    for (int n = 0; n < kNetworks; ++n) {
      const Fabric* fabric = design.network(n);
      for (std::size_t b = 0; fabric && b < fabric->bundles.size(); ++b) {
        CHECK(fabric->bundles[b].switch_modules == in_switches[{n, static_cast<int>(b)}]);
        CHECK(fabric->bundles[b].server_modules == in_servers[{n, static_cast<int>(b)}]);
      }
    }
  }
}

TEST_CASE("the rows of every machine pass the checks: ports, rails, pods, balance, reach, count") {
  for (const cluster::Cluster& cluster : machines()) {
    const Design design = design_of(cluster);
    CAPTURE(cluster.servers.front().model);
    CAPTURE(cluster.servers.front().count);
    const bool all_reach = std::ranges::none_of(design.findings.all(), [](const Diagnostic& d) { return d.code == "EB3207"; });
    for (const CableRule& rule : check_cables(design, floor_of(design))) {
      CAPTURE(rule.rule);
      CAPTURE(rule.first);
      CHECK((rule.faults == 0 || (!all_reach && rule.rule.find("reach") != std::string_view::npos)));
    }
  }
}

TEST_CASE("the checks see a cable that is plugged twice, missing, on the wrong rail, in the wrong pod, too short") {
  const Design design = design_of(meta());
  const Floor floor = floor_of(design);
  const auto faults = [&](std::string_view about, network::Tier tier, const std::function<int(CableRow&)>& spoil) {
    const auto walk = [&](const std::function<void(const CableRow&)>& see) {
      bool spoiled = false;
      for_each_cable(design, floor, [&](const CableRow& row) {
        CableRow shown = row;
        int times = 1;
        if (!spoiled && row.tier == tier) {
          times = spoil(shown);
          spoiled = true;
        }
        for (int i = 0; i < times; ++i) see(shown);
      });
    };
    long found = 0;
    for (const CableRule& rule : check_cables(design, walk))
      if (rule.rule.find(about) != std::string_view::npos) found += rule.faults;
    return found;
  };
  using enum network::Tier;
  CHECK(faults("plugged once", host_leaf, [](CableRow&) { return 2; }) == 2);
  CHECK(faults("as counted", spine_core, [](CableRow&) { return 0; }) == 1);
  CHECK(faults("two rails", host_leaf, [](CableRow& row) { return ++row.up.device.number, 1; }) > 0);
  CHECK(faults("leaves its pod", leaf_spine, [](CableRow& row) { return row.up.device.number += 16, 1; }) == 1);
  CHECK(faults("equal links", leaf_spine, [](CableRow& row) { return ++row.up.device.number, 1; }) == 2);
  CHECK(faults("long enough", spine_core, [](CableRow& row) { return row.length = row.run / 2, 1; }) == 1);
  CHECK(faults("", host_leaf, [](CableRow&) { return 1; }) == 0);
}

TEST_CASE("Memphis and Meta: so many links, all of them within reach of their parts") {
  const Design big = design_of(liquid_memphis());
  CHECK(big.back_end->wiring.host_links == 100000);
  long fabric_links = 0;
  for (const LinkBundle& bundle : big.back_end->bundles) fabric_links += bundle.links;
  CHECK(fabric_links == 300704);  // 100,000 + 2 x 100,352: the last unit keeps ports for 44 more servers
  cluster::Cluster full = liquid_memphis();
  full.servers[1].count = 6294;
  fabric_links = 0;
  const Design whole = design_of(full);
  for (const LinkBundle& bundle : whole.back_end->bundles) fabric_links += bundle.links;
  CHECK(fabric_links == 301056);
  const Design other = design_of(meta());
  for (const Design* design : {&big, &other})
    for (const LinkBundle& bundle : design->back_end->bundles) {
      REQUIRE(bundle.switch_optic);
      CHECK(bundle.switch_optic->reach >= bundle.longest);
    }
}

TEST_CASE("a cable is as long from a to b as from b to a, never shorter than the way on the floor") {
  const Design design = design_of(liquid_memphis());
  const Floor floor = floor_of(design);
  const std::vector<RackPosition>& racks = floor.racks();
  std::mt19937 random(3);
  for (int trial = 0; trial < 2000; ++trial) {
    const RackPosition &a = racks[random() % racks.size()], &b = racks[random() % racks.size()];
    const Length there = cable_run(floor.plan(), a, b);
    CHECK(there.in(kMeter) == doctest::Approx(cable_run(floor.plan(), b, a).in(kMeter)));
    if (a.hall == b.hall) CHECK(there.in(kMeter) >= (abs(a.x - b.x) + abs(a.y - b.y)).in(kMeter));
    CHECK(orderable_length(orderable(there)) >= there);
  }
  CHECK(cable_run(floor.plan(), racks[7], racks[7]) == kWithinRack);
}

TEST_CASE("orderable lengths ascend, and each is its own") {
  for (int number = 0; number < 60; ++number) {
    CHECK(orderable_length(number) < orderable_length(number + 1));
    CHECK(orderable(orderable_length(number)) == number);
  }
}

TEST_CASE("no network rack is fuller than its height, and every switch stands once") {
  for (const cluster::Cluster& cluster : machines()) {
    const Design design = design_of(cluster);
    std::set<std::tuple<int, int, int>> switches;
    for (const SwitchRack& rack : design.racks.switches) {
      double height = kCableU;
      for (const SwitchRun& run : rack.runs) {
        height += run.count * design.network(run.network)->part.height_u;
        for (int i = 0; i < run.count; ++i)
          CHECK(switches.insert({run.network, static_cast<int>(run.tier), run.first + i}).second);
      }
      CHECK(height <= kRackHeightU);
    }
    int in_all = 0;
    for (int n = 0; n < kNetworks; ++n)
      if (const Fabric* fabric = design.network(n)) in_all += fabric->wiring.switches.total();
    CHECK(static_cast<int>(switches.size()) == in_all);
  }
}

TEST_CASE("the bill pays for as many meters as the cables of the rows have") {
  const Design design = design_of(meta());
  std::map<std::string, double> meters, billed;
  for_each_cable(design, floor_of(design), [&](const CableRow& row) {
    const LinkBundle& bundle = design.network(row.network)->bundles[static_cast<std::size_t>(row.bundle)];
    if (bundle.cable) meters[bundle.cable->name] += row.length.in(kMeter);
  });
  for (int n = 0; n < kNetworks; ++n)
    if (const Fabric* fabric = design.network(n))
      for (const LinkBundle& bundle : fabric->bundles)
        if (bundle.cable) billed[bundle.cable->name] += static_cast<double>(bundle.cables) * bundle.mean_length.in(kMeter);
  REQUIRE(meters.size() == billed.size());
  for (const auto& [name, length] : meters) CHECK(billed[name] == doctest::Approx(length));
}

TEST_CASE("a rear door lets a rack hold more air-cooled servers, up to its rating") {
  cluster::Cluster air = liquid_memphis();
  air.site.cooling.reset();
  const auto dell = [](const Design& design) { return design.racks.kinds[1]; };
  const RackKind behind_door = dell(design_of(liquid_memphis())), in_room = dell(design_of(air));
  CHECK(behind_door.per_rack > in_room.per_rack);
  CHECK(behind_door.provisioned <= parts().plant("rear-door-active")->rating);
  CHECK(in_room.provisioned <= kAirHeatPerRack);
}

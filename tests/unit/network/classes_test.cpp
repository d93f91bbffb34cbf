// Does solving for classes of like flows give what solving for every flow gives?
#include "network/classes.h"

#include <doctest/doctest.h>

#include "network/simulation.h"

using namespace eigenbau;
using namespace eigenbau::network;

namespace {

/// Four rails, units of four servers, pods of two units; as many servers as asked, so that unit and pod may end half full.
Clos tree(int servers, int leaf_up, int spine_up, double uplink_rate) {
  const int units = (servers + 3) / 4, pods = (servers + 7) / 8;
  return {.tiers = 3,
          .servers = servers,
          .links_per_server = 8,
          .rails = 4,
          .servers_per_unit = 4,
          .servers_per_pod = 8,
          .units = units,
          .units_per_pod = 2,
          .pods = pods,
          .leaf_down = 8,
          .leaf_up = leaf_up,
          .spines_per_pod = 2,
          .spine_down = 8 * leaf_up / 2,
          .spine_up = spine_up,
          .cores_per_plane = 1,
          .radix = 128,
          .links_per_cage = 1,
          .uplink_rate = uplink_rate};
}

std::vector<Clos> trees() {
  std::vector<Clos> all;
  for (const int servers : {8, 9, 12, 14, 16, 21, 24, 31})
    for (const int leaf_up : {2, 4, 8})
      for (const int spine_up : {2, 6, 32})
        for (const double rate : {1.0, 1.5}) all.push_back(tree(servers, leaf_up, spine_up, rate));
  return all;
}

Simulation full(const Clos& clos, const std::vector<Flow>& flows) {
  return simulate(Router(clos, Routing::adaptive), together(flows, {.alone = 1 * kSecond}), 1, 1);
}

}  // namespace

TEST_CASE("a ring and every other shift: classes give the rates of the full solution") {
  for (const Clos& clos : trees())
    for (const int shift : {1, 2, 4, 7}) {
      const Classes classes = rail_classes(clos, all_servers(clos), [&](int server) { return (server + shift) % clos.servers; });
      const ClassShares quick = shares_of(classes);
      const Simulation slow = full(clos, rail_shift(clos, all_servers(clos), shift));
      CHECK(quick.worst == doctest::Approx(slow.worst).epsilon(1e-9));
      CHECK(quick.mean == doctest::Approx(slow.mean).epsilon(1e-9));
    }
}

TEST_CASE("an all-to-all, all steps at once: classes give the rates of the full solution") {
  for (const Clos& clos : trees()) {
    std::vector<Flow> flows;
    for (int shift = 1; shift < clos.servers; ++shift)
      for (const Flow& flow : rail_shift(clos, all_servers(clos), shift)) flows.push_back(flow);
    const Classes classes = all_to_all_classes(clos);
    const ClassShares quick = shares_of(classes);
    const Simulation slow = full(clos, flows);
    CHECK(quick.worst == doctest::Approx(slow.worst).epsilon(1e-9));
    CHECK(quick.mean == doctest::Approx(slow.mean).epsilon(1e-9));
    double count = 0;
    for (const Classes::FlowClass& one : classes.flows) count += one.flows;
    CHECK(count == doctest::Approx(static_cast<double>(flows.size())));
  }
}

TEST_CASE("an all-to-all over pods gets what the pods pass on") {
  // Eight full pods, of each adapter's traffic 7/8 of 63/64 leaves the pod; cores pass half of what the adapters could send.
  Clos clos = tree(64, 8, 32, 1);
  clos.spine_up = 16;
  const double others = clos.servers - 1, beyond = clos.servers - clos.servers_per_pod;
  const double pod_links = clos.servers_per_pod * clos.links_per_server;
  const double pair = 2.0 * clos.spine_up / (pod_links * beyond);
  CHECK(shares_of(all_to_all_classes(clos)).worst * others == doctest::Approx(pair * others));
  CHECK(pair * others < 1);
}

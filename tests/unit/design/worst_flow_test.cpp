// Does the worst flow that jobs are given follow the fabric as wired and routed?
#include <doctest/doctest.h>

#include <cmath>

#include "design/design.h"
#include "design/fabric_topology.h"
#include "design/machine.h"
#include "network/simulation.h"
#include "sample_machines.h"

using namespace eigenbau;
using namespace eigenbau::design;

namespace {

cluster::Cluster spectrum(int servers, cluster::Routing routing) {
  cluster::Cluster cluster;
  cluster.name = "test";
  cluster.servers.push_back({.model = "supermicro-4u-hgx-h100-liquid", .count = servers});
  cluster.fabric.network_switch = "nvidia-sn5600";
  cluster.fabric.routing = routing;
  return cluster;
}

double far(const Design& design) { return design.machine.fabric_share(design.machine.gpus); }
double neighbors(const Design& design) { return design.machine.ring_share(design.machine.gpus, 8); }

}  // namespace

TEST_CASE("hashed, more accelerators have more links, and one of them is fuller") {
  double before = 1;
  for (const int servers : {128, 1024, 4096, 12500}) {
    const Design design = design_of(spectrum(servers, cluster::Routing::ecmp));
    CHECK(far(design) < before);
    CHECK(neighbors(design) > far(design));
    before = far(design);
  }
}

TEST_CASE("adaptive, the number of accelerators changes nothing; oversubscription does") {
  const double few = far(design_of(spectrum(2048, cluster::Routing::adaptive)));
  CHECK(far(design_of(spectrum(12500, cluster::Routing::adaptive))) == doctest::Approx(few).epsilon(0.02));
  cluster::Cluster thin = spectrum(12500, cluster::Routing::adaptive);
  thin.fabric.pod_oversubscription = 7;
  CHECK(far(design_of(thin)) < few / 6);
  CHECK(neighbors(design_of(thin)) > far(design_of(thin)));
}

TEST_CASE("more queue pairs even out what hashing makes uneven") {
  double before = 0;
  for (const int queue_pairs : {1, 4, 16, 64}) {
    cluster::Cluster cluster = spectrum(4096, cluster::Routing::ecmp);
    cluster.fabric.queue_pairs = queue_pairs;
    CHECK(far(design_of(cluster)) > before);
    before = far(design_of(cluster));
  }
}

TEST_CASE("the farther ring neighbors are, the more of their flows leave a leaf") {
  for (const cluster::Routing routing : {cluster::Routing::ecmp, cluster::Routing::adaptive}) {
    cluster::Cluster cluster = spectrum(12500, routing);
    cluster.fabric.pod_oversubscription = 4;
    const Design design = design_of(cluster);
    double before = 1;
    for (double distance = 8; distance < 100000; distance *= 2) {
      const double now = design.machine.ring_share(100000, distance);
      CHECK(now <= before + 1e-12);
      CHECK(now >= far(design) - 1e-12);
      before = now;
    }
    CHECK(before == doctest::Approx(far(design)));
  }
}

TEST_CASE("on the designed fabric, the simulated worst flow of distant servers is what jobs are given") {
  const Design design = design_of(spectrum(2048, cluster::Routing::ecmp));
  const network::Clos clos = topology_of(*design.back_end).front();
  const network::Router router(clos, network::Routing::hashed);
  const auto flows = network::rail_shift(clos, network::all_servers(clos), clos.servers / 2);
  const double simulated = network::simulate(router, network::together(flows, {.alone = 1 * kSecond}), kQueuePairs, 1).worst;
  CHECK(std::abs(far(design) - simulated) < 0.05);
}

// Laws of the networks beside the fabric: management to the last port, storage on switches of its own or on the front end.
#include <doctest/doctest.h>

#include <set>

#include "design/build_fabric.h"
#include "design/check_cables.h"
#include "design/fabric_topology.h"
#include "sample_machines.h"

using namespace eigenbau;
using namespace eigenbau::design;

namespace {

cluster::Cluster with_storage(const std::string& model, int count) {
  cluster::Cluster cluster = cluster_of(model, count);
  cluster.storage.units = 20;
  return cluster;
}

long managed(const Design& design) {
  long ports = design.servers + design.storage.units;
  for (int n : {kBackEnd, kFrontEnd, kStorageNetwork})
    if (const Fabric* fabric = design.network(n)) ports += fabric->wiring.switches.total();
  for (const RackKind& rack : design.racks.kinds) ports += static_cast<long>(design.racks.managed_beside(rack)) * rack.count;
  return ports;
}

}  // namespace

TEST_CASE("every server, switch, rack PDU and rack CDU has one management port, and no more are counted") {
  for (const int servers : {3, 40, 900}) {
    const Design design = design_of(with_storage("supermicro-4u-hgx-h100-liquid", servers));
    REQUIRE(design.management);
    CHECK(design.management->wiring.host_links == managed(design));
    std::set<std::pair<int, int>> cdus;
    for_each_cable(design, floor_of(design), [&](const CableRow& row) {
      if (row.down.device.kind == DeviceKind::rack_cdu) CHECK(cdus.insert({row.down.device.number, row.down.rack}).second);
    });
    CHECK(static_cast<int>(cdus.size()) == design.racks.kinds[0].count);
  }
}

TEST_CASE("management switches are joined: each has its uplinks to as many switches, with more tiers the more there are") {
  int tiers = 1;
  for (const int devices : {10, 48, 49, 2000, 3072, 3073, 50'000, 190'000, 200'000, 900'000}) {
    for (const int uplinks : {1, 2, 4}) {
      cluster::Management stated;
      stated.uplinks = uplinks;
      const Result<Parts> found = find_parts(cluster_of("dgx-h100", 1), parts());
      REQUIRE(found);
      const std::optional<Fabric> fabric = management_fabric(stated, *found, devices);
      REQUIRE(fabric);
      CAPTURE(devices);
      const FabricWiring& wiring = fabric->wiring;
      CHECK(static_cast<long>(wiring.switches.leaf) * 48 >= devices);
      CHECK(wiring.room_for_servers >= 0);
      CHECK((wiring.tiers == 1) == (devices <= 48));
      if (uplinks == 2) CHECK(wiring.tiers >= tiers);
      if (uplinks == 2) tiers = wiring.tiers;
      long servers = 0;
      for (const network::Clos& tree : topology_of(*fabric)) {
        CHECK(network::check_wiring(tree).empty());
        CHECK(tree.servers > 0);
        servers += tree.servers;
        CHECK(tree.spines_per_pod == (wiring.tiers == 1 ? 0 : uplinks));
      }
      CHECK(servers == devices);
      CHECK(fabric->switch_typical / fabric->part.typical_power >= wiring.switches.leaf);
    }
  }
}

TEST_CASE("no management network if none is wanted, and no PDUs on it if they are not managed") {
  cluster::Cluster cluster = with_storage("dgx-h100", 60);
  const Design all = design_of(cluster);
  cluster.management.rack_pdus = false;
  const Design without = design_of(cluster);
  CHECK(all.management->wiring.host_links - without.management->wiring.host_links == kPdusPerRack * all.racks.total());
  cluster.management.wanted = false;
  CHECK_FALSE(design_of(cluster).management);
}

TEST_CASE("storage has a network of its own where servers have ports for it, and rides the front end elsewhere") {
  const Design own = design_of(with_storage("dgx-h100", 60)), shared = design_of(with_storage("hgx-h100", 60));
  REQUIRE(own.storage_network);
  CHECK(own.storage_network->wiring.host_links == 60 * 2 + 20 * kStorageLinks);
  CHECK(own.front_end->wiring.host_links == 60 * 2);
  CHECK_FALSE(shared.storage_network);
  CHECK(shared.front_end->wiring.host_links == 60 * 1 + 20 * kStorageLinks);

  cluster::Cluster forced = with_storage("dgx-h100", 60);
  forced.storage_network.way = cluster::StorageWay::front_end;
  CHECK_FALSE(design_of(forced).storage_network);
  cluster::Cluster given = with_storage("hgx-h100", 60);
  given.storage_network.nic = "bluefield-3-400g";
  given.storage_network.nics_per_server = 2;
  given.storage_network.links_per_node = 4;
  const Design bought = design_of(given);
  REQUIRE(bought.storage_network);
  CHECK(bought.storage_network->wiring.host_links == 60 * 2 + 20 * 4);
  CHECK(bought.storage_network->part.protocol == "ethernet");
  cluster::Cluster none = with_storage("hgx-h100", 60);
  none.storage_network.way = cluster::StorageWay::own;
  CHECK(has(design_of(none), "EB3209"));
}

TEST_CASE("bill and power carry the switches of all networks") {
  const Design design = design_of(with_storage("dgx-h100", 600));
  double billed = 0;
  int counted = 0;
  for (const BillLine& line : design.bill.lines)
    if (line.kind == BillClass::network) billed += line.quantity;
  Power network{};
  for (int n = 0; n < kNetworks; ++n) {
    const Fabric* fabric = design.network(n);
    REQUIRE(fabric);
    counted += fabric->wiring.switches.total();
    network += fabric->typical();
  }
  CHECK(billed == counted);
  CHECK(network / design.gpus / design.per_gpu(Load::training).network == doctest::Approx(1));
}

TEST_CASE("islands that are asked for are a design without a finding; more than one fabric that are not, are one") {
  cluster::Cluster cluster = cluster_of("dgx-h100", 600);
  cluster.fabric.islands = 3;
  const Design three = design_of(cluster);
  CHECK(three.back_end->wiring.islands == 3);
  CHECK_FALSE(unwired(three).has_errors());
  CHECK(three.gpus_joined() == 1600);
  CHECK(three.machine.gpus == 1600);
  CHECK(has(three, "EB3210"));
  cluster.fabric.islands.reset();
  cluster.fabric.tiers = 1;
  const Diagnostics found = unwired(design_of(cluster));
  REQUIRE(found.has_errors());
  bool works = false;
  for (const std::string& note : found.all().front().notes) works = works || note.starts_with("works: ");
  CHECK(works);
}

TEST_CASE("planes whose links no part carries are told with numbers of planes that work") {
  cluster::Cluster cluster = cluster_of("dgx-h100", 600);
  cluster.fabric.planes = 8;
  const Diagnostics found = unwired(design_of(cluster));
  REQUIRE(found.has_errors());
  CHECK(found.all().front().code == "EB3208");
  CHECK(found.all().front().hint.find("planes = 2 or 4 works") != std::string::npos);
  cluster.fabric.planes = 2;
  CHECK_FALSE(unwired(design_of(cluster)).has_errors());
}

// Laws of racks: what they hold, which limit binds, where they stand.
#include <doctest/doctest.h>

#include <set>
#include <tuple>

#include "design/design.h"
#include "design/place_racks.h"
#include "sample_machines.h"

using namespace eigenbau;
using namespace eigenbau::design;
using namespace eigenbau::literals;

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

TEST_CASE("liquid-cooled servers in an air-cooled site are an error") {
  cluster::Cluster cluster = cluster_of("supermicro-4u-hgx-h100-liquid", 8);
  cluster.site.cooling = catalog::Cooling::air;
  CHECK(has(design_of(cluster), "EB3104"));
}

TEST_CASE("racks of switches stay within the heat that air takes, too") {
  const Design design = design_of(cluster_of("dgx-h100", 3000));
  for (const RackKind& rack : design.racks.kinds) {
    CAPTURE(rack.name);
    CHECK(rack.provisioned <= kAirHeatPerRack);
  }
}

TEST_CASE("where heat keeps racks from being fuller, a note says how many racks that costs; a builder's own number ends it") {
  cluster::Cluster cluster = memphis();
  cluster.site.cooling = catalog::Cooling::direct_liquid;
  const Design design = design_of(cluster);
  CHECK(design.racks.kinds[1].binding == RackLimit::air);
  CHECK(has(design, "EB3106"));
  cluster.hall.servers_per_rack = 8;
  const Design asked = design_of(cluster);
  CHECK_FALSE(has(asked, "EB3106"));
  CHECK(asked.racks.server_racks == 1564);
}

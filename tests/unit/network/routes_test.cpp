// Laws of routes, and of what is out of order.
#include "network/routes.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "network/names.h"
#include "network/simulation.h"
#include "railed_clos.h"

using namespace eigenbau;
using namespace eigenbau::network;

namespace {

Simulation shift(const Router& router, int by) {
  return simulate(router, together(rail_shift(router.clos(), all_servers(router.clos()), by), {.alone = 1 * kSecond}), 1, 1);
}

/// All flows of a permutation and the links that each takes.
Paths permuted(const Router& router, std::vector<Flow>& kept) {
  Paths paths;
  std::uint64_t choice = 0;
  for (const Flow& flow : random_permutation(router.clos(), all_servers(router.clos()), 5))
    if (router.append(flow.source, flow.target, choice++, paths)) kept.push_back(flow);
  return paths;
}

Failures failing(const Clos& clos, std::initializer_list<const char*> names) {
  std::vector<Failures> failures(1);
  for (const char* name : names) REQUIRE(add_failure(clos, name, failures));
  return failures[0];
}

}  // namespace

TEST_CASE("by destination, every shift of all servers has the whole link on a full tree") {
  for (const Clos& clos : {full_fat_tree(8), railed()}) {
    const Router router(clos, Routing::destination);
    for (int by = 1; by < clos.servers; ++by) CHECK(shift(router, by).worst == doctest::Approx(1));
  }
}

TEST_CASE("by destination, the path is the same whatever the choice") {
  const Router router(railed(), Routing::destination);
  Paths paths;
  for (std::uint64_t choice = 0; choice < 8; ++choice) REQUIRE(router.append(1, 45, choice, paths));
  for (int f = 1; f < paths.size(); ++f) CHECK(std::ranges::equal(paths.of(f), paths.of(0)));
}

TEST_CASE("no flow crosses what is out of order, and all that has a path left arrives") {
  for (const Routing routing : {Routing::hashed, Routing::destination, Routing::adaptive, Routing::spray})
    for (const Clos& clos : {full_fat_tree(8), railed()}) {
      const Router router(clos, routing, failing(clos, {"spine-1", "core-2", "leaf-3:spine-2"}));
      std::vector<Flow> kept;
      const Paths paths = permuted(router, kept);
      for (const std::int32_t link : paths.links) CHECK(router.capacity()[static_cast<std::size_t>(link)] > 0);
      const auto isolated = [&](Endpoint e) {  // a leaf whose spines are all gone
        return clos.rails == 4 && leaf_of(clos, e / 4, e % 4) == 2;
      };
      for (const Flow& flow : random_permutation(clos, all_servers(clos), 5)) {
        const bool arrived = std::ranges::any_of(kept, [&](const Flow& k) { return k.source == flow.source; });
        const bool own_leaf =
            clos.rails == 4 && leaf_of(clos, flow.source / 4, flow.source % 4) == leaf_of(clos, flow.target / 4, flow.target % 4);
        CHECK(arrived == (own_leaf || (!isolated(flow.source) && !isolated(flow.target))));
      }
    }
}

TEST_CASE("a dead leaf takes its own servers' links along, and nobody else's") {
  const Clos clos = railed();
  const Router router(clos, Routing::hashed, failing(clos, {"be-leaf-06"}));
  const Simulation simulation = shift(router, 1);
  CHECK(simulation.unreachable.size() == 5);  // one rail of four servers sends; the one before them sends to the first
  for (const int m : simulation.unreachable) CHECK(m % 4 == 1);
}

TEST_CASE("less is carried the more is out, and a flow outside what failed is not slower") {
  const Clos clos = full_fat_tree(8);
  const double whole = shift(Router(clos, Routing::adaptive), 40).mean;
  const double one = shift(Router(clos, Routing::adaptive, failing(clos, {"spine-1"})), 40).mean;
  const double two = shift(Router(clos, Routing::adaptive, failing(clos, {"spine-1", "spine-2"})), 40).mean;
  CHECK(whole == doctest::Approx(1));
  CHECK(one < whole);
  CHECK(two < one);
}

TEST_CASE("where one of two links to a spine is out, spraying loses what the weakest spine holds back, adapting only the link") {
  const Clos clos = railed();
  const Failures one_link = failing(clos, {"leaf-5/3/1"});
  const double adapted = shift(Router(clos, Routing::adaptive, one_link), 8).worst;
  const double sprayed = shift(Router(clos, Routing::spray, one_link), 8).worst;
  CHECK(adapted == doctest::Approx(3.0 / 4));
  CHECK(sprayed == doctest::Approx(2.0 / 4));
}

TEST_CASE("names are read as they are written, and a wrong one is told with what is near") {
  const Clos clos = railed();
  for (const Node node : {Node::server, Node::leaf, Node::spine, Node::core})
    for (int number = 0; number < device_count(clos, node); ++number) {
      const auto device = device_named(clos, name_of(clos, node, number));
      REQUIRE(device);
      CHECK(device->node == node);
      CHECK(device->number == number);
    }
  CHECK(name_of(clos, Node::leaf, 4) == "be-leaf-05");
  CHECK(endpoint_named(clos, "gpu-04:2") == 14);
  CHECK(endpoint_named(clos, "server-4") == 12);
  CHECK_FALSE(endpoint_named(clos, "gpu-4:4"));
  CHECK_FALSE(endpoint_named(clos, "leaf-3"));
  CHECK(device_named(clos, "leaf-17").error().hint == "they are be-leaf-01 to be-leaf-16");
  CHECK(device_named(clos, "laef-3").error().hint.find("leaf-3") != std::string::npos);
  CHECK_FALSE(device_named(clos, ""));
  CHECK_FALSE(device_named(clos, "leaf-"));
  CHECK_FALSE(device_named(clos, "leaf--1"));
  CHECK_FALSE(device_named(clos, "leaf-0"));
  std::vector<Failures> failures(1);
  CHECK_FALSE(add_failure(clos, "leaf-1:spine-4", failures));  // in another pod
  CHECK_FALSE(add_failure(clos, "leaf-1/99", failures));
  CHECK(failures[0].empty());
  CHECK(add_failure(clos, "spine-2:leaf-1", failures));
  CHECK(failures[0].links.size() == 2);
}

TEST_CASE("rings close: every server of a group sends to one and receives from one of its own group") {
  const Clos clos = railed();
  for (const int stride : {1, 2, 4})
    for (const int members : {2, 3, 4}) {
      std::vector<int> received(static_cast<std::size_t>(clos.servers), 0);
      for (const Flow& flow : rings(clos, all_servers(clos), members, stride)) {
        const int from = flow.source / 4, to = flow.target / 4;
        CHECK(flow.source % 4 == flow.target % 4);
        CHECK(from % stride == to % stride);
        CHECK(from / (members * stride) == to / (members * stride));
        if (flow.source % 4 == 0) ++received[static_cast<std::size_t>(to)];
      }
      for (int server = 0; server < clos.servers; ++server) CHECK(received[static_cast<std::size_t>(server)] <= 1);
    }
}

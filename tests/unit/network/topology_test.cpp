// Laws of the wiring rule.
#include "network/topology.h"

#include <doctest/doctest.h>

#include <map>

#include "railed_clos.h"

using namespace eigenbau::network;

namespace {

/// The last pod lacks two servers; one core a plane.
Clos small() {
  Clos clos = railed();
  clos.servers = 14;
  clos.spine_up = 8;
  clos.cores_per_plane = 1;
  return clos;
}

}  // namespace

TEST_CASE("a rule that is wired right has no fault, and every device of the rule is reached") {
  const Clos clos = small();
  CHECK(check_wiring(clos).empty());
  std::map<std::pair<Node, int>, int> links;
  for (Tier tier : kTiers)
    for (long index = 0; index < link_count(clos, tier); ++index) {
      const Link link = link_at(clos, tier, index);
      ++links[{link.down.node, link.down.device}];
      ++links[{link.up.node, link.up.device}];
    }
  CHECK(static_cast<int>(links.size()) == clos.servers + clos.switches());
  CHECK(links[{Node::server, 13}] == 4);
  CHECK(links[{Node::leaf, 0}] == 8);
  CHECK(links[{Node::core, 1}] == 16);
}

TEST_CASE("every leaf has as many links to each spine of its pod and none to another's") {
  const Clos clos = small();
  std::map<std::pair<int, int>, int> pairs;
  for (long index = 0; index < link_count(clos, Tier::leaf_spine); ++index) {
    const Link link = link_at(clos, Tier::leaf_spine, index);
    CHECK(link.down.device / clos.leaves_per_pod() == link.up.device / clos.spines_per_pod);
    ++pairs[{link.down.device, link.up.device}];
  }
  for (const auto& [pair, count] : pairs) CHECK(count == clos.leaf_up / clos.spines_per_pod);
}

TEST_CASE("links that share a cage at one end share one at the other when their number allows it") {
  const Clos clos = small();
  for (long index = 0; index < link_count(clos, Tier::leaf_spine); index += clos.links_per_cage) {
    const Link first = link_at(clos, Tier::leaf_spine, index), second = link_at(clos, Tier::leaf_spine, index + 1);
    CHECK(first.up.device == second.up.device);
    CHECK(first.up.port / clos.links_per_cage == second.up.port / clos.links_per_cage);
  }
}

TEST_CASE("a rule that does not fit is found out") {
  Clos crowded = small();
  crowded.servers_per_unit = 8;  // twice the servers that a leaf has ports for
  crowded.servers_per_pod = 16;
  CHECK_FALSE(check_wiring(crowded).empty());
  Clos uneven = small();
  uneven.spines_per_pod = 3;
  CHECK_FALSE(check_wiring(uneven).empty());
  Clos short_radix = small();
  short_radix.radix = 16;
  CHECK_FALSE(check_wiring(short_radix).empty());
}

TEST_CASE("bisection is full without oversubscription, and falls with it") {
  Clos clos = small();
  CHECK(bisection_share(clos) == doctest::Approx(0.5));
  clos.spine_up = 16;
  CHECK(bisection_share(clos) == doctest::Approx(1));
  CHECK(one_switch_out(clos).pod_uplinks == doctest::Approx(0.5));
  CHECK(one_switch_out(clos).unit_links == doctest::Approx(0.25));
}

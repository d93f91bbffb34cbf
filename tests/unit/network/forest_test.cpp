// Laws of fat trees side by side: a flow goes over its target's rail, once over each plane, and never to another island.
#include "network/forest.h"

#include <doctest/doctest.h>

#include <set>

#include "network/names.h"

using namespace eigenbau::network;

namespace {

/// Two islands of 16 and 12 servers with four adapters, two rails apart, two planes.
Forest forest() {
  Clos clos = full_fat_tree(4);
  clos.links_per_server = 2;
  clos.servers = 16;
  clos.servers_per_unit = 1;
  clos.servers_per_pod = 4;
  clos.units = 16;
  clos.units_per_pod = 4;
  clos.spine_down = 4;
  std::vector<Clos> trees(8, clos);
  for (std::size_t tree = 4; tree < 8; ++tree) trees[tree].servers = 12;
  return {trees, 2, 2};
}

}  // namespace

TEST_CASE("parts of a flow: one for each plane, on the rail of the target, at the ends that it names") {
  const Forest all = forest();
  REQUIRE(all.islands() == 2);
  REQUIRE(all.servers() == 28);
  REQUIRE(all.adapters() == 4);
  for (Endpoint source = 0; source < all.servers() * all.adapters(); ++source)
    for (Endpoint target = 0; target < all.servers() * all.adapters(); target += 3) {
      const std::vector<TreeFlow> parts = parts_of(all, {source, target});
      const int from = source / 4, to = target / 4, island = from < 16 ? 0 : 1;
      if (island != (to < 16 ? 0 : 1)) {
        CHECK(parts.empty());
        continue;
      }
      REQUIRE(parts.size() == 2);
      std::set<int> trees;
      for (const TreeFlow& part : parts) {
        trees.insert(part.tree);
        CHECK(part.tree / 4 == island);
        CHECK(part.tree % 4 / 2 == target % 2);
        CHECK(part.flow.source / 2 + 16 * island == from);
        CHECK(part.flow.target / 2 + 16 * island == to);
        CHECK(part.flow.target % 2 * 2 + target % 2 == target % 4);
        if (crosses(all, {source, target})) CHECK(part.flow.source % 2 == part.flow.target % 2);
        else CHECK(part.flow.source % 2 * 2 + source % 2 == source % 4);
      }
      CHECK(trees.size() == 2);
    }
}

TEST_CASE("names of a forest count through all trees, and a failure falls on the trees of its device") {
  const Forest all = forest();
  const int leaves = all.trees[0].leaves();
  for (const Node node : {Node::server, Node::leaf, Node::spine, Node::core})
    for (int number = 0; number < device_count(all, node); ++number) {
      const auto device = device_named(all, name_of(all, node, number));
      REQUIRE(device);
      CHECK(device->node == node);
      CHECK(device->number == number);
    }
  CHECK(device_count(all, Node::leaf) == 8 * leaves);
  const auto failed = [&](const std::string& name) {
    std::vector<Failures> failures(all.trees.size());
    const auto added = add_failure(all, name, failures);
    std::set<int> trees;
    for (std::size_t tree = 0; tree < failures.size(); ++tree)
      if (!failures[tree].empty()) trees.insert(static_cast<int>(tree));
    CHECK(added.has_value() == !trees.empty());
    return trees;
  };
  CHECK(failed("gpu-1") == std::set{0, 1, 2, 3});
  CHECK(failed("gpu-17") == std::set{4, 5, 6, 7});
  CHECK(failed("leaf-" + std::to_string(3 * leaves + 1)) == std::set{3});
  CHECK(failed("gpu-17/nic3p1") == std::set{7});
  CHECK(failed("gpu-1/nic3") == std::set<int>{});
  CHECK(failed("leaf-1:spine-1") == std::set{0});
  CHECK(failed("leaf-1:spine-" + std::to_string(all.trees[0].spines() + 1)) == std::set<int>{});
}

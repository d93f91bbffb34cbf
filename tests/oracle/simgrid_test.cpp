// Do flows end when SimGrid says they do, on equal routes?
#include <doctest/doctest.h>

#include <algorithm>
#include <random>

#include "network/simulation.h"
#include "simgrid_flows.h"

using namespace eigenbau;
using namespace eigenbau::network;

namespace {

/// SimGrid counts whole bytes and ends a flow with what it calls no work left.
constexpr double kAgreement = 1e-7;

oracle::FlowCase fat_tree_case(std::mt19937& random, int k, Routing routing, bool together) {
  const Router router(full_fat_tree(k), routing);
  oracle::FlowCase flows{.capacity = router.capacity()};
  const auto seed = static_cast<std::uint64_t>(random());
  for (const Flow& flow : random_permutation(router.clos(), all_servers(router.clos()), seed)) {
    router.append(flow.source, flow.target, random(), flows.paths);
    const double size = 0.5 + static_cast<double>(random() % 1000) / 500, begin = static_cast<double>(random() % 100) / 50;
    flows.transfers.push_back({size * kSecond, (together ? 0 : begin) * kSecond});
  }
  return flows;
}

/// Many to two servers, which crowd the links that lead there, and others beside them.
oracle::FlowCase incast_case(std::mt19937& random, Routing routing, bool together) {
  const Router router(full_fat_tree(8), routing);
  oracle::FlowCase flows{.capacity = router.capacity()};
  for (int source = 0; source < 120; ++source)
    for (const int target : {126, source % 3 == 0 ? 127 : 121 + source % 5}) {
      router.append(source, target, random(), flows.paths);
      const double size = 0.5 + static_cast<double>(random() % 1000) / 500, begin = static_cast<double>(random() % 100) / 5;
      flows.transfers.push_back({size * kSecond, (together ? 0 : begin) * kSecond});
    }
  return flows;
}

oracle::FlowCase random_links_case(std::mt19937& random) {
  oracle::FlowCase flows;
  const int links = 4 + static_cast<int>(random() % 12);
  for (int link = 0; link < links; ++link) flows.capacity.push_back(0.5 * static_cast<double>(1 + random() % 6));
  for (int flow = 0; flow < 30; ++flow) {
    std::vector<std::int32_t> all(static_cast<std::size_t>(links));
    for (int link = 0; link < links; ++link) all[static_cast<std::size_t>(link)] = link;
    std::shuffle(all.begin(), all.end(), random);
    flows.paths.links.insert(flows.paths.links.end(), all.begin(), all.begin() + 1 + static_cast<std::ptrdiff_t>(random() % 4));
    flows.paths.end_flow();
    flows.transfers.push_back(
        {(0.1 + static_cast<double>(random() % 5000) / 1e3) * kSecond, static_cast<double>(random() % 5) * kSecond});
  }
  return flows;
}

}  // namespace

TEST_CASE("flows of random sizes end when SimGrid says, on fat trees and on any links") {
  std::mt19937 random(17);
  std::vector<oracle::FlowCase> cases;
  for (const Routing routing : {Routing::hashed, Routing::destination, Routing::adaptive})
    for (const bool together : {true, false}) cases.push_back(fat_tree_case(random, 6, routing, together));
  for (const Routing routing : {Routing::hashed, Routing::adaptive})
    for (const bool together : {true, false}) cases.push_back(incast_case(random, routing, together));
  for (int i = 0; i < 12; ++i) cases.push_back(random_links_case(random));
  const std::vector<std::vector<double>> theirs = oracle::simgrid_ends(cases).seconds;
  for (std::size_t c = 0; c < cases.size(); ++c) {
    CAPTURE(c);
    const Completion ours = complete(cases[c].paths, cases[c].capacity, cases[c].transfers);
    for (std::size_t flow = 0; flow < theirs[c].size(); ++flow)
      CHECK(ours.done[flow].base() == doctest::Approx(theirs[c][flow]).epsilon(kAgreement));
  }
}

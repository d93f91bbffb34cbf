// Does the law of the worst flow give what simulations give?
#include "network/worst_share.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "network/simulation.h"

using namespace eigenbau;
using namespace eigenbau::network;

namespace {

/// Units of 32 servers with `rails` rails on 64-port switches, oversubscribed above leaf and pod as asked.
Clos railed(int pods, int rails, int leaf_up, int spine_up) {
  return {.tiers = 3,
          .servers = 32 * 2 * pods,
          .links_per_server = rails,
          .rails = rails,
          .servers_per_unit = 32,
          .servers_per_pod = 64,
          .units = 2 * pods,
          .units_per_pod = 2,
          .pods = pods,
          .leaf_down = 32,
          .leaf_up = leaf_up,
          .spines_per_pod = leaf_up,
          .spine_down = 2 * rails,
          .spine_up = spine_up,
          .cores_per_plane = spine_up,
          .radix = 64};
}

double median_worst(const Clos& clos, int queue_pairs, int shift) {
  const Router router(clos, Routing::hashed);
  std::vector<double> worst;
  for (std::uint64_t seed = 1; seed <= 9; ++seed)
    worst.push_back(
        simulate(router, together(rail_shift(clos, all_servers(clos), shift), {.alone = 1 * kSecond}), queue_pairs, seed).worst);
  std::ranges::sort(worst);
  return worst[4];
}

}  // namespace

TEST_CASE("published worst shares of a random permutation") {
  CHECK(worst_share(full_fat_tree(74), Routing::hashed, 1, {}) == doctest::Approx(0.125));
  CHECK(std::abs(worst_share(full_fat_tree(32), Routing::hashed, 1, {}) - 0.143) < 0.02);
  CHECK(std::abs(worst_share(full_fat_tree(32), Routing::hashed, 4, {}) - 0.29) < 0.03);
  CHECK(std::abs(worst_share(full_fat_tree(32), Routing::hashed, 16, {}) - 0.47) < 0.03);
  CHECK(std::abs(worst_share(full_fat_tree(32, 2), Routing::hashed, 16, {}) - 0.94) < 0.03);
}

TEST_CASE("where every adapter sends beyond its pod, the law gives the simulated worst flow") {
  for (const int queue_pairs : {1, 4, 16})
    for (const Clos& clos : {railed(4, 4, 32, 8), railed(8, 4, 32, 4), railed(4, 4, 16, 8), railed(16, 2, 32, 4)}) {
      const double simulated = median_worst(clos, queue_pairs, clos.servers_per_pod);
      CHECK(std::abs(worst_share(clos, Routing::hashed, queue_pairs, {}) - simulated) < 0.05);
    }
}

TEST_CASE("in a ring of neighbors few flows cross, and the law gives the simulated worst flow") {
  for (const int queue_pairs : {1, 16})
    for (const int shift : {1, 4, 16}) {
      const Clos clos = railed(8, 4, 32, 4);
      const double simulated = median_worst(clos, queue_pairs, shift);
      const double law = worst_share(clos, Routing::hashed, queue_pairs, {shift / 32.0, shift / 64.0});
      // Flows on the fullest link come whole: with one path each, the law may be off by one of them.
      if (queue_pairs == 1) CHECK(std::abs(1 / law - 1 / simulated) < 1.01);
      else CHECK(std::abs(law - simulated) < 0.1);
    }
}

TEST_CASE("the worst flow gets no more the more send, the more links there are, and the more is oversubscribed") {
  double before = 1;
  for (const double share : {0.01, 0.1, 0.25, 0.5, 1.0}) {
    const double now = worst_share(full_fat_tree(32), Routing::hashed, 16, {share, share});
    CHECK(now <= before + 1e-12);
    before = now;
  }
  before = 1;
  for (const int k : {8, 16, 32, 64, 96}) {
    const double now = worst_share(full_fat_tree(k), Routing::hashed, 16, {});
    CHECK(now <= before + 1e-12);
    before = now;
  }
  before = 1;
  for (const int spine_up : {8, 4, 2, 1}) {
    const double now = worst_share(railed(8, 4, 32, spine_up), Routing::adaptive, 1, {});
    CHECK(now <= before + 1e-12);
    CHECK(now == doctest::Approx(std::min(1.0, kBalancedCeiling * spine_up / 8.0)));
    before = now;
  }
}

TEST_CASE("limits: nobody leaves, one tier, one path") {
  CHECK(worst_share(full_fat_tree(8), Routing::hashed, 1, {0, 0}) == 1);
  Clos one = full_fat_tree(8);
  one.tiers = 1;
  CHECK(worst_share(one, Routing::hashed, 1, {}) == 1);
  Clos single = railed(2, 1, 1, 1);
  single.spines_per_pod = 1;
  CHECK(worst_share(single, Routing::hashed, 4, {}) == doctest::Approx(1.0 / 64));  // 64 adapters of a pod over one link
}

// Laws of fair sharing, and published shares of random permutations.

#include "network/simulation.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <random>

using namespace eigenbau;
using namespace eigenbau::network;

namespace {

struct Spread {
  double mean = 0, worst = 0;
};

Simulation shares(const Clos& clos, const std::vector<Flow>& flows, Routing routing, int queue_pairs = 1,
                  std::uint64_t seed = 1) {
  return simulate(Router(clos, routing), together(flows, {.alone = 1 * kSecond}), queue_pairs, seed);
}

/// Medians over seeds of mean and worst rate of a random permutation.
Spread permutation(const Clos& clos, Routing routing, int queue_pairs, int seeds) {
  std::vector<double> means, worsts;
  for (std::uint64_t seed = 0; seed < static_cast<std::uint64_t>(seeds); ++seed) {
    const Simulation one = shares(clos, random_permutation(clos, all_servers(clos), seed), routing, queue_pairs, seed);
    means.push_back(one.mean);
    worsts.push_back(one.worst);
  }
  const auto median = [](std::vector<double>& v) {
    std::ranges::sort(v);
    return v[v.size() / 2];
  };
  return {median(means), median(worsts)};
}

/// Progressive filling as the textbook has it: slow, and plain to read.
std::vector<double> filled(const Paths& paths, const std::vector<double>& capacity) {
  std::vector<double> left = capacity, rate(static_cast<std::size_t>(paths.size()), -1);
  for (;;) {
    std::vector<int> open(capacity.size(), 0);
    for (int f = 0; f < paths.size(); ++f)
      if (rate[static_cast<std::size_t>(f)] < 0)
        for (int link : paths.of(f)) ++open[static_cast<std::size_t>(link)];
    int tightest = -1;
    for (std::size_t l = 0; l < capacity.size(); ++l)
      if (open[l] > 0 && (tightest < 0 || left[l] / open[l] < left[static_cast<std::size_t>(tightest)] /
                                                                  open[static_cast<std::size_t>(tightest)]))
        tightest = static_cast<int>(l);
    if (tightest < 0) return rate;
    const double share = left[static_cast<std::size_t>(tightest)] / open[static_cast<std::size_t>(tightest)];
    for (int f = 0; f < paths.size(); ++f) {
      const auto path = paths.of(f);
      if (rate[static_cast<std::size_t>(f)] >= 0 || std::ranges::find(path, tightest) == path.end()) continue;
      rate[static_cast<std::size_t>(f)] = share;
      for (int link : path) left[static_cast<std::size_t>(link)] -= share;
    }
  }
}

}  // namespace

TEST_CASE("rates agree with plain progressive filling on random paths") {
  std::mt19937 random(3);
  for (int trial = 0; trial < 50; ++trial) {
    const int links = 5 + static_cast<int>(random() % 40), flows = 1 + static_cast<int>(random() % 80);
    std::vector<double> capacity;
    for (int l = 0; l < links; ++l) capacity.push_back(0.5 + static_cast<double>(random() % 8));
    Paths paths;
    for (int f = 0; f < flows; ++f) {
      std::vector<int> all(static_cast<std::size_t>(links));
      for (int l = 0; l < links; ++l) all[static_cast<std::size_t>(l)] = l;
      std::shuffle(all.begin(), all.end(), random);
      const std::size_t hops = 1 + random() % 5;
      for (std::size_t h = 0; h < hops; ++h) paths.links.push_back(all[h]);
      paths.end_flow();
    }
    const std::vector<double> rates = max_min_rates(paths, capacity), slow = filled(paths, capacity);
    for (int f = 0; f < flows; ++f)
      CHECK(rates[static_cast<std::size_t>(f)] == doctest::Approx(slow[static_cast<std::size_t>(f)]).epsilon(1e-9));
  }
}

TEST_CASE("a route begins and ends at its adapters and turns at the nearest common switch") {
  const Router router(full_fat_tree(8), Routing::hashed);
  Paths paths;
  CHECK(router.append(0, 1, 5, paths));    // same leaf
  CHECK(router.append(0, 5, 5, paths));    // same pod
  CHECK(router.append(0, 100, 5, paths));  // another pod
  CHECK(paths.of(0).size() == 2);
  CHECK(paths.of(1).size() == 4);
  CHECK(paths.of(2).size() == 6);
  for (int f = 0; f < 3; ++f) {
    CHECK(paths.of(f).front() == 0);
    CHECK(paths.of(f).back() % 2 == 1);
  }
}

TEST_CASE("hashed routes climb and come down through the same core, link by link") {
  const Clos clos = full_fat_tree(8);
  const Router router(clos, Routing::hashed);
  for (std::uint64_t choice = 0; choice < 200; ++choice) {
    Paths paths;
    REQUIRE(router.append(3, 77, choice, paths));
    const auto path = paths.of(0);
    REQUIRE(path.size() == 6);
    const long leaf_base = link_count(clos, Tier::host_leaf), spine_base = leaf_base + link_count(clos, Tier::leaf_spine);
    const Link climb = link_at(clos, Tier::spine_core, path[2] / 2 - spine_base);
    const Link fall = link_at(clos, Tier::spine_core, path[3] / 2 - spine_base);
    CHECK(link_at(clos, Tier::leaf_spine, path[1] / 2 - leaf_base).up.device == climb.down.device);
    CHECK(climb.up.device == fall.up.device);
    const Link last = link_at(clos, Tier::leaf_spine, path[4] / 2 - leaf_base);
    CHECK(last.up.device == fall.down.device);
    CHECK(last.down.device == leaf_of(clos, 77, 0));
  }
}

TEST_CASE("balanced over all paths, a permutation gets the whole adapter; oversubscribed, what the pod passes on") {
  const Spread full = permutation(full_fat_tree(16), Routing::adaptive, 1, 3);
  CHECK(full.mean == doctest::Approx(1));
  CHECK(full.worst == doctest::Approx(1));
  Clos thin = full_fat_tree(16);
  thin.spine_up = 2;
  thin.cores_per_plane = 2;
  CHECK(shares(thin, rail_shift(thin, all_servers(thin), thin.servers_per_pod), Routing::adaptive).worst ==
        doctest::Approx(0.25));
}

TEST_CASE("neighbors on one leaf do not meet the fabric") {
  const Clos clos = full_fat_tree(16);
  std::vector<Flow> flows;
  for (int endpoint = 0; endpoint < endpoint_count(clos); endpoint += 2) flows.push_back({endpoint, endpoint + 1});
  CHECK(shares(clos, flows, Routing::hashed).worst == doctest::Approx(1));
}

TEST_CASE("random permutation over hashed paths: the mean and the worst of flow-level simulations") {
  const Spread small = permutation(full_fat_tree(16), Routing::hashed, 1, 10);
  CHECK(small.mean == doctest::Approx(0.433).epsilon(0.07));
  const Spread one = permutation(full_fat_tree(32), Routing::hashed, 1, 10);
  CHECK(std::abs(one.mean - 0.405) < 0.03);
  CHECK(std::abs(one.worst - 0.143) < 0.03);
  const Spread sixteen = permutation(full_fat_tree(32), Routing::hashed, 16, 10);
  CHECK(std::abs(sixteen.mean - 0.62) < 0.03);
  CHECK(std::abs(sixteen.worst - 0.47) < 0.03);
  const Spread wide = permutation(full_fat_tree(32, 2), Routing::hashed, 16, 10);
  CHECK(std::abs(wide.mean - 1.0) < 0.03);
  CHECK(std::abs(wide.worst - 0.94) < 0.03);
}

TEST_CASE("101,306 endpoints: 0.40 of the adapter on average, the worst an eighth to a seventh") {
  const Spread spread = permutation(full_fat_tree(74), Routing::hashed, 1, 10);
  CHECK(std::abs(spread.mean - 0.40) < 0.03);
  CHECK(spread.worst > 0.125 - 0.03);
  CHECK(spread.worst < 0.143 + 0.03);
}

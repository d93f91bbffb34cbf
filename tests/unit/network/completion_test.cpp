// Laws of flows that begin and end at different times.
#include "network/completion.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <limits>
#include <random>

#include "network/live_rates.h"
#include "network/simulation.h"

using namespace eigenbau;
using namespace eigenbau::network;

namespace {

constexpr double kNever = std::numeric_limits<double>::infinity();

/// Every rate solved anew at every begin and end: slow, and plain to read.
std::vector<double> solved_anew(const Paths& paths, const std::vector<double>& capacity, const std::vector<Transfer>& transfers) {
  const std::size_t n = transfers.size();
  std::vector<double> left(n), done(n, kNever);
  std::vector<bool> begun(n, false);
  for (std::size_t f = 0; f < n; ++f) left[f] = transfers[f].alone.base();
  double now = 0;
  for (;;) {
    Paths active;
    std::vector<std::size_t> who;
    double next = kNever;
    for (std::size_t f = 0; f < n; ++f) {
      if (!begun[f] && transfers[f].begin.base() <= now) begun[f] = true;
      if (!begun[f]) next = std::min(next, transfers[f].begin.base());
      if (!begun[f] || done[f] < kNever) continue;
      const auto path = paths.of(static_cast<int>(f));
      active.links.insert(active.links.end(), path.begin(), path.end());
      active.end_flow();
      who.push_back(f);
    }
    const std::vector<double> rates = max_min_rates(active, capacity);
    for (std::size_t i = 0; i < who.size(); ++i)
      if (rates[i] > 0) next = std::min(next, now + left[who[i]] / rates[i]);
    if (next == kNever) return done;
    for (std::size_t i = 0; i < who.size(); ++i) {
      left[who[i]] -= rates[i] * (next - now);
      if (left[who[i]] <= 1e-12 * transfers[who[i]].alone.base()) done[who[i]] = next;
    }
    now = next;
  }
}

struct Case {
  Paths paths;
  std::vector<double> capacity;
  std::vector<Transfer> transfers;
};

/// Flows over any links, of any size, begun at any time; capacities and sizes repeat, so that ties are common.
Case random_case(std::mt19937& random) {
  Case c;
  const int links = 3 + static_cast<int>(random() % 30), flows = 1 + static_cast<int>(random() % 60);
  for (int l = 0; l < links; ++l) c.capacity.push_back(0.5 * static_cast<double>(1 + random() % 6));
  std::vector<int> all(static_cast<std::size_t>(links));
  for (int l = 0; l < links; ++l) all[static_cast<std::size_t>(l)] = l;
  const bool tied = random() % 2 == 0, together = random() % 2 == 0;
  for (int f = 0; f < flows; ++f) {
    std::shuffle(all.begin(), all.end(), random);
    const std::size_t hops = 1 + random() % std::min<std::size_t>(6, all.size());
    c.paths.links.insert(c.paths.links.end(), all.begin(), all.begin() + static_cast<std::ptrdiff_t>(hops));
    c.paths.end_flow();
    const double size = tied ? static_cast<double>(1 + random() % 3) : 0.1 + static_cast<double>(random() % 100000) / 1e4;
    const double begin = together ? 0 : static_cast<double>(random() % 50) / 5;
    c.transfers.push_back({size * kSecond, begin * kSecond});
  }
  return c;
}

Paths routed(const Clos& clos, const std::vector<Flow>& flows) {
  const Router router(clos, Routing::hashed);
  Paths paths;
  std::uint64_t choice = 0;
  for (const Flow& flow : flows) router.append(flow.source, flow.target, choice++, paths);
  return paths;
}

}  // namespace

TEST_CASE("every flow ends when it does with all rates solved anew at every begin and end") {
  std::mt19937 random(11);
  for (int trial = 0; trial < 400; ++trial) {
    const Case c = random_case(random);
    const Completion quick = complete(c.paths, c.capacity, c.transfers);
    const std::vector<double> slow = solved_anew(c.paths, c.capacity, c.transfers);
    for (std::size_t f = 0; f < slow.size(); ++f) CHECK(quick.done[f].base() == doctest::Approx(slow[f]).epsilon(1e-9));
  }
}

TEST_CASE("the same with crowds of two flows and more, which come and go all the time") {
  std::mt19937 random(23);
  for (int trial = 0; trial < 1500; ++trial) {
    const Case c = random_case(random);
    const int smallest = 2 + static_cast<int>(random() % 3);
    const Completion quick = complete(c.paths, c.capacity, c.transfers, kMostRateChanges, smallest);
    const std::vector<double> slow = solved_anew(c.paths, c.capacity, c.transfers);
    for (std::size_t f = 0; f < slow.size(); ++f) CHECK(quick.done[f].base() == doctest::Approx(slow[f]).epsilon(1e-9));
  }
}

TEST_CASE("many to one, to two and to a few, with other traffic beside: as with all rates solved anew") {
  const Clos clos = full_fat_tree(8);
  std::mt19937 random(31);
  for (int trial = 0; trial < 24; ++trial) {
    const int hosts = 1 + trial % 4;
    std::vector<Flow> flows;
    for (int i = 0; i < 160; ++i) {
      const int source = static_cast<int>(random() % 128), target = 120 + static_cast<int>(random()) % hosts;
      if (source != target) flows.push_back({source, target});
    }
    if (trial % 2)
      for (const Flow& flow : random_permutation(clos, {0, 40}, static_cast<std::uint64_t>(trial))) flows.push_back(flow);
    for (const Routing routing : {Routing::hashed, Routing::adaptive}) {
      const Router router(clos, routing);
      Paths paths;
      std::uint64_t choice = 0;
      std::vector<Transfer> transfers;
      for (const Flow& flow : flows) {
        router.append(flow.source, flow.target, choice++, paths);
        transfers.push_back({(0.1 + static_cast<double>(random() % 1000) / 100) * kSecond,
                             (trial % 3 == 0 ? static_cast<double>(random() % 100) / 10 : 0.0) * kSecond});
      }
      const std::vector<double> slow = solved_anew(paths, router.capacity(), transfers);
      for (const int smallest : {4, 16, 64}) {
        const Completion quick = complete(paths, router.capacity(), transfers, kMostRateChanges, smallest);
        for (std::size_t f = 0; f < slow.size(); ++f) CHECK(quick.done[f].base() == doctest::Approx(slow[f]).epsilon(1e-9));
      }
    }
  }
}

TEST_CASE("ends of many to one cost in proportion to their number, not to its square") {
  const Clos clos = full_fat_tree(16);
  std::mt19937 random(3);
  for (const bool together : {true, false}) {
    std::vector<double> changes;
    for (const int senders : {500, 1000}) {
      const Router router(clos, Routing::hashed);
      Paths paths;
      std::vector<Transfer> transfers;
      for (int i = 0; i < senders; ++i) {
        router.append(i, 1023, static_cast<std::uint64_t>(i), paths);
        transfers.push_back({(1 + static_cast<double>(random() % 10000) / 1e4) * kSecond,
                             (together ? 0 : static_cast<double>(random() % 10000) / 1e5) * kSecond});
      }
      changes.push_back(static_cast<double>(complete(paths, router.capacity(), transfers).rate_changes));
    }
    CHECK(changes[1] < 3 * changes[0]);
    CHECK(changes[1] < 20 * 1000);
  }
}

TEST_CASE("on a fat tree with random sizes and begins, rates are those of a full solution at every change") {
  const Clos clos = full_fat_tree(8);
  std::mt19937 random(5);
  std::vector<Flow> flows;
  for (std::uint64_t seed = 0; seed < 4; ++seed)
    for (const Flow& flow : random_permutation(clos, all_servers(clos), seed)) flows.push_back(flow);
  const Paths paths = routed(clos, flows);
  const std::vector<double> capacity = Router(clos, Routing::hashed).capacity();
  for (const int smallest_crowd : {LiveRates::kSmallestCrowd, 2, 3}) {
    LiveRates live(paths, capacity, smallest_crowd);
    std::vector<int> active;
    for (int change = 0; change < 600; ++change) {
      for (std::size_t moves = 1 + random() % 3; moves > 0; --moves) {
        const int flow = static_cast<int>(random() % flows.size());
        const auto found = std::ranges::find(active, flow);
        if (found == active.end()) {
          live.begin(flow);
          active.push_back(flow);
        } else {
          live.end(flow);
          active.erase(found);
        }
        live.settle();
      }
      Paths now;
      for (const int flow : active) {
        now.links.insert(now.links.end(), paths.of(flow).begin(), paths.of(flow).end());
        now.end_flow();
      }
      const std::vector<double> full = max_min_rates(now, capacity);
      for (std::size_t i = 0; i < active.size(); ++i) CHECK(live.rate(active[i]) == doctest::Approx(full[i]).epsilon(1e-9));
    }
  }
}

TEST_CASE("settle names every flow whose rate is another, and no other") {
  const Clos clos = full_fat_tree(4);
  const std::vector<Flow> flows = random_permutation(clos, all_servers(clos), 7);
  const Paths paths = routed(clos, flows);
  const std::vector<double> capacity = Router(clos, Routing::hashed).capacity();
  LiveRates live(paths, capacity);
  for (int flow = 0; flow < paths.size(); ++flow) live.begin(flow);
  live.settle();
  for (int gone = 0; gone < paths.size(); ++gone) {
    std::vector<double> before;
    for (int flow = 0; flow < paths.size(); ++flow) before.push_back(live.rate(flow));
    live.end(gone);
    const auto changed = live.settle();
    for (int flow = gone + 1; flow < paths.size(); ++flow) {
      const bool named = std::ranges::find(changed, flow) != changed.end();
      CHECK(named == (std::abs(live.rate(flow) - before[static_cast<std::size_t>(flow)]) > 1e-11));
    }
  }
}

TEST_CASE("a flow that ends slows nobody who was not helped: no rate below its own changes") {
  const Clos clos = full_fat_tree(8);
  const std::vector<Flow> flows = random_permutation(clos, all_servers(clos), 3);
  const Paths paths = routed(clos, flows);
  const std::vector<double> capacity = Router(clos, Routing::hashed).capacity();
  LiveRates live(paths, capacity);
  for (int flow = 0; flow < paths.size(); ++flow) live.begin(flow);
  live.settle();
  for (int gone = 0; gone < paths.size(); gone += 3) {
    const double threshold = live.rate(gone);
    std::vector<double> before;
    for (int flow = 0; flow < paths.size(); ++flow) before.push_back(live.rate(flow));
    live.end(gone);
    for (const int flow : live.settle()) CHECK(before[static_cast<std::size_t>(flow)] >= threshold * (1 - 1e-9));
  }
}

TEST_CASE("flows of one size that begin together end as if each had its first rate to the end") {
  const Clos clos = full_fat_tree(8);
  const std::vector<Flow> flows = random_permutation(clos, all_servers(clos), 1);
  const Paths paths = routed(clos, flows);
  const std::vector<double> capacity = Router(clos, Routing::hashed).capacity();
  const std::vector<Transfer> alike(flows.size(), Transfer{2 * kSecond, 3 * kSecond});
  const Completion completion = complete(paths, capacity, alike);
  std::vector<Transfer> nearly = alike;
  nearly[0].begin = Time{};  // one that comes earlier takes the way with events
  const std::vector<double> slow = solved_anew(paths, capacity, alike);
  for (std::size_t f = 0; f < slow.size(); ++f) CHECK(completion.done[f].base() == doctest::Approx(slow[f]).epsilon(1e-9));
  const std::vector<double> slow_nearly = solved_anew(paths, capacity, nearly);
  const Completion events = complete(paths, capacity, nearly);
  for (std::size_t f = 0; f < slow.size(); ++f) CHECK(events.done[f].base() == doctest::Approx(slow_nearly[f]).epsilon(1e-9));
}

TEST_CASE("limits: nothing to carry ends at once, a link without capacity never lets go") {
  Paths paths;
  paths.links = {0};
  paths.end_flow();
  paths.links.push_back(1);
  paths.end_flow();
  paths.end_flow();
  const std::vector<double> capacity{1, 0};
  const std::vector<Transfer> transfers{{4 * kSecond, Time{}}, {1 * kSecond, Time{}}, {1 * kSecond, 2 * kSecond}};
  const Completion completion = complete(paths, capacity, transfers);
  CHECK(completion.done[0].base() == doctest::Approx(4));
  CHECK(completion.done[1].base() == kNever);
  CHECK(completion.done[2].base() == doctest::Approx(2));
  CHECK(completion.last.base() == doctest::Approx(4));
}

TEST_CASE("very many changes are given up and said so, never half an answer as a whole one") {
  Paths paths;
  std::vector<Transfer> transfers;
  for (int flow = 1; flow <= 40; ++flow) {
    paths.links.push_back(0);
    paths.end_flow();
    transfers.push_back({static_cast<double>(flow) * kSecond, Time{}});
  }
  const std::vector<double> capacity{1};
  const Completion whole = complete(paths, capacity, transfers);
  CHECK(whole.whole);
  CHECK(whole.last.base() == doctest::Approx(40.0 * 41 / 2));  // one link, always full
  const Completion half = complete(paths, capacity, transfers, 100);
  CHECK_FALSE(half.whole);
  CHECK(half.done.back().base() == kNever);
}

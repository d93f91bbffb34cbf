// What does the worst of many flows get, without simulating them?
#include "network/worst_share.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace eigenbau::network {
namespace {

/// Links that a group of adapters chooses among: those of one leaf, or of one pod.
struct Stage {
  double senders = 0;  ///< adapters of the group that send beyond it
  double ways = 1;     ///< links up
  double links = 0;    ///< of the tier, both ways
};

std::vector<Stage> stages(const Clos& c, Leaving leaving) {
  std::vector<Stage> all;
  if (c.tiers >= 2) {
    const double adapters = static_cast<double>(c.servers_per_unit) * c.links_per_server / c.rails;
    all.push_back({std::ceil(leaving.leaf * adapters - 1e-9), static_cast<double>(c.leaf_up), 2.0 * c.leaves() * c.leaf_up});
  }
  if (c.tiers >= 3) {
    const double adapters = static_cast<double>(c.servers_per_pod) * c.links_per_server;
    all.push_back({std::ceil(leaving.pod * adapters - 1e-9), static_cast<double>(c.spines_per_pod) * c.spine_up,
                   2.0 * c.spines() * c.spine_up});
  }
  std::erase_if(all, [](const Stage& stage) { return !(stage.senders > 0) || !(stage.ways > 0); });
  return all;
}

/// P(B(n, p) > m) for m = 0, 1 ...; 0 beyond the last entry.
std::vector<double> tails(double n, double p) {
  constexpr double kNegligible = 1e-18;
  std::vector<double> tail;
  if (p >= 1) {
    tail.assign(static_cast<std::size_t>(n), 1);
    return tail;
  }
  double log_mass = n * std::log1p(-p);
  for (double k = 0; k <= n; k += 1) {
    tail.push_back(std::exp(log_mass));
    if (k > n * p && tail.back() < kNegligible) break;
    if (k < n) log_mass += std::log((n - k) / (k + 1) * p / (1 - p));
  }
  double above = 0;
  for (std::size_t m = tail.size(); m-- > 0;) {
    const double mass = tail[m];
    tail[m] = above;
    above += mass;
  }
  return tail;
}

}  // namespace

double worst_share(const Clos& clos, Routing routing, int queue_pairs, Leaving leaving) {
  const std::vector<Stage> all = stages(clos, leaving);
  if (all.empty()) return 1;
  double share = 1;
  if (routing != Routing::hashed) {
    for (const Stage& stage : all) share = std::min(share, kBalancedCeiling * clos.uplink_rate * stage.ways / stage.senders);
    return share;
  }
  std::vector<std::vector<double>> above;
  for (const Stage& stage : all) above.push_back(tails(stage.senders * queue_pairs, 1 / stage.ways));
  for (std::size_t most = 1;; ++most) {
    double log_none_above = 0;
    for (std::size_t i = 0; i < all.size(); ++i)
      if (most < above[i].size()) log_none_above += all[i].links * std::log1p(-std::min(above[i][most], 1.0));
    if (log_none_above >= std::log(0.5)) return std::min(1.0, clos.uplink_rate * queue_pairs / static_cast<double>(most));
  }
}

}  // namespace eigenbau::network

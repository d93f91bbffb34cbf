#include "network/traffic.h"

#include <algorithm>
#include <numeric>

#include "base/random.h"

namespace eigenbau::network {

std::vector<Flow> random_permutation(const Clos& clos, std::uint64_t seed) {
  const int n = endpoint_count(clos);
  std::vector<Endpoint> target(static_cast<std::size_t>(n));
  std::iota(target.begin(), target.end(), 0);
  Stream chance(seed, "permutation");
  for (int i = n - 1; i > 0; --i) {
    const int j = std::min(i, static_cast<int>(chance.uniform() * (i + 1)));
    std::swap(target[static_cast<std::size_t>(i)], target[static_cast<std::size_t>(j)]);
  }
  std::vector<Flow> flows;
  flows.reserve(target.size());
  for (int i = 0; i < n; ++i)
    if (target[static_cast<std::size_t>(i)] != i) flows.push_back({i, target[static_cast<std::size_t>(i)]});
  return flows;
}

std::vector<Flow> rail_shift(const Clos& clos, int shift) {
  std::vector<Flow> flows;
  const int each = clos.links_per_server;
  for (int server = 0; server < clos.servers; ++server) {
    const int to = static_cast<int>((static_cast<long>(server) + shift) % clos.servers);
    for (int link = 0; link < each && to != server; ++link) flows.push_back({server * each + link, to * each + link});
  }
  return flows;
}

Shares share_of(const Clos& clos, const std::vector<Flow>& flows, Routing routing, int queue_pairs, std::uint64_t seed) {
  Shares shares;
  if (flows.empty()) return shares;
  const int pairs = routing == Routing::hashed ? std::max(1, queue_pairs) : 1;
  Paths paths;
  paths.first.reserve(flows.size() * static_cast<std::size_t>(pairs) + 1);
  paths.links.reserve(flows.size() * static_cast<std::size_t>(pairs) * 6);
  // Source ports, and with them hashes, are by chance: one number for each queue pair.
  const auto salt = static_cast<std::uint64_t>(Stream(seed, "ecmp").uniform() * 0x1p63);
  std::uint64_t choice = salt;
  for (const Flow& flow : flows)
    for (int pair = 0; pair < pairs; ++pair) append_route(clos, routing, flow.source, flow.target, choice++, paths);

  const std::vector<double> capacity = capacities(clos, routing);
  const std::vector<double> rates = max_min_rates(paths, capacity);
  shares.of_flow.reserve(flows.size());
  double sum = 0;
  for (std::size_t flow = 0; flow < flows.size(); ++flow) {
    const auto begin = rates.begin() + static_cast<std::ptrdiff_t>(flow * static_cast<std::size_t>(pairs));
    shares.of_flow.push_back(pairs * *std::min_element(begin, begin + pairs));
    sum += shares.of_flow.back();
  }
  shares.mean = sum / static_cast<double>(flows.size());
  shares.worst = *std::ranges::min_element(shares.of_flow);

  std::vector<double> load(capacity.size(), 0);
  for (int path = 0; path < paths.size(); ++path)
    for (std::int32_t link : paths.of(path)) load[static_cast<std::size_t>(link)] += rates[static_cast<std::size_t>(path)];
  for (std::size_t link = 0; link < load.size(); ++link) {
    double& hottest = shares.hottest[static_cast<int>(tier_of(clos, routing, static_cast<std::int32_t>(link)))];
    hottest = std::max(hottest, load[link] / capacity[link]);
  }
  return shares;
}

}  // namespace eigenbau::network

// Who sends to whom?
#include "network/traffic.h"

#include <algorithm>
#include <numeric>

#include "base/random.h"

namespace eigenbau::network {
namespace {

/// All links of one server to those of another, rail by rail.
void connect(const Clos& clos, int from, int to, std::vector<Flow>& flows) {
  const int each = clos.links_per_server;
  for (int link = 0; link < each && to != from; ++link) flows.push_back({from * each + link, to * each + link});
}

}  // namespace

std::vector<Flow> random_permutation(const Clos& clos, ServerRange servers, std::uint64_t seed) {
  const int n = servers.count * clos.links_per_server, base = servers.first * clos.links_per_server;
  std::vector<Endpoint> target(static_cast<std::size_t>(n));
  std::iota(target.begin(), target.end(), base);
  Stream chance(seed, "permutation");
  for (int i = n - 1; i > 0; --i) {
    const int j = std::min(i, static_cast<int>(chance.uniform() * (i + 1)));
    std::swap(target[static_cast<std::size_t>(i)], target[static_cast<std::size_t>(j)]);
  }
  std::vector<Flow> flows;
  flows.reserve(target.size());
  for (int i = 0; i < n; ++i)
    if (target[static_cast<std::size_t>(i)] != base + i) flows.push_back({base + i, target[static_cast<std::size_t>(i)]});
  return flows;
}

std::vector<Flow> rail_shift(const Clos& clos, ServerRange servers, int shift) {
  std::vector<Flow> flows;
  flows.reserve(static_cast<std::size_t>(servers.count) * static_cast<std::size_t>(clos.links_per_server));
  for (int i = 0; i < servers.count; ++i) {
    const int to = static_cast<int>((static_cast<long>(i) + shift) % servers.count);
    connect(clos, servers.first + i, servers.first + to, flows);
  }
  return flows;
}

std::vector<Flow> rings(const Clos& clos, ServerRange servers, int members, int stride) {
  std::vector<Flow> flows;
  const long block = static_cast<long>(members) * stride;
  for (long i = 0; i < servers.count; ++i) {
    const long start = i / block * block, end = std::min<long>(start + block, servers.count);
    const long next = i + stride < end ? i + stride : start + (i - start) % stride;
    connect(clos, servers.first + static_cast<int>(i), servers.first + static_cast<int>(next), flows);
  }
  return flows;
}

}  // namespace eigenbau::network

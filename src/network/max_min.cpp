#include "network/max_min.h"

#include <algorithm>
#include <queue>

namespace eigenbau::network {
namespace {

/// A link with the share that each of its flows would get; the smallest comes first, ties in the order of the links.
struct Tightness {
  double share;
  std::int32_t link;
  bool operator>(const Tightness& other) const { return share > other.share || (share == other.share && link > other.link); }
};

}  // namespace

FlowsOfLinks::FlowsOfLinks(const Paths& paths, std::size_t links) : first(links + 1, 0), flows(paths.links.size()) {
  for (std::int32_t link : paths.links) ++first[static_cast<std::size_t>(link) + 1];
  for (std::size_t link = 0; link < links; ++link) first[link + 1] += first[link];
  std::vector<std::int32_t> next(first.begin(), first.end() - 1);
  for (int flow = 0; flow < paths.size(); ++flow)
    for (std::int32_t link : paths.of(flow)) flows[static_cast<std::size_t>(next[static_cast<std::size_t>(link)]++)] = flow;
}

FairShares max_min(const Paths& paths, std::span<const double> capacity, const FlowsOfLinks& crossing) {
  std::vector<double> left(capacity.begin(), capacity.end());
  std::vector<std::int32_t> open(capacity.size());
  std::vector<Tightness> start;
  for (std::size_t link = 0; link < capacity.size(); ++link) {
    open[link] = crossing.first[link + 1] - crossing.first[link];
    if (open[link] > 0) start.push_back({left[link] / open[link], static_cast<std::int32_t>(link)});
  }
  // A link's share only grows while others freeze, so that an entry in the heap is a lower bound: it is looked at again
  // when it comes up, instead of being moved at each change.
  std::priority_queue<Tightness, std::vector<Tightness>, std::greater<>> tightest(std::greater<>{}, std::move(start));
  const auto flows = static_cast<std::size_t>(paths.size());
  FairShares shares{std::vector<double>(flows, -1), std::vector<std::int32_t>(flows, -1)};
  while (!tightest.empty()) {
    const auto [bound, link] = tightest.top();
    tightest.pop();
    const auto l = static_cast<std::size_t>(link);
    if (open[l] == 0) continue;
    const double share = std::max(left[l] / open[l], 0.0);
    if (share > bound) {
      tightest.push({share, link});
      continue;
    }
    for (std::int32_t at = crossing.first[l]; at < crossing.first[l + 1]; ++at) {
      const std::int32_t flow = crossing.flows[static_cast<std::size_t>(at)];
      double& fixed = shares.rate[static_cast<std::size_t>(flow)];
      if (fixed >= 0) continue;
      fixed = share;
      shares.bottleneck[static_cast<std::size_t>(flow)] = link;
      for (std::int32_t crossed : paths.of(flow)) {
        left[static_cast<std::size_t>(crossed)] -= share;
        --open[static_cast<std::size_t>(crossed)];
      }
    }
  }
  for (double& r : shares.rate) r = std::max(r, 0.0);
  return shares;
}

std::vector<double> max_min_rates(const Paths& paths, std::span<const double> capacity) {
  return max_min(paths, capacity, FlowsOfLinks(paths, capacity.size())).rate;
}

}  // namespace eigenbau::network

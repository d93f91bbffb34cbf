// At which rates do flows share the links that they cross?
#include "network/max_min.h"

#include <algorithm>
#include <array>
#include <bit>
#include <utility>

namespace eigenbau::network {
namespace {

/// Links in the order of the share that each of their flows would get. Shares that are taken out never fall, so that a
/// radix heap does: entries lie in buckets by the highest bit in which they differ from the last one taken out.
/// Source: Ahuja, Mehlhorn, Orlin, Tarjan 1990. Positive doubles are in the order of their bits.
class Tightest {
 public:
  void push(double share, std::int32_t link) {
    const auto bits = std::bit_cast<std::uint64_t>(share);
    buckets_[static_cast<std::size_t>(std::bit_width(bits ^ last_))].push_back({bits, link});
    ++size_;
  }
  bool empty() const { return size_ == 0; }
  std::pair<double, std::int32_t> pop() {
    if (buckets_[0].empty()) refill();
    const Entry entry = buckets_[0].back();
    buckets_[0].pop_back();
    --size_;
    return {std::bit_cast<double>(entry.bits), entry.link};
  }

 private:
  struct Entry {
    std::uint64_t bits;
    std::int32_t link;
  };
  void refill() {
    std::size_t from = 1;
    while (buckets_[from].empty()) ++from;
    last_ = std::ranges::min_element(buckets_[from], {}, &Entry::bits)->bits;
    std::vector<Entry> moved = std::move(buckets_[from]);
    buckets_[from].clear();
    for (const Entry& entry : moved) buckets_[static_cast<std::size_t>(std::bit_width(entry.bits ^ last_))].push_back(entry);
  }

  std::array<std::vector<Entry>, 65> buckets_;
  std::uint64_t last_ = 0;
  std::size_t size_ = 0;
};

/// A link that one flow alone crosses keeps it only to the link's own capacity: of such links the smallest of a flow counts.
std::vector<bool> matters(const Paths& paths, std::span<const double> capacity, const FlowsOfLinks& crossing) {
  std::vector<bool> matters(capacity.size());
  for (std::size_t link = 0; link < capacity.size(); ++link) matters[link] = crossing.first[link + 1] - crossing.first[link] > 1;
  for (int flow = 0; flow < paths.size(); ++flow) {
    std::int32_t smallest = -1;
    for (const std::int32_t link : paths.of(flow)) {
      const auto l = static_cast<std::size_t>(link);
      if (crossing.first[l + 1] - crossing.first[l] == 1 &&
          (smallest < 0 || capacity[l] < capacity[static_cast<std::size_t>(smallest)]))
        smallest = link;
    }
    if (smallest >= 0) matters[static_cast<std::size_t>(smallest)] = true;
  }
  return matters;
}

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
  const std::vector<bool> counts = matters(paths, capacity, crossing);
  Tightest tightest;
  for (std::size_t link = 0; link < capacity.size(); ++link) {
    open[link] = crossing.first[link + 1] - crossing.first[link];
    if (counts[link]) tightest.push(left[link] / open[link], static_cast<std::int32_t>(link));
  }
  const auto flows = static_cast<std::size_t>(paths.size());
  FairShares shares{std::vector<double>(flows, -1), std::vector<std::int32_t>(flows, -1)};
  // A link's share only grows while others freeze, so that an entry is a lower bound: it is looked at again when it comes
  // up, instead of being moved at each change.
  while (!tightest.empty()) {
    const auto [bound, link] = tightest.pop();
    const auto l = static_cast<std::size_t>(link);
    if (open[l] == 0) continue;
    const double share = std::max(left[l] / open[l], 0.0);
    if (share > bound) {
      tightest.push(share, link);
      continue;
    }
    for (std::int32_t at = crossing.first[l]; at < crossing.first[l + 1]; ++at) {
      const std::int32_t flow = crossing.flows[static_cast<std::size_t>(at)];
      double& fixed = shares.rate[static_cast<std::size_t>(flow)];
      if (fixed >= 0) continue;
      fixed = bound;
      shares.bottleneck[static_cast<std::size_t>(flow)] = link;
      for (std::int32_t crossed : paths.of(flow)) {
        left[static_cast<std::size_t>(crossed)] -= bound;
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

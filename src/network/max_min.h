// At which rates do flows share the links that they cross?
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace eigenbau::network {

/// The links of many flows, one after another: those of flow f are links[first[f]] to links[first[f + 1] - 1].
struct Paths {
  std::vector<std::int32_t> first{0};
  std::vector<std::int32_t> links;

  int size() const { return static_cast<int>(first.size()) - 1; }
  std::span<const std::int32_t> of(int flow) const {
    const auto begin = static_cast<std::size_t>(first[static_cast<std::size_t>(flow)]);
    const auto end = static_cast<std::size_t>(first[static_cast<std::size_t>(flow) + 1]);
    return {links.data() + begin, end - begin};
  }
  void end_flow() { first.push_back(static_cast<std::int32_t>(links.size())); }
};

/// The paths turned around: flows of link l are flows[first[l]] to flows[first[l + 1] - 1], ascending.
struct FlowsOfLinks {
  std::vector<std::int32_t> first, flows;
  FlowsOfLinks(const Paths& paths, std::size_t links);
};

/// Rate of each flow, and the full link that keeps it from having more; -1: the flow crosses no link.
struct FairShares {
  std::vector<double> rate;
  std::vector<std::int32_t> bottleneck;
};

/// Max-min fair rates: no flow can have more without another that has no more getting less.
///   Fill all flows alike until a link is full; its flows keep that rate; go on with the others.
/// `capacity` and the rates are counted in the rate of one link. A flow without links gets no rate (0).
/// Stops being true for single packets, and where congestion control does not converge to fair shares.
/// Source: Bertsekas and Gallager, Data Networks, 6.5.2.
FairShares max_min(const Paths& paths, std::span<const double> capacity, const FlowsOfLinks& crossing);
std::vector<double> max_min_rates(const Paths& paths, std::span<const double> capacity);

}  // namespace eigenbau::network

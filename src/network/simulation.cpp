// What does traffic get from a fabric: which rate does every flow have, when is it done, how full is every link?
#include "network/simulation.h"

#include <algorithm>
#include <limits>

#include "base/random.h"

namespace eigenbau::network {
namespace {

/// The queue pairs of all messages that have a path, in their order.
struct Routed {
  Paths paths;
  std::vector<Transfer> transfers;
};

Routed route(const Router& router, std::span<const Message> messages, int pairs, std::uint64_t seed,
             std::vector<int>& unreachable) {
  Routed routed;
  const std::size_t parts = messages.size() * static_cast<std::size_t>(pairs);
  routed.paths.first.reserve(parts + 1);
  routed.paths.links.reserve(parts * 2 * static_cast<std::size_t>(std::max(1, router.clos().tiers)));
  routed.transfers.reserve(parts);
  // Source ports, and with them hashes, are by chance: one number for each queue pair.
  std::uint64_t choice = static_cast<std::uint64_t>(Stream(seed, "ecmp").uniform() * 0x1p63);
  for (std::size_t m = 0; m < messages.size(); ++m) {
    const auto& [flow, transfer] = messages[m];
    bool there = true;
    for (int pair = 0; pair < pairs && there; ++pair) {
      there = router.append(flow.source, flow.target, choice++, routed.paths);
      if (there) routed.transfers.push_back({transfer.alone / pairs, transfer.begin});
    }
    if (!there) unreachable.push_back(static_cast<int>(m));
  }
  return routed;
}

std::vector<double> busy_share(const Router& router, const Routed& routed, Time from, Time to) {
  std::vector<double> load(static_cast<std::size_t>(router.links()), 0);
  for (int part = 0; part < routed.paths.size(); ++part)
    for (const std::int32_t link : routed.paths.of(part))
      load[static_cast<std::size_t>(link)] += routed.transfers[static_cast<std::size_t>(part)].alone.base();
  const double span = (to - from).base();
  for (std::size_t link = 0; link < load.size(); ++link)
    load[link] = load[link] > 0 && span > 0 ? load[link] / router.capacity()[link] / span : 0;
  return load;
}

}  // namespace

std::vector<Message> together(const std::vector<Flow>& flows, Transfer each) {
  std::vector<Message> messages;
  messages.reserve(flows.size());
  for (const Flow& flow : flows) messages.push_back({flow, each});
  return messages;
}

Simulation simulate(const Router& router, std::span<const Message> messages, int queue_pairs, std::uint64_t seed) {
  Simulation simulation;
  if (messages.empty()) return simulation;
  const int pairs = takes_one_path(router.routing()) ? std::max(1, queue_pairs) : 1;
  const Routed routed = route(router, messages, pairs, seed, simulation.unreachable);
  const Completion completion = complete(routed.paths, router.capacity(), routed.transfers);
  simulation.last = completion.last;
  simulation.events = completion.events;
  simulation.whole = completion.whole;
  simulation.rate.reserve(messages.size());
  simulation.done.reserve(messages.size());
  simulation.worst = messages.size() > simulation.unreachable.size() ? std::numeric_limits<double>::infinity() : 0;
  Time first = messages[0].transfer.begin;
  double sum = 0;
  auto part = completion.done.begin();
  auto missing = simulation.unreachable.begin();
  for (std::size_t m = 0; m < messages.size(); ++m) {
    const Transfer& transfer = messages[m].transfer;
    first = std::min(first, transfer.begin);
    if (missing != simulation.unreachable.end() && *missing == static_cast<int>(m)) {
      ++missing;
      simulation.rate.push_back(0);
      simulation.done.push_back(Time::from_base(std::numeric_limits<double>::infinity()));
      continue;
    }
    const Time done = *std::max_element(part, part + pairs);
    part += pairs;
    const Time took = done - transfer.begin;
    simulation.done.push_back(done);
    simulation.rate.push_back(took > Time{} ? transfer.alone / took : 1);
    simulation.worst = std::min(simulation.worst, simulation.rate.back());
    sum += simulation.rate.back();
  }
  const std::size_t arrived = messages.size() - simulation.unreachable.size();
  simulation.mean = arrived > 0 ? sum / static_cast<double>(arrived) : 0;
  simulation.load = busy_share(router, routed, first, simulation.last);
  return simulation;
}

}  // namespace eigenbau::network

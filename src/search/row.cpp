// How long is a step, and what does it cost, with each way to shard one layout?
#include "search/row.h"

#include <array>
#include <limits>

namespace eigenbau::search {
namespace {

constexpr double kNever = std::numeric_limits<double>::infinity();

/// `exposed(i)`: what of the traffic of choice i shows. Without branches, so that several choices are worked out at once.
template <typename Exposed>
inline void price(const Row& row, const ShardingGroup& group, std::span<Time> steps, std::span<double> costs, Exposed exposed) {
  const Row shared = row;
  const Time* const optimizer = group.optimizer.data();
  Time* const step = steps.data();
  double* const cost = costs.data();
  const std::size_t count = steps.size();
  for (std::size_t i = 0; i < count; ++i) {
    const Time parts = shared.before + exposed(i) + optimizer[i] + shared.fixed;
    step[i] = parts + shared.slow * parts;
    const double stated = shared.law(step[i], shared.busy + optimizer[i]);
    cost[i] = step[i].base() <= shared.latest.base() ? stated : kNever;
  }
}

}  // namespace

double Row::least_cost() const {
  const Time parts = before + fixed;
  return law(parts + slow * parts, busy);
}

void price_replicated(const Row& row, const ShardingGroup& group, std::span<Time> steps, std::span<double> costs) {
  const perf::WeightWindow window = row.window;
  const Time* const traffic = group.traffic.data();
  const double* const more = group.more_times.data();
  price(row, group, steps, costs,
        [=](std::size_t i) { return perf::exposed_replicated(window, traffic[i], 1 + more[i] * (window.micro_batches - 1)); });
}

void price_gathered(const Row& row, const ShardingGroup& group, std::span<Time> steps, std::span<double> costs) {
  const perf::WeightWindow window = row.window;
  const Time *const forward = group.forward.data(), *const backward = group.backward.data(), *const across = group.across.data();
  price(row, group, steps, costs,
        [=](std::size_t i) { return perf::exposed_gathered(window, forward[i], backward[i], across[i]); });
}

double least(std::span<const double> costs) {
  std::array<double, 4> lowest;
  lowest.fill(kNever);
  std::size_t i = 0;
  for (; i + 4 <= costs.size(); i += 4)
    for (std::size_t k = 0; k < 4; ++k) lowest[k] = costs[i + k] < lowest[k] ? costs[i + k] : lowest[k];
  for (; i < costs.size(); ++i) lowest[0] = costs[i] < lowest[0] ? costs[i] : lowest[0];
  for (const double one : lowest) lowest[0] = one < lowest[0] ? one : lowest[0];
  return lowest[0];
}

}  // namespace eigenbau::search

// How long is a step, and what does it cost, with each way to shard one layout?
#include "search/row.h"

#include <cstring>
#include <limits>

#include "search/pair.h"

namespace eigenbau::search {
namespace {

constexpr double kNever = std::numeric_limits<double>::infinity();

/// Step and cost of choice i of a run. `exposed(i)`: what of its traffic shows. Without branches, so that several choices are
/// worked out at once.
template <typename Exposed>
struct Priced {
  Row shared;
  const Time* optimizer;
  Exposed exposed;

  Time step(std::size_t i) const {
    const Time parts = shared.before + exposed(i) + optimizer[i] + shared.fixed;
    return parts + shared.slow * parts;
  }
  double cost(std::size_t i, Time step) const {
    const double stated = shared.law(step, shared.busy + optimizer[i]);
    return step.base() <= shared.latest.base() ? stated : kNever;
  }
};

template <typename Exposed>
inline void price(const Priced<Exposed>& priced, std::span<Time> steps, std::span<double> costs) {
  Time* const step = steps.data();
  double* const cost = costs.data();
  const std::size_t count = steps.size();
  for (std::size_t i = 0; i < count; ++i) {
    step[i] = priced.step(i);
    cost[i] = priced.cost(i, step[i]);
  }
}

/// The least cost. Costs stand in a block of their own for a moment, so that the compiler knows what is written over what.
template <typename Exposed>
inline double least_of(const Priced<Exposed>& priced, std::size_t count) {
  constexpr std::size_t kBlock = 64;
  alignas(Pair) double costs[kBlock];
  Pair lowest = {kNever, kNever};
  for (std::size_t first = 0; first < count; first += kBlock) {
    const std::size_t here = count - first < kBlock ? count - first : kBlock;
    for (std::size_t i = 0; i < here; ++i) costs[i] = priced.cost(first + i, priced.step(first + i));
    for (std::size_t i = 0; i + 1 < here; i += 2) {
      Pair two;
      std::memcpy(&two, costs + i, sizeof two);
      lowest = two < lowest ? two : lowest;
    }
    if (here % 2 != 0 && costs[here - 1] < lowest[0]) lowest[0] = costs[here - 1];
  }
  return lowest[0] < lowest[1] ? lowest[0] : lowest[1];
}

auto replicated(const Row& row, const ShardingGroup& group, std::size_t first) {
  const auto exposed = [window = row.window, reduction = group.reduction.data() + first, once = group.once.data() + first,
                        broadcast = group.broadcast.data() + first, more = group.more_times.data() + first](std::size_t i) {
    return perf::exposed_replicated(window, reduction[i], once[i], 1 + more[i] * (window.micro_batches - 1)) + broadcast[i];
  };
  return Priced<decltype(exposed)>{row, group.optimizer.data() + first, exposed};
}

auto gathered(const Row& row, const ShardingGroup& group, std::size_t first) {
  const auto exposed = [window = row.window, forward = group.forward.data() + first, backward = group.backward.data() + first,
                        across = group.across.data() + first](std::size_t i) {
    return perf::exposed_gathered(window, forward[i], backward[i], across[i]);
  };
  return Priced<decltype(exposed)>{row, group.optimizer.data() + first, exposed};
}

}  // namespace

double Row::least_cost() const {
  const Time parts = before + fixed;
  return law(parts + slow * parts, busy);
}

void price_replicated(const Row& row, const ShardingGroup& group, std::size_t first, std::span<Time> steps,
                      std::span<double> costs) {
  price(replicated(row, group, first), steps, costs);
}

void price_gathered(const Row& row, const ShardingGroup& group, std::size_t first, std::span<Time> steps,
                    std::span<double> costs) {
  price(gathered(row, group, first), steps, costs);
}

double least_replicated(const Row& row, const ShardingGroup& group, Run run) {
  return least_of(replicated(row, group, run.first), run.size());
}

double least_gathered(const Row& row, const ShardingGroup& group, Run run) {
  return least_of(gathered(row, group, run.first), run.size());
}

}  // namespace eigenbau::search

// How long is a step, and what does it cost, with each way to shard one layout?
#include "search/row.h"

#include <algorithm>
#include <limits>
#include <type_traits>

#include "search/pair.h"

namespace eigenbau::search {
namespace {

constexpr double kNever = std::numeric_limits<double>::infinity();

double unless_late(double step, double latest, double cost) { return step <= latest ? cost : kNever; }
Pair unless_late(Pair step, double latest, Pair cost) { return step <= both(latest) ? cost : both(kNever); }

/// Figures of one choice (`Times` is Time), or of it and the next.
template <typename Times>
auto at(const auto& figures, std::size_t i) {
  if constexpr (std::is_same_v<Times, Time>) return figures[i];
  else return two_at(&figures[i]);
}

struct Replicated {
  const Row& row;
  const ShardingGroup& group;

  template <typename Times>
  Times exposed(std::size_t i) const {
    const auto reductions = 1 + at<Times>(group.more_times, i) * (row.window.micro_batches - 1);
    return perf::exposed_replicated(row.window, at<Times>(group.reduction, i), at<Times>(group.once, i), reductions) +
           at<Times>(group.broadcast, i);
  }
};

struct Gathered {
  const Row& row;
  const ShardingGroup& group;

  template <typename Times>
  Times exposed(std::size_t i) const {
    return perf::exposed_gathered(row.window, at<Times>(group.forward, i), at<Times>(group.backward, i),
                                  at<Times>(group.across, i));
  }
};

template <typename Times>
struct Priced {
  Times step;
  decltype(Times{}.base()) cost;
};

template <typename Times, typename Choices>
Priced<Times> priced(const Choices& choices, std::size_t i) {
  const Row& row = choices.row;
  const Times optimizer = at<Times>(choices.group.optimizer, i);
  const Times parts = row.before + choices.template exposed<Times>(i) + optimizer + row.fixed;
  const Times step = parts + row.slow * parts;
  return {step, unless_late(step.base(), row.latest.base(), row.law(step, row.busy + optimizer))};
}

/// Two choices at once, without a branch between them. Where their number is odd the last two overlap those before.
template <typename Choices, typename Take>
inline void price_run(const Choices& choices, Run run, const Take& take) {
  if (run.size() == 0) return;
  if (run.size() == 1) return take(run.first, priced<Time>(choices, run.first));
  const std::size_t last = run.last - 2;
  for (std::size_t i = run.first;; i = std::min(i + 2, last)) {
    take(i, priced<TimePair>(choices, i));
    if (i == last) return;
  }
}

template <typename Choices>
inline void price(const Choices& choices, std::size_t first, std::span<Time> steps, std::span<double> costs) {
  price_run(choices, {first, first + steps.size()}, [&](std::size_t i, const auto& priced) {
    put(priced.step, &steps[i - first]);
    put(priced.cost, &costs[i - first]);
  });
}

template <typename Choices>
inline double least(const Choices& choices, Run run) {
  Pair lowest = both(kNever);
  price_run(choices, run, [&](std::size_t, const auto& priced) { lowest = lower(lowest, priced.cost); });
  return std::min(lowest[0], lowest[1]);
}

}  // namespace

void price_replicated(const Row& row, const ShardingGroup& group, std::size_t first, std::span<Time> steps,
                      std::span<double> costs) {
  price(Replicated{row, group}, first, steps, costs);
}

void price_gathered(const Row& row, const ShardingGroup& group, std::size_t first, std::span<Time> steps,
                    std::span<double> costs) {
  price(Gathered{row, group}, first, steps, costs);
}

double least_replicated(const Row& row, const ShardingGroup& group, Run run) { return least(Replicated{row, group}, run); }

double least_gathered(const Row& row, const ShardingGroup& group, Run run) { return least(Gathered{row, group}, run); }

}  // namespace eigenbau::search

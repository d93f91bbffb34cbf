// Which of the plans seen so far are worth keeping: the fastest layouts, the front of time and memory, the simplest?
#include "search/ranking.h"

#include <algorithm>
#include <limits>
#include <tuple>

namespace eigenbau::search {
namespace {

constexpr double kNever = std::numeric_limits<double>::infinity();

auto degrees(const perf::ParallelPlan& p) {
  return std::tuple(complexity(p), p.pp, p.tp, p.cp, p.ep, p.etp, p.vp, p.zero_level, p.shard_group, p.recompute, p.micro_batch,
                    !p.sequence_parallel, p.schedule, p.expert_overlap, p.context, p.precision);
}

}  // namespace

int complexity(const perf::ParallelPlan& p) {
  return complexity_of_layout(p) + complexity_of_recompute(p.recompute) + complexity_of_sharding(p.zero_level, p.shard_group);
}

bool preferred(const RankedPlan& a, const RankedPlan& b) {
  if (a.cost != b.cost) return a.cost < b.cost;
  if (a.step != b.step) return a.step < b.step;
  if (a.memory != b.memory) return a.memory < b.memory;
  return degrees(a.plan) < degrees(b.plan);
}

Ranking::Ranking(int top, Keep keep) : top_(top), all_(keep == Keep::all), limit_(kNever) {
  least_by_complexity_.fill(kNever);
  most_by_complexity_.fill(kNever);
  least_within_.fill(kNever);
}

void Ranking::take(const RankedPlan& one) {
  if (!all_) return;
  const auto complex = static_cast<std::size_t>(complexity(one.plan));
  auto& simple = by_complexity_[complex];
  if (!simple || preferred(one, *simple)) {
    simple = one;
    least_by_complexity_[complex] = one.cost;
    for (std::size_t c = complex - std::min<std::size_t>(complex, kComplexityOfSharding); c <= complex; ++c)
      most_by_complexity_[c] =
          *std::max_element(least_by_complexity_.begin() + static_cast<std::ptrdiff_t>(c),
                            least_by_complexity_.begin() +
                                static_cast<std::ptrdiff_t>(std::min<std::size_t>(c + kComplexityOfSharding, kMostComplex)) + 1);
  }

  // The front is sorted by cost, and so, descending, by memory.
  const auto later = std::upper_bound(front_.begin(), front_.end(), one,
                                      [](const RankedPlan& a, const RankedPlan& b) { return a.cost < b.cost; });
  if (later != front_.begin()) {
    const RankedPlan& cheaper = *std::prev(later);
    if (cheaper.memory < one.memory) return;
    if (cheaper.memory == one.memory && (cheaper.cost < one.cost || preferred(cheaper, one))) return;
  }
  const auto first_beaten = std::find_if(front_.begin(), later, [&](const RankedPlan& p) { return p.cost >= one.cost; });
  const auto last_beaten = std::find_if(later, front_.end(), [&](const RankedPlan& p) { return p.memory < one.memory; });
  const auto gap = front_.erase(first_beaten, last_beaten);
  front_.insert(gap, one);
  // What fits in less costs no less, so that the first entry which the plan does not beat ends them.
  for (std::size_t i = steps_in(one.memory) + 1; i < least_within_.size() && least_within_[i] > one.cost; ++i)
    least_within_[i] = one.cost;
}

void Ranking::take_layout(const RankedPlan& one) {
  const std::size_t most = static_cast<std::size_t>(std::max(1, top_));
  if (layouts_.size() == most && !preferred(one, layouts_.back())) return;
  layouts_.insert(std::upper_bound(layouts_.begin(), layouts_.end(), one, preferred), one);
  if (layouts_.size() > most) layouts_.pop_back();
  if (layouts_.size() == most) limit_ = layouts_.back().cost;
}

void Ranking::merge(const Ranking& other) {
  for (const RankedPlan& one : other.layouts_) take_layout(one);
  for (const RankedPlan& one : other.front_) take(one);
  for (const auto& one : other.by_complexity_)
    if (one) take(*one);
}

std::optional<RankedPlan> Ranking::simplest(double limit) const {
  for (const auto& one : by_complexity_)
    if (one && one->cost <= limit) return one;
  return std::nullopt;
}

}  // namespace eigenbau::search

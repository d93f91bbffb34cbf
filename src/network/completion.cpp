// When is each flow done, if flows begin at any time and have any size?
#include "network/completion.h"

#include <algorithm>
#include <functional>
#include <limits>
#include <numeric>

#include "network/live_rates.h"

namespace eigenbau::network {
namespace {

constexpr double kNever = std::numeric_limits<double>::infinity();
/// Ends this close, relatively, are one instant.
constexpr double kSameInstant = 1e-12;

bool begin_together_alike(std::span<const Transfer> transfers) {
  return std::ranges::all_of(transfers,
                             [&](const Transfer& t) { return t.alone == transfers[0].alone && t.begin == transfers[0].begin; });
}

Completion keep_first_rates(const Paths& paths, std::span<const double> capacity, std::span<const Transfer> transfers) {
  Completion completion{.events = 1};
  completion.done.reserve(transfers.size());
  const std::vector<double> rates = max_min_rates(paths, capacity);
  for (std::size_t flow = 0; flow < transfers.size(); ++flow) {
    const Transfer& transfer = transfers[flow];
    const bool wired = !paths.of(static_cast<int>(flow)).empty();
    completion.done.push_back(wired && transfer.alone > Time{} ? transfer.begin + transfer.alone / rates[flow] : transfer.begin);
    if (completion.done.back().base() < kNever) completion.last = std::max(completion.last, completion.done.back());
  }
  return completion;
}

/// Flows under way: what each has left, and which ends next. A rate that falls leaves its entry in the heap where it is;
/// the flow is put back when that comes up too early.
class UnderWay {
 public:
  UnderWay(std::size_t flows) : left_(flows), since_(flows, 0), rate_(flows, 0), entry_(flows, kNever) {}

  void begin(int flow, double alone, double now) {
    left_[at(flow)] = alone;
    since_[at(flow)] = now;
  }

  void change(int flow, double rate, double now) {
    left_[at(flow)] = std::max(0.0, left_[at(flow)] - rate_[at(flow)] * (now - since_[at(flow)]));
    since_[at(flow)] = now;
    rate_[at(flow)] = rate;
    const double end = end_of(flow);
    if (end < entry_[at(flow)]) push(flow, end);
  }

  /// When the next flow ends; never, if none does.
  double next() {
    while (!ends_.empty()) {
      const End first = ends_.front();
      const double end = end_of(first.flow);
      if (first.time == entry_[at(first.flow)] && end <= first.time) return first.time;
      pop();
      if (first.time == entry_[at(first.flow)]) push(first.flow, end);
    }
    return kNever;
  }

  int take_next() {
    const int flow = ends_.front().flow;
    pop();
    entry_[at(flow)] = kNever;
    rate_[at(flow)] = 0;
    return flow;
  }

 private:
  struct End {
    double time;
    std::int32_t flow;
    bool operator>(const End& other) const { return time > other.time || (time == other.time && flow > other.flow); }
  };

  static std::size_t at(int flow) { return static_cast<std::size_t>(flow); }
  double end_of(int flow) const { return rate_[at(flow)] > 0 ? since_[at(flow)] + left_[at(flow)] / rate_[at(flow)] : kNever; }
  void push(int flow, double end) {
    entry_[at(flow)] = end;
    if (end == kNever) return;
    if (ends_.size() > 4 * entry_.size()) sweep();
    ends_.push_back({end, flow});
    std::ranges::push_heap(ends_, std::greater<>{});
  }
  /// Drops the entries that later ones of the same flow stand for.
  void sweep() {
    std::erase_if(ends_, [this](const End& end) { return end.time != entry_[at(end.flow)]; });
    std::ranges::make_heap(ends_, std::greater<>{});
  }
  void pop() {
    std::ranges::pop_heap(ends_, std::greater<>{});
    ends_.pop_back();
  }

  std::vector<double> left_, since_, rate_, entry_;
  std::vector<End> ends_;
};

}  // namespace

Completion complete(const Paths& paths, std::span<const double> capacity, std::span<const Transfer> transfers,
                    long most_rate_changes) {
  if (transfers.empty()) return {};
  if (begin_together_alike(transfers)) return keep_first_rates(paths, capacity, transfers);
  Completion completion{.done = std::vector<Time>(transfers.size(), Time::from_base(kNever))};
  std::vector<int> order(transfers.size());
  std::iota(order.begin(), order.end(), 0);
  std::ranges::stable_sort(order, {}, [&](int flow) { return transfers[static_cast<std::size_t>(flow)].begin; });

  LiveRates rates(paths, capacity);
  UnderWay under_way(transfers.size());
  const auto finish = [&](int flow, double now) {
    completion.done[static_cast<std::size_t>(flow)] = Time::from_base(now);
    completion.last = std::max(completion.last, Time::from_base(now));
  };
  for (std::size_t begun = 0;;) {
    if (completion.rate_changes > most_rate_changes) {
      completion.whole = false;
      break;
    }
    const double next_begin = begun < order.size() ? transfers[static_cast<std::size_t>(order[begun])].begin.base() : kNever;
    const double now = std::min(next_begin, under_way.next());
    if (now == kNever) break;
    ++completion.events;
    while (under_way.next() <= now * (1 + kSameInstant)) {
      const int flow = under_way.take_next();
      finish(flow, now);
      rates.end(flow);
    }
    for (; begun < order.size() && transfers[static_cast<std::size_t>(order[begun])].begin.base() <= now; ++begun) {
      const int flow = order[begun];
      const double alone = transfers[static_cast<std::size_t>(flow)].alone.base();
      if (!(alone > 0) || paths.of(flow).empty()) {
        finish(flow, now);
        continue;
      }
      under_way.begin(flow, alone, now);
      rates.begin(flow);
    }
    const std::span<const std::int32_t> changed = rates.settle();
    completion.rate_changes += static_cast<long>(changed.size());
    for (const std::int32_t flow : changed) under_way.change(flow, rates.rate(flow), now);
  }
  completion.rate_changes -= static_cast<long>(transfers.size());
  return completion;
}

}  // namespace eigenbau::network

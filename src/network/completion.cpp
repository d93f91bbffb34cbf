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
/// the flow is put back when that comes up too early. A crowd has one entry, for its flow with the least left: its flows
/// carry alike, so that each ends when the crowd has carried what it had left when it came, and the order among them stays.
class UnderWay {
 public:
  explicit UnderWay(std::size_t flows)
      : flows_(flows), left_(flows), since_(flows, 0), rate_(flows, 0), entry_(flows, kNever), crowd_of_(flows, -1) {}

  void begin(int flow, double alone, double now) {
    left_[at(flow)] = alone;
    since_[at(flow)] = now;
  }

  /// A rate of its own, or that of a crowd.
  void change(int flow, double rate, std::int32_t crowd, double now) {
    left_[at(flow)] = left_now(flow, now);
    since_[at(flow)] = now;
    crowd_of_[at(flow)] = crowd;
    if (crowd >= 0) {
      if (at(crowd) >= crowds_.size()) grow(at(crowd) + 1);
      advance(crowd, now);
      rate_[at(flow)] = 0;
      entry_[at(flow)] = kNever;
      left_[at(flow)] += crowds_[at(crowd)].carried;
      std::vector<Member>& members = crowds_[at(crowd)].members;
      members.push_back({left_[at(flow)], flow});
      std::ranges::push_heap(members, std::greater<>{});
      return;
    }
    rate_[at(flow)] = rate;
    const double end = end_of(flow);
    if (end < entry_[at(flow)]) push(flow, end);
  }

  /// Goes after the changes of its flows.
  void change_level(std::int32_t crowd, double level, double now) {
    advance(crowd, now);
    crowds_[at(crowd)].level = level;
    const auto id = static_cast<std::int32_t>(flows_) + crowd;
    const double end = end_of(id);
    if (end < entry_[at(id)]) push(id, end);
  }

  /// When the next flow ends; never, if none does.
  double next() {
    while (!ends_.empty()) {
      const End first = ends_.front();
      const double end = first.time == entry_[at(first.id)] ? end_of(first.id) : kNever;
      if (end <= first.time) return first.time;
      pop();
      if (first.time == entry_[at(first.id)]) push(first.id, end);
    }
    return kNever;
  }

  int take_next() {
    const std::int32_t id = ends_.front().id;
    pop();
    entry_[at(id)] = kNever;
    if (at(id) < flows_) {
      rate_[at(id)] = 0;
      return id;
    }
    std::vector<Member>& members = crowds_[at(id) - flows_].members;
    const int flow = members.front().flow;
    crowd_of_[at(flow)] = -1;
    rate_[at(flow)] = 0;
    push(id, end_of(id));
    return flow;
  }

 private:
  struct End {
    double time;
    std::int32_t id;  ///< a flow, or behind all flows a crowd
    bool operator>(const End& other) const { return time > other.time || (time == other.time && id > other.id); }
  };
  struct Member {
    double until;  ///< the crowd has carried so much
    std::int32_t flow;
    bool operator>(const Member& other) const { return until > other.until || (until == other.until && flow > other.flow); }
  };
  struct Crowd {
    double carried = 0;  ///< by each of its flows since it came to be
    double since = 0, level = 0;
    std::vector<Member> members;  ///< a heap; those that left stay in it until they come up
  };

  static std::size_t at(std::int32_t index) { return static_cast<std::size_t>(index); }

  void grow(std::size_t crowds) {
    crowds_.resize(crowds);
    entry_.resize(flows_ + crowds, kNever);
  }
  void advance(std::int32_t crowd, double now) {
    Crowd& of = crowds_[at(crowd)];
    of.carried += of.level * (now - of.since);
    of.since = now;
  }
  double left_now(int flow, double now) const {
    if (const std::int32_t crowd = crowd_of_[at(flow)]; crowd >= 0) {
      const Crowd& of = crowds_[at(crowd)];
      return std::max(0.0, left_[at(flow)] - of.carried - of.level * (now - of.since));
    }
    return std::max(0.0, left_[at(flow)] - rate_[at(flow)] * (now - since_[at(flow)]));
  }
  double end_of(std::int32_t id) {
    if (at(id) < flows_) return rate_[at(id)] > 0 ? since_[at(id)] + left_[at(id)] / rate_[at(id)] : kNever;
    const auto number = id - static_cast<std::int32_t>(flows_);
    Crowd& crowd = crowds_[at(number)];
    const auto gone = [&](const Member& member) {
      return crowd_of_[at(member.flow)] != number || left_[at(member.flow)] != member.until;
    };
    while (!crowd.members.empty() && gone(crowd.members.front())) {
      std::ranges::pop_heap(crowd.members, std::greater<>{});
      crowd.members.pop_back();
    }
    if (crowd.members.empty() || !(crowd.level > 0)) return kNever;
    return crowd.since + std::max(0.0, crowd.members.front().until - crowd.carried) / crowd.level;
  }
  void push(std::int32_t id, double end) {
    entry_[at(id)] = end;
    if (end == kNever) return;
    if (ends_.size() > 4 * entry_.size()) sweep();
    ends_.push_back({end, id});
    std::ranges::push_heap(ends_, std::greater<>{});
  }
  /// Drops the entries that later ones of the same flow stand for.
  void sweep() {
    std::erase_if(ends_, [this](const End& end) { return end.time != entry_[at(end.id)]; });
    std::ranges::make_heap(ends_, std::greater<>{});
  }
  void pop() {
    std::ranges::pop_heap(ends_, std::greater<>{});
    ends_.pop_back();
  }

  std::size_t flows_;
  std::vector<double> left_, since_, rate_, entry_;
  std::vector<std::int32_t> crowd_of_;
  std::vector<Crowd> crowds_;
  std::vector<End> ends_;
};

}  // namespace

Completion complete(const Paths& paths, std::span<const double> capacity, std::span<const Transfer> transfers,
                    long most_rate_changes, int smallest_crowd) {
  if (transfers.empty()) return {};
  if (begin_together_alike(transfers)) return keep_first_rates(paths, capacity, transfers);
  Completion completion{.done = std::vector<Time>(transfers.size(), Time::from_base(kNever))};
  std::vector<int> order(transfers.size());
  std::iota(order.begin(), order.end(), 0);
  std::ranges::stable_sort(order, {}, [&](int flow) { return transfers[static_cast<std::size_t>(flow)].begin; });

  LiveRates rates(paths, capacity, smallest_crowd);
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
    completion.rate_changes += static_cast<long>(changed.size() + rates.eased().size());
    for (const std::int32_t flow : changed) under_way.change(flow, rates.rate(flow), rates.crowd_of(flow), now);
    for (const std::int32_t crowd : rates.eased()) under_way.change_level(crowd, rates.level(crowd), now);
  }
  completion.rate_changes -= static_cast<long>(transfers.size());
  return completion;
}

}  // namespace eigenbau::network

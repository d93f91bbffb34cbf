// Which rates change when flows begin and end?
#include "network/live_rates.h"

#include <algorithm>
#include <cmath>
#include <functional>

namespace eigenbau::network {
namespace {

constexpr double kNoLimit = std::numeric_limits<double>::infinity();

std::size_t at(std::int32_t index) { return static_cast<std::size_t>(index); }

}  // namespace

LiveRates::LiveRates(const Paths& paths, std::span<const double> capacity, int smallest_crowd)
    : paths_(paths),
      capacity_(capacity),
      smallest_crowd_(smallest_crowd),
      crossing_(paths, capacity.size()),
      slot_(paths.links.size()),
      entry_(paths.links.size()),
      count_(capacity.size(), 0),
      limits_(capacity.size(), 0),
      rate_(at(paths.size()), 0),
      bottleneck_(at(paths.size()), -1),
      state_(at(paths.size()), State::away),
      is_touched_(capacity.size(), 0),
      is_marked_(capacity.size(), 0),
      crowd_of_link_(capacity.size(), -1),
      crowded_(capacity.size(), 0),
      room_(capacity.size(), 0),
      needed_(capacity.size(), 0),
      wait_(capacity.size(), 0) {
  std::vector<std::int32_t> next(crossing_.first.begin(), crossing_.first.end() - 1);
  for (std::size_t slot = 0; slot < paths.links.size(); ++slot) {
    const std::int32_t entry = next[at(paths.links[slot])]++;
    slot_[at(entry)] = static_cast<std::int32_t>(slot);
    entry_[slot] = entry;
  }
}

std::span<const std::int32_t> LiveRates::on(std::int32_t link) const {
  return {crossing_.flows.data() + crossing_.first[at(link)], at(count_[at(link)])};
}

void LiveRates::swap(std::int32_t a, std::int32_t b) {
  std::swap(crossing_.flows[at(a)], crossing_.flows[at(b)]);
  std::swap(slot_[at(a)], slot_[at(b)]);
  entry_[at(slot_[at(a)])] = a;
  entry_[at(slot_[at(b)])] = b;
}

void LiveRates::begin(int flow) {
  for (std::int32_t slot = paths_.first[at(flow)]; slot < paths_.first[at(flow) + 1]; ++slot) {
    const std::size_t link = at(paths_.links[at(slot)]);
    // The flow changes places with the first one of the link that is away.
    swap(entry_[at(slot)], crossing_.first[link] + count_[link]++);
  }
  rate_[at(flow)] = 0;
  state_[at(flow)] = State::kept;
  begun_.push_back(flow);
  ++active_;
}

void LiveRates::end(int flow) {
  for (std::int32_t slot = paths_.first[at(flow)]; slot < paths_.first[at(flow) + 1]; ++slot) {
    const std::size_t link = at(paths_.links[at(slot)]);
    swap(entry_[at(slot)], crossing_.first[link] + --count_[link]);
  }
  const std::int32_t crowd = crowd_of(flow), held_by = bottleneck_[at(flow)];
  if (held_by >= 0) --limits_[at(held_by)];
  bottleneck_[at(flow)] = -1;
  rate_[at(flow)] = 0;
  state_[at(flow)] = State::away;
  --active_;
  if (crowd < 0) {
    for (const std::int32_t link : paths_.of(flow)) reopen_limited_by(link);
    return;
  }
  // No other link of a crowd's flow holds anybody back.
  for (const std::int32_t link : paths_.of(flow))
    if (link != held_by) --crowded_[at(link)];
  crowds_[at(crowd)].pending = true;
  pending_.push_back(crowd);
}

void LiveRates::reopen_limited_by(std::int32_t link) {
  if (limits_[at(link)] == 0) return;
  for (const std::int32_t flow : on(link))
    if (bottleneck_[at(flow)] == link && state_[at(flow)] == State::kept) reopen(flow);
}

void LiveRates::reopen(int flow) {
  if (rate_[at(flow)] < 0) dissolve(crowd_of(flow));
  if (state_[at(flow)] != State::kept) return;
  state_[at(flow)] = State::open;
  looked_at_.push_back(flow);
  if (bottleneck_[at(flow)] >= 0) --limits_[at(bottleneck_[at(flow)])];
  bottleneck_[at(flow)] = -1;
  // Of the links that the flow has for itself only the smallest can hold it back.
  std::int32_t smallest = -1;
  for (const std::int32_t link : paths_.of(flow)) {
    if (count_[at(link)] > 1) touch(link);
    else if (smallest < 0 || capacity_[at(link)] < capacity_[at(smallest)]) smallest = link;
  }
  if (smallest >= 0) touch(smallest);
}

void LiveRates::touch(std::int32_t link) {
  if (is_touched_[at(link)]) return;
  is_touched_[at(link)] = 1;
  touched_.push_back(link);
}

void LiveRates::push_touched() {
  for (const std::int32_t link : touched_) {
    is_touched_[at(link)] = 0;
    const double share = share_of(link);
    if (share == kNoLimit) continue;
    levels_.push_back({share, link});
    std::ranges::push_heap(levels_, std::greater<>{});
  }
  touched_.clear();
}

/// Level up to which the flows of a link can be filled: those that are open, and those that would be above it.
double LiveRates::share_of(std::int32_t link) {
  const std::span<const std::int32_t> flows = on(link);
  const double capacity = capacity_[at(link)];
  scratch_.clear();
  double sum = 0;
  for (const std::int32_t flow : flows)
    if (state_[at(flow)] != State::open) {
      scratch_.push_back(rate(flow));
      sum += scratch_.back();
    }
  auto free = static_cast<double>(flows.size());
  if (scratch_.size() == flows.size() && sum <= capacity * (1 + kSame)) return kNoLimit;
  double share = capacity / free, below = 0;
  std::size_t left = scratch_.size();
  for (bool again = true; again && left > 0;) {
    again = false;
    for (std::size_t i = 0; i < left;) {
      if (scratch_[i] > share * (1 + kSame)) {
        ++i;
        continue;
      }
      below += scratch_[i];
      free -= 1;
      scratch_[i] = scratch_[--left];
      again = true;
    }
    if (free > 0) share = std::max((capacity - below) / free, 0.0);
  }
  return free > 0 ? share : kNoLimit;
}

void LiveRates::fill(std::int32_t link, double share) {
  dissolve_on(link);
  filled_.push_back(link);
  for (const std::int32_t flow : on(link))
    if (state_[at(flow)] == State::open || (state_[at(flow)] == State::kept && rate_[at(flow)] > share * (1 + kSame)))
      assign(flow, share, link);
}

void LiveRates::assign(int flow, double share, std::int32_t link) {
  if (state_[at(flow)] == State::kept) looked_at_.push_back(flow);
  if (bottleneck_[at(flow)] >= 0) --limits_[at(bottleneck_[at(flow)])];
  state_[at(flow)] = State::filled;
  bottleneck_[at(flow)] = link;
  ++limits_[at(link)];
  const double before = rate_[at(flow)];
  if (std::abs(share - before) <= kSame * before) return;
  rate_[at(flow)] = share;
  changed_.push_back(flow);
  if (share > before) return;
  for (const std::int32_t other : paths_.of(flow))
    if (other != link) reopen_limited_by(other);
}

void LiveRates::fill_all() {
  FairShares shares = max_min(paths_, capacity_, crossing_);
  rate_ = std::move(shares.rate);
  bottleneck_ = std::move(shares.bottleneck);
  for (const std::int32_t link : bottleneck_)
    if (link >= 0 && ++limits_[at(link)] == smallest_crowd_) filled_.push_back(link);
  changed_.assign(begun_.begin(), begun_.end());
}

std::span<const std::int32_t> LiveRates::settle() {
  changed_.clear();
  eased_.clear();
  if (static_cast<int>(begun_.size()) == paths_.size() && active_ == paths_.size()) {
    fill_all();
    begun_.clear();
    form_crowds();
    return changed_;
  }
  for (std::int32_t& flow : begun_)
    if (state_[at(flow)] == State::kept && join(flow)) flow = -1;
  ease();
  for (const std::int32_t flow : begun_)
    if (flow >= 0 && state_[at(flow)] == State::kept) reopen(flow);
  begun_.clear();
  push_touched();
  while (!levels_.empty()) {
    std::ranges::pop_heap(levels_, std::greater<>{});
    const Level level = levels_.back();
    levels_.pop_back();
    // While others are filled a link's share only grows, so that an entry is a lower bound that is looked at again.
    const double share = share_of(level.link);
    if (share == kNoLimit) continue;
    if (share > level.share) {
      levels_.push_back({share, level.link});
      std::ranges::push_heap(levels_, std::greater<>{});
      continue;
    }
    fill(level.link, share);
    push_touched();
  }
  for (const std::int32_t flow : looked_at_)
    if (state_[at(flow)] != State::away) state_[at(flow)] = State::kept;
  looked_at_.clear();
  changed_.insert(changed_.end(), scattered_.begin(), scattered_.end());
  scattered_.clear();
  std::erase_if(changed_, [this](std::int32_t flow) { return state_[at(flow)] == State::away; });
  if (!crowds_.empty()) recheck();
  form_crowds();
  return changed_;
}

}  // namespace eigenbau::network

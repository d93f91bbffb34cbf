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

/// A new flow that a crowd's link would hold back, and that crosses no other link that is full or would become so.
bool LiveRates::join(int flow) {
  std::int32_t home = -1;
  for (const std::int32_t link : paths_.of(flow)) {
    if (limits_[at(link)] == 0) continue;
    if (home >= 0 || crowd_of_link_[at(link)] < 0) return false;
    home = link;
  }
  if (home < 0) return false;
  const std::int32_t number = crowd_of_link_[at(home)];
  Crowd& crowd = crowds_[at(number)];
  const double level = (capacity_[at(home)] - crowd.others) / (limits_[at(home)] + 1);
  if (level < crowd.slowest) return false;
  double bound = kNoLimit;
  for (const std::int32_t link : paths_.of(flow)) {
    if (link == home) continue;
    if (crowded_[at(link)] == 0) bound_of(link);
    const double share = room_[at(link)] / (crowded_[at(link)] + 1);
    if (share <= level || (crowded_[at(link)] > 0 && share < needed_[at(link)])) return false;
    bound = std::min(bound, share);
  }
  crowd.ceiling = std::min(crowd.ceiling, bound);
  for (const std::int32_t link : paths_.of(flow))
    if (link != home) {
      needed_[at(link)] = crowded_[at(link)] > 0 ? std::max(needed_[at(link)], crowd.ceiling) : crowd.ceiling;
      ++crowded_[at(link)];
    }
  rate_[at(flow)] = -1;
  bottleneck_[at(flow)] = home;
  ++limits_[at(home)];
  changed_.push_back(flow);
  crowd.pending = true;
  pending_.push_back(number);
  return true;
}

/// New levels of the crowds that flows have left or joined.
void LiveRates::ease() {
  for (const std::int32_t number : pending_) {
    const Crowd& seen = crowds_[at(number)];
    if (!seen.alive || !seen.pending) continue;
    const std::int32_t link = seen.link;
    if (limits_[at(link)] == 0) {
      dissolve(number);
      continue;
    }
    const double level = (capacity_[at(link)] - seen.others) / limits_[at(link)];
    if (level > seen.ceiling) {
      mark_others(link);
      set_ceiling(crowds_[at(number)], std::min(ceiling_over_marked(), 2 * level));
    }
    Crowd& crowd = crowds_[at(number)];
    if (level > crowd.ceiling || level < crowd.slowest) {
      dissolve(number);
      continue;
    }
    crowd.level = level;
    crowd.pending = false;
    eased_.push_back(number);
  }
  pending_.clear();
}

/// Marks the links that the flows held back by this one cross beside it.
void LiveRates::mark_others(std::int32_t link) {
  for (const std::int32_t flow : on(link))
    if (bottleneck_[at(flow)] == link)
      for (const std::int32_t other : paths_.of(flow))
        if (other != link) mark(other);
}

void LiveRates::mark(std::int32_t link) {
  if (is_marked_[at(link)]) return;
  is_marked_[at(link)] = 1;
  marked_.push_back(link);
}

void LiveRates::unmark() {
  for (const std::int32_t link : marked_) is_marked_[at(link)] = 0;
  marked_.clear();
}

/// Level at which all crowds together would fill the link.
double LiveRates::bound_of(std::int32_t link) {
  double outside = 0;
  for (const std::int32_t flow : on(link))
    if (rate_[at(flow)] > 0) outside += rate_[at(flow)];
  room_[at(link)] = capacity_[at(link)] - outside;
  return crowded_[at(link)] > 0 ? room_[at(link)] / crowded_[at(link)] : kNoLimit;
}

/// The least bound of the marked links; ceilings of other crowds that are above a link's bound come down to it.
double LiveRates::ceiling_over_marked() {
  double least = kNoLimit;
  for (const std::int32_t link : marked_) {
    const double bound = bound_of(link);
    least = std::min(least, bound);
    if (crowded_[at(link)] == 0 || bound >= needed_[at(link)]) continue;
    // A little lower than it has to be, so that not every further flow comes here again.
    constexpr double kSlack = 0.75;
    for (const std::int32_t flow : on(link))
      if (const std::int32_t crowd = crowd_of(flow); crowd >= 0)
        crowds_[at(crowd)].ceiling = std::min(crowds_[at(crowd)].ceiling, kSlack * bound);
    needed_[at(link)] = kSlack * bound;
  }
  return least;
}

/// Also tells the marked links of it, and takes the marks away.
void LiveRates::set_ceiling(Crowd& crowd, double bound) {
  crowd.ceiling = bound;
  for (const std::int32_t link : marked_) needed_[at(link)] = std::max(needed_[at(link)], bound);
  unmark();
}

/// Flows outside crowds have other rates now: what they leave on links that crowds cross.
void LiveRates::recheck() {
  for (const std::int32_t flow : changed_)
    if (rate_[at(flow)] > 0)
      for (const std::int32_t link : paths_.of(flow))
        if (crowded_[at(link)] > 0) mark(link);
  ceiling_over_marked();
  unmark();
}

void LiveRates::form(std::int32_t link) {
  Crowd crowd{.link = link};
  for (const std::int32_t flow : on(link)) {
    if (bottleneck_[at(flow)] != link) {
      crowd.others += rate(flow);
      crowd.slowest = std::max(crowd.slowest, rate(flow));
      continue;
    }
    crowd.level = rate(flow);
    for (const std::int32_t other : paths_.of(flow))
      if (other != link && limits_[at(other)] > 0) return;
  }
  const auto number = static_cast<std::int32_t>(crowds_.size());
  for (const std::int32_t flow : on(link)) {
    if (bottleneck_[at(flow)] != link) continue;
    rate_[at(flow)] = -1;
    changed_.push_back(flow);
    for (const std::int32_t other : paths_.of(flow)) {
      if (other == link) continue;
      if (crowded_[at(other)]++ == 0) needed_[at(other)] = 0;
      mark(other);
    }
  }
  crowd_of_link_[at(link)] = number;
  crowds_.push_back(crowd);
  const double bound = ceiling_over_marked();
  set_ceiling(crowds_.back(), std::min(bound, 2 * crowd.level));
  if (bound > crowd.level) eased_.push_back(number);
  else dissolve(number);
}

void LiveRates::form_crowds() {
  for (const std::int32_t link : filled_) {
    if (limits_[at(link)] < smallest_crowd_ || crowd_of_link_[at(link)] >= 0 || --wait_[at(link)] > 0) continue;
    form(link);
    // A try costs about as much as so many changes: it is not made at each of them.
    if (crowd_of_link_[at(link)] < 0) wait_[at(link)] = limits_[at(link)] / 4;
  }
  filled_.clear();
  if (!scattered_.empty()) {
    changed_.insert(changed_.end(), scattered_.begin(), scattered_.end());
    scattered_.clear();
    recheck();
  }
  std::erase_if(eased_, [this](std::int32_t crowd) { return !crowds_[at(crowd)].alive; });
}

/// Its flows have rates of their own again; if any came or went, they are looked at again.
void LiveRates::dissolve(std::int32_t number) {
  Crowd& crowd = crowds_[at(number)];
  const std::int32_t link = crowd.link;
  crowd.alive = false;
  crowd_of_link_[at(link)] = -1;
  for (const std::int32_t flow : on(link)) {
    if (rate_[at(flow)] >= 0 || bottleneck_[at(flow)] != link) continue;
    rate_[at(flow)] = crowd.level;
    scattered_.push_back(flow);
    for (const std::int32_t other : paths_.of(flow))
      if (other != link) --crowded_[at(other)];
  }
  if (crowd.pending) reopen_limited_by(link);
}

void LiveRates::dissolve_on(std::int32_t link) {
  if (crowded_[at(link)] == 0 && crowd_of_link_[at(link)] < 0) return;
  for (const std::int32_t flow : on(link))
    if (rate_[at(flow)] < 0) dissolve(crowd_of(flow));
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

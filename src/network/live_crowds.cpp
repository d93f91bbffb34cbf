// Which flows share one rate because one link holds them all back, and until when?
#include <algorithm>

#include "network/live_rates.h"

namespace eigenbau::network {
namespace {

constexpr double kNoLimit = std::numeric_limits<double>::infinity();

std::size_t at(std::int32_t index) { return static_cast<std::size_t>(index); }

}  // namespace

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

}  // namespace eigenbau::network

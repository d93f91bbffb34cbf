// Which share of the wall time of a long job is useful work, when parts fail?
#include "perf/goodput.h"

#include <algorithm>
#include <cmath>

namespace eigenbau::perf {

namespace {

/// Where the wall time between two durable checkpoints goes; the shares add up to 1.
struct SegmentShares {
  double useful, saving, wasted, restarting;
};

/// Of the wall time E from one durable checkpoint to the next, the job runs E·exp(-R/M) (restarts may fail) or E·M/(M+R):
/// interrupts strike it once every M, and each brings one restart of mean length M(exp(R/M) - 1) or R. Written with ratios only,
/// so that an interval of many M gives 0 and not a quotient of infinities.
SegmentShares segment_shares(Time mtti, Time restart, const Checkpointing& saving, Time interval, RestartExposure exposure) {
  const double running = exposure == RestartExposure::may_fail ? std::exp(-(restart / mtti)) : mtti / (mtti + restart);
  const double x = (interval + saving.blocking) / mtti;
  const double kept = running * std::exp(-(saving.drain / mtti)) * (x / std::expm1(x));  // work and saving that is not lost
  const double useful = kept * (interval / (interval + saving.blocking));
  return {useful, kept - useful, running - kept, 1 - running};
}

/// Interval that the job uses, the best one if none is given.
Time interval_of(Time mtti, const Checkpointing& saving) {
  const Time wanted = saving.interval ? *saving.interval : best_interval(mtti, saving);
  return std::max({wanted, saving.shortest_interval, saving.drain - saving.blocking});
}

void spread_restart(std::array<double, kBadputBuckets>& badput, double share, const Restart& restart) {
  const Time total = restart.total();
  if (total <= Time{}) return;
  auto add = [&](Badput bucket, Time part) { badput[static_cast<std::size_t>(bucket)] += share * (part / total); };
  add(Badput::infrastructure_recovery, restart.recover);
  add(Badput::accelerator_initialization, restart.initialize);
  add(Badput::program_startup, restart.start);
  add(Badput::checkpoint_restore, restart.reload);
}

}  // namespace

std::string_view name_of(Badput bucket) {
  constexpr std::array<std::string_view, kBadputBuckets> names{"accelerator initialization",
                                                               "training prep",
                                                               "program startup",
                                                               "data loading sync",
                                                               "data loading async",
                                                               "checkpoint save",
                                                               "checkpoint restore",
                                                               "wasted progress",
                                                               "custom events",
                                                               "infrastructure recovery",
                                                               "other"};
  return names[static_cast<std::size_t>(bucket)];
}

std::optional<Time> mean_time_to_interrupt(int nodes, Frequency node_rate, Frequency job_rate) {
  const Frequency rate = nodes * node_rate + job_rate;
  if (rate <= Frequency{}) return std::nullopt;
  return 1.0 / rate;
}

Time best_interval(Time mtti, const Checkpointing& checkpointing) {
  const double c = checkpointing.blocking / mtti;
  const Time shortest = std::max(checkpointing.shortest_interval, checkpointing.drain - checkpointing.blocking);
  if (c <= 0) return shortest;
  // h(u) = u - 1 + exp(-(u+c)) is convex and negative at 0: Newton from the right falls onto its root and never passes it.
  double u = 1;
  for (int i = 0; i < 60; ++i) {
    const double e = std::exp(-(u + c));
    const double next = u - (u - 1 + e) / (1 - e);
    if (!(next < u)) break;
    u = next;
  }
  return std::max(u * mtti, shortest);
}

Time daly_interval(Time mtti, Time blocking) {
  const double ratio = blocking / (2 * mtti);
  if (ratio >= 1) return mtti;
  return std::sqrt(2 * (blocking / mtti)) * mtti * (1 + std::sqrt(ratio) / 3 + ratio / 9) - blocking;
}

Goodput goodput(const GoodputInput& input) {
  Goodput result;
  auto put = [&](Badput bucket, double share) { result.badput[static_cast<std::size_t>(bucket)] += share; };
  result.mtti = mean_time_to_interrupt(input.nodes, input.node_rate, input.job_rate);
  SegmentShares shares{1, 0, 0, 0};
  if (result.mtti) {
    result.interval = interval_of(*result.mtti, input.checkpointing);
    shares = segment_shares(*result.mtti, input.restart.total(), input.checkpointing, *result.interval, input.exposure);
    result.interrupts_per_day = (1 - shares.restarting) * (kDay / *result.mtti);
    if (result.interrupts_per_day > 0)
      result.lost_per_interrupt = (shares.wasted + shares.restarting) / result.interrupts_per_day * kDay;
  } else if (input.checkpointing.interval) {
    result.interval = input.checkpointing.interval;
    const Time period = *result.interval + input.checkpointing.blocking;
    if (period > Time{}) shares.useful = *result.interval / period;
    shares.saving = 1 - shares.useful;
  }
  result.goodput = shares.useful;
  put(Badput::checkpoint_save, shares.saving);
  put(Badput::wasted_progress, shares.wasted);
  spread_restart(result.badput, shares.restarting, input.restart);
  return result;
}

CheckpointCost checkpoint_cost(Bytes state, int gpus, Bandwidth device_to_host, Bandwidth write, Bandwidth read) {
  CheckpointCost cost{.blocking = kCheckpointBarrier};
  if (gpus > 0 && device_to_host > Bandwidth{}) cost.blocking += state / (gpus * device_to_host);
  if (write > Bandwidth{}) cost.drain = state / write;
  if (read > Bandwidth{}) cost.reload = state / read;
  return cost;
}

}  // namespace eigenbau::perf

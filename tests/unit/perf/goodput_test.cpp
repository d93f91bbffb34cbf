// What must any law of goodput obey?
#include "perf/goodput.h"

#include <doctest/doctest.h>

#include <cmath>
#include <numeric>

#include "base/random.h"
#include "perf/spares.h"

using namespace eigenbau;
using namespace eigenbau::literals;
using namespace eigenbau::perf;

namespace {

constexpr Frequency kLlamaRate = 419.0 / (54.0 * 2048.0) / kDay;  // 419 interrupts of 2,048 nodes in 54 days

GoodputInput job(int gpus, Time restart, Time blocking, RestartExposure exposure = RestartExposure::failure_free) {
  GoodputInput input;
  input.nodes = gpus / 8;
  input.node_rate = kLlamaRate;
  input.restart.recover = restart;
  input.checkpointing.blocking = blocking;
  input.exposure = exposure;
  return input;
}

/// Wall time per useful time of a job that is played through, failure by failure.
struct Play {
  Time mtti, restart, interval, blocking, drain;
  bool restart_fails = true;

  double goodput(std::uint64_t seed, int durable_copies) const {
    Stream random(seed, "goodput-play");
    Time wall{}, next_failure = random.exponential() * mtti;
    auto run = [&](Time length) {  // true: got through; false: failed and restarted
      if (next_failure >= length) {
        wall += length;
        next_failure -= length;
        return true;
      }
      wall += next_failure;
      next_failure = random.exponential() * mtti;
      while (restart_fails && next_failure < restart) {
        wall += next_failure;
        next_failure = random.exponential() * mtti;
      }
      wall += restart;
      if (restart_fails) next_failure -= restart;
      return false;
    };
    bool fresh = true;  // just restarted: the next copy needs its drain on top
    for (int done = 0; done < durable_copies;) {
      const bool through = run(interval + blocking + (fresh ? drain : Time{}));
      fresh = !through;
      done += through;
    }
    return durable_copies * interval / wall;
  }
};

double law(const Play& p) {
  GoodputInput input{.nodes = 1, .node_rate = 1.0 / p.mtti};
  input.restart.recover = p.restart;
  input.checkpointing = {.blocking = p.blocking, .drain = p.drain, .interval = p.interval};
  input.exposure = p.restart_fails ? RestartExposure::may_fail : RestartExposure::failure_free;
  return goodput(input).goodput;
}

}  // namespace

TEST_CASE("the exact renewal equals a job that is played through failure by failure") {
  const Play cases[]{{30.4_min, 3_min, 1_min, 1_s, {}, false},       {30.4_min, 10_min, 5.2_min, 30_s, {}, false},
                     {185.6_min, 10_min, 13.3_min, 30_s, {}, false}, {30.4_min, 10_min, 5.2_min, 30_s, {}, true},
                     {30.4_min, 3_min, 2_min, 1_s, 30_s, true},      {10_min, 10_min, 4_min, 10_s, 3_min, true}};
  for (const Play& play : cases) CHECK(play.goodput(7, 40'000) == doctest::Approx(law(play)).epsilon(0.015));
}

TEST_CASE("the played-through figures of the notes come out: 0.880, 0.624, 0.881") {
  CHECK(law({30.4_min, 3_min, 1_min, 1_s, {}, false}) == doctest::Approx(0.880).epsilon(0.001));
  CHECK(law({30.4_min, 10_min, 5.2_min, 30_s, {}, false}) == doctest::Approx(0.624).epsilon(0.001));
  CHECK(law({185.6_min, 10_min, 13.3_min, 30_s, {}, false}) == doctest::Approx(0.881).epsilon(0.001));
}

TEST_CASE("mean time to interrupt: published projections of Meta's RSC and Llama 3") {
  const Frequency rsc = 6.5 / (1000 * kDay);
  CHECK(mean_time_to_interrupt(16384 / 8, rsc, {})->in(kHour) == doctest::Approx(1.80).epsilon(0.005));
  CHECK(mean_time_to_interrupt(131072 / 8, rsc, {})->in(kHour) == doctest::Approx(0.225).epsilon(0.005));
  CHECK(mean_time_to_interrupt(2048, kLlamaRate, {})->in(kHour) == doctest::Approx(3.09).epsilon(0.005));
  CHECK_FALSE(mean_time_to_interrupt(0, rsc, {}));
  CHECK(*mean_time_to_interrupt(1000, rsc, 6.5 / kDay) / *mean_time_to_interrupt(1000, rsc, {}) == doctest::Approx(0.5));
}

TEST_CASE("goodput by size at Llama 3's rate, 1 s checkpoints, restart of 3 and 10 minutes") {
  struct Row {
    int gpus;
    double fast, slow;
  };
  for (const Row& row : {Row{16384, .971, .936}, Row{32768, .950, .886}, Row{65536, .914, .801}, Row{100000, .880, .728},
                         Row{131072, .852, .673}}) {
    CHECK(goodput(job(row.gpus, 3_min, 1_s)).goodput == doctest::Approx(row.fast).epsilon(0.0012));
    CHECK(goodput(job(row.gpus, 10_min, 1_s)).goodput == doctest::Approx(row.slow).epsilon(0.0012));
  }
  CHECK(goodput(job(100000, 5_min, 30_s)).goodput == doctest::Approx(.712).epsilon(0.002));
  CHECK(goodput(job(100000, 10_min, 30_s)).goodput == doctest::Approx(.624).epsilon(0.002));
}

TEST_CASE("Daly's formula gives his own figures, and the best interval is next to it") {
  CHECK(daly_interval(24_h, 5_min).in(kMinute) == doctest::Approx(117).epsilon(0.004));
  CHECK(daly_interval(6_h, 5_min).in(kMinute) == doctest::Approx(57).epsilon(0.006));
  CHECK(daly_interval(15_min, 5_min).in(kMinute) == doctest::Approx(9.1).epsilon(0.006));
  for (Time c : {1_s, 30_s, 5_min})
    for (Time m : {15_min, 6_h, 24_h})
      CHECK(best_interval(m, {.blocking = c}) / daly_interval(m, c) == doctest::Approx(1).epsilon(0.01));
}

TEST_CASE("no interval does better than the best one") {
  for (Time c : {1_s, 30_s, 10_min})
    for (Time m : {5_min, 30_min, 24_h}) {
      const Time best = best_interval(m, {.blocking = c});
      const auto rate = [&](Time t) { return law({.mtti = m, .restart = 5_min, .interval = t, .blocking = c, .drain = {}}); };
      for (double factor : {0.5, 0.8, 0.99, 1.01, 1.25, 2.0}) CHECK(rate(best) > rate(factor * best));
    }
}

TEST_CASE("failures that may strike the restart cost more, and the two forms meet as the restart vanishes") {
  for (int gpus : {1024, 16384, 100000}) {
    CHECK(goodput(job(gpus, 10_min, 1_s, RestartExposure::may_fail)).goodput < goodput(job(gpus, 10_min, 1_s)).goodput);
    CHECK(goodput(job(gpus, 1_ms, 1_s, RestartExposure::may_fail)).goodput ==
          doctest::Approx(goodput(job(gpus, 1_ms, 1_s)).goodput));
  }
}

TEST_CASE("goodput falls with size, restart, blocking and drain") {
  double before = 1;
  for (int gpus : {8, 1024, 16384, 100000, 400000}) {
    const double now = goodput(job(gpus, 5_min, 5_s, RestartExposure::may_fail)).goodput;
    CHECK(now < before);
    before = now;
  }
  const double base = goodput(job(100000, 5_min, 5_s)).goodput;
  CHECK(goodput(job(100000, 6_min, 5_s)).goodput < base);
  CHECK(goodput(job(100000, 5_min, 6_s)).goodput < base);
  GoodputInput drained = job(100000, 5_min, 5_s);
  drained.checkpointing.drain = 1_min;
  CHECK(goodput(drained).goodput < base);
}

TEST_CASE("a checkpoint is never begun before the last one is durable") {
  GoodputInput input = job(100000, 5_min, 10_ms);
  input.checkpointing.drain = 4_min;
  CHECK(*goodput(input).interval + 10_ms >= 4_min);
}

TEST_CASE("the eleven buckets and the goodput are the whole wall time") {
  GoodputInput input = job(100000, {}, 5_s, RestartExposure::may_fail);
  input.restart = {2_min, 30_s, 1_min, 40_s};
  input.checkpointing.drain = 20_s;
  for (std::optional<Time> interval : {std::optional<Time>{}, std::optional{10_min}, std::optional{Time{30_d}}}) {
    input.checkpointing.interval = interval;
    const Goodput g = goodput(input);
    CHECK(std::accumulate(g.badput.begin(), g.badput.end(), g.goodput) == doctest::Approx(1).epsilon(1e-12));
    for (double share : g.badput) CHECK(share >= 0);
    CHECK(g.share(Badput::infrastructure_recovery) == doctest::Approx(4 * g.share(Badput::accelerator_initialization)));
    CHECK(std::isfinite(g.goodput));
  }
}

TEST_CASE("a job that nothing interrupts loses nothing but what it saves") {
  GoodputInput input;
  input.nodes = 100;
  CHECK(goodput(input).goodput == 1);
  CHECK_FALSE(goodput(input).mtti);
  input.checkpointing = {.blocking = 1_min, .interval = 9_min};
  CHECK(goodput(input).goodput == doctest::Approx(0.9));
}

TEST_CASE(
    "checkpoint cost: 32 TB over 100,000 accelerators at 25 GB/s blocks 13 ms beyond the barrier, drains in 32 s at 1 TB/s") {
  const CheckpointCost cost = checkpoint_cost(32_TB, 100000, 25_GBps, 1000_GBps, 2000_GBps);
  CHECK((cost.blocking - kCheckpointBarrier).in(kMillisecond) == doctest::Approx(12.8));
  CHECK(cost.drain.in(kSecond) == doctest::Approx(32));
  CHECK(cost.reload.in(kSecond) == doctest::Approx(16));
  CHECK(checkpoint_cost(32_TB, 100000, {}, {}, {}).drain == Time{});
  CHECK(checkpoint_cost({}, 100000, 25_GBps, 1000_GBps, {}).blocking == kCheckpointBarrier);
}

TEST_CASE("spares: Poisson undersizes the StepFun pool nearly twice, its dispersion of 5.7 meets the measured p99 of 31") {
  const Frequency rate = 4.2 / (1000 * kDay);
  const Time repair = 9.3 / (400 * rate);
  CHECK(spare_nodes(400, rate, repair, 1, .01).mean_down == doctest::Approx(9.3));
  CHECK(spare_nodes(400, rate, repair, 1, .01).spares == 17);
  CHECK(spare_nodes(400, rate, repair, 5.7, .01).spares == doctest::Approx(31).epsilon(0.1));
  CHECK(spare_nodes(400, rate, repair, 1.000001, .01).spares == 17);  // the two distributions meet
}

TEST_CASE("spares grow with the rate of failures and the demand for certainty, and never exceed the nodes") {
  int before = -1;
  for (double r : {0.5, 1., 4., 20.}) {
    const int now = spare_nodes(1000, r / (1000 * kDay), 48_h, 6, .01).spares;
    CHECK(now > before);
    before = now;
  }
  CHECK(spare_nodes(1000, 4 / (1000 * kDay), 48_h, 6, .001).spares > spare_nodes(1000, 4 / (1000 * kDay), 48_h, 6, .1).spares);
  CHECK(spare_nodes(10, 1.0 / kDay, 30_d, 6, .01).spares == 10);
  CHECK(spare_nodes(10, {}, 30_d, 6, .01).spares == 0);
}

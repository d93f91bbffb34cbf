// Laws of pipeline schedules: everything once, nobody in two places, nothing before what it waits for, known lengths.
#include "perf/pipeline_schedule.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "perf/pipeline.h"

namespace eigenbau::perf {
namespace {

ParallelPlan plan_of(Schedule schedule, int pp, int vp, int micro_batches) {
  return {.pp = pp, .vp = vp, .global_batch = micro_batches, .schedule = schedule};
}

std::vector<StageTime> equal_stages(const ParallelPlan& plan, double forward, double backward, double weights = 1) {
  const int chunks = plan.schedule == Schedule::dual_pipe ? plan.pp : plan.pp * plan.vp;
  return std::vector<StageTime>(
      static_cast<std::size_t>(chunks),
      {Time::from_base(forward / plan.vp), Time::from_base(backward / plan.vp), Time::from_base(weights / plan.vp)});
}

double length(const std::vector<PipelineWork>& work) {
  double end = 0;
  for (const PipelineWork& w : work) end = std::max(end, w.end.base());
  return end;
}

/// Stages of unequal length, so that ties are rare.
std::vector<StageTime> uneven_stages(const ParallelPlan& plan) {
  std::vector<StageTime> stages = equal_stages(plan, 1, 2);
  for (std::size_t s = 0; s < stages.size(); ++s) stages[s].forward *= 1 + 0.07 * static_cast<double>(s % 3);
  return stages;
}

void check_feasible(const ParallelPlan& plan, const std::vector<StageTime>& stages, double hop) {
  const auto work = pipeline_schedule(plan, stages, Time::from_base(hop));
  const bool split = plan.schedule == Schedule::zero_bubble || plan.schedule == Schedule::dual_pipe;
  CHECK(work.size() == stages.size() * static_cast<std::size_t>(plan.micro_batches()) * (split ? 3 : 2));
  std::map<std::tuple<int, int, PipelinePhase>, PipelineWork> by_name;
  std::map<int, double> free;
  for (const PipelineWork& w : work) {
    CHECK(by_name.emplace(std::tuple(w.micro_batch, w.stage, w.phase), w).second);
    CHECK(w.start.base() >= free[w.rank]);
    free[w.rank] = w.end.base();
  }
  const int last = static_cast<int>(stages.size()) - 1;
  for (const PipelineWork& w : work) {
    const auto after = [&](int stage, PipelinePhase phase, double delay) {
      CHECK(w.start.base() >= by_name.at({w.micro_batch, stage, phase}).end.base() + delay);
    };
    const double delay = plan.pp > 1 ? hop : 0;
    if (w.phase == PipelinePhase::forward && w.stage > 0) after(w.stage - 1, PipelinePhase::forward, delay);
    if (w.phase == PipelinePhase::backward && w.stage < last) after(w.stage + 1, PipelinePhase::backward, delay);
    if (w.phase == PipelinePhase::backward && w.stage == last) after(last, PipelinePhase::forward, 0);
    if (w.phase == PipelinePhase::weight_gradient) after(w.stage, PipelinePhase::backward, 0);
  }
}

}  // namespace

TEST_CASE("every schedule runs every piece of work once, in order, on a rank of its own time") {
  for (const int pp : {1, 2, 3, 4, 8})
    for (const int micro_batches : {1, 2, 3, 5, 8, 16, 17})
      for (const double hop : {0.0, 0.25}) {
        CAPTURE(pp);
        CAPTURE(micro_batches);
        for (const Schedule schedule : {Schedule::one_f_one_b, Schedule::zero_bubble, Schedule::dual_pipe}) {
          const ParallelPlan plan = plan_of(schedule, pp, 1, micro_batches);
          check_feasible(plan, uneven_stages(plan), hop);
        }
        for (const int vp : {2, 3}) {
          if (pp == 1) continue;
          const ParallelPlan plan = plan_of(Schedule::interleaved, pp, vp, micro_batches);
          check_feasible(plan, uneven_stages(plan), hop);
        }
      }
}

TEST_CASE("over equal stages the played schedules idle as the law says, DualPipe as half of it") {
  for (const int pp : {2, 4, 8, 16})
    for (const int rounds : {1, 2, 4}) {
      const int micro_batches = rounds * pp;
      const auto idle = [&](Schedule schedule, int vp) {
        const ParallelPlan plan = plan_of(schedule, pp, vp, micro_batches);
        return length(pipeline_schedule(plan, equal_stages(plan, 1, 2), Time{})) / (3 * micro_batches) - 1;
      };
      const auto law = [&](Schedule schedule, int vp) {
        return bubble_share(plan_of(schedule, pp, vp, micro_batches), micro_batches);
      };
      CHECK(idle(Schedule::one_f_one_b, 1) == doctest::Approx(law(Schedule::one_f_one_b, 1)));
      for (const int vp : {2, 4}) CHECK(idle(Schedule::interleaved, vp) == doctest::Approx(law(Schedule::interleaved, vp)));
      CHECK(idle(Schedule::zero_bubble, 1) == doctest::Approx(law(Schedule::zero_bubble, 1)));
      // Played is a split backward pass fed from both ends, (p/2-1)(F + B - 2W); published and in the law is DualPipe with its
      // pairs of a forward and a backward, (p/2-1)(F&B + B - 3W), twice as much.
      const double forward = 1, backward = 2, weights = 1, pair = forward + backward, work = 3.0 * micro_batches;
      CHECK(idle(Schedule::dual_pipe, 1) == doctest::Approx((pp / 2.0 - 1) * (forward + backward - 2 * weights) / work));
      CHECK(law(Schedule::dual_pipe, 1) == doctest::Approx((pp / 2.0 - 1) * (pair + backward - 3 * weights) / work));
    }
}

TEST_CASE("what a backward pass computes again fills no drain: zero-bubble idles as played, DualPipe more, 1F1B the same") {
  for (const int pp : {2, 4, 8})
    for (const double recomputed : {0.0, 0.5, 1.0}) {
      const int micro_batches = 2 * pp;
      const double work = 3 + recomputed;
      const auto law = [&](Schedule schedule) {
        return bubble_share(plan_of(schedule, pp, 1, micro_batches), micro_batches, {1 / work, 1 / work});
      };
      const auto idle = [&](Schedule schedule) {
        const ParallelPlan plan = plan_of(schedule, pp, 1, micro_batches);
        return length(pipeline_schedule(plan, equal_stages(plan, 1, 2 + recomputed), Time{})) / (work * micro_batches) - 1;
      };
      CHECK(idle(Schedule::one_f_one_b) == doctest::Approx(law(Schedule::one_f_one_b)));
      CHECK(idle(Schedule::zero_bubble) == doctest::Approx(law(Schedule::zero_bubble)));
      // (p/2-1)(F&B + B - 3W)
      const double published = (pp / 2.0 - 1) * (work + (2 + recomputed) - 3);
      CHECK(law(Schedule::dual_pipe) == doctest::Approx(published / (work * micro_batches)));
    }
}

TEST_CASE("the fewer gradients of weights there are, the more of a drain stays idle") {
  for (const int pp : {2, 4, 8}) {
    const int micro_batches = 2 * pp;
    const ParallelPlan plan = plan_of(Schedule::zero_bubble, pp, 1, micro_batches),
                       plain = plan_of(Schedule::one_f_one_b, pp, 1, micro_batches),
                       dual = plan_of(Schedule::dual_pipe, pp, 1, micro_batches);
    double before = bubble_share(plain, micro_batches);
    for (const double weights : {0.0, 0.1, 0.3, 0.6, 1.0}) {
      const double law = bubble_share(plan, micro_batches, {1.0 / 3, weights / 3});
      CHECK(law <= before);
      before = law;
      const auto work = pipeline_schedule(plan, equal_stages(plan, 1, 2, weights), Time{});
      const double idle = length(work) / (3 * micro_batches) - 1;
      // Played are gradients that wait until nothing else is left to do, those of more micro-batches than ZB-H1 has memory for.
      CHECK(idle <= law + 1e-9);
      if (weights == 0 || weights == 1) CHECK(idle == doctest::Approx(law));
      // What a pair hides shortens the forward and backward pass that meet in DualPipe's drain.
      const auto paired = [&](double saved) { return bubble_share(dual, micro_batches, {1.0 / 3, weights / 3, saved}); };
      CHECK(paired(0.2) <= paired(0));
    }
  }
}

TEST_CASE("frozen weights have no gradients to play, and the drain that these would fill stays idle, as the law says") {
  for (const int pp : {2, 4, 8})
    for (const Schedule schedule : {Schedule::zero_bubble, Schedule::dual_pipe}) {
      const int micro_batches = 2 * pp;
      ParallelPlan plan = plan_of(schedule, pp, 1, micro_batches);
      plan.adapter_rank = 16;
      const auto work = pipeline_schedule(plan, equal_stages(plan, 1, 1, 0), Time{});
      CHECK(std::ranges::none_of(work, [](const PipelineWork& w) { return w.phase == PipelinePhase::weight_gradient; }));
      const double idle = length(work) / (2 * micro_batches) - 1, law = bubble_share(plan, micro_batches, {0.5, 0});
      // DualPipe is played without its pairs, (p/2-1)(F + B) for (p/2-1)(F&B + B).
      CHECK(idle == doctest::Approx(schedule == Schedule::dual_pipe ? law * 2 / 3 : law));
    }
}

TEST_CASE("with fewer micro-batches than stages no schedule beats the way of one through all of them") {
  for (const int pp : {2, 4, 8, 16})
    for (int micro_batches = 1; micro_batches < pp; ++micro_batches) {
      const auto whole = [&](Schedule schedule, int vp) {
        return micro_batches * (1 + bubble_share(plan_of(schedule, pp, vp, micro_batches), micro_batches));
      };
      CHECK(whole(Schedule::one_f_one_b, 1) == doctest::Approx(pp + micro_batches - 1));
      for (const int vp : {2, 5}) CHECK(whole(Schedule::interleaved, vp) == doctest::Approx(pp + (micro_batches - 1.0) / vp));
      const ParallelPlan plan = plan_of(Schedule::zero_bubble, pp, 1, micro_batches);
      const double played = length(pipeline_schedule(plan, equal_stages(plan, 1, 2), Time{})) / 3;
      CHECK(whole(Schedule::zero_bubble, 1) == doctest::Approx(played));
      CHECK(whole(Schedule::dual_pipe, 1) >= (2.0 * pp + 1) / 3);
    }
  // Where both laws hold they meet.
  for (const Schedule schedule : {Schedule::interleaved, Schedule::zero_bubble}) {
    const auto share = [&](double micro_batches) {
      return micro_batches * bubble_share(plan_of(schedule, 8, schedule == Schedule::interleaved ? 4 : 1, 8), micro_batches);
    };
    CHECK(share(8) == doctest::Approx(share(8 - 1e-9)));
  }
}

TEST_CASE("1F1B and interleaving hold as many micro-batches in flight as the memory law counts, on every stage") {
  for (const int chunks : {1, 2, 4}) {
    CAPTURE(chunks);
    const ParallelPlan plan = plan_of(chunks > 1 ? Schedule::interleaved : Schedule::one_f_one_b, 8, chunks, 32);
    const std::vector<PipelineWork> played = pipeline_schedule(plan, equal_stages(plan, 1, 2), Time{});
    const auto most_of = [&](int rank) {
      int flying = 0, most = 0;  // chunks of micro-batches
      for (const PipelineWork& w : played) {
        if (w.rank != rank) continue;
        flying += w.phase == PipelinePhase::forward ? 1 : -1;
        most = std::max(most, flying);
      }
      return most;
    };
    for (int stage = 0; stage < plan.pp; ++stage)
      CHECK(most_of(stage) == doctest::Approx(micro_batches_in_flight(plan, 32, stage) * chunks));
  }
}

}  // namespace eigenbau::perf

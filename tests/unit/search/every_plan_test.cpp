// Laws of the plan search: it finds what trying every plan finds.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/random.h"
#include "perf/pipeline.h"
#include "perf/plan_check.h"
#include "sample_searches.h"
#include "search/cost.h"
#include "search/degrees.h"
#include "search/ranking.h"
#include "search/search.h"

using namespace eigenbau;
using namespace eigenbau::literals;
using namespace eigenbau::search;
using perf::ParallelPlan;
using perf::Recompute;
using perf::Schedule;

namespace {

/// Joule, dollars or seconds of a step, from scratch.
double cost_of(const catalog::Model& model, const perf::Machine& machine, const catalog::TrainingConstants& stack,
               const SearchSpace& space, const ParallelPlan& plan, const perf::TrainingStep& step) {
  return cost_law(space)(step.total, busy_in_step(model, machine, stack, plan));
}

struct Tried {
  std::vector<RankedPlan> all;  ///< that fit and reach the least utilization
  std::uint64_t in_space = 0, too_large = 0;
};

std::vector<Recompute> recomputes_of(const SearchSpace& space) {
  if (space.settled.recompute) return {*space.settled.recompute};
  return {Recompute::none, Recompute::selective, Recompute::full};
}

/// With the traffic of experts beside another micro-batch or without, as the space and the software have it.
std::vector<bool> overlaps_of(const SearchSpace& space, const catalog::TrainingConstants& stack, const ParallelPlan& p) {
  std::vector<bool> list;
  const std::optional<bool> settled = space.settled.expert_overlap;
  if (settled != true) list.push_back(false);
  const bool wanted = settled ? *settled : stack.expert_overlap;
  const bool pairs = p.ep > 1 && space.global_batch > p.micro_batch * p.dp, interleaves = p.pp == 1 || p.vp > 1;
  if (wanted && pairs && interleaves && p.recompute.mode != Recompute::full) list.push_back(true);
  return list;
}

std::vector<perf::ContextParallel> context_kinds_of(const SearchSpace& space, int cp) {
  if (cp == 1) return {perf::ContextParallel::ring};
  return space.settled.context ? std::vector{*space.settled.context} : space.context_kinds;
}

/// Every combination of degrees up to the number of accelerators, without divisors, tables or bounds: the rules of
/// `check_plan`, and those that the space states.
Tried try_everything(const catalog::Model& model, perf::Machine machine, const catalog::TrainingConstants& stack,
                     const SearchSpace& space) {
  machine.gpus = space.gpus;
  const int n = space.gpus, sequence = space.sequence_length > 0 ? space.sequence_length : model.sequence_length;
  Tried tried;
  const auto ranked = [&](const ParallelPlan& plan) -> std::optional<RankedPlan> {
    const perf::TrainingStep step = perf::training_step(model, machine, plan, stack);
    if (step.memory.total() > (1 - space.memory_margin) * step.memory.available) return std::nullopt;
    // One that is too slow costs infinitely much.
    const bool reaches = step.mfu_causal >= space.least_mfu;
    return RankedPlan{plan, step.total, step.memory.total(),
                      reaches ? cost_of(model, machine, stack, space, plan, step) : std::numeric_limits<double>::infinity()};
  };
  const auto keep = [&](const RankedPlan& plan) {
    if (std::isfinite(plan.cost)) tried.all.push_back(plan);
  };
  /// Where `plan`, which recomputes nothing, does not fit: with the least number of layers of each chunk that does. More of them
  /// never cost less.
  const auto judge_layers = [&](ParallelPlan plan) {
    std::optional<RankedPlan> least;
    for (plan.recompute = Recompute::full, plan.recompute.num_layers = 1; perf::recomputed_share(model.layers, plan) < 1;
         ++plan.recompute.num_layers) {
      const auto some = ranked(plan);
      if (least) REQUIRE(some->cost >= least->cost);
      if (!some || least) continue;
      least = some;
      keep(*some);
    }
  };
  const auto judge = [&](const ParallelPlan& plan) {
    for (const perf::PlanViolation& violation : perf::check_plan(model, machine, plan))
      if (violation.fatal || violation.rule == perf::PlanRule::tp_in_domain ||
          violation.rule == perf::PlanRule::interleaving_needs_stages || violation.rule == perf::PlanRule::chunks_divide_layers ||
          violation.rule == perf::PlanRule::micro_batches_fill || violation.rule == perf::PlanRule::dual_pipe_fills)
        return;
    ++tried.in_space;
    if (const auto one = ranked(plan)) return keep(*one);
    ++tried.too_large;
    const bool free = !space.settled.recompute && plan.recompute.mode == Recompute::none && !plan.expert_overlap;
    if (free && stack.layer_recompute) judge_layers(plan);
  };
  ParallelPlan p;
  p.global_batch = space.global_batch;
  p.sequence_length = sequence;
  const int experts = model.experts ? model.experts->count : 1;
  for (p.tp = 1; p.tp <= n; ++p.tp) {
    if (machine.scale_up_domain % p.tp != 0) continue;
    for (p.pp = 1; p.tp * p.pp <= n; ++p.pp)
      for (p.cp = 1; p.tp * p.pp * p.cp <= n; ++p.cp) {
        if (stack.context_in_halves && !space.settled.cp && p.cp > 1 && sequence % (2 * p.cp) != 0) continue;
        if (n % (p.tp * p.pp * p.cp) != 0 || (p.cp > 1 && sequence / p.cp < space.least_local_tokens)) continue;
        p.dp = n / (p.tp * p.pp * p.cp);
        for (p.ep = 1; p.ep <= experts; ++p.ep)
          for (p.etp = 1; p.etp <= (model.experts ? p.tp : 1); ++p.etp) {
            if (p.tp % p.etp != 0 || (p.tp * p.cp * p.dp) % (p.ep * p.etp) != 0) continue;
            for (const bool split : {true, false}) {
              p.sequence_parallel = split;
              if (p.tp == 1 ? !split : split && sequence / p.cp % p.tp != 0) continue;
              if (p.tp > 1 && space.settled.sequence_parallel.value_or(split) != split) continue;
              const bool refuses = stack.experts_need_sequence_split && model.experts && !space.settled.sequence_parallel;
              if (p.tp > 1 && !split && refuses) continue;
              for (p.micro_batch = 1; p.micro_batch <= space.global_batch; ++p.micro_batch)
                for (p.vp = 1; p.vp <= model.layers; ++p.vp)
                  for (const Schedule schedule :
                       {Schedule::one_f_one_b, Schedule::interleaved, Schedule::zero_bubble, Schedule::dual_pipe}) {
                    if ((schedule == Schedule::interleaved) != (p.vp > 1) || (p.pp == 1 && schedule != Schedule::one_f_one_b))
                      continue;
                    if (std::find(space.schedules.begin(), space.schedules.end(), schedule) == space.schedules.end()) continue;
                    p.schedule = schedule;
                    for (const Recompute& recompute : recomputes_of(space)) {
                      p.recompute = recompute;
                      const bool alone = p.replicas() == 1 && p.tp == p.ep * p.etp;
                      for (p.zero_level = 0; p.zero_level <= (alone ? 0 : 3); ++p.zero_level)
                        for (p.shard_group = 0; p.shard_group < p.replicas(); ++p.shard_group) {
                          if (p.shard_group == 1 || (p.zero_level == 0 && p.shard_group > 0)) continue;
                          for (const catalog::Precision precision : space.precisions)
                            for (const perf::ContextParallel context : context_kinds_of(space, p.cp)) {
                              if (context == perf::ContextParallel::all_to_all && model.heads / p.tp % p.cp != 0) continue;
                              p.precision = precision;
                              p.context = context;
                              for (const bool overlap : overlaps_of(space, stack, p)) {
                                p.expert_overlap = overlap;
                                judge(p);
                              }
                            }
                          p.context = perf::ContextParallel::ring;
                        }
                      p.shard_group = 0;
                    }
                  }
            }
          }
      }
  }
  return tried;
}

struct Question {
  catalog::Model model;
  perf::Machine machine;
  SearchSpace space;
  catalog::TrainingConstants stack{};
};

/// A small space, different for every number.
Question random_question(std::uint64_t number) {
  Stream random(number, "search questions");
  const auto one_of = [&](auto... values) {
    const std::array list{values...};
    return list[static_cast<std::size_t>(random.uniform() * static_cast<double>(list.size()))];
  };
  Question q{.model = one_of(0, 1) == 1 ? small_moe() : small_model(),
             .machine = machine_with(one_of(4_GB, 8_GB, 16_GB, 80_GB), one_of(2, 4, 6, 8)),
             .space = {}};
  q.model.layers = one_of(6, 7, 8, 10, 12);
  q.model.hidden = one_of(1024, 2048, 4096);
  q.model.heads = q.model.kv_heads = one_of(8, 12, 16);
  q.model.sequence_length = one_of(2048, 4096);
  q.space.gpus = one_of(4, 6, 8, 12, 16);
  q.space.least_local_tokens = one_of(512, 1024, 2048);
  q.space.global_batch = one_of(4, 8, 12, 16, 24);
  if (one_of(0, 1, 2) == 0) q.space.schedules.push_back(Schedule::zero_bubble);
  if (one_of(0, 1, 2) == 0) q.space.schedules.push_back(Schedule::dual_pipe);
  if (one_of(0, 1, 2) == 0) q.space.memory_margin = 0.1;
  if (one_of(0, 1, 2) == 0) q.space.precisions = {catalog::Precision::fp8};
  if (one_of(0, 1, 2, 3) == 0) q.space.precisions = {catalog::Precision::bf16, catalog::Precision::fp8};
  const perf::ContextParallel other = one_of(perf::ContextParallel::all_to_all, perf::ContextParallel::all_gather);
  if (one_of(0, 1, 2, 3, 4) == 0) q.space.settled.context = other;
  if (one_of(0, 1, 2) == 0) q.space.context_kinds.push_back(other);
  if (one_of(0, 1, 2, 3) == 0) q.space.least_mfu = one_of(0.02, 0.05, 0.1);
  q.space.objective = one_of(Objective::time, Objective::energy, Objective::money);
  q.space.busy_power = one_of(700_W, 1300_W);
  q.space.waiting_power = one_of(0_W, 100_W, 400_W);
  q.space.gpu_cost = 2_USD / kHour;
  q.stack.broadcasts_parameters = one_of(0, 1, 2, 3) == 0;
  q.stack.regathers_in_pipeline = one_of(0, 1) == 0;
  q.stack.expert_overlap = one_of(0, 1) == 0;
  q.stack.layer_recompute = one_of(0, 1, 2) > 0;
  if (one_of(0, 1, 2, 3) == 0) q.space.settled.expert_overlap = one_of(0, 1) == 0;
  if (one_of(0, 1, 2) == 0) {
    q.space.settled.recompute = Recompute::full;
    q.space.settled.recompute->num_layers = one_of(1, 2, 3);
  }
  return q;
}

/// Whether there is a plan: every promise of the search is held against all plans of the space.
bool answers_as_all_tried(const Question& q) {
  const Tried tried = try_everything(q.model, q.machine, q.stack, q.space);
  const auto found = search::search(q.model, q.machine, q.stack, q.space);
  REQUIRE(found.has_value() == !tried.all.empty());
  if (!found) {
    CHECK(found.error().exit == ExitCode::no_answer);
    return false;
  }
  CHECK(found->counters.plans_in_space == tried.in_space);
  CHECK(found->counters.plans_rejected_by_memory == tried.too_large);
  CHECK(found->counters.plans_evaluated + found->counters.plans_rejected_by_memory == found->counters.plans_in_space);
  const RankedPlan& best = *std::min_element(tried.all.begin(), tried.all.end(), preferred);
  CHECK(found->best.front().cost == best.cost);
  CHECK(found->best.front().step.total == best.step);
  CHECK(found->best.front().step.memory.total() == best.memory);
  // The front: no plan that fits is better in both, and each point is a plan that was tried.
  for (const RankedPlan& point : found->front)
    for (const RankedPlan& other : tried.all) {
      const bool beaten =
          other.cost <= point.cost && other.memory <= point.memory && (other.cost < point.cost || other.memory < point.memory);
      REQUIRE_FALSE(beaten);
    }
  for (const RankedPlan& other : tried.all) {
    const bool covered = std::any_of(found->front.begin(), found->front.end(), [&](const RankedPlan& point) {
      return point.cost <= other.cost && point.memory <= other.memory;
    });
    REQUIRE(covered);
  }
  // The simplest of those within the error.
  int simplest = kMostComplex;
  for (const RankedPlan& other : tried.all)
    if (other.cost <= best.cost * (1 + found->tie)) simplest = std::min(simplest, complexity(other.plan));
  CHECK(complexity(found->simplest.plan) == simplest);
  return true;
}

}  // namespace

TEST_CASE("the search finds what trying every plan finds, in 80 spaces") {
  int answered = 0;
  for (std::uint64_t number = 1; number <= 80; ++number) {
    CAPTURE(number);
    answered += answers_as_all_tried(random_question(number));
  }
  CHECK(answered >= 50);
}

TEST_CASE("so it does where stages differ in what they hold, each the fullest with other ways to shard") {
  int answered = 0;
  for (std::uint64_t number = 301; number <= 330; ++number) {
    CAPTURE(number);
    Question q = random_question(number);
    if (number % 2 == 0) {
      q.model = small_moe();
      q.model.experts->first_dense_layers = 3;
    }
    q.model.mtp_layers = number % 3 == 0 ? 1 : 0;
    q.model.vocabulary = number % 5 == 0 ? 51200 : 256000;
    q.stack.regathers_in_pipeline = true;
    answered += answers_as_all_tried(q);
  }
  CHECK(answered >= 15);
}

TEST_CASE(
    "experts beside tensor parallelism that splits no sequences are left out where the software refuses them, unless settled") {
  int answered = 0;
  for (std::uint64_t number = 101; number <= 130; ++number) {
    CAPTURE(number);
    Question q = random_question(number);
    q.model = small_moe();
    q.model.sequence_length = number % 3 == 0 ? 2050 : 2048;  // tp 4 does not split it
    q.stack.experts_need_sequence_split = true;
    if (number % 5 == 0) q.space.settled.sequence_parallel = number % 2 == 0;
    answered += answers_as_all_tried(q);
    const auto found = search::search(q.model, q.machine, q.stack, q.space);
    for (const FoundPlan& one : found ? found->best : std::vector<FoundPlan>{}) {
      const bool splits = one.plan.tp == 1 || one.plan.sequence_parallel;
      CHECK((splits || q.space.settled.sequence_parallel == false));
    }
  }
  CHECK(answered >= 15);
}

TEST_CASE("context parallelism that cannot deal a sequence out in halves is left out where the software does so") {
  int answered = 0;
  for (std::uint64_t number = 201; number <= 215; ++number) {
    CAPTURE(number);
    Question q = random_question(number);
    q.model.sequence_length = number % 2 == 0 ? 2050 : 2052;  // cp 2 has halves of the second alone
    q.space.least_local_tokens = 256;
    q.stack.context_in_halves = true;
    answered += answers_as_all_tried(q);
    SearchJob job{q.model, q.machine, q.stack, q.space};
    const std::vector<int> free = possible_context_degrees(job);
    CHECK((std::ranges::find(free, 2) != free.end()) == (number % 2 != 0));
    q.space.settled.cp = 2;
    CHECK(possible_context_degrees(job) == std::vector{2});
  }
  CHECK(answered >= 5);
}

TEST_CASE("the front over several numbers of accelerators: nothing beats a member in all three, and it covers every plan") {
  const perf::Machine machine = machine_with(16_GB, 4);
  const std::vector<int> counts{8, 4, 16};
  SearchSpace space{.gpus = 16, .global_batch = 16};
  const auto front = search::wide_front(small_model(), machine, catalog::TrainingConstants{}, space, counts);
  std::vector<RankedPlan> all;
  for (const int gpus : counts) {
    space.gpus = gpus;
    for (const RankedPlan& plan : try_everything(small_model(), machine, catalog::TrainingConstants{}, space).all)
      all.push_back(plan);
  }
  const auto at_least = [](const RankedPlan& a, const RankedPlan& b) {
    return a.cost <= b.cost && a.memory <= b.memory && a.plan.gpus() <= b.plan.gpus();
  };
  REQUIRE_FALSE(front.empty());
  for (const RankedPlan& plan : all) {
    REQUIRE(std::any_of(front.begin(), front.end(), [&](const RankedPlan& point) { return at_least(point, plan); }));
    for (const RankedPlan& point : front) {
      const bool beaten = at_least(plan, point) && !at_least(point, plan);
      REQUIRE_FALSE(beaten);
    }
  }
}

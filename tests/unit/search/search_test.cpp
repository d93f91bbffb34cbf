// Laws of the plan search: it finds what trying every plan finds, and what it says of the space is true.
#include "search/search.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "../perf/sample_jobs.h"
#include "base/random.h"
#include "catalog/catalog.h"
#include "perf/pipeline.h"
#include "perf/plan_check.h"
#include "search/contradiction.h"
#include "search/cost.h"
#include "search/counts.h"
#include "search/degrees.h"
#include "search/ranking.h"

using namespace eigenbau;
using namespace eigenbau::literals;
using namespace eigenbau::search;
using perf::ParallelPlan;
using perf::Recompute;
using perf::Schedule;

namespace {

perf::Machine machine_with(Bytes memory, int domain) {
  perf::Machine machine = perf::h100_machine();
  machine.gpu.memory = memory;
  machine.scale_up_domain = domain;
  return machine;
}

catalog::Model small_model() {
  catalog::Model model;
  model.layers = 8;
  model.hidden = 2048;
  model.heads = model.kv_heads = 16;
  model.ffn_hidden = 8192;
  model.vocabulary = 51200;
  model.sequence_length = 2048;
  return model;
}

catalog::Model small_moe() {
  catalog::Model model = small_model();
  model.experts = catalog::Experts{.count = 8, .top_k = 2, .hidden = 2048, .shared = 1, .first_dense_layers = 1};
  return model;
}

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

const catalog::TrainingConstants kStack{};

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

TEST_CASE("where no degrees split a sequence that the software wants split, that is said") {
  SearchSpace space{.gpus = 8, .global_batch = 32, .sequence_length = 2049};
  space.settled.tp = 4;
  catalog::TrainingConstants stack{};
  stack.experts_need_sequence_split = true;
  const perf::Machine machine = machine_with(80_GB, 8);
  const auto none = search::search(small_moe(), machine, stack, space);
  REQUIRE_FALSE(none.has_value());
  const Diagnostic& said = none.error().diagnostics.all().front();
  CHECK(said.code == kNothingDivides);
  CHECK(said.notes.front() == "there are plans with tp 1 instead of 4");
  CHECK(said.notes.back().find("split 2,049 tokens") != std::string::npos);
  catalog::Stack named;
  named.training = stack;
  CHECK(search::search_within(small_moe(), machine, named, space).error().diagnostics.all().front().notes == said.notes);
  CHECK(search::search(small_model(), machine, stack, space).has_value());
  space.settled.sequence_parallel = false;
  CHECK(search::search(small_moe(), machine, stack, space).has_value());
}

TEST_CASE("the answer does not depend on the number of threads") {
  SearchSpace space{.gpus = 64, .global_batch = 64};
  const perf::Machine machine = machine_with(80_GB, 8);
  const auto alone = search::search(small_moe(), machine, kStack, space);
  space.threads = 7;
  const auto together = search::search(small_moe(), machine, kStack, space);
  REQUIRE(alone.has_value());
  REQUIRE(together.has_value());
  REQUIRE(alone->best.size() == together->best.size());
  for (std::size_t i = 0; i < alone->best.size(); ++i) {
    const RankedPlan a{alone->best[i].plan, alone->best[i].step.total, {}, alone->best[i].cost},
        b{together->best[i].plan, together->best[i].step.total, {}, together->best[i].cost};
    CHECK_FALSE(preferred(a, b));
    CHECK_FALSE(preferred(b, a));
  }
  CHECK(alone->front.size() == together->front.size());
  CHECK(alone->counters.plans_evaluated == together->counters.plans_evaluated);
}

TEST_CASE("settling a degree never makes the best plan faster, and settling the winner's own changes nothing") {
  const perf::Machine machine = machine_with(80_GB, 8);
  const SearchSpace space{.gpus = 32, .global_batch = 64};
  const auto free = search::search(small_model(), machine, kStack, space);
  REQUIRE(free.has_value());
  for (const int tp : {1, 2, 4, 8}) {
    SearchSpace bound = space;
    bound.settled.tp = tp;
    const auto found = search::search(small_model(), machine, kStack, bound);
    REQUIRE(found.has_value());
    CHECK(found->best.front().plan.tp == tp);
    CHECK(found->best.front().step.total >= free->best.front().step.total);
    if (tp == free->best.front().plan.tp) CHECK(found->best.front().step.total == free->best.front().step.total);
  }
}

TEST_CASE("less memory never makes the best plan faster; too little is said with what would help") {
  const SearchSpace space{.gpus = 16, .global_batch = 32};
  Time last{};
  for (const Bytes memory : {80_GB, 24_GB, 12_GB, 9_GB}) {
    const auto found = search::search(small_model(), machine_with(memory, 8), kStack, space);
    REQUIRE(found.has_value());
    CHECK(found->best.front().step.total >= last);
    last = found->best.front().step.total;
  }
  const auto none = search::search(small_model(), machine_with(3_GB, 8), kStack, space);
  REQUIRE_FALSE(none.has_value());
  CHECK(none.error().exit == ExitCode::no_answer);
  const Diagnostic& said = none.error().diagnostics.all().front();
  CHECK(said.code == kNothingFits);
  CHECK(said.message.find("too much") != std::string::npos);
  CHECK_FALSE(said.notes.empty());
}

TEST_CASE("where nothing recomputed does not fit, as many layers are as memory needs, and no more") {
  SearchSpace space{.gpus = 8, .global_batch = 32};
  space.settled = {.tp = 2, .pp = 1, .cp = 1, .micro_batch = 4, .zero_level = 1, .shard_group = 0};
  catalog::TrainingConstants stack{};
  stack.selective_recompute = catalog::SelectiveRecompute::none;
  const auto best = [&](Bytes memory) {
    const perf::Machine machine = machine_with(memory * (kGigabyte / kGibibyte), 8);
    return search::search(small_model(), machine, stack, space)->best.front();
  };
  const FoundPlan free = best(80_GB);
  REQUIRE(free.plan.recompute == Recompute::none);
  const auto with = [&](int layers) {
    Recompute recompute = layers > 0 ? Recompute::full : Recompute::none;
    recompute.num_layers = layers;
    return perf::training_step(small_model(), machine_with(80_GB, 8), free.plan.with(recompute), stack);
  };
  for (int layers = 1; layers < small_model().layers; ++layers) {
    const Bytes memory = with(layers).memory.total();
    const FoundPlan found = best(1.0001 * memory);
    CHECK(found.plan.recompute.num_layers == layers);
    CHECK(found.step.total == with(layers).total);
    CHECK(best(0.9999 * memory).step.total > found.step.total);
  }
  stack.layer_recompute = false;
  CHECK(best(1.0001 * with(2).memory.total()).plan.recompute == Recompute::full);
}

TEST_CASE("what contradicts itself has no plan, and what has none of all things settled alone does not contradict itself") {
  const perf::Machine machine = machine_with(80_GB, 8);
  catalog::TrainingConstants stack{};
  stack.expert_overlap = true;
  Recompute exchange = Recompute::selective;
  exchange.modules.add(catalog::RecomputeModule::moe);
  for (const bool experts : {true, false})
    for (const std::optional<bool> overlap : {std::optional<bool>(), std::optional(true), std::optional(false)})
      for (const std::optional<int> ep : {std::optional<int>(), std::optional(1), std::optional(2)})
        for (const std::optional<Recompute> recompute :
             {std::optional<Recompute>(), std::optional(Recompute(Recompute::full)), std::optional(exchange)}) {
          SearchSpace space{.gpus = 8, .global_batch = 32};
          space.settled.expert_overlap = overlap;
          space.settled.ep = ep;
          space.settled.recompute = recompute;
          const catalog::Model model = experts ? small_moe() : small_model();
          const auto found = search::search(model, machine, stack, space);
          CHECK(found.has_value() == !contradiction(model, space.settled).has_value());
          if (!found) CHECK(found.error().diagnostics.all().front().code == kContradiction);
        }
}

TEST_CASE("a batch that nothing divides is answered with one that divides") {
  const auto none = search::search(small_model(), machine_with(80_GB, 1), kStack, {.gpus = 11, .global_batch = 16});
  REQUIRE_FALSE(none.has_value());
  const Diagnostic& said = none.error().diagnostics.all().front();
  CHECK(said.code == kNothingDivides);
  CHECK(said.hint.find("22") != std::string::npos);
}

TEST_CASE("a settled degree that nothing divides is answered with the next values below and above that have plans") {
  const perf::Machine machine = machine_with(80_GB, 8);
  const std::pair<const char*, std::optional<int> Settled::*> degrees[]{
      {"tp", &Settled::tp}, {"pp", &Settled::pp}, {"dp", &Settled::dp}, {"mbs", &Settled::micro_batch}};
  for (const auto& [name, degree] : degrees)
    for (const int wrong : {3, 5, 6}) {
      SearchSpace space{.gpus = 16, .global_batch = 32};
      const auto has_plan = [&](int value) {
        space.settled.*degree = value;
        return search::search(small_model(), machine, kStack, space).has_value();
      };
      int below = wrong - 1, above = wrong + 1;
      while (!has_plan(below)) --below;
      while (!has_plan(above)) ++above;
      REQUIRE_FALSE(has_plan(wrong));
      const auto none = search::search(small_model(), machine, kStack, space);
      const Diagnostic& said = none.error().diagnostics.all().front();
      CHECK(said.code == kNothingDivides);
      CHECK(said.notes.front() == fmt::format("there are plans with {} {} or {} instead of {}", name, below, above, wrong));
    }
}

TEST_CASE("tensor parallelism above what the search goes to is told as that, with what lets it") {
  const perf::Machine machine = machine_with(80_GB, 4);
  SearchSpace space{.gpus = 16, .global_batch = 32};
  space.settled.tp = 8;
  const auto none = search::search(small_model(), machine, kStack, space);
  REQUIRE_FALSE(none.has_value());
  CHECK(none.error().diagnostics.all().front().hint.find("--max-tp 8") != std::string::npos);
  space.max_tp = 8;
  CHECK(search::search(small_model(), machine, kStack, space).has_value());
}

TEST_CASE("where there is one replica every level of sharding is the same plan") {
  const SearchSpace space{.gpus = 1, .global_batch = 16};
  const auto free = search::search(small_model(), machine_with(80_GB, 1), kStack, space);
  REQUIRE(free.has_value());
  for (const int level : {1, 3}) {
    SearchSpace one = space;
    one.settled.zero_level = level;
    const auto settled = search::search(small_model(), machine_with(80_GB, 1), kStack, one);
    REQUIRE(settled.has_value());
    CHECK(settled->best.front().step.total == free->best.front().step.total);
  }
}

TEST_CASE("a plan faster than anything published is flagged") {
  perf::Machine machine = machine_with(80_GB, 8);
  const SearchSpace space{.gpus = 8, .global_batch = 32};
  const auto best = [&](catalog::Precision precision) {
    SearchSpace one = space;
    one.precisions = {precision};
    return search::search(small_model(), machine, kStack, one)->best.front();
  };
  machine.gpu.best_published_mfu = 0.01;
  machine.gpu.best_published_mfu_fp8 = 0.99;
  CHECK(beyond_published(machine.gpu, best(catalog::Precision::bf16)));
  CHECK_FALSE(beyond_published(machine.gpu, best(catalog::Precision::fp8)));
  machine.gpu.best_published_mfu = 0.99;
  machine.gpu.best_published_mfu_fp8.reset();  // nothing to hold it against
  CHECK_FALSE(beyond_published(machine.gpu, best(catalog::Precision::bf16)));
  CHECK(beyond_published(machine.gpu, best(catalog::Precision::fp8)));
}

TEST_CASE("each point of a scaling curve is the best plan on so many accelerators") {
  const perf::Machine machine = machine_with(80_GB, 8);
  SearchSpace space{.gpus = 8, .global_batch = 32, .threads = 3};
  const std::vector<int> counts{7, 8, 16, 24, 64, 128};
  const auto curve = search::scaling_curve(small_model(), machine, kStack, space, counts);
  REQUIRE(curve.size() == counts.size());
  for (std::size_t i = 0; i < counts.size(); ++i) {
    CHECK(curve[i].gpus == counts[i]);
    space.gpus = counts[i];
    const auto alone = search::search(small_model(), machine, kStack, space);
    REQUIRE(alone.has_value() == curve[i].best.has_value());
    if (alone) CHECK(alone->best.front().step.total == curve[i].best->step.total);
  }
}

TEST_CASE("the front over several numbers of accelerators: nothing beats a member in all three, and it covers every plan") {
  const perf::Machine machine = machine_with(16_GB, 4);
  const std::vector<int> counts{8, 4, 16};
  SearchSpace space{.gpus = 16, .global_batch = 16};
  const auto front = search::wide_front(small_model(), machine, kStack, space, counts);
  std::vector<RankedPlan> all;
  for (const int gpus : counts) {
    space.gpus = gpus;
    for (const RankedPlan& plan : try_everything(small_model(), machine, kStack, space).all) all.push_back(plan);
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

TEST_CASE("a better machine is never slower") {
  const SearchSpace space{.gpus = 64, .global_batch = 128};
  perf::Machine machine = machine_with(12_GB, 4);
  machine.tiers[0] = {16, 1};
  machine.tiers[1] = {1 << 20, 0.5};
  const auto found = search::search(small_model(), machine, kStack, space);
  REQUIRE(found.has_value());
  const auto values = search::resource_values(small_model(), machine, kStack, space);
  REQUIRE(values.size() == 4);
  for (const ResourceValue& value : values) CHECK(value.best.step.total <= found->best.front().step.total);
}

TEST_CASE("no oversubscription is worth what a fabric that blocks nothing is") {
  const SearchSpace space{.gpus = 64, .global_batch = 128};
  const perf::Machine open = machine_with(12_GB, 4);
  perf::Machine blocking = open;
  blocking.tiers[0] = {16, 1};
  blocking.tiers[1] = {1 << 20, 0.25};
  blocking.tiers[1].ring_share.fill(0.25);
  const auto best = [&](const perf::Machine& machine) {
    return search::search(small_model(), machine, kStack, space)->best.front().step.total;
  };
  REQUIRE(best(blocking) > best(open));
  const auto values = search::resource_values(small_model(), blocking, kStack, space);
  const auto fabric = std::ranges::find(values, Resource::fabric, &ResourceValue::resource);
  REQUIRE(fabric != values.end());
  CHECK(fabric->best.step.total == best(open));
}

TEST_CASE("a plan slower than the least utilization is no answer") {
  SearchSpace space{.gpus = 16, .global_batch = 32};
  const perf::Machine machine = machine_with(80_GB, 8);
  const double best = search::search(small_model(), machine, kStack, space)->best.front().step.mfu_causal;
  space.least_mfu = 0.99 * best;
  const auto found = search::search(small_model(), machine, kStack, space);
  REQUIRE(found.has_value());
  for (const FoundPlan& one : found->best) CHECK(one.step.mfu_causal >= space.least_mfu);
  space.least_mfu = 1.01 * best;
  const auto none = search::search(small_model(), machine, kStack, space);
  REQUIRE_FALSE(none.has_value());
  CHECK(none.error().diagnostics.all().front().code == kTooSlow);
}

TEST_CASE("the degrees that Megatron was published with rank within 10 % of the best") {
  // Narayanan et al. 2021, table 1; context parallelism did not exist then.
  struct Published {
    const char* model;
    int gpus, batch, tp, pp;
  };
  const catalog::Catalog catalog = catalog::Catalog::built_in();
  perf::Machine machine{.gpu = *catalog.gpu("a100-80"), .nic_per_gpu = 200_Gbps};
  const catalog::Stack stack = *catalog.stack("megatron-lm");
  for (const Published& one : {Published{"megatron-145.6b", 1536, 2304, 8, 8}, Published{"megatron-310.1b", 1920, 2160, 8, 16},
                               Published{"megatron-529.6b", 2520, 2520, 8, 35}, Published{"megatron-1t", 3072, 3072, 8, 64}}) {
    CAPTURE(one.model);
    const catalog::Model model = *catalog.model(one.model);
    SearchSpace space{.gpus = one.gpus, .global_batch = one.batch};
    space.settled.cp = 1;
    const auto best = search::search(model, machine, stack.training, space);
    space.settled.tp = one.tp;
    space.settled.pp = one.pp;
    const auto published = search::search(model, machine, stack.training, space);
    REQUIRE(best.has_value());
    REQUIRE(published.has_value());
    CHECK(published->best.front().step.total >= best->best.front().step.total);
    CHECK(published->best.front().step.total <= 1.10 * best->best.front().step.total);
  }
}

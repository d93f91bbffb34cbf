// Which degrees of parallelism is a row taken to run where it states none?
#include <fmt/format.h>

#include <cmath>
#include <optional>
#include <string>

#include "perf/open_plan.h"
#include "perf/sharding.h"
#include "tables/gpus_at_work.h"
#include "tables/row_reading.h"
#include "units/counted.h"

namespace eigenbau::tables {
namespace {

constexpr double kOneChoice = 0.08;    // doubt where a degree was chosen; those of several add up as independent errors do
constexpr double kSplitAnyway = 0.05;  // doubt where software that splits no model has split one

std::string_view text_of(perf::Schedule schedule) {
  switch (schedule) {
    case perf::Schedule::interleaved:
      return "interleaved 1F1B";
    case perf::Schedule::zero_bubble:
      return "ZB-H1";
    case perf::Schedule::dual_pipe:
      return "DualPipe";
    default:
      return "1F1B";
  }
}

/// "tp 4, pp 2, micro-batch 1" of those degrees of the plan.
std::string text_of(const perf::ParallelPlan& plan, const perf::Degrees& degrees) {
  std::string text;
  const auto add = [&](bool is_one, std::string_view name, int value) {
    if (is_one) text += fmt::format("{}{} {}", text.empty() ? "" : ", ", name, value);
  };
  add(degrees.tp, "tp", plan.tp);
  add(degrees.pp, "pp", plan.pp);
  add(degrees.cp, "cp", plan.cp);
  add(degrees.dp, "dp", plan.dp);
  add(degrees.ep, "ep", plan.ep);
  add(degrees.etp, "etp", plan.etp);
  add(degrees.micro_batch, "micro-batch", plan.micro_batch);
  return text;
}

/// Degrees that had to be chosen. Data parallelism is not counted: it is what the others leave.
int choices(const perf::Degrees& d) { return d.tp + d.pp + d.cp + d.ep + d.etp + d.micro_batch; }

/// Of degrees that are open those for which there was no choice; context parallelism where there is any, data
/// parallelism where a cell contradicts it.
perf::Degrees followed(const Reading& r, const perf::SettledPlan& settled) {
  const perf::ParallelPlan& plan = settled.plan;
  const perf::Degrees& open = r.open;
  const perf::Degrees& chosen = settled.chosen;
  return {.tp = open.tp && !chosen.tp,
          .pp = open.pp && !chosen.pp,
          .cp = open.cp && !chosen.cp && plan.cp > 1,
          .dp = open.dp && !chosen.dp && !r.blank("dp"),
          .ep = open.ep && !chosen.ep,
          .micro_batch = open.micro_batch && !chosen.micro_batch};
}

/// The plan of software without tensor or context parallelism of its own where the batch leaves it none that splits no model: the
/// model was split after all.
std::optional<perf::SettledPlan> split_after_all(Reading& r, const catalog::Stack& stack) {
  if (stack.training.model_parallel) return std::nullopt;
  catalog::Stack splits = stack;
  splits.training.model_parallel = true;
  perf::Degrees open = r.open;
  open.pp = false;
  auto settled = perf::fastest_plan(r.out.model, r.out.machine, splits, r.out.plan, open, r.micro_batches);
  if (settled)
    r.doubt(kSplitAnyway, fmt::format("{} splits no model by itself, but {} sequences are too few for {}", stack.name,
                                      r.out.plan.global_batch, counted(r.out.machine.gpus, "GPU")));
  return settled;
}

/// The fastest plan at the level of sharding that the row states or the stack has. Sharding splits a model whose weights are
/// sharded: tensors, stages and sequences are split as well only where no plan fits so, tensors first.
std::optional<perf::SettledPlan> fastest_as_sharded(Reading& r, const catalog::Stack& stack) {
  constexpr int kWeightsSharded = 3;
  perf::Degrees open = r.open;
  const auto settled = [&] { return perf::fastest_plan(r.out.model, r.out.machine, stack, r.out.plan, open, r.micro_batches); };
  if (r.out.plan.zero_level < kWeightsSharded || !stack.training.model_parallel) return settled();
  open.tp = open.pp = open.cp = false;
  if (auto by_sharding = settled(); by_sharding && by_sharding->fits) {
    const perf::Degrees ones{.tp = r.open.tp, .pp = r.open.pp};
    if (const std::string text = text_of(by_sharding->plan, ones); r.open.dp && !text.empty()) {
      r.doubt(kOneChoice, fmt::format("{} taken: sharding splits the model", text));
      r.open = open;
    }
    return by_sharding;
  }
  open.tp = r.open.tp;
  if (auto by_tensors = settled(); by_tensors && by_tensors->fits) return by_tensors;
  open = r.open;
  return settled();
}

/// The same; where nothing states a level and no plan fits so, at the lowest level above that the stack can run and that fits.
std::optional<perf::SettledPlan> fastest_plan(Reading& r, const catalog::Stack& stack) {
  constexpr int kMostSharded = 3;
  auto settled = fastest_as_sharded(r, stack);
  if (!r.open.zero_level || !settled || settled->fits) return settled;
  const int usual = r.out.plan.zero_level;
  perf::ParallelPlan stated = r.out.plan;
  perf::Degrees open = r.open;
  open.zero_level = false;
  for (int level = usual + 1; level <= kMostSharded; ++level) {
    stated.zero_level = level;
    auto more = perf::fastest_plan(r.out.model, r.out.machine, stack, stated, open, r.micro_batches);
    if (!more || !more->fits || perf::running_zero_level(more->plan, stack.training) < level) continue;
    r.doubt(kOneChoice, fmt::format("no plan fits at ZeRO level {}: {} taken, the lowest at which one does", usual, level));
    r.open.zero_level = false;
    return more;
  }
  return settled;
}

/// The plan on those of a round number of GPUs that can work, where none takes all of them: with those that are left over the
/// step may have been shorter by their share.
std::optional<perf::SettledPlan> fastest_on_fewer(Reading& r, const catalog::Stack& stack) {
  const int all = r.out.machine.gpus;
  if (!is_round_count(all) || !r.open.dp) return std::nullopt;
  const auto work = gpus_at_work(r.out.model, r.out.machine, stack, r.out.plan, r.open, r.micro_batches);
  if (!work) return std::nullopt;
  r.out.machine.gpus = *work;
  r.out.idle_gpus = all - *work;
  r.out.doubt_below += static_cast<double>(all) / *work - 1;
  r.note(fmt::format("{} of {} work: no plan takes all of them", *work, counted(all, "GPU")));
  return fastest_plan(r, stack);
}

}  // namespace

void settle_degrees(Reading& r, const catalog::Stack& stack) {
  perf::ParallelPlan& plan = r.out.plan;
  auto settled = fastest_plan(r, stack);
  if (!settled) settled = split_after_all(r, stack);
  if (!settled) settled = fastest_on_fewer(r, stack);
  if (!settled) {
    if (r.out.machine.gpus % (plan.tp * plan.pp * plan.cp) != 0) return refuse_product(r);
    if (refuse_batch(r, stack)) return;
    if (r.open.dp) plan.dp = std::max(1, r.out.machine.gpus / (plan.tp * plan.pp * plan.cp));
    return;
  }
  const perf::Schedule wanted = plan.schedule;
  plan = settled->plan;
  const bool kept = r.open.schedule || wanted == perf::Schedule::one_f_one_b || plan.schedule == wanted || plan.pp == 1;
  if (!kept) r.note(fmt::format("schedule taken as {}", text_of(plan.schedule)));
  if (const std::string text = text_of(plan, settled->chosen); !text.empty())
    r.doubt(kOneChoice * std::sqrt(choices(settled->chosen)),
            fmt::format("{} taken: {}", text, settled->fits ? "the fastest plan that fits" : "the leanest plan, as none fits"));
  if (const std::string text = text_of(plan, followed(r, *settled)); !text.empty())
    r.note(fmt::format("{} taken: what the others leave", text));
  if (r.open.etp && !settled->chosen.etp && plan.etp > 1)
    r.note(fmt::format("experts split over tp {} as the stack does", plan.etp));
  if (r.open.vp && plan.vp > 1) r.note(fmt::format("interleaving taken as {}", plan.vp));
}

}  // namespace eigenbau::tables

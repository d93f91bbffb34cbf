// How is a parallel plan written in sentences?
#include "report/plan_words.h"

#include <fmt/format.h>

#include <algorithm>

#include "perf/pipeline.h"
#include "perf/step_parts.h"
#include "units/counted.h"
#include "units/print.h"

namespace eigenbau::report {

using perf::Schedule;

const char* word_of(Schedule schedule) {
  switch (schedule) {
    case Schedule::interleaved:
      return "interleaved";
    case Schedule::zero_bubble:
      return "zero-bubble";
    case Schedule::dual_pipe:
      return "dual-pipe";
    default:
      return "1f1b";
  }
}

namespace {

/// How keys and values get around, where that is no ring.
std::string in_brackets(perf::ContextParallel kind) {
  return kind == perf::ContextParallel::ring ? "" : fmt::format(" ({})", catalog::name_of(kind));
}

}  // namespace

std::string degrees_in_words(const perf::ParallelPlan& p) {
  std::string text = fmt::format("tp {} pp {}", p.tp, p.pp);
  if (p.vp > 1) text += fmt::format(" vp {}", p.vp);
  if (p.cp > 1) text += fmt::format(" cp {}{}", p.cp, in_brackets(p.context));
  text += fmt::format(" dp {}", p.dp);
  if (p.ep > 1) text += fmt::format(" ep {}", p.ep);
  if (p.etp > 1) text += fmt::format(" etp {}", p.etp);
  return text;
}

std::string recompute_in_words(const perf::ParallelPlan& p, int layers) {
  return in_words(perf::recomputed_share(layers, p) >= 1 ? catalog::Recompute(catalog::Recompute::full) : p.recompute);
}

std::string in_words(const perf::ParallelPlan& p, int layers) {
  std::string text = degrees_in_words(p);
  if (p.tp > 1 && p.sequence_parallel) text += ", sp";
  if (p.schedule == Schedule::zero_bubble || p.schedule == Schedule::dual_pipe) text += fmt::format(", {}", word_of(p.schedule));
  if (p.expert_overlap && p.schedule != Schedule::dual_pipe) text += ", expert overlap";
  text += fmt::format(", micro-batch {}, ZeRO {}", p.micro_batch, p.zero_level);
  if (p.shard_group > 0) text += fmt::format(" in groups of {}", p.shard_group);
  text += fmt::format(", recompute {}", recompute_in_words(p, layers));
  if (p.precision != catalog::Precision::bf16) text += fmt::format(", {}", catalog::name_of(p.precision));
  return text;
}

std::optional<Remark> why_unused(int offered, const TimedPlan& taken, const std::optional<TimedPlan>& widest) {
  if (taken.plan.gpus() >= offered) return std::nullopt;
  constexpr double kMostly = 0.5;
  std::string text = fmt::format("{} of {} GPUs work: ", print_count(taken.plan.gpus()), print_count(offered));
  if (!widest)
    return Remark{
        .text = text + fmt::format("no larger number has a plan that fits, since data parallelism divides the batch of {} "
                                   "sequences and the stages divide the layers",
                                   print_count(taken.plan.global_batch)),
        .hint = "a batch with other divisors may use more"};
  const Time longer = widest->step.total - taken.step.total;
  text += fmt::format("on {}, the largest number that has a plan, the best one, {}, takes {} a step instead of {}",
                      print_count(widest->plan.gpus()), degrees_in_words(widest->plan), print(widest->step.total, 3),
                      print(taken.step.total, 3));
  const auto grown = [&](const perf::StepPart& part) { return widest->step.*part.member - taken.step.*part.member; };
  const auto most = std::ranges::max_element(perf::kStepParts, {}, grown);
  if (longer > Time{} && grown(*most) > kMostly * longer)
    text += fmt::format("; most of the difference is \"{}\", {} instead of {}", most->label, print(widest->step.*most->member, 3),
                        print(taken.step.*most->member, 3));
  return Remark{.text = std::move(text), .hint = "a batch of more sequences, or of a number with other divisors, may use them"};
}

}  // namespace eigenbau::report

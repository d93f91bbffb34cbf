// What of a plan does a careful engineer take that nobody states?
#include "perf/default_plan.h"

#include <algorithm>

#include "perf/memory.h"
#include "perf/plan_check.h"

namespace eigenbau::perf {

std::optional<ParallelPlan> nearest_fitting_plan(const catalog::Model& model, const Machine& machine, const ParallelPlan& plan,
                                                 const catalog::TrainingConstants& stack) {
  const std::vector<PlanViolation> broken = check_plan(model, machine, plan);
  const auto is_new = [&](const PlanViolation& violation) {
    return violation.fatal || std::ranges::find(broken, violation.rule, &PlanViolation::rule) == broken.end();
  };
  const auto fits = [&](const ParallelPlan& candidate) {
    return std::ranges::none_of(check_plan(model, machine, candidate), is_new) &&
           memory_use(model, machine, candidate, stack).fits();
  };
  for (const int wider : {1, 2, 4})
    for (const bool stages : {false, true}) {
      ParallelPlan candidate = plan;
      (stages ? candidate.pp : candidate.tp) *= wider;
      if (candidate.dp % wider != 0 || (stages && wider == 1)) continue;
      candidate.dp /= wider;
      if (stages) candidate.vp = plan.vp % wider == 0 ? plan.vp / wider : 1;
      if (candidate.vp == 1 && candidate.schedule == Schedule::interleaved) candidate.schedule = Schedule::one_f_one_b;
      for (const int zero : {plan.zero_level, std::max(plan.zero_level, 1), 3})
        for (int micro = plan.micro_batch; micro >= 1; micro /= 2)
          for (const Recompute::Mode mode : {Recompute::none, Recompute::selective, Recompute::full}) {
            if (mode < plan.recompute.mode || (mode == Recompute::selective && !stack.selective_recompute)) continue;
            candidate.zero_level = zero;
            candidate.micro_batch = micro;
            candidate.recompute = mode;
            if (fits(candidate)) return candidate;
          }
    }
  return {};
}

Recompute least_recompute(const catalog::Model& model, const Machine& machine, ParallelPlan plan,
                          const catalog::TrainingConstants& stack, double tolerance) {
  for (const Recompute::Mode mode : {Recompute::none, Recompute::selective}) {
    if (mode == Recompute::selective && !stack.selective_recompute) continue;
    plan.recompute = mode;
    if (memory_use(model, machine, plan, stack).fits(tolerance)) return mode;
  }
  return Recompute::full;
}

bool can_split_experts(const catalog::Model& model, const ParallelPlan& plan) {
  const long ranks = static_cast<long>(plan.tp) * plan.cp * plan.dp, split = static_cast<long>(plan.ep) * plan.tp;
  return model.experts && split > 0 && ranks % split == 0;
}

int usual_chunks(int layers, int pp) {
  for (const int all : {layers, layers + 2})
    for (const int chunk : {2, 1})
      if (all % (pp * chunk) == 0) return all / (pp * chunk);
  return 1;
}

}  // namespace eigenbau::perf

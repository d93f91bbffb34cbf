// Which plan would a careful engineer start with?
#include "perf/default_plan.h"

#include <algorithm>

#include "perf/pipeline.h"
#include "perf/plan_check.h"
#include "perf/training_step.h"

namespace eigenbau::perf {
namespace {

/// Experts spread over as many ranks as their number, the ranks and the scale-up domain allow.
int widest_expert_group(const catalog::Model& model, int ranks, int limit) {
  if (!model.experts || model.experts->count <= 0) return 1;
  int best = 1;
  for (int ep = 1; ep <= std::min({model.experts->count, ranks, limit}); ++ep)
    if (model.experts->count % ep == 0 && ranks % ep == 0) best = ep;
  return best;
}

struct Best {
  std::optional<ParallelPlan> plan;
  Time time{};
};

void consider(const catalog::Model& model, const Machine& machine, const catalog::Stack& stack, ParallelPlan plan, Best& best) {
  plan.recompute = least_recompute(model, machine, plan, stack.training);
  const TrainingStep step = training_step(model, machine, plan, stack.training);
  if (!step.memory.fits() || !is_finite(step.total)) return;
  if (best.plan && step.total >= 0.999 * best.time) return;
  best.plan = plan;
  best.time = step.total;
}

}  // namespace

std::optional<ParallelPlan> default_plan(const catalog::Model& model, const Machine& machine, const catalog::Stack& stack,
                                         int global_batch, int sequence_length, catalog::Precision precision) {
  Best best;
  ParallelPlan plan;
  plan.global_batch = global_batch;
  plan.sequence_length = sequence_length > 0 ? sequence_length : model.sequence_length;
  plan.precision = precision;
  plan.zero_level = 1;
  const int gpus = machine.gpus;
  for (plan.pp = 1; plan.pp <= std::min(model.layers, 64); ++plan.pp) {
    if (gpus % plan.pp != 0) continue;
    // Where nothing divides, all stages but the last are filled; the last must keep a layer.
    const bool even = model.layers % plan.pp == 0 || (model.layers + 2) % plan.pp == 0;
    if (!even && (model.layers - 1) / plan.pp + 1 > (model.layers - 1) / (plan.pp - 1)) continue;
    for (plan.tp = 1; plan.tp <= std::min(machine.scale_up_domain, 16); plan.tp *= 2) {
      if (gpus % (plan.pp * plan.tp) != 0 || model.heads % plan.tp != 0) continue;
      for (plan.cp = 1; plan.cp <= 64; plan.cp *= 2) {
        const int model_ranks = plan.pp * plan.tp * plan.cp;
        if (gpus % model_ranks != 0 || plan.sequence_length % plan.cp != 0) break;
        if (plan.cp > 1 && plan.sequence_length / plan.cp < 2048) break;
        plan.dp = gpus / model_ranks;
        if (global_batch % plan.dp != 0) continue;
        const int per_replica = global_batch / plan.dp;
        for (const bool wide : {false, true}) {
          const int limit = wide ? 8 * machine.scale_up_domain : machine.scale_up_domain;
          plan.ep = widest_expert_group(model, plan.tp * plan.cp * plan.dp, limit);
          if (wide && !model.experts) break;
          for (const int micro : {1, 2, 4, 8}) {
            if (per_replica % micro != 0) break;
            plan.micro_batch = micro;
            const int micro_batches = per_replica / micro;
            const int per_stage = (model.layers + (model.layers % plan.pp != 0 ? 2 : 0)) / plan.pp;
            for (int vp = 1; vp <= per_stage; ++vp) {
              if (!even && vp > 1) break;
              if (per_stage % vp != 0 || (vp > 1 && (plan.pp == 1 || micro_batches % plan.pp != 0))) continue;
              if (vp > 1 && per_stage / vp > 4 && per_stage > 4) continue;  // deep chunks gain little over vp = 1
              plan.vp = vp;
              plan.schedule = usual_schedule(vp, stack.training.dual_pipe);
              consider(model, machine, stack, plan, best);
            }
          }
        }
      }
    }
  }
  return best.plan;
}

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
          for (const Recompute mode : {Recompute::none, Recompute::selective, Recompute::full}) {
            if (mode < plan.recompute) continue;
            candidate.zero_level = zero;
            candidate.micro_batch = micro;
            candidate.recompute = mode;
            if (fits(candidate)) return candidate;
          }
    }
  return {};
}

Recompute least_recompute(const catalog::Model& model, const Machine& machine, ParallelPlan plan,
                          const catalog::TrainingConstants& stack) {
  for (const Recompute mode : {Recompute::none, Recompute::selective}) {
    plan.recompute = mode;
    if (memory_use(model, machine, plan, stack).fits()) return mode;
  }
  return Recompute::full;
}

int usual_chunks(int layers, int pp) {
  for (const int all : {layers, layers + 2})
    for (const int chunk : {2, 1})
      if (all % (pp * chunk) == 0) return all / (pp * chunk);
  return 1;
}

}  // namespace eigenbau::perf

// What of a plan does a careful engineer take that nobody states?
#include "perf/default_plan.h"

#include <algorithm>
#include <cmath>
#include <ranges>

#include "perf/memory.h"
#include "perf/model_shape.h"
#include "perf/pipeline.h"
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
        for (int micro = plan.micro_batch; micro >= 1; micro /= 2) {
          candidate.zero_level = zero;
          candidate.micro_batch = micro;
          candidate.recompute = least_recompute(model, machine, candidate.with(plan.recompute), stack);
          if (fits(candidate)) return candidate;
        }
    }
  return {};
}

std::optional<Recompute> usual_selective(const catalog::Model& model, const ParallelPlan& plan,
                                         const catalog::TrainingConstants& stack) {
  using catalog::SelectiveRecompute;
  using Module = catalog::RecomputeModule;
  if (stack.selective_recompute == SelectiveRecompute::none) return {};
  const ModelShape shape = model_shape(model);
  Recompute usual = Recompute::selective;
  if (stack.selective_recompute == SelectiveRecompute::operators || !fuses_attention(shape, plan, stack)) return usual;
  if (stack.selective_recompute != SelectiveRecompute::modules || shape.moe_layers == 0) return {};
  usual.modules.add(Module::layernorm).add(Module::moe_act);
  if (shape.latent_attention()) usual.modules.add(Module::mla_up_proj);
  return usual;
}

Recompute least_recompute(const catalog::Model& model, const Machine& machine, const ParallelPlan& plan,
                          const catalog::TrainingConstants& stack, double tolerance) {
  const Recompute least = plan.recompute;
  const auto fits = [&](const Recompute& recompute, double within) {
    return recompute.mode >= least.mode && memory_use(model, machine, plan.with(recompute), stack).fits(within);
  };
  if (fits(Recompute::none, tolerance)) return Recompute::none;
  if (const auto selective = usual_selective(model, plan, stack))
    if (fits(*selective, tolerance)) return *selective;
  // Who counts layers stops at what there is.
  if (!stack.layer_recompute || !fits(Recompute::full, 1)) return Recompute::full;
  const int first = std::max(1, least.num_layers),
            all = static_cast<int>(std::ceil(stage_layers(model.layers, plan).most / plan.vp));
  // A layer more never takes more memory.
  const auto fewer = std::views::iota(std::min(first, all), all);
  const auto few = std::ranges::partition_point(fewer, [&](int layers) { return !fits(Recompute::of_layers(layers), 1); });
  return few == fewer.end() ? Recompute(Recompute::full) : Recompute::of_layers(*few);
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

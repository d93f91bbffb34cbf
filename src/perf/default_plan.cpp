// What of a plan does a careful engineer take that nobody states?
#include "perf/default_plan.h"

#include <algorithm>
#include <cmath>
#include <ranges>

#include "perf/memory.h"
#include "perf/model_shape.h"
#include "perf/pipeline.h"

namespace eigenbau::perf {

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

namespace {

/// What the stack can compute again short of whole layers, no less than the plan does, less before more.
std::vector<Recompute> short_of_layers(const catalog::Model& model, const ParallelPlan& plan,
                                       const catalog::TrainingConstants& stack) {
  const Recompute least = plan.recompute;
  std::vector<Recompute> list;
  if (least.mode == Recompute::full) return list;
  if (least.mode != Recompute::selective) list.emplace_back(Recompute::none);
  else list.push_back(least);
  if (auto usual = usual_selective(model, plan, stack)) {
    usual->modules.add(least.modules);
    list.push_back(*usual);
  }
  return list;
}

}  // namespace

Recompute least_recompute(const catalog::Model& model, const Machine& machine, const ParallelPlan& plan,
                          const catalog::TrainingConstants& stack, double tolerance) {
  const Recompute least = plan.recompute;
  const auto fits = [&](const Recompute& recompute, double within) {
    return memory_use(model, machine, plan.with(recompute), stack).fits(within);
  };
  for (const Recompute& recompute : short_of_layers(model, plan, stack))
    if (fits(recompute, tolerance)) return recompute;
  // Who counts layers stops at what there is.
  if (!stack.layer_recompute || !stack.assumes_some_layers || !fits(Recompute::full, 1)) return Recompute::full;
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

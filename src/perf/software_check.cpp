// What of a parallel plan does the job's software refuse?
#include "perf/software_check.h"

#include <optional>

#include "perf/nearest_values.h"
#include "perf/pipeline.h"

namespace eigenbau::perf {
namespace {

/// Where tensor parallelism could split the sequence, nothing but that has to change.
PlanViolation unsplit(const catalog::Model& model, const ParallelPlan& plan) {
  PlanViolation violation{PlanRule::experts_split_sequences, false, plan.tp, 1};
  const int tokens = tokens_of(model, plan);
  if (can_split_sequence(tokens, plan.tp, plan.cp)) return violation;
  violation.degree = "tp";
  violation.nearest = nearest_divisor(plan.tp, model.heads, [&](long tp) {
    const long ranks = product({plan.tp, plan.dp});
    return divides(tp, ranks) && divides(product({plan.micro_batch, ranks / tp}), plan.global_batch) &&
           can_split_sequence(tokens, static_cast<int>(tp), plan.cp);
  });
  return violation;
}

/// Data parallelism takes what another context parallelism leaves.
PlanViolation undealt(const catalog::Model& model, const ParallelPlan& plan) {
  const int tokens = tokens_of(model, plan);
  const long ranks = product({plan.cp, plan.dp});
  const auto nearest = nearest_divisor(plan.cp, tokens, [&](long cp) {
    return divides(cp, ranks) && divides(product({plan.micro_batch, ranks / cp}), plan.global_batch) &&
           can_deal_halves(tokens, static_cast<int>(cp));
  });
  return {PlanRule::halves_divide_sequence, false, 2L * plan.cp, tokens, nearest, "cp"};
}

/// The rule that software breaks to compute again what is asked for. Attention by name is what one that knows nothing else does.
std::optional<PlanRule> refused(const Recompute& recompute, const catalog::TrainingConstants& stack) {
  using catalog::SelectiveRecompute;
  const SelectiveRecompute kind = stack.selective_recompute;
  if (recompute.num_layers > 0 && !stack.layer_recompute) return PlanRule::layers_by_software;
  if (recompute.mode != Recompute::selective || kind == SelectiveRecompute::modules) return {};
  if (kind == SelectiveRecompute::none) return PlanRule::selective_by_software;
  const auto attention = catalog::RecomputeModules().add(catalog::RecomputeModule::core_attn);
  if (recompute.modules.empty() || (kind == SelectiveRecompute::core_attn && recompute.modules == attention)) return {};
  return PlanRule::modules_by_software;
}

}  // namespace

std::vector<PlanViolation> check_software(const catalog::Model& model, const ParallelPlan& plan,
                                          const catalog::TrainingConstants& stack) {
  std::vector<PlanViolation> found;
  const bool splits = plan.tp == 1 || plan.sequence_parallel;
  if (needs_sequence_split(model, stack) && !splits) found.push_back(unsplit(model, plan));
  if (const auto rule = refused(plan.recompute, stack)) found.push_back({*rule, false});
  const int tokens = tokens_of(model, plan);
  if (stack.context_in_halves && tokens % plan.cp == 0 && !can_deal_halves(tokens, plan.cp))
    found.push_back(undealt(model, plan));
  const bool asks = plan.expert_overlap && plan.schedule != Schedule::dual_pipe;
  if (asks && !can_overlap_experts(plan)) found.push_back({PlanRule::overlap_pairs, false});
  else if (asks && !stack.expert_overlap) found.push_back({PlanRule::overlap_by_software, false});
  return found;
}

}  // namespace eigenbau::perf

// Which rules does a parallel plan break, and what are the nearest valid values?
#include "perf/plan_check.h"

#include <algorithm>

namespace eigenbau::perf {
namespace {

/// The divisors of `number` next below and above `value`; 0 where there is none.
std::array<long, 2> nearest_divisors(long number, long value) {
  std::array<long, 2> nearest{0, 0};
  if (number <= 0) return nearest;
  for (long d = std::min(value, number); d >= 1; --d)
    if (number % d == 0) {
      nearest[0] = d;
      break;
    }
  for (long d = value + 1; d <= number; ++d)
    if (number % d == 0) {
      nearest[1] = d;
      break;
    }
  return nearest;
}

}  // namespace

std::string_view text_of(PlanRule rule) {
  switch (rule) {
    case PlanRule::positive_degrees:
      return "a degree below 1";
    case PlanRule::tp_divides_heads:
      return "tp does not divide the heads";
    case PlanRule::tp_in_domain:
      return "tp leaves the scale-up domain";
    case PlanRule::pp_divides_layers:
      return "pp does not divide the layers: some stages own one less";
    case PlanRule::vp_divides_stage:
      return "vp does not divide the layers of a stage";
    case PlanRule::degrees_match_gpus:
      return "tp x pp x dp x cp is not the number of GPUs";
    case PlanRule::micro_batch_divides:
      return "micro-batch x dp does not divide the global batch";
    case PlanRule::cp_divides_sequence:
      return "cp does not divide the sequence";
    case PlanRule::ep_divides_experts:
      return "ep does not divide the experts";
    case PlanRule::ep_divides_ranks:
      return "ep x etp does not divide tp x cp x dp";
    case PlanRule::ep_without_experts:
      return "ep without experts";
    case PlanRule::interleaving_needs_stages:
      return "interleaving without pipeline stages";
    case PlanRule::micro_batches_fill:
      return "micro-batches are no multiple of pp";
    case PlanRule::shard_group_divides:
      return "the sharding group does not divide the ranks";
  }
  return "";
}

std::vector<PlanViolation> check_plan(const catalog::Model& model, const Machine& machine, const ParallelPlan& plan) {
  std::vector<PlanViolation> found;
  const auto divides = [&](PlanRule rule, long value, long number, bool fatal = true) {
    if (value <= 0 || number % value != 0) found.push_back({rule, fatal, value, number, nearest_divisors(number, value)});
  };
  for (const int degree : {plan.tp, plan.pp, plan.vp, plan.dp, plan.cp, plan.ep, plan.etp, plan.micro_batch, plan.global_batch})
    if (degree < 1) {
      found.push_back({PlanRule::positive_degrees, true, degree, 1, {0, 1}});
      return found;
    }
  const long ranks = static_cast<long>(plan.tp) * plan.cp * plan.dp;
  divides(PlanRule::tp_divides_heads, plan.tp, model.heads);
  if (plan.tp > machine.scale_up_domain)
    found.push_back({PlanRule::tp_in_domain, false, plan.tp, machine.scale_up_domain, {machine.scale_up_domain, 0}});
  if (plan.pp > model.layers) {
    found.push_back({PlanRule::pp_divides_layers, true, plan.pp, model.layers, {model.layers, 0}});
  } else if (model.layers % plan.pp != 0 && (model.layers + 2) % plan.pp != 0) {
    divides(PlanRule::pp_divides_layers, plan.pp, model.layers, false);
  }
  const long chunks = static_cast<long>(plan.pp) * plan.vp;
  if (plan.vp > 1 && plan.pp == 1) found.push_back({PlanRule::interleaving_needs_stages, false, plan.vp, 1, {1, 0}});
  else if (plan.vp > 1 && model.layers % chunks != 0 && (model.layers + 2) % chunks != 0)
    found.push_back({PlanRule::vp_divides_stage, false, plan.vp, model.layers / plan.pp,
                     nearest_divisors(std::max(1, model.layers / plan.pp), plan.vp)});
  if (ranks * plan.pp != machine.gpus) {
    const long others = static_cast<long>(plan.tp) * plan.cp * plan.pp;
    const long below = machine.gpus / others;
    found.push_back(
        {PlanRule::degrees_match_gpus, true, ranks * plan.pp, machine.gpus, {below, machine.gpus % others == 0 ? 0 : below + 1}});
  }
  divides(PlanRule::micro_batch_divides, static_cast<long>(plan.micro_batch) * plan.dp, plan.global_batch);
  const long sequence = plan.sequence_length > 0 ? plan.sequence_length : model.sequence_length;
  divides(PlanRule::cp_divides_sequence, plan.cp, sequence);
  const long experts = model.experts ? model.experts->count : 0;
  if (plan.ep > 1 && experts == 0) found.push_back({PlanRule::ep_without_experts, true, plan.ep, 1, {1, 0}});
  else if (plan.ep > 1) divides(PlanRule::ep_divides_experts, plan.ep, experts);
  if (experts > 0) divides(PlanRule::ep_divides_ranks, static_cast<long>(plan.ep) * plan.etp, ranks);
  if (plan.vp > 1 && plan.pp > 1 && plan.micro_batches() % plan.pp != 0)
    found.push_back({PlanRule::micro_batches_fill,
                     false,
                     plan.micro_batches(),
                     plan.pp,
                     {plan.micro_batches() / plan.pp * plan.pp, (plan.micro_batches() / plan.pp + 1) * plan.pp}});
  if (plan.shard_group > 0) divides(PlanRule::shard_group_divides, plan.shard_group, static_cast<long>(plan.dp) * plan.cp);
  return found;
}

}  // namespace eigenbau::perf

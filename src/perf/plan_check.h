// Which rules does a parallel plan break, and what are the nearest valid values?
#pragma once

#include <array>
#include <string_view>
#include <vector>

#include "catalog/model.h"
#include "perf/machine.h"
#include "perf/parallel_plan.h"

namespace eigenbau::perf {

enum class PlanRule {
  positive_degrees,  ///< every degree, batch and length is at least 1
  tp_divides_heads,
  tp_in_domain,       ///< a warning: tensor parallelism that leaves the scale-up domain
  pp_divides_layers,  ///< a warning: stacks give some stages one layer less
  vp_divides_stage,
  degrees_match_gpus,   ///< tp · pp · dp · cp
  micro_batch_divides,  ///< micro-batch · dp divides the global batch
  cp_divides_sequence,
  ep_divides_experts,
  ep_divides_ranks,  ///< ep · etp divides tp · cp · dp
  ep_without_experts,
  interleaving_needs_stages,  ///< vp > 1 needs pp > 1
  micro_batches_fill,         ///< interleaving needs m to be a multiple of pp
  shard_group_divides,
};

/// What is wrong, in words: "tp does not divide the heads".
std::string_view text_of(PlanRule rule);

struct PlanViolation {
  PlanRule rule{};
  bool fatal = true;                  ///< false: the stack has a way around, at a cost
  long value = 0;                     ///< what the plan says
  long limit = 0;                     ///< what it has to divide, equal or stay below
  std::array<long, 2> nearest{0, 0};  ///< valid values below and above; 0: none
};

/// All rules that the plan breaks, in the order of `PlanRule`.
std::vector<PlanViolation> check_plan(const catalog::Model& model, const Machine& machine, const ParallelPlan& plan);

}  // namespace eigenbau::perf

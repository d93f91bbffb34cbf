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
  tp_in_domain,          ///< a warning: tensor parallelism that leaves the scale-up domain
  pp_divides_layers,     ///< a warning: `stage_layers` says which stages own fewer
  chunks_divide_layers,  ///< pp · vp divides the layers, or these and two: embedding and output count as one each
  chunks_have_layers,    ///< pp · vp is at most the layers, with embedding, output and predictors
  degrees_match_gpus,    ///< tp · pp · dp · cp
  micro_batch_divides,   ///< micro-batch · dp divides the global batch
  cp_divides_sequence,
  exchange_divides_heads,  ///< a warning: an exchange of heads (a2a) parts those of a rank, and those of its keys and values,
                           ///< over cp
  ep_divides_experts,
  ep_divides_ranks,  ///< ep · etp divides tp · cp · dp
  ep_without_experts,
  etp_without_experts,
  interleaving_needs_stages,  ///< vp > 1 needs pp > 1
  interleaving_needs_chunks,  ///< a warning: with one chunk per stage it runs as 1F1B
  schedule_needs_stages,      ///< a warning: zero-bubble and DualPipe on one stage run as 1F1B
  micro_batches_fill,         ///< a warning: interleaving as Megatron runs it needs a multiple of pp micro-batches
  shard_group_divides,
  one_chunk_schedule,       ///< zero-bubble and DualPipe are schedules of one chunk per stage
  dual_pipe_fills,          ///< a warning: DualPipe's code asks for an even number of micro-batches, twice the stages at least
  dual_pipe_pairs_stages,   ///< DualPipe lays two stages on each rank, one from either end: pp is even
  experts_split_sequences,  ///< a warning: the software trains experts beside tensor parallelism with split sequences alone
  selective_by_software,    ///< a warning: selective recompute, which the software has not
  modules_by_software,      ///< a warning: modules of it, where the software takes none by name
  layers_by_software,       ///< a warning: some layers of a chunk, where the software recomputes all or none
  halves_divide_sequence,   ///< a warning: the software deals out 2 · cp parts of a sequence, which these do not divide
  overlap_by_software,      ///< a warning: traffic of experts beside another micro-batch, which the software has not
  overlap_pairs,            ///< a warning: the same, where the plan has nothing to pair (`why_no_expert_overlap`)
};

/// What is wrong, in words: "tp does not divide the heads".
std::string_view text_of(PlanRule rule);

struct PlanViolation {
  PlanRule rule{};
  bool fatal = true;                  ///< false: the stack has a way around, at a cost
  long value = 0;                     ///< what the plan says
  long limit = 0;                     ///< what it has to divide, equal or stay below
  std::array<long, 2> nearest{0, 0};  ///< valid values of `degree` below and above; 0: none
  std::string_view degree{};          ///< what would have to change, as an option calls it: "micro-batch"
};

/// Tokens of a sequence: the plan's own, else those that the model was trained with.
inline int tokens_of(const catalog::Model& model, const ParallelPlan& plan) {
  return plan.sequence_length > 0 ? plan.sequence_length : model.sequence_length;
}

/// The rules that the plan breaks. One cause is named once: what follows from a degree that is wrong already is left out. The
/// nearest values keep the other rules for the same degree, the number of accelerators among them, wherever some value does.
std::vector<PlanViolation> check_plan(const catalog::Model& model, const Machine& machine, const ParallelPlan& plan);

}  // namespace eigenbau::perf

// How does a row of a table of training runs spread its job?
#include <fmt/format.h>

#include <algorithm>
#include <string>

#include "perf/memory.h"
#include "tables/plan_words.h"
#include "tables/row_reading.h"
#include "tables/run_text.h"

namespace eigenbau::tables {
namespace {

using catalog::TrainingConstants;

/// Sharded inside a group and replicated across: the group grows by twos from one domain until the job fits.
int smallest_shard_group(const TrainingRow& row, const catalog::TrainingConstants& stack) {
  perf::ParallelPlan plan = row.plan;
  plan.recompute = perf::Recompute::full;
  const int replicas = plan.dp * plan.cp;
  for (plan.shard_group = row.machine.scale_up_domain; plan.shard_group < replicas; plan.shard_group *= 2)
    if (replicas % plan.shard_group == 0 && perf::memory_use(row.model, row.machine, plan, stack).fits()) break;
  return std::min(plan.shard_group, replicas);
}

void read_sharding(Reading& r, const TrainingConstants& stack) {
  perf::ParallelPlan& plan = r.out.plan;
  const std::string options = lower(r.cell("options"));
  const auto stated = sharding_in(r.cell("sharding"));
  const auto by_name = r.blank("sharding") ? sharding_in(r.cell("stack")) : std::nullopt;
  plan.zero_level = stated ? stated->zero_level : by_name ? by_name->zero_level : stack.zero_level;
  if (!stated && !r.blank("sharding")) r.doubt(kUnclearWord, fmt::format("sharding \"{}\" not understood", r.cell("sharding")));
  if (!stated) r.note(fmt::format("ZeRO level {} as the stack does", plan.zero_level));
  const bool in_groups = contains(options, "fsdp+dp") || (stated && stated->in_groups);
  r.shards_in_groups = plan.zero_level == 3 && in_groups;
}

void read_sequence_parallel(Reading& r, const TrainingConstants& stack) {
  const auto stated = yes_or_no(r.cell("seq_parallel"));
  r.out.plan.sequence_parallel = stated.value_or(stack.sequence_parallel);
  if (stated) return;
  if (!r.blank("seq_parallel")) r.doubt(kUnclearWord, fmt::format("seq_parallel \"{}\" not understood", r.cell("seq_parallel")));
  if (r.out.plan.tp > 1 || r.open.tp)
    r.note(fmt::format("sequence parallelism {} as the stack does", stack.sequence_parallel ? "on" : "off"));
}

void read_recompute(Reading& r, const catalog::Stack& stack) {
  const std::string_view cell = r.cell("recompute");
  auto stated = recompute_in(cell);
  if (const auto share = recomputed_share_in(cell); share && *share < 1) {
    stated = *share < 0.5 ? perf::Recompute::none : perf::Recompute::full;
    r.doubt(kUnclearWord,
            fmt::format("recompute of {:.0f} % of the layers taken as of {}", 100 * *share, *share < 0.5 ? "none" : "all"));
  } else if (!stated && !r.blank("recompute")) {
    r.doubt(kUnclearWord, fmt::format("recompute \"{}\" not understood", cell));
  }
  if (!stated) stated = r.recompute;
  r.out.plan.recompute = stated.value_or(perf::Recompute::automatic);
  if (!stated) r.note(fmt::format("recompute as memory demands under {}", stack.name));
}

}  // namespace

void read_plan(Reading& r, const catalog::Stack& stack) {
  read_degrees(r);
  if (r.refused()) return;
  read_sharding(r, stack.training);
  read_sequence_parallel(r, stack.training);
  read_options(r);
  read_recompute(r, stack);
  settle_batch(r);
  if (r.refused()) return;
  settle_degrees(r, stack);
  if (r.shards_in_groups && r.out.plan.shard_group == 0) r.out.plan.shard_group = smallest_shard_group(r.out, stack.training);
}

}  // namespace eigenbau::tables

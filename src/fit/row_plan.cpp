// How does a row of a table of training runs spread its job?
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <string>

#include "fit/plan_words.h"
#include "fit/row_reading.h"
#include "fit/run_text.h"
#include "perf/memory.h"

namespace eigenbau::fit {
namespace {

using catalog::TrainingConstants;

/// The count after `word` in the options; one that is none makes the row invalid.
std::optional<int> option_count(Reading& r, const std::string& options, std::string_view word) {
  const auto number = number_after(options, word);
  if (!number) return std::nullopt;
  if (*number >= 1 && *number <= r.out.machine.gpus && *number == std::floor(*number)) return static_cast<int>(*number);
  r.refuse(RowStatus::invalid, fmt::format("{} {:g} in options is no count of up to {} GPUs", word, *number, r.out.machine.gpus));
  return std::nullopt;
}

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
  if (const auto group = option_count(r, options, "group")) plan.shard_group = *group;
  r.shards_in_groups = plan.zero_level == 3 && in_groups;
}

void read_sequence_parallel(Reading& r, const TrainingConstants& stack) {
  const auto stated = yes_or_no(r.cell("seq_parallel"));
  r.out.plan.sequence_parallel = stated.value_or(stack.sequence_parallel);
  if (stated) return;
  if (!r.blank("seq_parallel")) r.doubt(kUnclearWord, fmt::format("seq_parallel \"{}\" not understood", r.cell("seq_parallel")));
  if (r.out.plan.tp > 1) r.note(fmt::format("sequence parallelism {} as the stack does", stack.sequence_parallel ? "on" : "off"));
}

void read_options(Reading& r) {
  perf::ParallelPlan& plan = r.out.plan;
  const std::string options = lower(r.cell("options"));
  if (contains(options, "async tp") || contains(options, "asynctp") || contains(options, "tp-comm"))
    plan.tp_overlap = perf::Overlap::on;
  if (contains(options, "vanilla tp")) plan.tp_overlap = perf::Overlap::off;
  plan.offload_optimizer = contains(options, "optimizer offload") || contains(options, "cpu offload");
  plan.offload_activations = contains(options, "activation offload");
  plan.compiled = contains(options, "compile");
  plan.blocking_launches = contains(options, "launch_blocking");
  if (contains(options, "a2a")) plan.context = perf::ContextParallel::all_to_all;
  if (contains(options, "token-drop") || contains(options, "tokendrop")) plan.routing = perf::Routing::token_drop;
  if (r.out.model.experts && plan.routing == perf::Routing::dropless) {
    // Benchmarks force the router to balance, or feed tokens to one that has learned nothing yet.
    plan.imbalance = 1;
    if (!contains(options, "balanced")) r.note("routing taken as balanced");
  }
  if (const auto etp = option_count(r, options, "etp")) {
    plan.etp = *etp;
    r.open.etp = false;
  }
}

void read_recompute(Reading& r, const catalog::Stack& stack) {
  const auto stated = recompute_in(r.cell("recompute"));
  r.out.plan.recompute = stated.value_or(perf::Recompute::automatic);
  if (stated) return;
  if (!r.blank("recompute")) r.doubt(kUnclearWord, fmt::format("recompute \"{}\" not understood", r.cell("recompute")));
  r.note(fmt::format("recompute as memory demands under {}", stack.name));
}

}  // namespace

void read_plan(Reading& r, const catalog::Stack& stack) {
  read_degrees(r);
  if (r.refused()) return;
  read_sharding(r, stack.training);
  read_sequence_parallel(r, stack.training);
  read_options(r);
  read_recompute(r, stack);
  if (r.refused()) return;
  settle_degrees(r, stack);
  if (r.shards_in_groups && r.out.plan.shard_group == 0) r.out.plan.shard_group = smallest_shard_group(r.out, stack.training);
}

}  // namespace eigenbau::fit

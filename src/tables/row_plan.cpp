// How does a row of a table of training runs spread its job?
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <string>

#include "perf/memory.h"
#include "perf/pipeline.h"
#include "perf/sharding.h"
#include "tables/feature_words.h"
#include "tables/mention.h"
#include "tables/recompute_words.h"
#include "tables/row_reading.h"
#include "tables/run_text.h"
#include "tables/sharding_words.h"

namespace eigenbau::tables {
namespace {

using catalog::TrainingConstants;

/// Whether a job fits in groups of so many ranks, were every layer computed again.
bool fits_in_groups(const TrainingRow& row, const catalog::TrainingConstants& stack, int ranks) {
  perf::ParallelPlan plan = row.plan;
  plan.recompute = perf::Recompute::full;
  plan.shard_group = ranks;
  return perf::memory_use(row.model, row.machine, plan, stack).fits();
}

/// Sharded inside a group and replicated across: the group grows by twos from one domain until the job fits.
int smallest_shard_group(const TrainingRow& row, const catalog::TrainingConstants& stack) {
  const int replicas = static_cast<int>(row.plan.replicas());
  int ranks = row.machine.scale_up_domain;
  for (; ranks < replicas; ranks *= 2)
    if (replicas % ranks == 0 && fits_in_groups(row, stack, ranks)) break;
  return std::min(ranks, replicas);
}

/// Of "HSDP 2x32", which does not say which is which, the order that fits; where a row says that there are groups and not of how
/// many ranks, the fewest that fit.
void settle_shard_group(Reading& r, const catalog::TrainingConstants& stack) {
  perf::ParallelPlan& plan = r.out.plan;
  const int other = r.other_shard_group;
  if (other > 1 && !fits_in_groups(r.out, stack, plan.shard_group) && fits_in_groups(r.out, stack, other))
    plan.shard_group = other;
  if (other > 0 && plan.shard_group > 0) r.note(fmt::format("sharded in groups of {}", plan.shard_group));
  if (!r.shards_in_groups || plan.shard_group > 0) return;
  plan.shard_group = smallest_shard_group(r.out, stack);
  r.note(fmt::format("shard group taken as {}", plan.shard_group));
}

/// The first that they say is in use, else the first that they deny.
std::optional<Sharding> sharding_of_options(std::string_view options) {
  std::optional<Sharding> denied;
  for (const std::string& clause : clauses_of(options)) {
    const bool speaks = speaks_of_sharding(clause) && !is_mention(clause) && !is_untold(clause);
    const auto named = speaks ? sharding_in(clause) : std::nullopt;
    if (named && !named->denied) return named;
    if (!denied) denied = named;
  }
  return denied;
}

/// Whether the cell or the options say that fully sharded weights stay gathered through a micro-batch.
bool keeps_gathered_weights(const Reading& r) {
  for (const std::string_view column : {"sharding", "options"})
    for (const std::string& clause : clauses_of(r.cell(column)))
      if (!is_mention(clause) && keeps_gathered(clause) == true) return true;
  return false;
}

void read_sharding(Reading& r, const TrainingConstants& stack) {
  perf::ParallelPlan& plan = r.out.plan;
  const std::string options = lower(r.cell("options"));
  const auto in_options = sharding_of_options(r.cell("options")), in_cell = sharding_in(r.cell("sharding"));
  const auto stated = in_cell && !(in_cell->denied && in_options) ? in_cell : in_options;
  const auto by_name = r.blank("sharding") ? sharding_in(r.cell("stack")) : std::nullopt;
  const int by_itself = perf::usual_zero_level(stack, plan.pp), usual = by_name ? by_name->level_of(by_itself) : by_itself;
  plan.zero_level = stated ? stated->level_of(usual) : usual;
  const bool keeps = plan.zero_level == 3 && keeps_gathered_weights(r);
  if (keeps) plan.zero_level = 2;
  if (!in_cell && !r.blank("sharding")) r.doubt(kUnclearWord, fmt::format("sharding \"{}\" not understood", r.cell("sharding")));
  if (keeps) r.note("weights stay gathered: ZeRO level 2");
  const bool as_usual = !keeps && (!stated || (stated->denied && plan.zero_level == usual));
  r.open.zero_level = as_usual && !by_name;
  if (as_usual && by_name) r.note(fmt::format("ZeRO level {} as the stack does", plan.zero_level));
  const auto names_groups = [](const std::optional<Sharding>& said) { return said && said->in_groups && !said->denied; };
  const bool in_groups = shards_and_replicates(options) || shards_and_replicates(lower(r.cell("sharding"))) ||
                         names_groups(stated ? stated : by_name) || names_groups(in_options);
  r.shards_in_groups = plan.zero_level >= 2 && in_groups;
}

/// Says how the stack shards what no cell does, and where it shards less than a cell says.
void note_sharding(Reading& r, const catalog::Stack& stack) {
  const perf::ParallelPlan& plan = r.out.plan;
  const bool less = plan.zero_level < stack.training.zero_level;
  if (r.open.zero_level)
    r.note(less ? fmt::format("ZeRO level {} taken: in a pipeline no weights are gathered for each micro-batch", plan.zero_level)
                : fmt::format("ZeRO level {} as the stack does", plan.zero_level));
  r.note(perf::why_less_sharding(plan, stack).value_or(""));
}

void read_sequence_parallel(Reading& r, const TrainingConstants& stack) {
  auto stated = yes_or_no(split_remark(r.cell("seq_parallel")).count);
  for (const std::string_view column : {"seq_parallel", "options"})
    for (const std::string& clause : clauses_of(r.cell(column)))
      if (!stated) stated = sequence_parallel_in(clause);
  if (!stated && r.sequence_ranks > 0 && r.sequence_ranks == r.out.plan.tp) stated = true;
  r.out.plan.sequence_parallel = stated.value_or(stack.sequence_parallel);
  r.splits_as_stack = !stated && r.sequence_ranks == 0;
  if (r.splits_as_stack && !r.blank("seq_parallel"))
    r.doubt(kUnclearWord, fmt::format("seq_parallel \"{}\" not understood", r.cell("seq_parallel")));
}

/// Without tensor parallelism there are no ranks that could split sequences between products.
void note_sequence_parallel(Reading& r) {
  const perf::ParallelPlan& plan = r.out.plan;
  if (r.splits_as_stack && plan.tp > 1)
    r.note(fmt::format("sequence parallelism {} as the stack does", plan.sequence_parallel ? "on" : "off"));
}

/// What words say that is computed again. A share of the layers says that they are, whole.
std::optional<perf::Recompute> worded_recompute(Reading& r, std::string_view words) {
  const auto stated = recompute_in(words);
  if (stated == perf::Recompute::none) return stated;
  if (const std::string unclear = unclear_in_recompute(words); !unclear.empty())
    r.doubt(kUnclearWord, fmt::format("recompute \"{}\": {}", words, unclear));
  r.recomputes_by_stage |= recomputes_by_stage(words);
  const auto share = recomputed_share_in(words);
  if (!share || *share >= 1) return stated;
  if (*share <= 0) return perf::Recompute::none;
  r.recomputed_share = *share;
  return perf::Recompute::full;
}

/// A share of the layers as a number of each chunk, once it is settled how many there are.
void settle_recompute(Reading& r) {
  perf::ParallelPlan& plan = r.out.plan;
  if (r.recomputes_by_stage) plan.recompute.num_layers = (plan.recompute.num_layers + plan.vp - 1) / plan.vp;
  if (r.recomputed_share >= 1 || plan.recompute.mode != perf::Recompute::full) return;
  const double of_chunk = perf::stage_layers(r.out.model.layers, plan).most / plan.vp;
  plan.recompute.num_layers = std::max(1, static_cast<int>(std::lround(r.recomputed_share * of_chunk)));
  r.note(fmt::format("recompute of {:.0f} % of the layers: {} of the {:g} of each chunk", 100 * r.recomputed_share,
                     plan.recompute.num_layers, of_chunk));
}

void read_recompute(Reading& r, const catalog::Stack& stack) {
  auto stated = worded_recompute(r, r.cell("recompute"));
  const auto passes_over = [&](std::string_view words) {
    r.doubt(kUnclearWord, fmt::format("recompute \"{}\" not understood", words));
  };
  if (!stated && !r.blank("recompute") && !is_untold(lower(r.cell("recompute")))) passes_over(r.cell("recompute"));
  // A cell that states the mode alone leaves to the options of which layers or modules.
  if (stated && !r.recompute.empty() && stated->num_layers == 0 && stated->modules.empty()) {
    const auto both = worded_recompute(r, fmt::format("{}, {}", r.cell("recompute"), r.recompute));
    if (both && both->mode == stated->mode) stated = both;
    else passes_over(r.recompute);
  }
  if (!stated && !r.recompute.empty()) {
    stated = worded_recompute(r, r.recompute);
    if (!stated) passes_over(r.recompute);
  }
  r.out.plan.recompute = stated.value_or(perf::Recompute::automatic);
  r.out.recompute_open = !stated;
  if (!stated) r.note(fmt::format("recompute as memory demands under {}", stack.name));
}

/// What rings do not do goes without saying of nobody.
void note_context(Reading& r, const catalog::Stack& stack) {
  const perf::ParallelPlan& plan = r.out.plan;
  if (plan.cp <= 1 || plan.context == perf::ContextParallel::ring || plan.context != stack.training.cp_comm_type) return;
  r.note(fmt::format("keys and values get around by {}, as {} does", catalog::name_of(plan.context), stack.name));
}

/// Software whose attention is not one kernel unless it is asked for, since that is there: longer sequences than those of its
/// runs are taken to have asked.
void settle_attention(Reading& r, const catalog::Stack& stack) {
  constexpr int kFlashAttention = 2023;  // the first year in which code of others than its authors had it
  perf::ParallelPlan& plan = r.out.plan;
  const bool open = plan.attention == perf::FusedAttention::stack && !stack.training.fused_attention;
  if (!open || stack.year < kFlashAttention || stack.runs.empty()) return;
  const int longest = std::ranges::max(stack.runs, {}, &catalog::FittedRun::sequence).sequence;
  if (r.out.model.sequence_length <= longest) return;
  plan.attention = perf::FusedAttention::on;
  r.out.attention_assumed = true;
  r.note(fmt::format("attention taken as one kernel: sequences are longer than {}", longest));
}

}  // namespace

void read_plan(Reading& r, const catalog::Stack& stack) {
  r.out.plan.context = stack.training.cp_comm_type;
  read_degrees(r);
  if (r.refused()) return;
  read_sharding(r, stack.training);
  read_batch(r);
  read_sequence_parallel(r, stack.training);
  read_options(r);
  settle_attention(r, stack);
  read_recompute(r, stack);
  settle_batch(r);
  if (r.refused()) return;
  settle_degrees(r, r.out.as_run(stack));
  note_sharding(r, stack);
  note_sequence_parallel(r);
  note_context(r, stack);
  settle_recompute(r);
  settle_shard_group(r, stack.training);
}

}  // namespace eigenbau::tables

// How does a row of a table of training runs spread its job?
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <string>

#include "fit/plan_words.h"
#include "fit/row_reading.h"
#include "fit/run_text.h"
#include "perf/default_plan.h"
#include "perf/memory.h"
#include "perf/pipeline.h"

namespace eigenbau::fit {
namespace {

using catalog::TrainingConstants;

constexpr double kOtherDegrees = 0.05;  // doubt where degrees that do not multiply to the GPUs were changed
constexpr double kMostTokens = 1e9;     // of one micro-batch: far above any that is trained, and what the laws count

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
  else if (plan.zero_level == 3 && in_groups) plan.shard_group = smallest_shard_group(r.out, stack);
}

void read_sequence_parallel(Reading& r, const TrainingConstants& stack) {
  const auto stated = yes_or_no(r.cell("seq_parallel"));
  r.out.plan.sequence_parallel = stated.value_or(stack.sequence_parallel);
  if (stated) return;
  if (!r.blank("seq_parallel")) r.doubt(kUnclearWord, fmt::format("seq_parallel \"{}\" not understood", r.cell("seq_parallel")));
  if (r.out.plan.tp > 1) r.note(fmt::format("sequence parallelism {} as the stack does", stack.sequence_parallel ? "on" : "off"));
}

void read_options(Reading& r, const TrainingConstants& stack) {
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
  const auto etp = option_count(r, options, "etp");
  plan.etp = etp ? *etp : r.out.model.experts && stack.expert_tp_follows ? plan.tp : 1;
}

void read_recompute(Reading& r, const catalog::Stack& stack) {
  const auto stated = recompute_in(r.cell("recompute"));
  r.out.plan.recompute = stated.value_or(perf::Recompute::automatic);
  if (stated) return;
  if (!r.blank("recompute")) r.doubt(kUnclearWord, fmt::format("recompute \"{}\" not understood", r.cell("recompute")));
  r.note(fmt::format("recompute as memory demands under {}", stack.name));
}

/// The degrees that a row states.
struct Degrees {
  std::optional<int> tp, pp, cp, dp;
};

/// Gives the GPUs that stated degrees leave over to those that are not stated: stages where tp is stated, else as much tensor
/// parallelism as the domain and the heads take; context parallelism only where nothing else is open.
void settle_left(Reading& r, const Degrees& stated, int left) {
  perf::ParallelPlan& plan = r.out.plan;
  const auto give = [&](int& degree, std::string_view name, int value) {
    degree = value;
    if (value > 1) r.note(fmt::format("{} taken as {}, which the other degrees leave", name, value));
  };
  if (!stated.tp && !stated.pp) {
    int tp = std::min({left, r.out.machine.scale_up_domain, r.out.model.heads});
    while (left % tp != 0 || r.out.model.heads % tp != 0) --tp;
    give(plan.tp, "tp", tp);
    give(plan.pp, "pp", left / tp);
  } else if (!stated.tp) {
    give(plan.tp, "tp", left);
  } else if (!stated.pp) {
    give(plan.pp, "pp", left);
  } else {
    give(plan.cp, "cp", left);
  }
}

/// tp, pp, cp and dp: what is not stated follows from what is and from the number of GPUs.
void settle_degrees(Reading& r, const Degrees& stated) {
  perf::ParallelPlan& plan = r.out.plan;
  const int gpus = r.out.machine.gpus;
  plan.tp = stated.tp.value_or(1);
  plan.pp = stated.pp.value_or(1);
  plan.cp = stated.cp.value_or(1);
  r.out.plan_is_open = !stated.tp && !stated.pp && !stated.cp && !stated.dp;
  if (plan.tp < 1 || plan.pp < 1 || plan.cp < 1 || stated.dp.value_or(1) < 1) {
    r.refuse(RowStatus::invalid, "a degree of parallelism is below 1");
    return;
  }
  const bool some_left = !stated.tp || !stated.pp || !stated.cp;
  // The largest counts are 1e8: three multiply to less than a double's 2^53 only where their product is sensible.
  const double product = static_cast<double>(plan.tp) * plan.pp * plan.cp * stated.dp.value_or(1);
  const bool divides = product <= gpus && gpus % static_cast<int>(product) == 0;
  if (stated.dp && some_left && divides) settle_left(r, stated, gpus / static_cast<int>(product));
  const double others = static_cast<double>(plan.tp) * plan.pp * plan.cp;
  const int left = others <= gpus ? gpus / static_cast<int>(others) : 0;
  plan.dp = stated.dp.value_or(std::max(1, left));
  if (r.out.plan_is_open || plan.dp * others == gpus) return;
  r.note(fmt::format("dp {} x tp {} x pp {} x cp {} is not {} GPUs", plan.dp, plan.tp, plan.pp, plan.cp, gpus));
  if (left < 1 || left * others != gpus) {
    r.refuse(RowStatus::invalid, fmt::format("nearest data parallelism: {}", std::max(1, left)));
    return;
  }
  plan.dp = left;
  r.doubt(kOtherDegrees, fmt::format("data parallelism taken as {}", left));
}

/// Batches that the degrees or the laws do not take.
std::string impossible_batch(const TrainingRow& row) {
  const perf::ParallelPlan& plan = row.plan;
  if (plan.micro_batch < 1) return "micro_batch is below 1";
  if (static_cast<double>(plan.micro_batch) * row.model.sequence_length > kMostTokens)
    return fmt::format("a micro-batch of {} sequences of {} tokens", plan.micro_batch, row.model.sequence_length);
  const double together = static_cast<double>(plan.micro_batch) * plan.dp;
  if (!row.plan_is_open && plan.global_batch > 0 && together > plan.global_batch)
    return fmt::format("micro-batch x dp is {:.0f}, more than the global batch of {}", together, plan.global_batch);
  return {};
}

/// Experts that are not said to be spread: over as few ranks as they fit on.
void settle_expert_parallelism(Reading& r, const TrainingConstants& stack) {
  perf::ParallelPlan& plan = r.out.plan;
  perf::ParallelPlan trial = plan;
  if (trial.recompute == perf::Recompute::automatic) trial.recompute = perf::Recompute::full;
  const int ranks = plan.tp * plan.cp * plan.dp;
  for (int ep = 1; ep <= std::min(ranks, r.out.model.experts->count); ++ep) {
    if (r.out.model.experts->count % ep != 0 || ranks % (static_cast<long>(ep) * plan.etp) != 0) continue;
    trial.ep = plan.ep = ep;
    if (perf::memory_use(r.out.model, r.out.machine, trial, stack).fits()) break;
  }
  r.note(fmt::format("ep taken as {}", plan.ep));
}

}  // namespace

void read_plan(Reading& r, const catalog::Stack& stack) {
  perf::ParallelPlan& plan = r.out.plan;
  const Degrees stated{r.count("tp"), r.count("pp"), r.count("cp"), r.count("dp")};
  const auto chunks = r.count("vpp");
  const auto ep = r.out.model.experts ? r.count("ep") : std::optional<int>(1);
  plan.vp = std::max(1, chunks.value_or(1));
  plan.ep = std::max(1, ep.value_or(1));
  plan.micro_batch = r.count("micro_batch").value_or(1);
  plan.global_batch = r.count("global_batch_seqs").value_or(0);
  plan.sequence_length = r.out.model.sequence_length;
  r.out.micro_batch_is_open = r.blank("micro_batch");
  if (r.refused()) return;
  settle_degrees(r, stated);
  if (r.refused()) return;
  if (const std::string why = impossible_batch(r.out); !why.empty()) r.refuse(RowStatus::invalid, why);
  // Stacks count the embedding and the output as a layer each.
  if (const double cut = static_cast<double>(plan.vp) * plan.pp; plan.vp > 1 && cut > r.out.model.layers + 2)
    r.refuse(RowStatus::invalid, fmt::format("vpp {} x pp {} is more than the {} layers", plan.vp, plan.pp, r.out.model.layers));
  if (plan.global_batch <= 0) r.refuse(RowStatus::unsupported, "the global batch is not stated");
  if (r.refused()) return;
  read_sharding(r, stack.training);
  if (plan.pp > 1 && !chunks && stack.training.interleaves) {
    plan.vp = perf::usual_chunks(r.out.model.layers, plan.pp);
    if (plan.vp > 1) r.note(fmt::format("interleaving taken as {}", plan.vp));
  }
  plan.schedule = perf::usual_schedule(plan.vp, stack.training.dual_pipe);
  read_sequence_parallel(r, stack.training);
  read_options(r, stack.training);
  read_recompute(r, stack);
  if (!ep && !r.out.plan_is_open && !r.refused()) settle_expert_parallelism(r, stack.training);
}

}  // namespace eigenbau::fit

// What do the options of a row say of how its job runs?
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <initializer_list>
#include <string>
#include <utility>

#include "tables/adapter_words.h"
#include "tables/batch_words.h"
#include "tables/chunk_words.h"
#include "tables/degree_words.h"
#include "tables/fabric_words.h"
#include "tables/feature_words.h"
#include "tables/graph_words.h"
#include "tables/idle_words.h"
#include "tables/joined_words.h"
#include "tables/mention.h"
#include "tables/negation.h"
#include "tables/precision_words.h"
#include "tables/recompute_words.h"
#include "tables/row_reading.h"
#include "tables/run_text.h"
#include "tables/schedule_words.h"
#include "tables/shard_group_words.h"
#include "tables/sharding_words.h"
#include "tables/structure_words.h"
#include "tables/unmodeled_words.h"

namespace eigenbau::tables {
namespace {

using perf::Overlap;
using perf::ParallelPlan;
using perf::Schedule;
using perf::TrainingStep;

constexpr int kMostSequences = 100'000'000;  // of a batch

bool names(std::string_view clause, std::initializer_list<std::string_view> words) {
  return use_of_one(clause, words).has_value();
}

bool uses(std::string_view clause, std::initializer_list<std::string_view> words) { return use_of_one(clause, words) == true; }

Overlap overlap(bool on) { return on ? Overlap::on : Overlap::off; }

// Each of these takes from a clause what it knows, and says whether there was anything.

bool read_schedule(Reading& r, std::string_view clause) {
  const auto said = schedule_in(clause);
  if (!said) return false;
  ParallelPlan& plan = r.out.plan;
  const auto take = [&](Schedule schedule) {
    plan.schedule = schedule;
    r.open.schedule = false;
    r.note(said->said);
  };
  const catalog::TrainingConstants& stack = r.parts.stacks[r.out.stack].training;
  if (said->in_use) take(said->schedule);
  else if (said->schedule == Schedule::interleaved) take(Schedule::one_f_one_b);
  else if (said->schedule == Schedule::dual_pipe && stack.dual_pipe)
    take(stack.interleaves ? Schedule::interleaved : Schedule::one_f_one_b);
  return true;
}

/// Whether the clause says that traffic of experts hides behind compute: "EP overlap", "a2a hidden", and "no EP overlap" that it
/// does not. Nothing where it speaks of something else.
std::optional<bool> hides_expert_traffic(std::string_view clause) {
  const bool of_micro_batches = names(clause, {"1f1b"}) && !names(clause, {"tp", "dp", "p2p", "grad", "param"});
  const bool of_experts = of_micro_batches || names(clause, {"ep", "moe", "expert", "a2a", "alltoall", "all to all", "dispatch",
                                                             "combine", "batch level", "deepep", "hybridep"});
  if (!of_experts) return std::nullopt;
  const auto hides = use_of_one(clause, {"overlap", "hidden", "hide"});
  return hides == true ? !is_switched_off(clause) : hides;
}

/// Behind the shared expert, which is short, hides no more than it takes: no law says how much.
bool read_expert_overlap(Reading& r, std::string_view clause) {
  const auto hides = hides_expert_traffic(clause);
  if (!hides || names(clause, {"shared"})) return false;
  r.out.plan.expert_overlap = *hides && r.out.model.experts.has_value();
  return true;
}

bool read_overlap(Reading& r, std::string_view clause) {
  ParallelPlan& plan = r.out.plan;
  if (hides_expert_traffic(clause)) return false;
  if (names(clause, {"vanilla tp"})) plan.tp_overlap = Overlap::off;
  else if (const auto tp = use_of_one(clause, {"async tp", "asynctp", "tp comm overlap", "tp comm", "tp overlap", "userbuffer"}))
    plan.tp_overlap = overlap(*tp);
  else if (const auto dp = use_of_one(clause, {"grad reduce", "param gather", "dp overlap", "overlap grad"}))
    plan.dp_overlap = overlap(*dp);
  else if (use_in(clause, "overlap") == false) plan.tp_overlap = plan.dp_overlap = Overlap::off;
  else return false;
  return true;
}

/// The share that a clause says is offloaded, of a model of so many layers. Nothing where it does not.
std::optional<double> offloaded_share(std::string_view clause, int layers) {
  for (const std::string_view word : {"fraction", "ratio"})
    if (const auto figure = figure_of(clause, word)) return figure;
  if (const auto count = figure_of(clause, "num layer")) return *count / layers;
  for (std::size_t at = 0; at < clause.size(); ++at) {
    std::size_t length = 0;
    const double figure = leading_number(clause.substr(at), length);
    const std::string_view unit = trimmed(clause.substr(at + length));
    if (length > 0 && unit.starts_with('%')) return figure / 100;
    if (length > 0 && unit.starts_with("layer")) return figure / layers;
    at += length;
  }
  return std::nullopt;
}

bool read_offload(Reading& r, std::string_view clause) {
  const auto offload = use_in(clause, "offload");
  if (!offload) return false;
  // Layers are what activations are moved of: Megatron's cpu_offloading_num_layers.
  const bool of_layers = names(clause, {"cpu offload"}) && names(clause, {"num layer"});
  const auto activations = of_layers ? offload : use_in(clause, "activation"),
             optimizer = use_of_one(clause, {"optimizer", "cpu", "zero"});
  if (!activations && !optimizer && *offload) return false;
  const auto share = offloaded_share(clause, r.out.model.layers);
  // The switch may follow what is moved: "offload optimizer: no".
  const bool moved = *offload && activations.value_or(optimizer.value_or(false)) && share != 0.0;
  (activations ? r.out.plan.offload_activations : r.out.plan.offload_optimizer) = moved;
  if (moved && share && *share < 1) r.doubt(kUnclearWord, fmt::format("\"{}\": all of them taken", clause));
  return true;
}

bool read_exchange(Reading& r, std::string_view clause) {
  ParallelPlan& plan = r.out.plan;
  auto kernels = use_of_one(clause, {"deepep", "deep ep", "hybridep", "hybrid ep"});
  if (!kernels && names(clause, {"dispatcher"})) kernels = use_in(clause, "flex");       // Megatron's, which calls them
  if (kernels == false && plan.copies == perf::ExpertCopies::one_per_rank) return true;  // others are: "DeepEP (not HybridEP)"
  if (kernels) plan.copies = *kernels ? perf::ExpertCopies::one_per_rank : perf::ExpertCopies::one_per_expert;
  if (kernels || hides_expert_traffic(clause)) return kernels.has_value();
  const auto all_to_all = use_of_one(clause, {"a2a", "alltoall", "all to all"}), ulysses = use_in(clause, "ulysses");
  const bool of_context = names(clause, {"cp", "context"});
  if (uses(clause, {"ring attention"}) || (of_context && uses(clause, {"ring", "p2p"}))) {
    plan.context = perf::ContextParallel::ring;
    return true;
  }
  if (of_context && uses(clause, {"all gather", "allgather"})) {
    plan.context = perf::ContextParallel::all_gather;
    return true;
  }
  if (ulysses == true || (all_to_all == true && of_context)) plan.context = perf::ContextParallel::all_to_all;
  else if (all_to_all == true) plan.copies = perf::ExpertCopies::one_per_expert;
  return all_to_all == true || ulysses || (all_to_all && of_context);
}

/// A count from 1 to `most`; 0 states none, and what is no count makes the row invalid.
bool take_count(Reading& r, std::string_view what, double number, int most, int& count) {
  if (number >= 1 && number <= most && number == std::floor(number)) count = static_cast<int>(number);
  else if (number != 0)
    r.refuse(RowStatus::invalid, fmt::format("{} {:g} in options is no count of up to {}", what, number, most));
  return true;
}

/// The same that belongs to one of the words.
bool read_count(Reading& r, std::string_view clause, std::initializer_list<std::string_view> words, int most, int& count) {
  for (const std::string_view word : words)
    if (const auto number = figure_of(clause, word)) return take_count(r, word, *number, most, count);
  return false;
}

bool read_recompute(Reading& r, std::string_view clause) {
  const bool of_blocks = r.recompute.ends_with("block") && count_in(clause);  // "recompute full, block, 2"
  const bool goes_on = of_blocks || (!r.recompute.empty() && goes_on_with_recompute(clause));
  if (!goes_on && !speaks_of_recompute(clause)) return false;
  r.recompute += fmt::format("{}{}", r.recompute.empty() ? "" : ", ", clause);
  return true;
}

/// The largest number of ranks up to `most` that divides all of them.
int largest_divisor(int all, double most) {
  int ranks = static_cast<int>(std::min<double>(all, most));
  while (ranks > 1 && all % ranks != 0) --ranks;
  return std::max(1, ranks);
}

/// Ranks that share one sharded copy, in a clause that speaks of sharding or goes on with one that does. What divides no ranks is
/// passed over.
bool read_group(Reading& r, std::string_view clause, bool goes_on = false) {
  ParallelPlan& plan = r.out.plan;
  const auto said = shard_group_in(clause, goes_on);
  if (!said) return false;
  const int replicas = std::max(1, r.out.machine.gpus / (plan.tp * plan.pp));
  const auto take = [&](double ranks, double other = 0) {
    plan.shard_group = ranks < replicas ? static_cast<int>(ranks) : 0;
    r.other_shard_group = static_cast<int>(other);
    if (plan.shard_group > 0 && other == 0) r.note(fmt::format("sharded in groups of {}", plan.shard_group));
    return true;
  };
  // Ranks of a node that tensor parallelism leaves.
  const int inside = std::max(1, r.out.machine.scale_up_domain / plan.tp);
  if (said->nodes > 0) {
    const int ranks = largest_divisor(replicas, said->nodes * inside);
    if (ranks > 1 || replicas == 1) return take(ranks);
    r.doubt(kUnclearWord, fmt::format("\"{}\" passed over: tensor parallelism fills a node", clause));
    return true;
  }
  const bool settled = !r.open.tp && !r.open.pp;
  if (said->copies && settled) {
    double copies = *said->copies, ranks = said->ranks.value_or(copies > 0 ? std::floor(replicas / copies) : 0);
    // Of "HSDP 2x256" the group is the one that is not a part of a node, of others the first, if that fits.
    if (said->may_be_swapped && ranks < inside && copies >= inside) std::swap(copies, ranks);
    if (ranks >= 1 && ranks * copies == replicas) return take(ranks, said->may_be_swapped ? copies : 0);
  }
  const double ranks = said->ranks && !(said->may_be_swapped && settled) ? *said->ranks : 0;
  if (said->may_be_all && !r.open.dp && ranks >= plan.dp) return true;
  const int all = settled ? replicas : r.out.machine.gpus;
  const bool divides = ranks >= 1 && ranks <= all && all % static_cast<int>(ranks) == 0;
  if (divides) plan.shard_group = static_cast<int>(ranks);
  else if (said->ranks || said->copies || said->unread) r.doubt(kUnclearWord, fmt::format("\"{}\" passed over", clause));
  return true;
}

/// The same in one of the options, of which `of_sharding` says that the one before speaks of sharding: "ZeRO-1 (group 8)".
bool read_group_option(Reading& r, std::string_view clause, bool& of_sharding) {
  const bool goes_on = of_sharding && goes_on_with_group(clause);
  of_sharding = speaks_of_sharding(clause) || clause.starts_with("shard") || goes_on ||
                names(clause, {"node sharding", "dp shard", "dp replicate", "data parallel shard", "data parallel replicate",
                               "optimizer state shard", "optimizer states shard", "optimizer shard"});
  return of_sharding && read_group(r, clause, goes_on);
}

/// A local batch in tokens is the sequences that they are; what these do not divide is passed over.
bool read_local_tokens(Reading& r, std::string_view clause) {
  const auto tokens = local_batch_tokens_in(clause);
  const int sequence = std::max(1, r.out.plan.sequence_length);
  if (tokens && *tokens % sequence == 0) r.local_batch = *tokens / sequence;
  else if (tokens) r.doubt(kUnclearWord, fmt::format("\"{}\" passed over: sequences have {} tokens", clause, sequence));
  return tokens.has_value();
}

bool read_counts(Reading& r, std::string_view clause) {
  if (read_local_tokens(r, clause)) return true;
  if (read_count(r, clause, {"local batch", "lbs"}, kMostSequences, r.local_batch)) return true;
  const auto steps = accumulation_in(clause);
  int count = 0;
  if (steps) take_count(r, "accumulation", *steps, kMostSequences, count);
  if (r.micro_batches > 0 && count > 0 && count != r.micro_batches)
    r.note(fmt::format("accumulation {} passed over: {} is stated as well", r.micro_batches, count));
  if (count > 0) r.micro_batches = count;
  return steps.has_value();
}

/// Whether a clause names the release of the software: "container 25.02".
bool names_release(std::string_view clause) {
  return release_in(clause) && names(clause, {"container", "image", "release", "version", "ngc", "nemo"});
}

bool says_more_of_model(const Reading& r, std::string_view clause) {
  const StructureWords said = structure_in(clause);
  return said.mlp || said.tied || cut_in(clause) == r.out.model.layers;
}

/// What other readers take from the options (of the model, the stack, sharding), and what says nothing of a step.
bool is_read_elsewhere(const Reading& r, std::string_view clause) {
  return (r.out.model.window > 0 && names(clause, {"sliding window"})) || speaks_of_sharding(clause) || keeps_gathered(clause) ||
         says_more_of_model(r, clause) || joined_by_option(clause, 0) > 0 || speaks_of_fabric(clause) || fabric_in(clause) ||
         sequence_parallel_in(clause) || names_release(clause) || speaks_of_global_batch(clause) ||
         names(clause, {"tied embedding", "untied embedding", "gelu", "swiglu", "alibi", "gqa", "mtp", "launch blocking",
                        "aux loss", "expert bias"}) ||
         names(clause, {"dp", "dp replicate", "ptd p", "2d", "3d", "paxml/jax", "deepspeed", "config", "pretrain", "dropless",
                        "micro num"});
}

/// What the clause before speaks of, with which the next may go on.
struct Before {
  bool sharding = false, interleaving = false, products = false;
};

/// Chunks of a pipeline's stage, which the degrees have taken already; layers of a chunk only where they divide a stage.
bool states_chunks(const Reading& r, std::string_view clause, Before& before) {
  const ChunkWords said = chunks_in(clause, before.interleaving);
  before.interleaving = interleaves_stages(clause);
  return said.chunks || (said.layers_each && !r.open.vp);
}

/// The format of products, which the precision has taken already where the GPU has it.
bool states_products(const Reading& r, std::string_view clause, Before& before) {
  const catalog::Precision precision = r.out.plan.precision;
  const bool taken = precision != catalog::Precision::bf16 && precision != catalog::Precision::fp16;
  const bool named = taken ? names_products(clause) : sets_products(clause);
  before.products = named || (before.products && goes_on_with_products(clause));
  if (denies_products(clause)) return !taken;
  return before.products && (taken || !r.out.machine.gpu.peak.fp8);
}

/// Whether attention is one kernel; eager or unfused attention is none.
bool read_attention(Reading& r, std::string_view clause) {
  const auto flash =
      use_of_one(clause, {"flash attention", "flashattention", "flash attn", "flash attn 2", "fa2", "fa3", "sdpa"});
  const bool plain = names(clause, {"unfused attention", "eager attention", "attn impl: torch", "attn impl torch"});
  if (!flash && !plain) return false;
  r.out.plan.attention = flash == true && !plain ? perf::FusedAttention::on : perf::FusedAttention::off;
  return true;
}

/// Launches that are recorded and replayed, or not, where the options plainly say so.
void read_graphs(Reading& r) {
  r.out.cuda_graphs = graphs_in(r.cell("options"));
  const catalog::Stack& stack = r.parts.stacks[r.out.stack];
  if (r.out.cuda_graphs && *r.out.cuda_graphs != stack.training.cuda_graphs)
    r.note(fmt::format("CUDA graphs {}, other than in runs of {}", *r.out.cuda_graphs ? "on" : "off", stack.name));
}

/// Weights that the optimizer keeps, in 16 bits as all others: "master weights in bf16", "no fp32 master weights".
bool read_master_weights(Reading& r, std::string_view clause) {
  const auto kept = use_of_one(clause, {"master weight", "master param", "master parameter", "main param"});
  if (!kept || (*kept && !has_one_word(clause, {"bf16", "bfloat16"}))) return false;
  r.out.plan.pure_bf16 = true;
  r.note("no fp32 master weights");
  return true;
}

/// Whether a clause splits tensors over a grid of ranks, which has no law: "2D tensor parallel 2x2". "3D parallelism" is what all
/// three degrees are.
bool splits_over_grid(std::string_view clause) {
  return names(clause, {"2d", "2.5d", "3d"}) && names(clause, {"tensor", "tensors", "tp"});
}

/// Latent attention that the model has, at its ranks where the clause says them.
bool states_latent_attention(const Reading& r, std::string_view clause) {
  const auto& latent = r.out.model.latent;
  if (!latent || !(names_latent_ranks(clause) || uses(clause, {"mla", "latent attention"}))) return false;
  const auto other = [&](std::initializer_list<std::string_view> words, int rank) {
    return std::ranges::any_of(words, [&](std::string_view word) { return figure_of(clause, word).value_or(rank) != rank; });
  };
  return !other({"q lora", "q lora rank"}, latent->q_lora) && !other({"kv lora", "kv lora rank"}, latent->kv_lora);
}

/// What of the step is in doubt by a clause that no law uses; nothing where one does, or where it denies what none covers.
std::optional<PartInDoubt> in_doubt_by(Reading& r, std::string_view clause, Before& before) {
  if (is_mention(clause)) return PartInDoubt{&TrainingStep::total, kUnclearWord};
  if (is_untold(clause) || (r.out.cuda_graphs && speaks_of_graphs(clause))) return std::nullopt;
  bool known = read_expert_overlap(r, clause);
  known |= states_chunks(r, clause, before);
  known |= states_products(r, clause, before);
  known |= structure_in(clause).speaks_of_experts() || read_group_option(r, clause, before.sharding) ||
           read_schedule(r, clause) || read_overlap(r, clause) || read_offload(r, clause) || read_exchange(r, clause) ||
           read_attention(r, clause) || read_routing(r, clause) || read_recompute(r, clause) || read_power(r, clause) ||
           read_counts(r, clause) || read_adapters(r, clause) || read_master_weights(r, clause) ||
           states_latent_attention(r, clause) || is_read_elsewhere(r, clause);
  const auto where = [](bool used, const PartInDoubt& in_doubt) { return used ? std::optional(in_doubt) : std::nullopt; };
  if (const auto hides = hides_expert_traffic(clause); hides && names(clause, {"shared"}))
    return where(*hides, {&TrainingStep::expert_parallel, 1});
  if (splits_over_grid(clause) && r.out.plan.tp > 1) return PartInDoubt{&TrainingStep::tensor_parallel, 1};
  if (splits_over_grid(clause)) return PartInDoubt{&TrainingStep::total, kUnclearWord};
  for (const auto& [word, in_doubt] : unmodeled_words())
    if (const auto use = use_in(clause, word)) return where(*use, in_doubt);
  return where(!known && !is_idle(clause), {&TrainingStep::total, kUnclearWord});
}

}  // namespace

void read_options(Reading& r) {
  r.out.plan.blocking_launches = contains(lower(r.cell("options")), "launch_blocking");
  std::string unmodeled;
  Before before;
  bool dropless = false;
  const auto leave_out = [&](std::string_view said, const PartInDoubt& in_doubt) {
    unmodeled += fmt::format("{}{}", unmodeled.empty() ? "" : ", ", said);
    r.out.unmodeled.push_back(in_doubt);
  };
  for (const std::string_view column : {"model", "stack", "precision"})
    for (const std::string& clause : clauses_of(r.cell(column))) read_adapters(r, clause, true);
  bool of_sharding = true;  // the cell is
  for (const std::string& clause : clauses_of(r.cell("sharding")))
    if (!read_group_option(r, clause, of_sharding) && !read_offload(r, clause) && uses(clause, {"offload"}))
      leave_out(clause, {&TrainingStep::total, kUnclearWord});
  read_graphs(r);
  const std::string_view options = r.blank("options") ? std::string_view() : r.cell("options");
  for (const std::string& clause : clauses_of(degree_words(options).rest)) {  // the degrees are read already
    dropless |= uses(clause, {"dropless"});
    if (const auto in_doubt = in_doubt_by(r, clause, before)) leave_out(clause, *in_doubt);
  }
  for (const auto& [column, of_column] : {std::pair{"model", "the model's name"}, std::pair{"precision", "precision"}})
    for (const std::string& clause : clauses_of(r.cell(column)))
      for (const auto& [word, in_doubt] : unmodeled_words())
        if (uses(clause, {word})) leave_out(fmt::format("{} of {}", word, of_column), in_doubt);
  for (const std::string& other : other_formats(without_denied(lower(r.cell("precision")))))
    if (std::ranges::none_of(unmodeled_words(), [&](const Unmodeled& known) { return uses(other, {known.word}); }))
      leave_out(fmt::format("{} of precision", other), {&TrainingStep::total, kUnclearWord});
  settle_adapters(r);
  if (!unmodeled.empty()) r.note(fmt::format("not modeled: {}", unmodeled));
  settle_routing(r, dropless);
}

}  // namespace eigenbau::tables

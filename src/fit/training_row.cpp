// What job does one row of a table of training runs describe?
#include "fit/training_row.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "fit/architecture.h"
#include "fit/run_text.h"
#include "perf/default_plan.h"
#include "perf/memory.h"
#include "perf/pipeline.h"

namespace eigenbau::fit {
namespace {

using catalog::Precision;

/// A row being read: cells, the result, and the notes that become `reason`.
struct Reading {
  const Csv& table;
  std::size_t row;
  const TrainingParts& parts;
  TrainingRow out{};

  std::string_view cell(std::string_view column) const { return table.cell(row, column); }
  int count(std::string_view column, int otherwise) const {
    const auto number = table.number(row, column);
    return number && *number >= -1e9 && *number <= 1e9 ? static_cast<int>(std::lround(*number)) : otherwise;
  }
  bool blank(std::string_view column) const { return !table.number(row, column); }
  void note(std::string_view text) {
    if (!out.reason.empty()) out.reason += "; ";
    out.reason += text;
  }
  void refuse(RowStatus status, std::string_view text) {
    if (out.status == RowStatus::ok) out.status = status;
    note(text);
  }
};

void read_model(Reading& r) {
  catalog::Model& m = r.out.model;
  m.name = r.cell("model");
  m.layers = r.count("layers", 0);
  m.hidden = r.count("hidden", 0);
  m.heads = r.count("heads", 0);
  m.kv_heads = r.count("kv_heads", m.heads);
  m.ffn_hidden = r.count("ffn_hidden", 4 * m.hidden);
  m.vocabulary = r.count("vocab", 0);
  m.sequence_length = r.count("seq_len", 0);
  const int experts = r.count("experts", 0);
  if (experts > 1) {
    m.experts = catalog::Experts{};
    m.experts->count = experts;
    m.experts->top_k = std::max(1, r.count("top_k", 1));
    m.experts->hidden = r.count("moe_ffn_hidden", m.ffn_hidden);
  }
  m.attention = m.kv_heads == m.heads ? catalog::AttentionKind::mha : catalog::AttentionKind::gqa;
  if (m.layers <= 0 || m.hidden <= 0 || m.heads <= 0 || m.sequence_length <= 0) {
    r.refuse(RowStatus::invalid, "the model's layers, hidden size, heads or sequence length are not stated");
    return;
  }
  if (m.vocabulary <= 0) {
    m.vocabulary = 51200;
    r.note("vocabulary taken as 51,200");
  }
  if (!complete_architecture(m.name, m)) r.note("model family not known: gated MLP, untied embeddings");
  const std::string options = lower(r.cell("options"));
  if (contains(options, "w/o mtp")) m.mtp_layers = 0;
  if (m.experts && contains(options, "every other layer")) m.experts->every = 2;
}

void read_machine(Reading& r) {
  perf::Machine& machine = r.out.machine;
  const auto found = find_gpu(r.parts.gpus, r.cell("gpu"));
  if (!found) {
    r.refuse(RowStatus::unsupported, fmt::format("no accelerator like \"{}\" is known", r.cell("gpu")));
    return;
  }
  machine.gpu = r.parts.gpus[found->index];
  if (!found->exact) {
    r.note(fmt::format("GPU {} taken as {}", r.cell("gpu"), machine.gpu.name));
    r.out.doubt += 0.10;
  }
  machine.gpus = r.count("num_gpus", 0);
  if (machine.gpus <= 0) r.refuse(RowStatus::invalid, "the number of GPUs is not stated");
  const std::string network = lower(r.cell("interconnect_note"));
  machine.scale_up_domain = contains(network, "nvl72") ? 72 : std::max(1, machine.gpu.scale_up_domain);
  const NicNote nic = read_nic_note(network, machine.gpu);
  machine.nic_per_gpu = nic.per_gpu;
  machine.transport = nic.transport;
  if (!nic.stated && machine.gpus > machine.scale_up_domain)
    r.note(fmt::format("NIC taken as {:.0f} Gb/s per GPU", nic.per_gpu.in(kGigabitPerSecond)));
}

/// A release from before training in NVFP4 was shipped (NVIDIA et al. 2025, "Pretraining large language models with NVFP4").
bool before_nvfp4(const Reading& r) {
  constexpr double kFirst = 25.09;
  return release_in(lower(r.cell("source_locator"))).value_or(kFirst) < kFirst - 0.005;
}

void read_precision(Reading& r) {
  perf::ParallelPlan& plan = r.out.plan;
  const std::string text = lower(r.cell("precision"));
  const catalog::PeakRates& peak = r.out.machine.gpu.peak;
  plan.pure_bf16 = contains(text, "pure");
  if (contains(text, "nvfp4") && contains(text, "fp8 or ")) {
    plan.precision = peak.nvfp4 && !before_nvfp4(r) ? Precision::nvfp4 : Precision::fp8;
    r.note(fmt::format("precision {} taken as {}", text, plan.precision == Precision::nvfp4 ? "nvfp4" : "fp8"));
  } else if (contains(text, "nvfp4")) plan.precision = peak.nvfp4 ? Precision::nvfp4 : Precision::fp8;
  else if (contains(text, "mxfp8")) plan.precision = Precision::mxfp8;
  else if (contains(text, "fp8")) plan.precision = contains(text, "block") ? Precision::fp8_block : Precision::fp8;
  else if (contains(text, "fp16")) plan.precision = Precision::fp16;
  else if (contains(text, "bf16")) plan.precision = Precision::bf16;
  else {
    plan.precision = Precision::bf16;
    r.note(text.empty() ? std::string("precision taken as bf16") : fmt::format("precision {} taken as bf16", text));
    if (!text.empty()) r.out.doubt += 0.10;
  }
  plan.row_scales = contains(text, "row");
  if (plan.precision != Precision::bf16 && plan.precision != Precision::fp16 && !peak.fp8) {
    plan.precision = Precision::bf16;
    r.note("this GPU has no 8-bit products: bf16");
    r.out.doubt += 0.10;
  }
}

void read_recompute(Reading& r, const catalog::Stack& stack) {
  const std::string text = lower(r.cell("recompute"));
  perf::ParallelPlan& plan = r.out.plan;
  if (text == "full") plan.recompute = perf::Recompute::full;
  else if (text == "selective") plan.recompute = perf::Recompute::selective;
  else if (text == "none") plan.recompute = perf::Recompute::none;
  else {
    plan.recompute = perf::Recompute::automatic;
    r.note(fmt::format("recompute as memory demands under {}", stack.name));
  }
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

void read_sharding(Reading& r, const catalog::TrainingConstants& stack) {
  perf::ParallelPlan& plan = r.out.plan;
  const std::string text = lower(r.cell("sharding")), options = lower(r.cell("options"));
  if (contains(text, "zero3") || contains(text, "fsdp")) plan.zero_level = 3;
  else if (contains(text, "zero2")) plan.zero_level = 2;
  else if (contains(text, "zero1")) plan.zero_level = 1;
  else if (text == "none") plan.zero_level = 0;
  else {
    plan.zero_level = stack.zero_level;
    r.note(fmt::format("ZeRO level {} as the stack does", stack.zero_level));
  }
  if (const auto group = number_after(options, "group")) plan.shard_group = static_cast<int>(*group);
  else if (plan.zero_level == 3 && contains(options, "fsdp+dp")) plan.shard_group = smallest_shard_group(r.out, stack);
}

void read_options(Reading& r, const catalog::TrainingConstants& stack) {
  perf::ParallelPlan& plan = r.out.plan;
  const std::string options = lower(r.cell("options"));
  const std::string sp = lower(r.cell("seq_parallel"));
  plan.sequence_parallel = sp.empty() ? stack.sequence_parallel : (sp == "1" || sp == "true" || sp == "1.0");
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
  if (const auto etp = number_after(options, "etp")) plan.etp = static_cast<int>(*etp);
  else plan.etp = r.out.model.experts && stack.expert_tp_follows ? plan.tp : 1;
}

/// Degrees that are not stated follow from those that are.
void read_plan(Reading& r, const catalog::TrainingConstants& stack) {
  perf::ParallelPlan& plan = r.out.plan;
  plan.tp = r.count("tp", 1);
  plan.pp = r.count("pp", 1);
  plan.vp = std::max(1, r.count("vpp", 1));
  plan.cp = r.count("cp", 1);
  plan.ep = r.out.model.experts ? std::max(1, r.count("ep", 1)) : 1;
  plan.micro_batch = r.count("micro_batch", 1);
  plan.global_batch = r.count("global_batch_seqs", 0);
  plan.sequence_length = r.out.model.sequence_length;
  r.out.plan_is_open = r.blank("tp") && r.blank("pp") && r.blank("cp");
  r.out.micro_batch_is_open = r.blank("micro_batch");
  if (plan.tp < 1 || plan.pp < 1 || plan.cp < 1 || plan.micro_batch < 1) {
    r.refuse(RowStatus::invalid, "a degree of parallelism or the micro-batch is below 1");
    return;
  }
  const int others = plan.tp * plan.pp * plan.cp;
  plan.dp = r.count("dp", std::max(1, r.out.machine.gpus / others));
  if (plan.dp * others != r.out.machine.gpus && !r.out.plan_is_open) {
    r.note(fmt::format("dp {} x tp {} x pp {} x cp {} is not {} GPUs", plan.dp, plan.tp, plan.pp, plan.cp, r.out.machine.gpus));
    const int dp = r.out.machine.gpus / others;
    if (dp < 1 || dp * others != r.out.machine.gpus) {
      r.refuse(RowStatus::invalid, fmt::format("nearest data parallelism: {}", std::max(1, dp)));
      return;
    }
    plan.dp = dp;
    r.note(fmt::format("data parallelism taken as {}", dp));
    r.out.doubt += 0.05;
  }
  if (plan.global_batch <= 0) r.refuse(RowStatus::unsupported, "the global batch is not stated");
  read_sharding(r, stack);
  if (plan.pp > 1 && r.blank("vpp") && stack.interleaves) {
    plan.vp = perf::usual_chunks(r.out.model.layers, plan.pp);
    if (plan.vp > 1) r.note(fmt::format("interleaving taken as {}", plan.vp));
  }
  plan.schedule = perf::usual_schedule(plan.vp, stack.dual_pipe);
  read_options(r, stack);
}

}  // namespace

TrainingRow read_training_row(const Csv& table, std::size_t row, const TrainingParts& parts, std::optional<double> release) {
  Reading r{table, row, parts};
  r.out.id = table.cell(row, "id");
  read_model(r);
  read_machine(r);
  if (parts.stacks.empty()) r.refuse(RowStatus::unsupported, "no software stack is known");
  if (r.out.status != RowStatus::ok) return std::move(r.out);

  const std::string locator = release ? fmt::format("container {:05.2f}", *release) : std::string(r.cell("source_locator"));
  const std::string words = lower(fmt::format("{} {} {} {}", r.cell("source"), locator, r.cell("options"), r.cell("gpu")));
  const StackChoice choice = choose_stack(parts.stacks, lower(r.cell("stack")), words, table.number(row, "year"));
  r.out.stack = choice.index;
  const catalog::Stack& stack = parts.stacks[choice.index];
  if (!choice.known) {
    r.note(fmt::format("stack {} taken as {}", r.cell("stack"), stack.name));
    r.out.doubt += 0.10;
  }
  read_precision(r);
  read_plan(r, stack.training);
  read_recompute(r, stack);
  return std::move(r.out);
}

std::optional<Time> measured_step_time(const Csv& table, std::size_t row) {
  if (const auto quality = table.cell(row, "quality"); !quality.empty() && quality != "good") return {};
  const auto number = [&](std::string_view column) { return table.number(row, column); };
  const auto batch = number("global_batch_seqs"), sequence = number("seq_len"), gpus = number("num_gpus");
  if (!batch || !sequence || !gpus || !number("layers")) return {};
  if (const auto seconds = number("step_time_s")) return *seconds * kSecond;
  const double tokens = *batch * *sequence / *gpus;
  if (const auto rate = number("tokens_per_s_per_gpu"); rate && *rate > 0) return tokens / *rate * kSecond;
  const auto tflops = number("model_tflops_per_gpu");
  if (!tflops || table.cell(row, "notes").find("full attention") == std::string_view::npos) return {};
  const auto hidden = number("hidden"), heads = number("heads"), kv = number("kv_heads"), ffn = number("ffn_hidden"),
             vocabulary = number("vocab");
  if (!hidden || !heads || !ffn || !vocabulary) return {};
  // The convention of the sources that print FLOP/s only: 6 per matrix parameter and full attention.
  const double matrices = table.cell(row, "model").find("llama") != std::string_view::npos ? 3 : 2;
  const double h = *hidden, layers = *number("layers");
  const double flop = 6 * (layers * (2 * h * h * (1 + kv.value_or(*heads) / *heads) + matrices * h * *ffn) + *vocabulary * h +
                           2 * layers * *sequence * h);
  return tokens * flop / (*tflops * 1e12) * kSecond;
}

}  // namespace eigenbau::fit

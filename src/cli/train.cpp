// eigenbau train: how long is one training step of this model on these GPUs with this plan, and where does it go?
#include <fmt/format.h>

#include "artifacts/step_trace.h"
#include "cli/commands.h"
#include "cli/constants_section.h"
#include "cli/inputs.h"
#include "cli/plan_problems.h"
#include "cli/train_question.h"
#include "cli/version.h"
#include "perf/default_plan.h"
#include "perf/fitting_plan.h"
#include "perf/layer.h"
#include "perf/model_shape.h"
#include "perf/pipeline.h"
#include "perf/rank_group.h"
#include "perf/sharding.h"
#include "perf/step_parts.h"
#include "perf/step_timeline.h"
#include "perf/training_step.h"
#include "report/plan_words.h"
#include "units/print.h"

namespace eigenbau::cli {
namespace {

using perf::ParallelPlan;
using perf::TrainingStep;

report::Section step_section(const TrainQuestion& job, const TrainingStep& step) {
  report::Section section{.key = "step", .title = "One training step"};
  Figure time = figure(
      step.total, {.source = "derived"},
      "compute of the slowest stage, exposed traffic, bubble, optimizer, stragglers; 95 % of measured runs lie within the range");
  time.low = step.low().base();
  time.high = step.high().base();
  report::add(section, "step_time", "Step time", time).headline = true;
  report::add(section, "tokens_per_gpu", "Tokens per GPU", figure(step.tokens_per_gpu, {.source = "derived"})).headline = true;
  report::add(section, "mfu_causal", "MFU, causal attention counted", figure(step.mfu_causal, {.source = "derived"}),
              report::Form::share)
      .headline = true;
  report::add(section, "mfu_full", "MFU, full attention counted", figure(step.mfu_full, {.source = "derived"}),
              report::Form::share);
  report::Bar bar{.key = "step",
                  .label = fmt::format("{} on {} x {}", job.model.name, print_count(job.machine.gpus), job.machine.gpu.name)};
  for (const perf::StepPart& part : perf::kStepParts)
    if (perf::shows(part, step))
      bar.segments.push_back({.key = part.key, .label = part.label, .amount = {(step.*part.member).base()}});
  section.items.push_back(report::Stack{.key = "bar",
                                        .title = job.plan.pp > 1 ? "Where it goes, on the slowest stage" : "Where it goes",
                                        .dimension = kTime,
                                        .bars = {std::move(bar)}});
  return section;
}

/// Who made the plan.
std::string lead_of(const TrainQuestion& job) {
  if (!job.plan_chosen) return "";
  if (job.by_file.empty()) return "No degree of parallelism was given: the fastest of all plans that fit.";
  return fmt::format("The file states {}: the fastest of all such plans that fit.", fmt::join(job.by_file, ", "));
}

/// "command line", "not given: as megatron-core does"
std::string in_words(const Origin& origin) { return origin.derivation.empty() ? origin.source : origin.derivation; }

/// How tokens get to their experts, and how evenly.
void add_exchange(report::Section& section, const TrainQuestion& job) {
  const ParallelPlan& p = job.plan;
  const catalog::TrainingConstants& stack = job.stack.training;
  const bool single = perf::sends_single_copies(p, stack);
  const bool drops = p.routing == perf::Routing::token_drop;
  report::add(section, "dispatch", "Dispatch of tokens",
              std::string(single ? "exchange kernels, one copy for each rank" : "all-to-all, one copy for each expert"))
      .remark = in_words(job.origins.at("dispatch"));
  const bool forced = p.imbalance > 0;
  report::add(section, "routing", "Routing",
              std::string(drops    ? "token-drop"
                          : forced ? "balanced"
                                   : "dropless"))
      .remark = in_words(job.origins.at("routing"));
  if (p.expert_overlap && p.schedule != perf::Schedule::dual_pipe)
    report::add(section, "expert_overlap", "Traffic of experts", std::string("beside the compute of another micro-batch"))
        .remark = in_words(job.origins.at("expert_overlap"));
  const char* why = drops       ? "experts of a fixed capacity"
                    : forced    ? "the router spreads tokens evenly"
                    : p.ep <= 1 ? "one rank has all experts"
                                : "1 + expert_spread x sqrt(2 ln(ep) x ep / experts)";
  report::add(section, "expert_imbalance", "Tokens of the busiest rank over the mean",
              figure(perf::expert_imbalance(perf::model_shape(job.model), p, stack), {.source = "derived"}, why));
  if (p.ep * p.etp <= job.machine.scale_up_domain) return;
  const Bandwidth flow = perf::expert_flow_rate(perf::platform_of(job.machine, stack));
  const bool at_ceiling = flow >= stack.expert_nic_ceiling;
  report::add(section, "expert_flow_rate", "Expert traffic on a NIC",
              figure(flow, {.source = "derived"},
                     at_ceiling ? "the most that published runs got, those on 800 Gb/s among them"
                                : "nine tenths of the NIC, at the efficiency of its transport"));
}

report::Section plan_section(const TrainQuestion& job, const Diagnostics& problems) {
  report::Section section{.key = "plan", .title = "Plan", .lead = lead_of(job)};
  const ParallelPlan& p = job.plan;
  report::add(section, "plan", "In words", report::in_words(p, job.model.layers)).headline = true;
  const auto count = [&](const char* key, const char* label, double value) {
    const auto& [source, derivation] = job.origins.at(key);
    report::add(section, key, label, figure(value, {.source = source}, derivation), report::Form::count);
  };
  const auto words = [&](const char* key, const char* label, std::string value) {
    report::add(section, key, label, std::move(value)).remark = in_words(job.origins.at(key));
  };
  count("tp", "Tensor parallel", p.tp);
  count("pp", "Pipeline stages", p.pp);
  count("vp", "Chunks per stage", p.vp);
  count("cp", "Context parallel", p.cp);
  if (p.cp > 1) words("cp_comm_type", "Keys and values get around by", std::string(catalog::name_of(p.context)));
  count("dp", "Data parallel", p.dp);
  count("ep", "Expert parallel", p.ep);
  count("etp", "Tensor parallel in an expert", p.etp);
  count("zero_level", "ZeRO level", p.zero_level);
  if (p.zero_level > 0)
    count("shard_group", "Ranks that share one copy", p.shard_group > 0 ? p.shard_group : static_cast<int>(p.replicas()));
  count("micro_batch", "Micro-batch, sequences", p.micro_batch);
  count("micro_batches", "Micro-batches a step", p.micro_batches());
  count("global_batch", "Global batch, sequences", p.global_batch);
  words("sp", "Sequences split between products", p.sequence_parallel && p.tp > 1 ? "on" : "off");
  words("schedule", "Schedule", report::word_of(p.schedule));
  if (job.model.experts) add_exchange(section, job);
  report::add(section, "recompute", "Recompute", report::recompute_in_words(p, job.model.layers));
  if (p.freezes_weights())
    report::add(section, "adapter_rank", "Rank of the adapters, which alone are trained",
                figure(p.adapter_rank, {.source = "command line"}), report::Form::count);
  report::add(section, "precision", "Precision", std::string(catalog::name_of(p.precision)));
  report::add(section, "stack", "Software stack", job.stack.name);
  add_remarks(section, problems);
  if (job.unused) section.items.push_back(*job.unused);
  for (const std::string& note : job.notes) section.items.push_back(report::Remark{.text = note});
  return section;
}

/// A plan as the options that state it, whatever else would settle by itself.
std::string options_of(const ParallelPlan& p, const TrainQuestion& job) {
  std::string text = fmt::format("--tp {} --pp {} --vp {} --cp {} --dp {}", p.tp, p.pp, p.vp, p.cp, p.dp);
  if (job.model.experts) text += fmt::format(" --ep {} --etp {}", p.ep, p.etp);
  if (p.pp > 1) text += fmt::format(" --schedule {}", report::word_of(p.schedule));
  if (!job.origins.at("shard_group").source.empty())
    text += fmt::format(" --shard-group {}", p.shard_group > 0 ? p.shard_group : static_cast<int>(p.replicas()));
  text +=
      fmt::format(" --micro-batch {} --zero {} --recompute {}", p.micro_batch, p.zero_level, catalog::name_of(p.recompute.mode));
  if (p.recompute.num_layers > 0) text += fmt::format(" --recompute-num-layers {}", p.recompute.num_layers);
  else if (job.plan.recompute.num_layers > 0) text += ", without --recompute-num-layers";
  if (!p.recompute.modules.empty()) text += fmt::format(" --recompute-modules {}", catalog::listed(p.recompute.modules, ","));
  else if (!job.plan.recompute.modules.empty()) text += ", without --recompute-modules";
  return text;
}

std::string_view stage_words(const ParallelPlan& plan, std::size_t stage) {
  if (stage == perf::kFirstStage) return "first";
  if (stage == perf::kLastStage) return plan.stages_held() == 2 ? "at either end" : "last";
  return "in the middle";
}

report::Section memory_section(const TrainQuestion& job, const TrainingStep& step) {
  report::Section section{.key = "memory", .title = "Memory of the fullest GPU"};
  const perf::MemoryUse& m = step.memory;
  const auto bytes = [&](const char* key, const char* label, Bytes value) {
    report::add(section, key, label, figure(value, {.source = "derived"})).unit = "GiB";
  };
  bytes("memory", "Needed", m.total());
  bytes("memory_available", "There is", m.available);
  if (job.plan.pp > 1) report::add(section, "fullest_stage", "On the stage", std::string(stage_words(job.plan, m.stage)));
  bytes("weights", "Weights", m.weights);
  bytes("gradients", "Gradients", m.gradients);
  bytes("optimizer_state", "Optimizer state", m.optimizer);
  bytes("activations", "Activations", m.activations);
  bytes("buffers", "Buffers and context", m.buffers + m.context);
  if (!m.fits()) {
    std::string hint = "no plan near this one fits; `eigenbau search` looks at all of them, and says what is missing";
    if (const auto way = perf::nearest_fitting_plan(job.model, job.machine, job.plan, job.stack.training))
      hint = fmt::format("this fits: {}", options_of(*way, job));
    section.items.push_back(
        report::Remark{.severity = Severity::warning,
                       .text = fmt::format("the plan does not fit: {} too much", print_needed_memory(m.short_by())),
                       .hint = std::move(hint)});
  }
  return section;
}

/// The least recompute that fits. Who asks for the traffic of experts beside another micro-batch gets none that repeats it: then
/// the plan may not fit.
ParallelPlan with_least_recompute(const TrainQuestion& job) {
  using perf::Recompute;
  const ParallelPlan kept = job.plan.with(Recompute::none);
  const auto least = [&](const ParallelPlan& p) {
    return p.with(perf::least_recompute(job.model, job.machine, p, job.stack.training));
  };
  const ParallelPlan fitting = least(kept);
  if (!kept.expert_overlap || !perf::can_overlap_experts(kept) || perf::can_overlap_experts(fitting)) return fitting;
  return kept.with(perf::usual_selective(job.model, kept, job.stack.training).value_or(Recompute::none));
}

/// What runs where the plan leaves it open or the software cannot run it: the least recompute that fits, 1F1B where there is
/// nothing to interleave or no pipeline, a lower level of sharding.
void settle(TrainQuestion& job) {
  ParallelPlan& p = job.plan;
  const bool interleaved = p.schedule == perf::Schedule::interleaved;
  if (interleaved ? p.vp == 1 : p.pp == 1 && p.schedule != perf::Schedule::one_f_one_b) {
    p.schedule = perf::Schedule::one_f_one_b;
    job.origins["schedule"] = {.derivation = interleaved ? "nothing to interleave" : "one stage has no other"};
  }
  if (const auto less = perf::why_less_sharding(p, job.stack)) {
    p = perf::as_run(p, job.stack.training);
    job.origins["zero_level"] = {.derivation = *less};
  }
  if (p.recompute == perf::Recompute::automatic) p = with_least_recompute(job);
}

Outcome run_train(const Arguments& arguments) {
  auto job = train_question(arguments);
  if (!job) return failed(job.error());
  Diagnostics problems =
      plan_problems(job->model, job->machine, job->plan, {.by_search = job->plan_chosen, .dp_is_stated = job->dp_stated});
  if (problems.has_errors()) return failed({ExitCode::bad_usage, std::move(problems)});
  settle(*job);
  add_software_problems(problems, job->model, job->plan, job->stack);
  const TrainingStep step = perf::training_step(job->model, job->machine, job->plan, job->stack);
  report::Report report{
      .title = fmt::format("{} on {} x {}", job->model.name, print_count(job->machine.gpus), job->machine.gpu.name),
      .input = job->input,
      .input_hash = job->input_hash,
      .version = std::string(kVersion)};
  report.sections = {step_section(*job, step), plan_section(*job, problems), memory_section(*job, step)};
  if (arguments.has("--explain")) report.sections.push_back(constants_section(job->stack, job->catalog));
  Outcome outcome{.result = std::move(report), .diagnostics = std::move(problems)};
  if (const auto path = arguments.value("--trace")) {
    const auto timeline = perf::step_timeline(job->model, job->machine, job->plan, job->stack);
    const std::string title =
        fmt::format("{} on {} x {}, {}", job->model.name, job->machine.gpus, job->machine.gpu.name, job->stack.name);
    outcome.files.push_back({*path, artifacts::perfetto_trace(timeline, title)});
  }
  return outcome;
}

}  // namespace

Command train_command() {
  return {
      .name = "train",
      .group = kQuestions,
      .summary = "predict one training step of a model on some GPUs, taken apart",
      .examples = {"eigenbau train lab.toml                    the first training job of a file",
                   "eigenbau train --model llama3.1-405b --gpu h100-sxm --gpus 16384 --tp 8 --pp 16 --global-batch 2048",
                   "eigenbau train --model deepseek-v3 --gpu h800 --gpus 2048 --global-batch 15360 --precision fp8 "
                   "--stack deepseek"},
      .positionals = {{.name = "FILE", .help = "cluster file; without it --model, --gpu, --gpus and --global-batch", .least = 0}},
      .options = joined({train_options(),
                         {Option{.name = "--trace",
                                 .value = "FILE",
                                 .help = "write the pipeline's schedule for ui.perfetto.dev, rank by rank",
                                 .takes = Takes::output_file},
                          Option{.name = "--explain", .help = "also show the constants behind the figures"}},
                         input_options(),
                         result_options()}),
      .more =
          "Without any degree of parallelism the fastest of all plans that fit is taken, within what a file states of its job. "
          "Degrees that are given make the plan, beside those of the file: those that nobody gives are 1, but for chunks, which "
          "are as "
          "the software makes them. A plan that no stack can run is refused with the "
          "nearest valid values; one that does not fit in memory is predicted all the same, with what would fit.",
      .run = run_train};
}

}  // namespace eigenbau::cli

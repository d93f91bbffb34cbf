// eigenbau train: how long is one training step of this model on these GPUs with this plan, and where does it go?
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "artifacts/step_trace.h"
#include "cli/codes.h"
#include "cli/commands.h"
#include "cli/inputs.h"
#include "cli/version.h"
#include "fit/training_constants.h"
#include "perf/default_plan.h"
#include "perf/pipeline.h"
#include "perf/plan_check.h"
#include "perf/step_parts.h"
#include "perf/step_timeline.h"
#include "perf/training_step.h"
#include "units/parse.h"
#include "units/print.h"

namespace eigenbau::cli {
namespace {

using perf::ParallelPlan;
using perf::TrainingStep;

/// The job as asked: parts of the catalog, machine and plan.
struct Job {
  catalog::Model model;
  perf::Machine machine;
  catalog::Stack stack;
  ParallelPlan plan;
  bool plan_chosen = false;
};

std::unexpected<Failure> refuse(std::string message, std::string hint = "") {
  return fail(ExitCode::bad_usage,
              {.code = std::string(kBadOptionValue), .message = std::move(message), .hint = std::move(hint)});
}

template <Dimension D>
Result<Quantity<D>> quantity_option(const Arguments& arguments, std::string_view name, Quantity<D> fallback) {
  const auto text = arguments.value(name);
  if (!text) return fallback;
  const auto parsed = parse_quantity(*text);
  if (!parsed) return refuse(fmt::format("{} \"{}\": {}", name, *text, parsed.error().message), parsed.error().hint);
  if (parsed->dimension != D || parsed->value <= 0) return refuse(fmt::format("{} \"{}\" has the wrong unit", name, *text));
  return Quantity<D>::from_base(parsed->value);
}

int whole(const Arguments& arguments, std::string_view name, int fallback) {
  return static_cast<int>(std::min<std::uint64_t>(arguments.number(name, static_cast<std::uint64_t>(fallback)), 1u << 30));
}

/// "1536" counts sequences, "16 Mtoken" tokens.
Result<int> global_batch(const Arguments& arguments, int sequence) {
  const auto text = arguments.value("--global-batch");
  if (!text) return refuse("--global-batch is missing", "sequences (1536) or tokens (\"16 Mtoken\")");
  const auto parsed = parse_quantity(*text);
  if (!parsed) return refuse(fmt::format("--global-batch \"{}\": {}", *text, parsed.error().message), parsed.error().hint);
  double sequences = parsed->value;
  if (parsed->dimension == kToken) sequences = std::round(sequences / sequence);
  else if (parsed->dimension != kDimensionless) return refuse("--global-batch counts sequences or tokens");
  if (sequences < 1 || sequences > 1e9) return refuse(fmt::format("--global-batch \"{}\" is out of range", *text));
  return static_cast<int>(sequences);
}

bool states_a_plan(const Arguments& arguments) {
  for (const std::string_view name : {"--tp", "--pp", "--vp", "--cp", "--ep", "--etp", "--zero", "--micro-batch"})
    if (arguments.has(name)) return true;
  return false;
}

Result<perf::Recompute> recompute_option(const Arguments& arguments) {
  const std::string word = arguments.value("--recompute").value_or("automatic");
  if (word == "none") return perf::Recompute::none;
  if (word == "selective") return perf::Recompute::selective;
  if (word == "full") return perf::Recompute::full;
  return perf::Recompute::automatic;
}

Result<Job> read_job(const Arguments& arguments) {
  const auto catalog = read_catalog(arguments);
  if (!catalog) return std::unexpected(catalog.error());
  for (const std::string_view needed : {"--model", "--gpu", "--gpus"})
    if (!arguments.has(needed)) return refuse(fmt::format("{} is missing", needed));
  auto model = catalog->model(*arguments.value("--model"));
  if (!model) return std::unexpected(model.error());
  auto gpu = catalog->gpu(*arguments.value("--gpu"));
  if (!gpu) return std::unexpected(gpu.error());
  auto stack = catalog->stack(arguments.value("--stack").value_or("megatron-core"));
  if (!stack) return std::unexpected(stack.error());

  Job job{
      .model = std::move(*model), .machine = perf::machine_of(*gpu, whole(arguments, "--gpus", 8)), .stack = std::move(*stack)};
  const auto nic = quantity_option(arguments, "--nic", job.machine.nic_per_gpu);
  if (!nic) return std::unexpected(nic.error());
  job.machine.nic_per_gpu = *nic;
  const auto cap = quantity_option(arguments, "--power-cap", job.machine.power_cap);
  if (!cap) return std::unexpected(cap.error());
  job.machine.power_cap = *cap;
  job.machine.scale_up_domain = std::max(1, whole(arguments, "--domain", job.machine.scale_up_domain));

  ParallelPlan& plan = job.plan;
  plan.sequence_length = whole(arguments, "--sequence", job.model.sequence_length);
  if (plan.sequence_length < 1) return refuse("the model states no sequence length: give --sequence");
  const auto batch = global_batch(arguments, plan.sequence_length);
  if (!batch) return std::unexpected(batch.error());
  plan.global_batch = *batch;
  const auto precision = catalog::precision_from(arguments.value("--precision").value_or("bf16"));
  if (!precision) return refuse("--precision is not a known format", "bf16, fp16, fp8, fp8_block, mxfp8, nvfp4");
  plan.precision = *precision;
  const auto recompute = recompute_option(arguments);
  plan.recompute = *recompute;
  plan.zero_level = whole(arguments, "--zero", job.stack.training.zero_level);
  if (!states_a_plan(arguments)) {
    const auto found =
        perf::default_plan(job.model, job.machine, job.stack, plan.global_batch, plan.sequence_length, plan.precision);
    if (!found)
      return fail(ExitCode::no_answer,
                  {.code = std::string(kWrongArguments),
                   .message = fmt::format("no plan of {} on {} x {} fits in memory and divides the batch of {}", job.model.name,
                                          job.machine.gpus, job.machine.gpu.name, plan.global_batch),
                   .hint = "more GPUs, or a batch with more divisors"});
    plan = *found;
    job.plan_chosen = true;
    return job;
  }
  plan.tp = whole(arguments, "--tp", 1);
  plan.pp = whole(arguments, "--pp", 1);
  plan.vp = whole(arguments, "--vp", 1);
  plan.cp = whole(arguments, "--cp", 1);
  plan.ep = whole(arguments, "--ep", 1);
  plan.etp = whole(arguments, "--etp", 1);
  plan.micro_batch = whole(arguments, "--micro-batch", 1);
  plan.sequence_parallel = job.stack.training.sequence_parallel;
  plan.schedule = perf::usual_schedule(plan.vp, job.stack.training.dual_pipe);
  const int others = std::max(1, plan.tp * plan.pp * plan.cp);
  plan.dp = whole(arguments, "--dp", std::max(1, job.machine.gpus / others));
  return job;
}

/// Rules that the plan breaks; errors for those that no stack gets around.
Diagnostics violations(const Job& job) {
  Diagnostics out;
  for (const perf::PlanViolation& v : perf::check_plan(job.model, job.machine, job.plan)) {
    std::string hint;
    if (v.nearest[0] > 0 && v.nearest[1] > 0) hint = fmt::format("nearest: {} and {}", v.nearest[0], v.nearest[1]);
    else if (v.nearest[0] > 0 || v.nearest[1] > 0) hint = fmt::format("nearest: {}", std::max(v.nearest[0], v.nearest[1]));
    out.add({.code = std::string(kWrongArguments),
             .severity = v.fatal ? Severity::error : Severity::warning,
             .message = fmt::format("{} ({} against {})", perf::text_of(v.rule), v.value, v.limit),
             .hint = std::move(hint)});
  }
  return out;
}

constexpr double kShown = 1e-6;  ///< of the step: a smaller part is not listed

report::Section step_section(const Job& job, const TrainingStep& step) {
  report::Section section{.key = "step", .title = "One training step"};
  Figure time =
      figure(step.total, {.source = "derived"}, "compute of the slowest stage, exposed traffic, bubble, optimizer, stragglers");
  time.low = step.low().base();
  time.high = step.high().base();
  report::add(section, "step_time", "Step time", time).headline = true;
  report::add(section, "tokens_per_gpu", "Tokens per GPU", figure(step.tokens_per_gpu, {.source = "derived"})).headline = true;
  report::add(section, "mfu_causal", "MFU, causal attention counted", figure(step.mfu_causal, {.source = "derived"}),
              report::Form::share)
      .headline = true;
  report::add(section, "mfu_full", "MFU, full attention counted", figure(step.mfu_full, {.source = "derived"}),
              report::Form::share);
  report::Table table{.key = "parts",
                      .title = "Where it goes",
                      .columns = {{.key = "part", .label = "part"},
                                  {.key = "time", .label = "time", .dimension = kTime},
                                  {.key = "share", .label = "share", .form = report::Form::share}}};
  report::Bar bar{.key = "step", .label = fmt::format("{} on {} x {}", job.model.name, job.machine.gpus, job.machine.gpu.name)};
  for (const perf::StepPart& part : perf::kStepParts) {
    const Time time_of_part = step.*part.member;
    if (time_of_part <= kShown * step.total) continue;
    table.rows.push_back(
        {.key = part.key,
         .cells = {std::string(part.label), report::Number{time_of_part.base()}, report::Number{time_of_part / step.total}}});
    bar.segments.push_back({.key = part.key, .label = part.label, .amount = {time_of_part.base()}});
  }
  section.items.push_back(std::move(table));
  section.items.push_back(
      report::Stack{.key = "bar", .title = "One step, by part", .dimension = kTime, .bars = {std::move(bar)}});
  return section;
}

report::Section plan_section(const Job& job, const TrainingStep& step) {
  report::Section section{.key = "plan", .title = "Plan"};
  const ParallelPlan& p = job.plan;
  if (job.plan_chosen) section.lead = "No degree of parallelism was given: the fastest plan found that fits.";
  const auto count = [&](const char* key, const char* label, double value) {
    report::add(section, key, label, figure(value, {.source = job.plan_chosen ? "derived" : "command line"}),
                report::Form::count);
  };
  count("tp", "Tensor parallel", p.tp);
  count("pp", "Pipeline stages", p.pp);
  count("vp", "Chunks per stage", p.vp);
  count("cp", "Context parallel", p.cp);
  count("dp", "Data parallel", p.dp);
  count("ep", "Expert parallel", p.ep);
  count("zero_level", "ZeRO level", p.zero_level);
  count("micro_batch", "Micro-batch, sequences", p.micro_batch);
  count("micro_batches", "Micro-batches a step", p.micro_batches());
  count("global_batch", "Global batch, sequences", p.global_batch);
  constexpr std::array kModes{"automatic", "none", "selective", "full"};
  report::add(section, "recompute", "Recompute", std::string(kModes[static_cast<std::size_t>(step.recompute_mode)]));
  report::add(section, "precision", "Precision", std::string(catalog::name_of(p.precision)));
  report::add(section, "stack", "Software stack", job.stack.name);
  return section;
}

report::Section memory_section(const Job& job, const TrainingStep& step) {
  report::Section section{.key = "memory", .title = "Memory of the fullest GPU"};
  const perf::MemoryUse& m = step.memory;
  const auto bytes = [&](const char* key, const char* label, Bytes value) {
    report::add(section, key, label, figure(value, {.source = "derived"})).unit = "GiB";
  };
  bytes("memory", "Needed", m.total());
  bytes("memory_available", "There is", m.available);
  bytes("weights", "Weights", m.weights);
  bytes("gradients", "Gradients", m.gradients);
  bytes("optimizer_state", "Optimizer state", m.optimizer);
  bytes("activations", "Activations", m.activations);
  bytes("buffers", "Buffers and context", m.buffers + m.context);
  if (!m.fits()) {
    std::string hint = "more GPUs";
    if (const auto way = perf::nearest_fitting_plan(job.model, job.machine, job.plan, job.stack.training))
      hint = fmt::format("tp {} pp {} cp {} dp {} with micro-batch {}, ZeRO {} and {} recompute fits", way->tp, way->pp, way->cp,
                         way->dp, way->micro_batch, way->zero_level,
                         way->recompute == perf::Recompute::full        ? "full"
                         : way->recompute == perf::Recompute::selective ? "selective"
                                                                        : "no");
    section.items.push_back(
        report::Remark{.severity = Severity::warning,
                       .text = fmt::format("the plan does not fit: {:.1f} GiB too much", m.short_by().in(kGibibyte)),
                       .hint = std::move(hint)});
  }
  return section;
}

report::Section constants_section(const Job& job) {
  report::Section section{.key = "constants", .title = "Constants of " + job.stack.name};
  report::Table table{.key = "constants",
                      .title = "Times in seconds; how they were found: docs/methods/training.md",
                      .columns = {{.key = "name", .label = "constant"}, {.key = "value", .label = "value"}}};
  for (const fit::TrainingConstant& constant : fit::training_constants())
    table.rows.push_back({.key = std::string(constant.name),
                          .cells = {std::string(constant.name), fmt::format("{:.4g}", constant.get(job.stack.training))}});
  section.items.push_back(std::move(table));
  return section;
}

Outcome run_train(const Arguments& arguments) {
  const auto job = read_job(arguments);
  if (!job) return failed(job.error());
  Diagnostics problems = violations(*job);
  if (problems.has_errors()) return failed({ExitCode::bad_usage, std::move(problems)});
  const TrainingStep step = perf::training_step(job->model, job->machine, job->plan, job->stack);
  report::Report report{.title = "Training step", .version = std::string(kVersion)};
  report.sections = {step_section(*job, step), plan_section(*job, step), memory_section(*job, step)};
  if (arguments.has("--explain")) report.sections.push_back(constants_section(*job));
  Outcome outcome{.result = std::move(report), .diagnostics = std::move(problems)};
  if (const auto path = arguments.value("--trace")) {
    const std::string title =
        fmt::format("{} on {} x {}, {}", job->model.name, job->machine.gpus, job->machine.gpu.name, job->stack.name);
    const auto timeline = perf::step_timeline(job->model, job->machine, job->plan, job->stack);
    outcome.files.push_back({*path, artifacts::perfetto_trace(timeline, title)});
  }
  return outcome;
}

Option number_option(const char* name, const char* help) {
  return {.name = name, .value = "N", .help = help, .takes = Takes::number};
}
Option text_option(const char* name, const char* value, const char* help) {
  return {.name = name, .value = value, .help = help, .takes = Takes::text};
}

}  // namespace

Command train_command() {
  return {
      .name = "train",
      .group = kQuestions,
      .summary = "predict one training step of a model on some GPUs, taken apart",
      .examples = {"eigenbau train --model llama3.1-405b --gpu h100-sxm --gpus 16384 --tp 8 --pp 16 --global-batch 2048",
                   "eigenbau train --model deepseek-v3 --gpu h800 --gpus 2048 --global-batch 15360 --precision fp8 "
                   "--stack deepseek"},
      .options = joined({{text_option("--model", "NAME", "model of the catalog"),
                          text_option("--gpu", "NAME", "accelerator of the catalog"),
                          number_option("--gpus", "how many of them"),
                          text_option("--global-batch", "N", "sequences, or tokens as \"16 Mtoken\""),
                          number_option("--sequence", "tokens of a sequence; as the model was trained if not given"),
                          text_option("--precision", "FORMAT", "bf16, fp16, fp8, fp8_block, mxfp8 or nvfp4; bf16 if not given"),
                          text_option("--stack", "NAME", "software stack of the catalog; megatron-core if not given"),
                          number_option("--tp", "tensor parallel"),
                          number_option("--pp", "pipeline stages"),
                          number_option("--vp", "model chunks per stage"),
                          number_option("--cp", "context parallel"),
                          number_option("--dp", "data parallel; what is left if not given"),
                          number_option("--ep", "expert parallel"),
                          number_option("--etp", "tensor parallel in an expert"),
                          number_option("--zero", "ZeRO level 0 to 3; as the stack does if not given"),
                          number_option("--micro-batch", "sequences of a micro-batch"),
                          Option{.name = "--recompute",
                                 .value = "MODE",
                                 .help = "what the backward pass computes again; by memory if not given",
                                 .takes = Takes::word,
                                 .words = {"none", "selective", "full", "automatic"}},
                          text_option("--nic", "RATE", "NIC rate of one GPU, \"400 Gb/s\"; as usual with the GPU if not given"),
                          number_option("--domain", "GPUs in one NVLink or like domain"),
                          text_option("--power-cap", "WATT", "power limit of one GPU, \"500 W\""),
                          Option{.name = "--trace",
                                 .value = "FILE",
                                 .help = "write the pipeline's schedule for ui.perfetto.dev, rank by rank",
                                 .takes = Takes::file},
                          Option{.name = "--explain", .help = "also show the constants behind the figures"}},
                         {input_options()[1]},
                         result_options()}),
      .more =
          "Without any degree of parallelism the fastest plan that fits is taken. A plan that no stack can run is refused "
          "with the nearest valid values; one that does not fit in memory is predicted all the same, with what would fit.",
      .run = run_train};
}

}  // namespace eigenbau::cli

// Which training step is asked about?
#include "cli/train_question.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "cli/inputs.h"
#include "cli/option_values.h"
#include "cli/plan.h"
#include "cli/search_machine.h"
#include "cli/training_job.h"
#include "cluster/read.h"
#include "perf/pipeline.h"
#include "report/plan_words.h"
#include "search/search.h"
#include "study/answer.h"
#include "study/planner.h"
#include "units/parse.h"
#include "units/print.h"

namespace eigenbau::cli {
namespace {

constexpr std::array kDegrees{"--tp", "--pp", "--vp", "--cp", "--dp", "--ep", "--etp", "--micro-batch", "--offload"};

std::optional<perf::Schedule> schedule_option(const Arguments& arguments) {
  const auto word = arguments.value("--schedule");
  if (word == "zero-bubble") return perf::Schedule::zero_bubble;
  if (word == "dual-pipe") return perf::Schedule::dual_pipe;
  return std::nullopt;
}

/// A job before anyone decides its plan.
struct OpenJob {
  TrainQuestion question;
  search::SearchSpace space;
};

int number(const Arguments& arguments, const char* name, int fallback) {
  constexpr std::uint64_t kMost = 1u << 30;
  return static_cast<int>(std::min(arguments.number(name, static_cast<std::uint64_t>(fallback)), kMost));
}

bool states_a_degree(const Arguments& arguments) {
  return std::ranges::any_of(kDegrees, [&](const char* name) { return arguments.has(name); });
}

std::optional<perf::Recompute> recompute_option(const Arguments& arguments) {
  const auto word = arguments.value("--recompute");
  if (word == "none") return perf::Recompute::none;
  if (word == "selective") return perf::Recompute::selective;
  if (word == "full") return perf::Recompute::full;
  return std::nullopt;
}

/// "1536" counts sequences, "16 Mtoken" tokens, which become sequences that divide.
Result<int> global_batch(const std::string& text, int sequence, std::vector<std::string>& notes) {
  const auto parsed = parse_quantity(text);
  if (!parsed) return refuse(fmt::format("--global-batch \"{}\": {}", text, parsed.error().message), parsed.error().hint);
  const bool tokens = parsed->dimension == kToken;
  if (!tokens && parsed->dimension != kDimensionless)
    return refuse("--global-batch counts sequences or tokens", "1536, or \"4 Mtoken\"");
  const double sequences = tokens ? parsed->value / sequence : parsed->value;
  if (!(sequences >= 1) || sequences > 1e9)
    return refuse(fmt::format("--global-batch \"{}\" is out of range", text),
                  "at least one sequence, at most 1,000,000,000 of them");
  if (!tokens) return static_cast<int>(sequences);
  const int taken = study::divisible_near(sequences);
  notes.push_back(fmt::format("{} are {} sequences of {} tokens, rounded so that they divide", text, print_count(taken),
                              print_count(sequence)));
  return taken;
}

Result<OpenJob> from_file(const Arguments& arguments) {
  constexpr std::array kSaidByFile{"--model", "--gpu", "--stack"};
  if (auto none = none_beside_file(arguments, kSaidByFile,
                                   "change the file, as with --set job[0].model=\"llama3-8b\", or leave the file away");
      !none)
    return std::unexpected(none.error());
  const auto inputs = read_inputs(arguments.positionals[0], arguments);
  if (!inputs) return std::unexpected(inputs.error());
  const auto reading = cluster::load_cluster(inputs->document, inputs->catalog);
  if (!reading) return std::unexpected(reading.error());
  auto machine = study::machine_of(reading->cluster, inputs->catalog);
  if (!machine) return std::unexpected(machine.error());
  const auto found = training_job(arguments, reading->cluster);
  if (!found) return std::unexpected(found.error());
  const cluster::TrainingJob& job = **found;
  const auto setup = study::job_setup(job, inputs->catalog, machine->gpu, machine->gpus);
  if (!setup) return std::unexpected(setup.error());
  OpenJob open{.question = {.input = inputs->name, .input_hash = inputs->hash}, .space = study::plan_space(job, *setup)};
  open.question.model = setup->model;
  open.question.stack = setup->stack;
  open.space.gpus = study::offered_gpus(job, machine->gpus);
  open.question.machine = *std::move(machine);
  for (const std::string& note : {setup->stack_note, setup->batch_note})
    if (!note.empty()) open.question.notes.push_back(note);
  return open;
}

Result<OpenJob> from_options(const Arguments& arguments) {
  const auto catalog = read_catalog(arguments);
  if (!catalog) return std::unexpected(catalog.error());
  for (const char* needed : {"--model", "--gpu", "--gpus", "--global-batch"})
    if (!arguments.has(needed))
      return refuse(fmt::format("{} is missing", needed), "name a cluster file, or --model, --gpu, --gpus and --global-batch");
  auto model = named(catalog->model(*arguments.value("--model")));
  if (!model) return std::unexpected(model.error());
  auto stack = named(catalog->stack(arguments.value("--stack").value_or("megatron-core")));
  if (!stack) return std::unexpected(stack.error());
  OpenJob open;
  Draws draws;
  auto machine = machine_from_options(arguments, *catalog, draws, open.question.notes);
  if (!machine) return std::unexpected(machine.error());
  open.question.machine = *std::move(machine);
  open.space.sequence_length = model->sequence_length;
  if (stack->training.dual_pipe) open.space.schedules.push_back(perf::Schedule::dual_pipe);
  study::settle_as_stack(open.space, *stack);
  open.question.model = *std::move(model);
  open.question.stack = *std::move(stack);
  return open;
}

/// Below what an accelerator draws without work no cap can be held; above its rating it binds nothing.
Result<void> check_cap(perf::Machine& machine, std::vector<std::string>& notes) {
  const Power idle = machine.gpu.idle_power.value_or(Power{});
  if (machine.power_cap > Power{} && machine.power_cap <= idle)
    return fail(ExitCode::no_answer,
                {.code = std::string(kCapTooLow),
                 .message = fmt::format("a cap of {} cannot be held: {} draws {} without any work", print(machine.power_cap),
                                        machine.gpu.title, print(idle)),
                 .hint = fmt::format("a cap between {} and its rating, {}", print(idle), print(machine.gpu.tdp))});
  if (machine.power_cap > machine.gpu.tdp) {
    notes.push_back(fmt::format("a cap of {} binds nothing: {} is rated {}", print(machine.power_cap), machine.gpu.title,
                                print(machine.gpu.tdp)));
    machine.power_cap = {};
  }
  return {};
}

/// What options say of the job and the machine in place of what the file says.
Result<void> take_options(const Arguments& arguments, OpenJob& open) {
  search::SearchSpace& space = open.space;
  perf::Machine& machine = open.question.machine;
  space.gpus = number(arguments, "--gpus", space.gpus);
  space.sequence_length = number(arguments, "--sequence-length", space.sequence_length);
  if (space.gpus < 1) return refuse("--gpus must be at least 1", "");
  if (space.sequence_length < 1) return refuse("a sequence needs a length of at least one token", "give --sequence-length");
  if (const auto text = arguments.value("--global-batch")) {
    const auto batch = global_batch(*text, space.sequence_length, open.question.notes);
    if (!batch) return std::unexpected(batch.error());
    space.global_batch = *batch;
  }
  if (const auto schedule = schedule_option(arguments)) space.schedules = {*schedule};
  if (const auto name = arguments.value("--precision")) space.precisions = {*catalog::precision_from(*name)};
  if (arguments.has("--zero")) space.settled.zero_level = number(arguments, "--zero", 0);
  if (const auto mode = recompute_option(arguments)) space.settled.recompute = mode;
  if (auto taken = take_machine(arguments, machine); !taken) return taken;
  if (arguments.has("--power-cap")) {
    const auto cap = quantity_option(arguments, "--power-cap", machine.power_limit());
    if (!cap) return std::unexpected(cap.error());
    machine.power_cap = *cap;
  }
  return check_cap(machine, open.question.notes);
}

/// Degrees as stated; those that are not are 1, and data parallelism takes what is left.
perf::ParallelPlan stated_plan(const Arguments& arguments, const OpenJob& open) {
  const catalog::TrainingConstants& stack = open.question.stack.training;
  const search::SearchSpace& space = open.space;
  perf::ParallelPlan plan;
  plan.tp = number(arguments, "--tp", 1);
  plan.pp = number(arguments, "--pp", 1);
  plan.vp = number(arguments, "--vp", 1);
  plan.cp = number(arguments, "--cp", 1);
  plan.ep = number(arguments, "--ep", 1);
  plan.etp = number(arguments, "--etp", 1);
  plan.micro_batch = number(arguments, "--micro-batch", 1);
  plan.dp = number(arguments, "--dp", std::max(1, space.gpus / std::max(1, plan.tp * plan.pp * plan.cp)));
  plan.zero_level = space.settled.zero_level.value_or(stack.zero_level);
  plan.sequence_parallel = stack.sequence_parallel;
  plan.global_batch = space.global_batch;
  plan.sequence_length = space.sequence_length;
  plan.precision = space.precisions.front();
  plan.recompute = space.settled.recompute.value_or(perf::Recompute::automatic);
  plan.schedule = schedule_option(arguments).value_or(perf::usual_schedule(plan.vp, stack.dual_pipe));
  const auto offload = arguments.value("--offload");
  plan.offload_optimizer = offload == "optimizer" || offload == "both";
  plan.offload_activations = offload == "activations" || offload == "both";
  return plan;
}

}  // namespace

Result<TrainQuestion> train_question(const Arguments& arguments) {
  auto open = arguments.positionals.empty() ? from_options(arguments) : from_file(arguments);
  if (!open) return std::unexpected(open.error());
  if (auto taken = take_options(arguments, *open); !taken) return std::unexpected(taken.error());
  TrainQuestion& question = open->question;
  question.machine.gpus = open->space.gpus;
  if (states_a_degree(arguments)) {
    question.plan = stated_plan(arguments, *open);
    return std::move(question);
  }
  question.plan_chosen = true;
  const auto found = search::search_within(question.model, question.machine, question.stack, open->space);
  if (!found) return std::unexpected(found.error());
  const search::FoundPlan& best = found->found.best.front();
  question.plan = best.plan;
  question.machine.gpus = found->gpus;
  std::optional<report::TimedPlan> widest;
  if (found->widest) widest.emplace(found->widest->plan, found->widest->step);
  question.unused = report::why_unused(open->space.gpus, {best.plan, best.step}, widest);
  return std::move(question);
}

std::vector<Option> train_options() {
  const auto count = [](const char* name, const char* help) {
    return Option{.name = name, .value = "N", .help = help, .takes = Takes::number};
  };
  const auto text = [](const char* name, const char* value, const char* help) {
    return Option{.name = name, .value = value, .help = help, .takes = Takes::text};
  };
  std::vector<Option> options{text("--model", "NAME", "model of the catalog, where no file is given"),
                              count("--gpus", "accelerators"),
                              text("--global-batch", "B", "sequences of one step, or tokens as \"4 Mtoken\""),
                              count("--sequence-length", "tokens of a sequence; as the model was trained if not given"),
                              Option{.name = "--precision",
                                     .value = "FORMAT",
                                     .help = "number format of the matrix products, bf16 if not given",
                                     .takes = Takes::word,
                                     .words = precision_words()},
                              text("--stack", "NAME", "software of the catalog, megatron-core if not given"),
                              text("--job", "NAME", "training job of the file; its first if not given"),
                              count("--tp", "tensor parallel"),
                              count("--pp", "pipeline stages"),
                              count("--vp", "model chunks per stage"),
                              count("--cp", "context parallel"),
                              count("--dp", "data parallel; what is left if not given"),
                              count("--ep", "expert parallel"),
                              count("--etp", "tensor parallel in an expert"),
                              count("--micro-batch", "sequences of a micro-batch"),
                              count("--zero", "ZeRO level 0 to 3; as the stack does if not given"),
                              Option{.name = "--schedule",
                                     .value = "NAME",
                                     .help = "of the pipeline; 1F1B, interleaved where there are chunks, if not given",
                                     .takes = Takes::word,
                                     .words = {"zero-bubble", "dual-pipe"}},
                              Option{.name = "--recompute",
                                     .value = "MODE",
                                     .help = "what the backward pass computes again; by memory if not given",
                                     .takes = Takes::word,
                                     .words = {"none", "selective", "full"}},
                              Option{.name = "--offload",
                                     .value = "WHAT",
                                     .help = "what the host's memory holds; degrees that are not given are then 1",
                                     .takes = Takes::word,
                                     .words = {"optimizer", "activations", "both"}},
                              text("--power-cap", "WATT", "power limit of one accelerator, \"500 W\"")};
  for (Option& option : machine_options())
    if (option.name != "--sweep") options.push_back(std::move(option));
  return options;
}

}  // namespace eigenbau::cli

// Which training step is asked about?
#include "cli/train_question.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <iterator>

#include "cli/inputs.h"
#include "cli/number_format.h"
#include "cli/option_values.h"
#include "cli/plan.h"
#include "cli/search_machine.h"
#include "cli/search_space.h"
#include "cli/stated_recompute.h"
#include "cli/stated_without_use.h"
#include "cli/training_job.h"
#include "cluster/read.h"
#include "perf/adapters.h"
#include "perf/error_band.h"
#include "report/plan_words.h"
#include "search/search.h"
#include "study/answer.h"
#include "study/planner.h"
#include "units/parse.h"
#include "units/print.h"

namespace eigenbau::cli {
namespace {

/// A job before anyone decides its plan.
struct OpenJob {
  TrainQuestion question;
  search::SearchSpace space;
  search::Settled by_file{};
  Origin batch{.source = "command line"};
};

/// "1536" counts sequences, "16 Mtoken" tokens, which become sequences that divide.
Result<int> global_batch(const std::string& text, int sequence, std::vector<std::string>& notes) {
  const auto parsed = parse_quantity(text);
  constexpr const char* kExample = "sequences or tokens: 1536, or \"4 Mtoken\"";
  if (!parsed) return refuse(fmt::format("--global-batch \"{}\": {}", text, parsed.error().message), kExample);
  const bool tokens = parsed->dimension == kToken;
  if (!tokens && parsed->dimension != kDimensionless) return refuse("--global-batch counts sequences or tokens", kExample);
  const double sequences = tokens ? parsed->value / sequence : parsed->value;
  if (!(sequences >= 1) || sequences > 1e9)
    return refuse(fmt::format("--global-batch \"{}\" is out of range", text),
                  "at least one sequence, at most 1,000,000,000 of them");
  if (!tokens && sequences != std::floor(sequences))
    return refuse(fmt::format("--global-batch \"{}\" is no whole number of sequences", text), "as in --global-batch 1536");
  if (!tokens) return static_cast<int>(sequences);
  const int taken = study::divisible_near(sequences);
  notes.push_back(fmt::format("{} are {} sequences of {} tokens, rounded so that they divide", text, print_count(taken),
                              print_count(sequence)));
  return taken;
}

Result<OpenJob> from_file(const Arguments& arguments) {
  if (auto none = no_job_beside_file(arguments); !none) return std::unexpected(none.error());
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
  open.question.catalog = inputs->catalog;
  open.space.gpus = study::offered_gpus(job, machine->gpus);
  open.by_file = study::stated_space(job, *setup).settled;
  open.question.by_file = settled_beside({}, open.by_file);
  open.batch = {.source = job.global_batch_sequences || job.global_batch_tokens ? "cluster file" : "derived",
                .derivation = setup->batch_note};
  if (auto taken = take_machine(arguments, *machine); !taken) return std::unexpected(taken.error());
  open.question.machine = *std::move(machine);
  if (!setup->stack_note.empty()) open.question.notes.push_back(setup->stack_note);
  if (!setup->batch_note.empty() && !arguments.has("--global-batch")) open.question.notes.push_back(setup->batch_note);
  return open;
}

Result<OpenJob> from_options(const Arguments& arguments) {
  if (auto none = none_without_file(arguments); !none) return std::unexpected(none.error());
  const auto catalog = read_catalog(arguments);
  if (!catalog) return std::unexpected(catalog.error());
  constexpr std::array kNeeded{"--model", "--gpu", "--gpus", "--global-batch"};
  const auto given = all_given(arguments, kNeeded, "name a cluster file, or --model, --gpu, --gpus and --global-batch");
  auto model = model_option(arguments, *catalog);
  auto stack = named(catalog->stack(arguments.value("--stack").value_or("megatron-core")));
  OpenJob open;
  Draws draws;
  auto machine = machine_from_options(arguments, *catalog, draws, open.question.notes);
  if (auto read = all_read(given, model, stack, machine); !read) return std::unexpected(read.error());
  open.question.machine = *std::move(machine);
  open.space.sequence_length = model->sequence_length;
  study::open_as_stack(open.space, *stack);
  study::settle_as_stack(open.space, *stack);
  open.question.model = *std::move(model);
  open.question.stack = *std::move(stack);
  open.question.catalog = *catalog;
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
  const auto number = [&](const char* name, int fallback) {
    return static_cast<int>(arguments.number(name, static_cast<std::uint64_t>(fallback)));
  };
  space.gpus = number("--gpus", space.gpus);
  machine.gpus = space.gpus;
  if (auto taken = take_library(arguments, open.question.catalog, machine, open.question.notes); !taken) return taken;
  space.sequence_length = number("--sequence-length", space.sequence_length);
  if (space.sequence_length < 1) return refuse("a sequence needs a length of at least one token", "give --sequence-length");
  if (const auto text = arguments.value("--global-batch")) {
    const auto batch = global_batch(*text, space.sequence_length, open.question.notes);
    if (!batch) return std::unexpected(batch.error());
    space.global_batch = *batch;
    open.batch = {.source = "command line"};
  }
  if (const auto schedule = schedule_option(arguments)) space.schedules = {*schedule};
  if (const auto name = arguments.value("--precision")) space.precisions = {*catalog::precision_from(*name)};
  if (auto known = check_formats(machine.gpu, space.precisions); !known) return known;
  if (arguments.has("--zero")) space.settled.zero_level = number("--zero", 0);
  if (const auto split = arguments.value("--sp")) space.settled.sequence_parallel = split == "on";
  if (const auto kind = arguments.value("--cp-comm-type")) space.settled.context = catalog::context_parallel_from(*kind);
  if (arguments.has("--shard-group")) space.settled.shard_group = number("--shard-group", 0);
  if (arguments.has("--expert-overlap")) space.settled.expert_overlap = true;
  const auto recompute = recompute_option(arguments);
  if (!recompute) return std::unexpected(recompute.error());
  if (*recompute) space.settled.recompute = *recompute;
  take_cuda_graphs(arguments, open.question.stack, open.question.notes);
  if (arguments.has("--power-cap")) {
    const auto cap = quantity_option(arguments, "--power-cap", machine.power_limit(), "500 W");
    if (!cap) return std::unexpected(cap.error());
    if (!(*cap > Power{})) return refuse("--power-cap must be above zero", "leave it away for none");
    machine.power_cap = *cap;
  }
  return check_cap(machine, open.question.notes);
}

/// Options that say something of a plan and cannot be taken.
Result<void> check_words(const Arguments& arguments, const catalog::Model& model) {
  for (const char* option : {"--dispatch", "--routing", "--expert-overlap"})
    if (arguments.has(option) && !model.experts)
      return refuse(fmt::format("{} is for models with experts, and {} has none", option, model.name), "leave it away");
  const std::string routing = arguments.value("--routing").value_or("dropless");
  if (routing != "dropless" && !states_a_degree(arguments))
    return refuse(fmt::format("--routing {} needs a plan: what is searched without degrees is dropless", routing),
                  "state the degrees, as in --tp 2 --pp 8 --ep 32");
  if (arguments.has("--lora") && !states_a_degree(arguments))
    return refuse("--lora needs a plan: what is searched without degrees trains all weights", "state the degrees, as in --tp 1");
  return {};
}

/// The fastest plan that fits, with what options say of the exchange of tokens.
Result<search::OfferedResult> fastest(const TrainQuestion& question, const search::SearchSpace& space,
                                      const StatedExchange& exchange) {
  using perf::ExpertCopies;
  catalog::Stack stack = question.stack;
  if (exchange.copies != ExpertCopies::stack) stack.training.single_copies = exchange.copies == ExpertCopies::one_per_rank;
  return search::search_within(question.model, question.machine, stack, space);
}

}  // namespace

Result<TrainQuestion> train_question(const Arguments& arguments) {
  auto open = arguments.positionals.empty() ? from_options(arguments) : from_file(arguments);
  if (!open) return std::unexpected(open.error());
  if (auto taken = take_options(arguments, *open); !taken) return std::unexpected(taken.error());
  TrainQuestion& question = open->question;
  if (auto checked = check_words(arguments, question.model); !checked) return std::unexpected(checked.error());
  if (!perf::is_fitted_generation(question.machine.gpu.generation))
    question.notes.push_back(
        fmt::format("no published run on an accelerator like {} was fitted: its rates are assumed, the range is wider",
                    question.machine.gpu.title));
  const StatedExchange exchange = stated_exchange(arguments);
  question.machine.gpus = open->space.gpus;
  const PlanStatement said{arguments, open->by_file, open->space, question.stack, question.model};
  question.dp_stated = arguments.has("--dp") || open->by_file.dp;
  if (const auto& recompute = open->space.settled.recompute)
    std::ranges::move(recompute_without_use(question.model, question.stack, *recompute), std::back_inserter(question.notes));
  if (states_a_degree(arguments)) {
    question.plan = stated_plan(said);
    if (schedule_option(arguments) == perf::Schedule::one_f_one_b && question.plan.vp > 1)
      return refuse(fmt::format("1F1B runs one chunk per stage, and vp is {}", question.plan.vp),
                    "--schedule interleaved, or --vp 1");
    question.plan.copies = exchange.copies;
    question.plan.routing = exchange.routing;
    if (exchange.balanced) question.plan.imbalance = 1;
    question.plan.adapter_rank = static_cast<int>(arguments.number("--lora", 0));
    if (const double doubt = perf::adapters_doubt(question.plan); doubt > 0)
      question.notes.push_back(fmt::format(
          "no published run that trains adapters alone was fitted: the range is wider by {:.0f} points", 100 * doubt));
    question.origins = plan_origins(said, question.plan, false);
    question.origins["global_batch"] = open->batch;
    std::ranges::move(stated_without_use(question.model, question.plan, open->space.settled), std::back_inserter(question.notes));
    return std::move(question);
  }
  question.plan_chosen = true;
  const auto found = fastest(question, open->space, exchange);
  if (!found) return std::unexpected(found.error());
  const search::FoundPlan& best = found->found.best.front();
  question.plan = search::as_settled(best.plan, open->space, question.stack.training);
  question.plan.copies = exchange.copies;
  question.machine.gpus = found->gpus;
  question.origins = plan_origins(said, question.plan, true);
  question.origins["global_batch"] = open->batch;
  std::ranges::move(stated_without_use(question.model, question.plan, open->space.settled), std::back_inserter(question.notes));
  std::optional<report::TimedPlan> widest;
  if (found->widest) widest.emplace(found->widest->plan, found->widest->step);
  question.unused = report::why_unused(open->space.gpus, {best.plan, best.step}, widest);
  return std::move(question);
}

std::vector<Option> train_options() {
  const auto count = [](const char* name, const char* help, std::uint64_t most) {
    return Option{.name = name, .value = "N", .help = help, .takes = Takes::number, .least = 1, .most = most};
  };
  const auto text = [](const char* name, const char* value, const char* help) {
    return Option{.name = name, .value = value, .help = help, .takes = Takes::text};
  };
  std::vector<Option> options{
      text("--model", "NAME", "model of the catalog, where no file is given"),
      count("--gpus", "accelerators", 10'000'000),
      text("--global-batch", "B", "sequences of one step, or tokens as \"4 Mtoken\""),
      count("--sequence-length", "tokens of a sequence; as the model was trained if not given", 1'000'000'000),
      Option{.name = "--precision",
             .value = "FORMAT",
             .help = "number format of the matrix products, bf16 if not given",
             .takes = Takes::word,
             .words = precision_words()},
      text("--stack", "NAME", "software of the catalog, megatron-core if not given"),
      cuda_graphs_option(),
      text("--job", "NAME", "training job of the file; its first if not given"),
      text("--power-cap", "WATT", "power limit of one accelerator, \"500 W\"")};
  for (const std::vector<Option>& others : {plan_options(), machine_options()})
    for (const Option& option : others)
      if (option.name != "--sweep") options.push_back(option);
  return options;
}

}  // namespace eigenbau::cli

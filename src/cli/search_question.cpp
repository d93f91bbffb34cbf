// What did the user ask of the plan search?
#include "cli/search_question.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>

#include "cli/inputs.h"
#include "cli/number_format.h"
#include "cli/option_values.h"
#include "cli/search_space.h"
#include "cli/stated_recompute.h"
#include "cli/training_job.h"
#include "cluster/read.h"
#include "search/contradiction.h"
#include "study/answer.h"
#include "study/money_input.h"
#include "study/planner.h"
#include "units/print.h"

namespace eigenbau::cli {
namespace {

/// What an accelerator costs an hour: as stated, else by the file's own money or the market's newest quarter.
struct Price {
  MoneyRate gpu{};  ///< 0: unknown
  std::string from{};
};

Result<void> job_from_options(const Arguments& arguments, const catalog::Catalog& catalog, SearchQuestion& question) {
  constexpr std::array kNeeded{"--model", "--gpu", "--gpus", "--global-batch"};
  const auto given =
      all_given(arguments, kNeeded,
                "name a cluster file, or all of them, as in --model gpt3-175b --gpu h100-sxm --gpus 1024 --global-batch 1536");
  const auto model = model_option(arguments, catalog);
  const auto stack = named(catalog.stack(arguments.value("--stack").value_or("megatron-core")));
  if (auto read = all_read(given, model, stack); !read) return read;
  question.model = *model;
  question.stack = *stack;
  question.space.sequence_length = model->sequence_length > 0 ? model->sequence_length : 4096;
  study::open_as_stack(question.space, *stack);
  return {};
}

Result<void> from_options(const Arguments& arguments, SearchQuestion& question, Draws& draws, Price& price) {
  if (auto none = none_without_file(arguments); !none) return none;
  const auto catalog = read_catalog(arguments);
  if (!catalog) return std::unexpected(catalog.error());
  const auto job = job_from_options(arguments, *catalog, question);
  auto machine = machine_from_options(arguments, *catalog, draws, question.notes);
  if (auto read = all_read(job, machine); !read) return read;
  question.machine = *std::move(machine);
  if (auto taken = take_library(arguments, *catalog, question.machine, question.notes); !taken) return taken;
  if (const auto market = study::market_price(*catalog, question.machine.gpu.name, &price.from))
    price.gpu = market->points.back().price;
  return {};
}

/// What the whole answer to the file says an accelerator-hour costs.
Price own_price(const cluster::Cluster& cluster, const catalog::Catalog& catalog, const perf::Machine& machine) {
  study::PlanBook book(machine);
  const auto answer = study::answer(cluster, catalog, book, {});
  if (!answer || !(answer->money.gpu_hour.total() > MoneyRate{})) return {};
  return {answer->money.gpu_hour.total(), "of the file's own machine"};
}

Result<void> from_file(const Arguments& arguments, SearchQuestion& question, Draws& draws, Price& price) {
  if (auto none = no_job_beside_file(arguments); !none) return std::unexpected(none.error());
  const auto inputs = read_inputs(arguments.positionals[0], arguments);
  if (!inputs) return std::unexpected(inputs.error());
  const auto reading = cluster::load_cluster(inputs->document, inputs->catalog);
  if (!reading) return std::unexpected(reading.error());
  const auto design = design::design_cluster(reading->cluster, inputs->catalog);
  if (!design) return std::unexpected(design.error());
  question.input = inputs->name;
  question.input_hash = inputs->hash;
  question.machine = design->machine;
  if (auto taken = take_machine(arguments, question.machine); !taken) return taken;
  if (auto taken = take_library(arguments, inputs->catalog, question.machine, question.notes); !taken) return taken;
  draws = {design->per_gpu(design::Load::training).site(), design->per_gpu(design::Load::idle).site(),
           "at the site's meter, training and idle"};
  const auto found = training_job(arguments, reading->cluster);
  if (!found) return std::unexpected(found.error());
  const cluster::TrainingJob& job = **found;
  const auto setup = study::job_setup(job, inputs->catalog, question.machine.gpu, question.machine.gpus);
  if (!setup) return std::unexpected(setup.error());
  question.model = setup->model;
  question.stack = setup->stack;
  question.space = study::stated_space(job, *setup);
  question.space.gpus = study::offered_gpus(job, question.machine.gpus);
  if (!setup->stack_note.empty()) question.notes.push_back(setup->stack_note);
  if (!setup->batch_note.empty() && !arguments.has("--global-batch")) question.notes.push_back(setup->batch_note);
  if (arguments.value("--objective") == "money") price = own_price(reading->cluster, inputs->catalog, question.machine);
  return {};
}

/// The watts and the price by which plans are compared, and from where they are.
Result<void> take_costs(const Arguments& arguments, const Draws& draws, const Price& price, SearchQuestion& question) {
  search::SearchSpace& space = question.space;
  const auto busy = quantity_option(arguments, "--busy-power", draws.busy);
  if (!busy) return std::unexpected(busy.error());
  const auto waiting = quantity_option(arguments, "--waiting-power", draws.waiting);
  if (!waiting) return std::unexpected(waiting.error());
  const auto cost = quantity_option(arguments, "--gpu-hour", price.gpu, "2 USD/h");
  if (!cost) return std::unexpected(cost.error());
  space.busy_power = *busy;
  space.waiting_power = *waiting;
  space.gpu_cost = *cost;
  question.draws_from = arguments.has("--busy-power") ? "as stated" : draws.from;
  question.price_from = arguments.has("--gpu-hour") ? "as stated" : price.from;
  if (*waiting > *busy) return refuse("an accelerator that waits cannot draw more than one that computes", "");
  if (space.objective == search::Objective::energy && !question.knows_energy())
    return refuse("what an accelerator draws is not known", "state --busy-power and --waiting-power");
  if (space.objective == search::Objective::money && !question.knows_money())
    return refuse("what an accelerator costs is not known", "state it, as in --gpu-hour \"2 USD/h\"");
  return {};
}

}  // namespace

Result<SearchQuestion> search_question(const Arguments& arguments) {
  SearchQuestion question;
  Draws draws;
  Price price;
  const auto read = arguments.positionals.empty() ? from_options(arguments, question, draws, price)
                                                  : from_file(arguments, question, draws, price);
  if (!read) return std::unexpected(read.error());
  auto counts = take_counts(arguments, question.space);
  if (!counts) return std::unexpected(counts.error());
  question.counts = *std::move(counts);
  if (auto taken = take_space(arguments, question.space, question.notes); !taken) return std::unexpected(taken.error());
  if (auto known = check_formats(question.machine.gpu, question.space.precisions); !known) return std::unexpected(known.error());
  take_cuda_graphs(arguments, question.stack, question.notes);
  const auto fixed = take_settled(arguments, question.stack, question.space);
  if (!fixed) return std::unexpected(fixed.error());
  question.fixed = *fixed;
  if (!question.model.experts)
    if (const auto wrong = search::contradiction(question.model, *fixed))
      return refuse("--fix: " + wrong->text, std::string(wrong->hint));
  if (const auto& recompute = question.space.settled.recompute)
    std::ranges::move(recompute_without_use(question.model, question.stack, *recompute), std::back_inserter(question.notes));
  if (auto taken = take_costs(arguments, draws, price, question); !taken) return std::unexpected(taken.error());
  question.machine.gpus = question.space.gpus;
  auto machines = swept_machines(arguments, question.machine, question.swept);
  if (!machines) return std::unexpected(machines.error());
  question.machines = *std::move(machines);
  if (!question.counts.empty() && !question.machines.empty())
    return refuse("--sweep and a range of --gpus ask two questions", "sweep machines at one number of accelerators");
  return question;
}

std::vector<Option> search_options() {
  return joined(
      {{{.name = "--model", .value = "NAME", .help = "model of the catalog, where no file is given", .takes = Takes::text},
        {.name = "--stack", .value = "NAME", .help = "software of the catalog, megatron-core if not given", .takes = Takes::text},
        cuda_graphs_option(),
        {.name = "--job", .value = "NAME", .help = "training job of the file; its first if not given", .takes = Takes::text}},
       machine_options(),
       space_options(),
       {{.name = "--busy-power",
         .value = "WATT",
         .help = "draw of one accelerator with its share of the rest, computing",
         .takes = Takes::text},
        {.name = "--waiting-power", .value = "WATT", .help = "the same while it waits for traffic", .takes = Takes::text},
        {.name = "--gpu-hour",
         .value = "PRICE",
         .help = "cost of one accelerator, \"2 USD/h\"; the file's own or the market's if not given",
         .takes = Takes::text}}});
}

}  // namespace eigenbau::cli

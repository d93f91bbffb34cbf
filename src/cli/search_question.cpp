// What did the user ask of the plan search?
#include "cli/search_question.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>

#include "cli/codes.h"
#include "cli/inputs.h"
#include "cluster/read.h"
#include "study/answer.h"
#include "study/planner.h"
#include "units/parse.h"
#include "units/print.h"

namespace eigenbau::cli {
namespace {

std::unexpected<Failure> refuse(std::string message, std::string hint) {
  return fail(ExitCode::bad_usage,
              Diagnostic{.code = std::string(kBadOptionValue), .message = std::move(message), .hint = std::move(hint)});
}

std::optional<int> whole(std::string_view text) {
  int value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || value < 0) return std::nullopt;
  return value;
}

/// An option's value in base units of `dimension`; `fallback` if it was not given.
Result<double> amount(const Arguments& arguments, const char* name, Dimension dimension, double fallback, const char* example) {
  const auto text = arguments.value(name);
  if (!text) return fallback;
  const auto parsed = parse_quantity(*text);
  if (!parsed || parsed->dimension != dimension || !(parsed->value >= 0))
    return refuse(fmt::format("{} cannot be '{}'", name, *text), fmt::format("as in {} {}", name, example));
  return parsed->value;
}

Result<void> settle(const std::string& assignment, search::SearchSpace& space) {
  const std::size_t equals = assignment.find('=');
  const std::string key = assignment.substr(0, equals), text = equals == std::string::npos ? "" : assignment.substr(equals + 1);
  search::Settled& settled = space.settled;
  const std::vector<std::pair<std::string, std::optional<int>*>> numbers{
      {"tp", &settled.tp},           {"pp", &settled.pp},
      {"vp", &settled.vp},           {"dp", &settled.dp},
      {"cp", &settled.cp},           {"ep", &settled.ep},
      {"etp", &settled.etp},         {"mbs", &settled.micro_batch},
      {"zero", &settled.zero_level}, {"shard_group", &settled.shard_group}};
  std::vector<std::string> names{"recompute", "sp"};
  for (const auto& [name, place] : numbers) {
    names.push_back(name);
    if (name != key) continue;
    const auto value = whole(text);
    if (!value)
      return refuse(fmt::format("--fix {} wants a whole number, not '{}'", key, text), fmt::format("as in --fix {}=8", key));
    *place = *value;
    return {};
  }
  if (key == "recompute") {
    if (text == "none") settled.recompute = perf::Recompute::none;
    else if (text == "selective") settled.recompute = perf::Recompute::selective;
    else if (text == "full") settled.recompute = perf::Recompute::full;
    else return refuse(fmt::format("--fix recompute cannot be '{}'", text), "one of: none, selective, full");
    return {};
  }
  if (key == "sp" && (text == "on" || text == "off")) {
    settled.sequence_parallel = text == "on";
    return {};
  }
  if (key == "sp") return refuse(fmt::format("--fix sp cannot be '{}'", text), "one of: on, off");
  const auto near = nearest_name(key, names);
  return refuse(fmt::format("--fix knows no degree '{}'", key),
                near ? "did you mean " + *near + "?" : fmt::format("one of: {}", fmt::join(names, ", ")));
}

/// The server with the fastest network that is sold with this accelerator.
std::optional<catalog::Server> server_with(const catalog::Catalog& catalog, const catalog::Gpu& gpu) {
  std::optional<catalog::Server> best;
  double best_rate = 0;
  for (const catalog::Entry& entry : catalog.list("server")) {
    const auto server = catalog.server(entry.name);
    if (!server || server->gpus <= 0 || server->nic.empty()) continue;
    const auto its_gpu = catalog.gpu(server->gpu);
    const auto nic = catalog.nic(server->nic);
    if (!its_gpu || its_gpu->name != gpu.name || !nic) continue;
    const double rate = nic->speed.base() * server->back_end_nics / server->gpus;
    if (rate > best_rate) {
      best_rate = rate;
      best = *server;
    }
  }
  return best;
}

Result<void> machine_from_options(const Arguments& arguments, const catalog::Catalog& catalog, SearchQuestion& question) {
  const auto name = arguments.value("--gpu");
  if (!name) return refuse("which accelerator?", "name a cluster file, or --gpu as in --gpu h100-sxm");
  const auto gpu = catalog.gpu(*name);
  if (!gpu) return std::unexpected(gpu.error());
  perf::Machine& machine = question.machine;
  machine.gpu = *gpu;
  machine.scale_up_domain = std::max(1, gpu->scale_up_domain);
  if (const auto server = server_with(catalog, *gpu)) {
    const auto nic = catalog.nic(server->nic);
    machine.scale_up_domain = std::max(1, server->scale_up_domain);
    machine.nic_per_gpu = nic->speed * server->back_end_nics / server->gpus;
    machine.nics_per_domain = server->back_end_nics * machine.scale_up_domain / server->gpus;
    question.notes.push_back(fmt::format("servers are {}, {} for each GPU, on a fabric without oversubscription", server->title,
                                         print(machine.nic_per_gpu)));
  } else {
    using namespace literals;
    machine.nic_per_gpu = 400_Gbps;
    machine.nics_per_domain = machine.scale_up_domain;
    question.notes.push_back(
        fmt::format("no server with {} is in the catalog; {} for each GPU is taken", gpu->title, print(machine.nic_per_gpu)));
  }
  return {};
}

Result<void> job_from_options(const Arguments& arguments, const catalog::Catalog& catalog, SearchQuestion& question) {
  const auto name = arguments.value("--model");
  if (!name) return refuse("which model?", "name a cluster file, or --model as in --model gpt3-175b");
  const auto model = catalog.model(*name);
  if (!model) return std::unexpected(model.error());
  const auto stack = catalog.stack(arguments.value("--stack").value_or("megatron-core"));
  if (!stack) return std::unexpected(stack.error());
  question.model = *model;
  question.stack = *stack;
  question.space.sequence_length = model->sequence_length > 0 ? model->sequence_length : 4096;
  if (!arguments.has("--gpus") || !arguments.has("--global-batch"))
    return refuse("how many accelerators, and which global batch?", "as in --gpus 1024 --global-batch 1536");
  return {};
}

Result<void> from_file(const Arguments& arguments, SearchQuestion& question) {
  const auto inputs = read_inputs(arguments.positionals[0], arguments);
  if (!inputs) return std::unexpected(inputs.error());
  const auto reading = cluster::load_cluster(inputs->document, inputs->catalog);
  if (!reading) return std::unexpected(reading.error());
  const auto machine = study::machine_of(reading->cluster, inputs->catalog);
  if (!machine) return std::unexpected(machine.error());
  question.input = inputs->name;
  question.input_hash = inputs->hash;
  question.machine = *machine;
  const auto& jobs = reading->cluster.training;
  const auto wanted = arguments.value("--job");
  const auto job = std::find_if(jobs.begin(), jobs.end(), [&](const auto& one) { return !wanted || one.name == *wanted; });
  if (job == jobs.end())
    return refuse(wanted ? fmt::format("the file has no training job '{}'", *wanted) : "the file has no training job",
                  "name a job of the file, or a model with --model");
  const auto setup = study::job_setup(*job, inputs->catalog, machine->gpu);
  if (!setup) return std::unexpected(setup.error());
  question.model = setup->model;
  question.stack = setup->stack;
  question.space.gpus = job->gpus.value_or(machine->gpus);
  question.space.global_batch = setup->global_batch;
  question.space.sequence_length = setup->sequence_length;
  question.space.precisions = {job->precision};
  for (const std::string& note : {setup->stack_note, setup->batch_note})
    if (!note.empty()) question.notes.push_back(note);
  return {};
}

Result<void> take_batch(const Arguments& arguments, SearchQuestion& question) {
  const auto text = arguments.value("--global-batch");
  if (!text) return {};
  if (const auto sequences = whole(*text); sequences && *sequences > 0) {
    question.space.global_batch = *sequences;
    return {};
  }
  const auto tokens = amount(arguments, "--global-batch", kToken, 0, "1536, or as in --global-batch \"4 Mtoken\"");
  if (!tokens) return std::unexpected(tokens.error());
  const double sequences = *tokens / question.space.sequence_length;
  if (!(sequences >= 1 && sequences <= 1e9))
    return refuse("--global-batch is less than one sequence", "as in --global-batch 1536");
  question.space.global_batch = study::divisible_near(sequences);
  question.notes.push_back(fmt::format("{} are {} sequences of {} tokens, rounded so that they divide", *text,
                                       print_count(question.space.global_batch), print_count(question.space.sequence_length)));
  return {};
}

Result<void> take_schedules(const Arguments& arguments, search::SearchSpace& space) {
  using perf::Schedule;
  for (const std::string& name : arguments.values("--schedule"))
    space.schedules.push_back(name == "zero-bubble" ? Schedule::zero_bubble : Schedule::dual_pipe);
  return {};
}

/// "1024", or "64..4096": doubled from the lower end, or every so many.
Result<void> take_counts(const Arguments& arguments, SearchQuestion& question) {
  constexpr int kMost = 10'000'000, kMostPoints = 10'000;
  const auto text = arguments.value("--gpus");
  if (!text) return {};
  const std::size_t dots = text->find("..");
  const auto low = whole(std::string_view(*text).substr(0, dots));
  const auto high = dots == std::string::npos ? low : whole(std::string_view(*text).substr(dots + 2));
  if (!low || !high || *low < 1 || *high < *low || *high > kMost)
    return refuse(fmt::format("--gpus cannot be '{}'", *text), "a number up to 10,000,000, or a range as 64..4096");
  question.space.gpus = *high;
  if (dots == std::string::npos) return {};
  const auto every = static_cast<int>(std::min<std::uint64_t>(arguments.number("--every", 0), kMost));
  for (int gpus = *low; gpus <= *high; gpus = every > 0 ? gpus + every : gpus * 2) question.counts.push_back(gpus);
  if (question.counts.size() > kMostPoints)
    return refuse(fmt::format("--gpus {} has {} points", *text, print_count(static_cast<long long>(question.counts.size()))),
                  "take larger steps with --every");
  return {};
}

Result<void> take_limits(const Arguments& arguments, SearchQuestion& question) {
  search::SearchSpace& space = question.space;
  constexpr std::uint64_t kMost = 1'000'000'000;
  for (const char* name : {"--sequence-length", "--max-tp", "--top"})
    if (arguments.number(name, 1) > kMost || (arguments.has(name) && arguments.number(name, 1) == 0))
      return refuse(fmt::format("{} must be at least 1 and at most {}", name, print_count(static_cast<long long>(kMost))), "");
  const auto number = [&](const char* name, int fallback) {
    return static_cast<int>(arguments.number(name, static_cast<std::uint64_t>(fallback)));
  };
  space.sequence_length = number("--sequence-length", space.sequence_length);
  space.max_tp = number("--max-tp", 0);
  space.top = number("--top", space.top);
  space.threads = static_cast<unsigned>(arguments.number("--threads", 1));
  const auto margin = amount(arguments, "--memory-margin", kDimensionless, 0, "5%");
  if (!margin) return std::unexpected(margin.error());
  if (*margin >= 1) return refuse("--memory-margin leaves no memory", "as in --memory-margin 5%");
  const auto mfu = amount(arguments, "--min-mfu", kDimensionless, 0, "40%");
  if (!mfu) return std::unexpected(mfu.error());
  space.memory_margin = *margin;
  space.least_mfu = *mfu;
  return {};
}

Result<void> take_machine(const Arguments& arguments, perf::Machine& machine) {
  const auto nic = amount(arguments, "--nic", Bandwidth::dimension, machine.nic_per_gpu.base(), "\"400 Gb/s\"");
  if (!nic) return std::unexpected(nic.error());
  if (arguments.has("--domain") && arguments.number("--domain", 1) == 0)
    return refuse("--domain must be at least 1", "as in --domain 72");
  if (arguments.has("--nic") && *nic <= 0) return refuse("--nic must be above 0", "as in --nic \"400 Gb/s\"");
  const auto memory = amount(arguments, "--memory", Bytes::dimension, machine.gpu.memory.base(), "\"141 GB\"");
  if (!memory) return std::unexpected(memory.error());
  machine.nic_per_gpu = Bandwidth::from_base(*nic);
  machine.gpu.memory = Bytes::from_base(*memory);
  machine.scale_up_domain = static_cast<int>(
      std::min<std::uint64_t>(1'000'000, arguments.number("--domain", static_cast<std::uint64_t>(machine.scale_up_domain))));
  return {};
}

}  // namespace

Result<SearchQuestion> search_question(const Arguments& arguments) {
  SearchQuestion question;
  if (!arguments.positionals.empty()) {
    if (auto read = from_file(arguments, question); !read) return std::unexpected(read.error());
  } else {
    const auto catalog = read_catalog(arguments);
    if (!catalog) return std::unexpected(catalog.error());
    if (auto read = job_from_options(arguments, *catalog, question); !read) return std::unexpected(read.error());
    if (auto read = machine_from_options(arguments, *catalog, question); !read) return std::unexpected(read.error());
  }
  if (arguments.has("--precision")) question.space.precisions.clear();
  for (const std::string& name : arguments.values("--precision"))
    question.space.precisions.push_back(*catalog::precision_from(name));
  if (auto taken = take_counts(arguments, question); !taken) return std::unexpected(taken.error());
  if (auto taken = take_limits(arguments, question); !taken) return std::unexpected(taken.error());
  if (auto taken = take_batch(arguments, question); !taken) return std::unexpected(taken.error());
  if (auto taken = take_schedules(arguments, question.space); !taken) return std::unexpected(taken.error());
  if (auto taken = take_machine(arguments, question.machine); !taken) return std::unexpected(taken.error());
  for (const std::string& assignment : arguments.values("--fix"))
    if (auto settled = settle(assignment, question.space); !settled) return std::unexpected(settled.error());
  question.machine.gpus = question.space.gpus;
  return question;
}

std::vector<Option> search_options() {
  return {
      {.name = "--model", .value = "NAME", .help = "model of the catalog, where no file is given", .takes = Takes::text},
      {.name = "--gpu", .value = "NAME", .help = "accelerator of the catalog, where no file is given", .takes = Takes::text},
      {.name = "--gpus",
       .value = "N",
       .help = "number of accelerators; 64..4096 draws the scaling curve, doubling",
       .takes = Takes::text},
      {.name = "--every", .value = "N", .help = "step of a range of accelerators, instead of doubling", .takes = Takes::number},
      {.name = "--global-batch", .value = "B", .help = "sequences of one step, or tokens as \"4 Mtoken\"", .takes = Takes::text},
      {.name = "--sequence-length",
       .value = "S",
       .help = "tokens of a sequence; as the model was trained if not given",
       .takes = Takes::number},
      {.name = "--precision",
       .value = "FORMAT",
       .help = "number format of the matrix products",
       .takes = Takes::word,
       .words = {"bf16", "fp8", "fp8_block", "mxfp8", "nvfp4"}},
      {.name = "--stack", .value = "NAME", .help = "software of the catalog, megatron-core if not given", .takes = Takes::text},
      {.name = "--job", .value = "NAME", .help = "training job of the file; its first if not given", .takes = Takes::text},
      {.name = "--nic", .value = "RATE", .help = "network rate of one accelerator, as \"400 Gb/s\"", .takes = Takes::text},
      {.name = "--domain", .value = "N", .help = "accelerators that share NVLink or its like", .takes = Takes::number},
      {.name = "--memory", .value = "SIZE", .help = "memory of one accelerator, as \"141 GB\"", .takes = Takes::text},
      {.name = "--max-tp",
       .value = "N",
       .help = "most tensor parallelism; the NVLink domain if not given",
       .takes = Takes::number},
      {.name = "--fix",
       .value = "DEGREE=VALUE",
       .help = "settle tp, sp, pp, vp, dp, cp, ep, etp, mbs, zero, shard_group or recompute, as pp=16",
       .takes = Takes::text,
       .repeats = true},
      {.name = "--schedule",
       .value = "NAME",
       .help = "allow a schedule beyond 1F1B and interleaving",
       .takes = Takes::word,
       .words = {"zero-bubble", "dual-pipe"},
       .repeats = true},
      {.name = "--memory-margin", .value = "SHARE", .help = "memory to leave free, as 5%", .takes = Takes::text},
      {.name = "--min-mfu", .value = "SHARE", .help = "least model FLOP utilization, as 40%", .takes = Takes::text},
      {.name = "--resources", .help = "also tell what more memory, network or NVLink domain would give"},
      {.name = "--top", .value = "K", .help = "layouts to list, 10 if not given", .takes = Takes::number},
      {.name = "--threads",
       .value = "N",
       .help = "threads to use, 0 for all; the answer does not depend on it",
       .takes = Takes::number}};
}

}  // namespace eigenbau::cli

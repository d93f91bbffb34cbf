// eigenbau goodput: which share of the wall time of a job on so many GPUs is useful work?
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "cli/codes.h"
#include "cli/commands.h"
#include "cli/inputs.h"
#include "cli/option_values.h"
#include "cli/plan.h"
#include "cli/version.h"
#include "perf/goodput.h"
#include "perf/spares.h"
#include "report/job_report.h"
#include "units/print.h"

namespace eigenbau::cli {
namespace {

constexpr std::uint64_t kMostGpus = 10'000'000;
constexpr double kLeastGoodput = 1e-6;  // a month of work would take longer than all of history
constexpr double kTail = 0.01;          // of the time, in which more nodes are away than there are spares

Provenance derived() { return {.source = "derived"}; }

/// What the job meets: the prior of the catalog, and what the user states in its place.
struct Question {
  perf::GoodputInput input;
  int gpus = 0;
  int gpus_per_node = 8;
  std::string prior;
  std::optional<Time> repair;
  double dispersion = 1;
};

/// Costs of a checkpoint: stated, or from the size of the state and what it is written through.
Result<void> read_checkpoint(const Arguments& arguments, Question& question) {
  const auto state = quantity_option(arguments, "--state", Bytes{});
  const auto write = quantity_option(arguments, "--write", Bandwidth{});
  const auto host = quantity_option(arguments, "--to-host", 25 * kGigabytePerSecond);
  const auto blocking = quantity_option(arguments, "--blocking", Time{});
  const auto interval = quantity_option(arguments, "--interval", Time{});
  if (auto read = all_read(state, write, host, blocking, interval); !read) return read;
  for (const char* option : {"--interval", "--state", "--write", "--to-host"})
    if (const auto value = arguments.value(option); value && parse_quantity(*value)->value <= 0)
      return fail(ExitCode::bad_usage,
                  Diagnostic{.code = std::string(kBadOptionValue), .message = fmt::format("{} must be above zero", option)});
  const perf::CheckpointCost cost = perf::checkpoint_cost(*state, question.gpus, *host, *write, *write);
  perf::Checkpointing& saving = question.input.checkpointing;
  saving.blocking = arguments.has("--blocking") ? *blocking : cost.blocking;
  saving.drain = cost.drain;
  question.input.restart.reload += cost.reload;
  if (arguments.has("--interval")) saving.interval = *interval;
  return {};
}

Result<Question> read_question(const Arguments& arguments) {
  const auto catalog = read_catalog(arguments);
  if (!catalog) return std::unexpected(catalog.error());
  const auto prior = named(catalog->failure(arguments.value("--prior").value_or("general")));
  if (!prior) return std::unexpected(prior.error());
  Question question{.prior = prior->title};
  const std::uint64_t gpus = arguments.number("--gpus", 1024);
  const std::uint64_t per_node =
      arguments.number("--gpus-per-node", static_cast<std::uint64_t>(prior->gpus_per_node.value_or(8)));
  if (gpus < 1 || gpus > kMostGpus || per_node < 1 || per_node > kMostGpus)
    return fail(ExitCode::bad_usage, Diagnostic{.code = std::string(kBadOptionValue),
                                                .message = "--gpus and --gpus-per-node must be from 1 to 10,000,000"});
  question.gpus = static_cast<int>(gpus);
  question.gpus_per_node = static_cast<int>(per_node);
  const auto rate = quantity_option(arguments, "--rate", prior->node_rate);
  const auto job_rate = quantity_option(arguments, "--job-rate", prior->job_rate.value_or(Frequency{}));
  const auto restart = quantity_option(arguments, "--restart", prior->restart.value_or(Time{}));
  if (auto read = all_read(rate, job_rate, restart); !read) return std::unexpected(read.error());
  question.input.nodes = static_cast<int>((gpus + per_node - 1) / per_node);
  question.input.node_rate = *rate;
  question.input.job_rate = *job_rate;
  question.input.restart.recover = *restart;
  const auto mtti = perf::mean_time_to_interrupt(question.input.nodes, *rate, *job_rate);
  if (mtti && *mtti < kSecond)
    return fail(ExitCode::no_answer,
                Diagnostic{.code = std::string(kBadOptionValue),
                           .message = "the job is interrupted more than once a second: it never gets anywhere"});
  question.repair = prior->repair_mean;
  question.dispersion = prior->repair_dispersion.value_or(1);
  if (const auto read = read_checkpoint(arguments, question); !read) return std::unexpected(read.error());
  if (!(perf::goodput(question.input).goodput > kLeastGoodput))
    return fail(ExitCode::no_answer,
                Diagnostic{.code = std::string(kBadOptionValue),
                           .message = "next to nothing of the time is useful work: the job never ends",
                           .notes = {fmt::format("it is interrupted every {} on average", print(mtti.value_or(Time{}), 3))},
                           .hint = "a shorter --interval between checkpoints, or a shorter --restart"});
  return question;
}

report::Stack where_time_goes(const perf::Goodput& goodput) {
  report::Bar bar{.key = "wall_time", .label = "wall time"};
  bar.segments.push_back({.key = "useful", .label = "useful work", .amount = {.value = goodput.goodput}});
  for (std::size_t i = 0; i < perf::kBadputBuckets; ++i) {
    const auto bucket = static_cast<perf::Badput>(i);
    const std::string label(perf::name_of(bucket));
    std::string key = label;
    std::ranges::replace(key, ' ', '_');
    if (goodput.share(bucket) > 0)
      bar.segments.push_back({.key = key, .label = label, .amount = {.value = goodput.share(bucket)}});
  }
  return {.key = "wall_time",
          .title = "Where the wall time goes, by the buckets of ml-goodput-measurement",
          .unit = "%",
          .bars = {bar}};
}

report::Table by_size(const Question& question) {
  report::Table table{.key = "sizes",
                      .title = "The same on other numbers of GPUs",
                      .columns = {{.key = "gpus", .label = "GPUs", .form = report::Form::count},
                                  {.key = "mtti", .label = "mean time to interrupt", .dimension = kTime},
                                  {.key = "interval", .label = "checkpoint every", .dimension = kTime},
                                  {.key = "goodput", .label = "goodput", .form = report::Form::share}}};
  for (const double factor : {0.25, 0.5, 1.0, 2.0}) {
    perf::GoodputInput input = question.input;
    input.nodes = std::max(1, static_cast<int>(factor * question.input.nodes));
    const perf::Goodput goodput = perf::goodput(input);
    const double gpus = static_cast<double>(input.nodes) * question.gpus_per_node;
    const auto time = [](const std::optional<Time>& t) { return t ? report::Cell{report::Number{t->base()}} : report::Cell{}; };
    table.rows.push_back(
        {.key = fmt::format("{:.0f}", gpus),
         .cells = {report::Number{gpus}, time(goodput.mtti), time(goodput.interval), report::Number{goodput.goodput}}});
  }
  return table;
}

/// Goodput, and the times behind it.
void add_goodput(report::Section& section, const perf::Goodput& goodput, Time blocking, const std::string& prior) {
  report::Row& share =
      add(section, "goodput", "Goodput", figure(goodput.goodput, derived(), "exact renewal"), report::Form::share);
  share.headline = true;
  share.remark =
      fmt::format("{:.3g} interrupts a day, each costs {}", goodput.interrupts_per_day, print(goodput.lost_per_interrupt, 3));
  if (goodput.mtti) add(section, "mtti", "Mean time to interrupt", figure(*goodput.mtti, {.source = prior})).headline = true;
  if (goodput.interval)
    add(section, "checkpoint_interval", "Checkpoint every", figure(*goodput.interval, derived())).headline = true;
  if (goodput.mtti && blocking > Time{})
    add(section, "daly_interval", "by Daly's formula", figure(perf::daly_interval(*goodput.mtti, blocking), derived()));
}

report::Section answer(const Question& question) {
  const perf::Goodput goodput = perf::goodput(question.input);
  report::Section section{.key = "goodput", .title = "Goodput"};
  const auto nodes = static_cast<double>(question.input.nodes);
  add(section, "nodes", "Nodes",
      figure(nodes, derived(), fmt::format("{} GPUs / {}", print_count(question.gpus), question.gpus_per_node)),
      report::Form::count);
  add_goodput(section, goodput, question.input.checkpointing.blocking, question.prior);
  if (question.repair) {
    const perf::Spares spares =
        perf::spare_nodes(question.input.nodes, question.input.node_rate, *question.repair, question.dispersion, kTail);
    report::Row& row = add(section, "spare_nodes", "Spare nodes for 99 % of the time",
                           figure(static_cast<double>(spares.spares), derived()), report::Form::count);
    row.headline = true;
    row.remark = fmt::format("{:.3g} are away on average, {} each", spares.mean_down, print(*question.repair, 3));
  }
  section.items.push_back(where_time_goes(goodput));
  section.items.push_back(by_size(question));
  return section;
}

/// A training job of a file, on the accelerators that it last ran on.
report::Section job_section(const campaign::TrainingRun& run, const std::string& prior) {
  report::Section section{.key = report::key_from(run.name), .title = run.name};
  if (run.stages.empty()) {
    section.items.push_back(report::Remark{.text = "never runs in the time that the file covers"});
    return section;
  }
  add(section, "gpus", "GPUs", figure(static_cast<double>(run.stages.back().run.gpus), derived(), "of the job's last stage"),
      report::Form::count);
  add_goodput(section, run.goodput, Time{}, prior);
  section.items.push_back(where_time_goes(run.goodput));
  return section;
}

/// What a file says itself.
constexpr const char* kSaidByFile[] = {"--gpus",     "--gpus-per-node", "--prior", "--rate",  "--job-rate", "--restart",
                                       "--blocking", "--interval",      "--state", "--write", "--to-host"};

Outcome run_file(const Arguments& arguments) {
  if (const auto none =
          none_beside_file(arguments, kSaidByFile, "change the file with --set KEY=VALUE, or say everything by options");
      !none)
    return failed(none.error());
  const auto answered = answer_file(arguments.positionals[0], arguments);
  if (!answered) return failed(answered.error());
  report::Report report = answered->report;
  report.title = "Goodput of " + report.title;
  report.sections.clear();
  const auto wanted = arguments.value("--job");
  for (const campaign::TrainingRun& run : answered->study.middle.campaign.runs)
    if (!wanted || run.name == *wanted) report.sections.push_back(job_section(run, "the file's failures"));
  if (report.sections.empty())
    return failed(ExitCode::bad_usage, std::string(kBadOptionValue),
                  wanted ? fmt::format("the file has no training job '{}'", *wanted) : "the file has no training job",
                  "name a job of the file, or say everything by options");
  return {.result = std::move(report)};
}

Outcome run(const Arguments& arguments) {
  if (!arguments.positionals.empty()) return run_file(arguments);
  if (const auto none = none_without_file(arguments, kOfStudies); !none) return failed(none.error());
  const auto question = read_question(arguments);
  if (!question) return failed(question.error());
  Outcome outcome;
  outcome.result = report::Report{.title = "Goodput", .version = std::string(kVersion), .sections = {answer(*question)}};
  return outcome;
}

}  // namespace

Command goodput_command() {
  return {
      .name = "goodput",
      .group = kQuestions,
      .summary = "which share of the wall time failures and checkpoints leave, and how many spare nodes it takes",
      .examples = {"eigenbau goodput --gpus 100000",
                   "eigenbau goodput --gpus 16384 --rate \"3.79 per 1000 node-days\" --restart \"10 min\" --blocking \"1 s\"",
                   "eigenbau goodput --gpus 100000 --state \"28 TB\" --write \"1 TB/s\" --json",
                   "eigenbau goodput lab.toml                  the training jobs of a file"},
      .positionals = {{.name = "FILE", .help = "cluster file; without it the options say everything", .least = 0}},
      .options = joined(
          {{{.name = "--gpus", .value = "N", .help = "GPUs of the job, 1024 if not given", .takes = Takes::number},
            {.name = "--gpus-per-node", .value = "N", .help = "as the prior counts if not given", .takes = Takes::number},
            {.name = "--prior",
             .value = "NAME",
             .help = "failure prior of the catalog, general if not given",
             .takes = Takes::text},
            {.name = "--rate", .value = "RATE", .help = "interrupts of one node, \"4 per 1000 node-days\"", .takes = Takes::text},
            {.name = "--job-rate",
             .value = "RATE",
             .help = "interrupts that do not grow with nodes, \"0.3 per day\"",
             .takes = Takes::text},
            {.name = "--restart",
             .value = "TIME",
             .help = "from the interrupt to work again, reading the checkpoint apart",
             .takes = Takes::text},
            {.name = "--blocking",
             .value = "TIME",
             .help = "that a checkpoint holds the job up; 1 s if neither it nor --state is given",
             .takes = Takes::text},
            {.name = "--interval",
             .value = "TIME",
             .help = "between checkpoints; the best one if not given",
             .takes = Takes::text},
            {.name = "--state", .value = "SIZE", .help = "of one checkpoint, \"28 TB\"", .takes = Takes::text},
            {.name = "--write",
             .value = "SPEED",
             .help = "at which storage takes and gives it, \"1 TB/s\"",
             .takes = Takes::text},
            {.name = "--to-host",
             .value = "SPEED",
             .help = "of one GPU to its host, \"25 GB/s\" if not given",
             .takes = Takes::text},
            {.name = "--job", .value = "NAME", .help = "one training job of the file", .takes = Takes::text}},
           input_options(),
           study_options(),
           result_options()}),
      .run = run};
}

}  // namespace eigenbau::cli

// eigenbau network: what does this traffic get from the fabric, and where is it hot?
#include <fmt/format.h>

#include "cli/codes.h"
#include "cli/commands.h"
#include "cli/inputs.h"
#include "cli/network_question.h"
#include "cli/version.h"
#include "report/job_report.h"
#include "units/counted.h"
#include "units/print.h"

namespace eigenbau::cli {
namespace {

Provenance derived() { return {.source = "derived"}; }

report::Number number(const study::Spread& spread, bool ranged, double factor = 1) {
  if (!ranged) return {spread.middle * factor};
  return {spread.middle * factor, spread.low * factor, spread.high * factor};
}

Figure figure_of(const study::Spread& spread, bool ranged, Dimension dimension, double factor, std::string derivation) {
  Figure figure{
      .value = spread.middle * factor, .dimension = dimension, .provenance = derived(), .derivation = std::move(derivation)};
  if (ranged) {
    figure.low = spread.low * factor;
    figure.high = spread.high * factor;
  }
  return figure;
}

/// The first job's figures, on the one screen; all jobs follow in the table.
void add_figures(report::Section& section, const NetworkQuestion& question, const study::FabricTraffic& traffic) {
  const study::JobTraffic& job = traffic.jobs.front();
  const bool ranged = traffic.runs > 1;
  const double link = question.fabric.forest.adapter_rate().base();
  const std::string over = ranged ? fmt::format("median over {} seeds", traffic.runs) : "max-min fair shares";
  add(section, "mean_share", "Mean rate, of the link", figure_of(job.mean, ranged, {}, 1, over), report::Form::share).headline =
      true;
  add(section, "worst_share", "Worst rate, of the link", figure_of(job.worst, ranged, {}, 1, over), report::Form::share)
      .headline = true;
  report::Row& worst =
      add(section, "worst_rate", "Worst rate", figure_of(job.worst, ranged, kData - kTime, link, "share x link"));
  worst.unit = "Gb/s";
  add(section, "completion", "All done after",
      figure_of(job.seconds, ranged, kTime, 1, "the last message's end; bandwidth alone, no latency"))
      .headline = true;
  if (traffic.jobs.size() > 1)
    for (report::Item& item : section.items) std::get<report::Row>(item).remark = "of " + job.name;
}

report::Table jobs_table(const study::FabricTraffic& traffic) {
  report::Table table{.key = "jobs",
                      .title = "Jobs",
                      .columns = {{.key = "job", .label = "traffic"},
                                  {.key = "messages", .label = "messages", .form = report::Form::count},
                                  {.key = "mean_share", .label = "mean rate", .form = report::Form::share},
                                  {.key = "worst_share", .label = "worst rate", .form = report::Form::share},
                                  {.key = "completion", .label = "all done after", .dimension = kTime},
                                  {.key = "unreachable", .label = "unreachable", .form = report::Form::count}}};
  const bool ranged = traffic.runs > 1;
  for (const study::JobTraffic& job : traffic.jobs)
    table.rows.push_back({.key = job.name,
                          .cells = {job.name, report::Number{static_cast<double>(job.messages)}, number(job.mean, ranged),
                                    number(job.worst, ranged), number(job.seconds, ranged),
                                    report::Number{static_cast<double>(job.unreachable)}}});
  return table;
}

report::Table tiers_table(const study::FabricTraffic& traffic) {
  report::Table table{.key = "tiers",
                      .title = "How long links are busy, of the time until all is done",
                      .columns = {{.key = "links", .label = "links"},
                                  {.key = "count", .label = "count", .form = report::Form::count},
                                  {.key = "mean", .label = "mean of those in use", .form = report::Form::share},
                                  {.key = "most", .label = "fullest", .form = report::Form::share}}};
  for (const study::TierLoad& tier : traffic.tiers)
    table.rows.push_back({.key = report::key_from(tier.name),
                          .cells = {tier.name, report::Number{static_cast<double>(tier.links)}, report::Number{tier.mean},
                                    report::Number{tier.most}}});
  return table;
}

report::Table hottest_table(const study::FabricTraffic& traffic) {
  report::Table table{
      .key = "hottest",
      .title = "Hottest links",
      .columns = {{.key = "link", .label = "link"}, {.key = "busy", .label = "busy", .form = report::Form::share}}};
  for (const study::HotLink& link : traffic.hottest)
    table.rows.push_back({.key = link.name, .cells = {link.name, report::Number{link.load}}});
  return table;
}

report::HeatMap heat_map(const study::FabricTraffic& traffic) {
  report::HeatMap map{.key = "load",
                      .title = "Load by tier: the fullest link of each stretch, from the first switch to the last"};
  for (const study::TierLoad& tier : traffic.tiers)
    map.lines.push_back({.key = report::key_from(tier.name), .label = tier.name, .shares = tier.by_position});
  return map;
}

report::Section answer(const NetworkQuestion& question, const study::FabricTraffic& traffic) {
  const bool one_path = network::takes_one_path(question.fabric.routing);
  report::Section section{.key = "network", .title = "Network"};
  section.lead = fmt::format("{}. Routing: {}{} ({}).", question.wired, kRoutingWords[static_cast<int>(question.fabric.routing)],
                             one_path ? ", " + counted(question.fabric.queue_pairs, "queue pair") : "", question.routed);
  const network::Forest& forest = question.fabric.forest;
  if (forest.islands() > 1) section.lead += " A job that names no servers runs on each island by itself: no cable joins them.";
  if (forest.planes > 1) section.lead += " A message is split evenly over the planes.";
  add_figures(section, question, traffic);
  section.items.push_back(jobs_table(traffic));
  section.items.push_back(heat_map(traffic));
  section.items.push_back(tiers_table(traffic));
  section.items.push_back(hottest_table(traffic));
  for (const study::JobTraffic& job : traffic.jobs)
    if (job.crossing > 0)
      section.items.push_back(report::Remark{
          .severity = Severity::note,
          .text = fmt::format("{} of {} messages of {} are for another rail, which no switch reaches: they cross the sender's "
                              "scale-up domain first and leave by the adapter of that rail; those links are not in the rates",
                              print_count(job.crossing), print_count(job.messages), job.name)});
  for (const study::JobTraffic& job : traffic.jobs)
    if (job.unreachable > 0)
      section.items.push_back(report::Remark{
          .severity = Severity::warning,
          .text = fmt::format("{} of {} messages of {} have no path left, the first from {}", print_count(job.unreachable),
                              print_count(job.messages), job.name, job.first_unreachable)});
  return section;
}

Outcome run(const Arguments& arguments) {
  const auto question = network_question(arguments);
  if (!question) return failed(question.error());
  const study::FabricTraffic traffic = study::simulate_traffic(question->fabric);
  if (!traffic.whole)
    return failed(ExitCode::no_answer, std::string(kNoFabric),
                  "too many messages of unequal size share one link to follow each of their ends",
                  "fewer messages to one host, or messages of one size");
  for (const study::JobTraffic& job : traffic.jobs)
    if (job.unreachable == job.messages)
      return failed(ExitCode::no_answer, std::string(kNoFabric),
                    fmt::format("no message of {} has a path left, the first one from {}", job.name, job.first_unreachable),
                    "fewer devices out of order");
  Outcome outcome;
  outcome.result = report::Report{.title = "Network",
                                  .input = question->input,
                                  .input_hash = question->input_hash,
                                  .version = std::string(kVersion),
                                  .seed = question->fabric.seed,
                                  .sections = {answer(*question, traffic)}};
  outcome.counters = {{"events", static_cast<double>(traffic.events)}, {"runs", static_cast<double>(traffic.runs)}};
  return outcome;
}

}  // namespace

Command network_command() {
  return {
      .name = "network",
      .group = kOpenQuestions,
      .summary = "simulate traffic on the fabric: mean and worst rate, completion, hot links",
      .examples = {"eigenbau network lab.toml",
                   "eigenbau network lab.toml --traffic alltoall --bytes \"1 GiB\" --routing ecmp --qps 16 --seeds 10",
                   "eigenbau network lab.toml --traffic ring:1-64 --traffic permutation:65-128 --fail spine-3",
                   "eigenbau network lab.toml --traffic trace.csv --json",
                   "eigenbau network --fat-tree 74 --traffic permutation --seeds 10"},
      .positionals = {{.name = "FILE", .help = "cluster file; - for standard input", .takes = Takes::file, .least = 0}},
      .options = joined(
          {{{.name = "--traffic",
             .value = "KIND",
             .help = "permutation, ring, alltoall, dp-allreduce, or a trace that ends in .csv; of some servers as in ring:1-512; "
                     "several are jobs side by side",
             .takes = Takes::file,
             .repeats = true},
            {.name = "--bytes",
             .value = "SIZE",
             .help = "that each adapter sends, or sums; \"1 GiB\" if not given",
             .takes = Takes::text},
            {.name = "--routing",
             .value = "NAME",
             .help = "as the file says or its adapters allow if not given",
             .takes = Takes::word,
             .words = {std::begin(kRoutingWords), std::end(kRoutingWords)}},
            {.name = "--qps", .value = "N", .help = "queue pairs that ECMP spreads a message over", .takes = Takes::number},
            {.name = "--members",
             .value = "N",
             .help = "servers of one data-parallel group, all if not given",
             .takes = Takes::number,
             .least = 2},
            {.name = "--stride",
             .value = "N",
             .help = "servers from one of its members to the next, 1 if not given",
             .takes = Takes::number},
            {.name = "--fail",
             .value = "NAME",
             .help = "out of order: spine-3, gpu-7, all links leaf-2:spine-3, or one by its port leaf-2/40/1",
             .takes = Takes::text,
             .repeats = true},
            {.name = "--seeds",
             .value = "N",
             .help = "how often what is left to chance is drawn, 1 if not given",
             .takes = Takes::number},
            {.name = "--seed", .value = "N", .help = "first seed, 1 if not given", .takes = Takes::number},
            {.name = "--fat-tree",
             .value = "K",
             .help = "without a file: a full fat tree of K-port switches",
             .takes = Takes::number,
             .least = 4,
             .most = 128},
            {.name = "--uplinks",
             .value = "N",
             .help = "of that fat tree, N times as fast as the servers' links",
             .takes = Takes::number}},
           input_options(),
           result_options()}),
      .more =
          "A trace has the columns source, target, bytes and, where messages do not all begin at once, start_s. Devices are "
          "named as in the cable list: gpu-1, gpu-2 ... are the servers in the order of the cluster file, gpu-12:3 is link nic3 "
          "of the twelfth; be-leaf-0003 may be written leaf-3.",
      .run = run};
}

}  // namespace eigenbau::cli

#include "cli/plan.h"

#include <algorithm>

#include "cli/commands.h"
#include "cli/inputs.h"
#include "cli/version.h"
#include "report/plan_report.h"

namespace eigenbau::cli {
namespace {

const std::vector<std::string> kParts{"power", "racks", "fabric", "supply", "jobs", "cost", "claims", "open"};

Option only_option() {
  return {.name = "--only",
          .value = "PART",
          .help = "show one part in depth: power, racks, fabric, supply, jobs, cost, claims, open; several with commas",
          .takes = Takes::text,
          .words = kParts,
          .repeats = true};
}

study::StudyOptions study_options_from(const Arguments& arguments) {
  study::StudyOptions options;
  options.seed = arguments.number("--seed", options.seed);
  options.samples =
      static_cast<std::uint32_t>(std::min<std::uint64_t>(arguments.number("--samples", options.samples), kMostSamples));
  options.threads = static_cast<unsigned>(std::min<std::uint64_t>(arguments.number("--threads", 0), kMostThreads));
  return options;
}

Outcome run_plan(const Arguments& arguments) {
  auto answered = answer_file(arguments.positionals[0], arguments);
  if (!answered) return failed(answered.error());
  Outcome outcome{.result = std::move(answered->report), .summary = true};
  outcome.counters["samples"] = static_cast<double>(answered->study.samples.size());
  outcome.counters["claims"] = static_cast<double>(answered->study.verdicts.size());
  return outcome;
}

Outcome run_compare(const Arguments& arguments) {
  std::vector<report::Report> reports;
  for (const std::string& path : arguments.positionals) {
    auto answered = answer_file(path, arguments);
    if (!answered) return failed(answered.error());
    reports.push_back(std::move(answered->report));
  }
  return {.result = std::move(reports)};
}

}  // namespace

Result<AnsweredFile> answer_file(const std::string& path, const Arguments& arguments) {
  const auto inputs = read_inputs(path, arguments);
  if (!inputs) return std::unexpected(inputs.error());
  const study::StudyOptions options = study_options_from(arguments);
  auto study = study::run_study(inputs->document, inputs->catalog, options);
  if (!study) return std::unexpected(study.error());
  report::Report report = report::plan_report(
      *study, {.input = inputs->name, .input_hash = inputs->hash, .version = std::string(kVersion), .seed = options.seed});
  return AnsweredFile{*std::move(study), std::move(report)};
}

Command plan_command() {
  return {.name = "plan",
          .group = kQuestions,
          .summary = "tell what the cluster will be, do, draw and cost, day by day",
          .examples = {"eigenbau plan lab.toml                          the answer on one screen",
                       "eigenbau plan lab.toml --only power             where every watt comes from",
                       "eigenbau plan lab.toml --html lab.html          one page with charts, to mail",
                       "eigenbau plan lab.toml --set site.pue=1.3       what if",
                       "eigenbau plan lab.toml --csv supply.gpus        GPUs by date, for a spreadsheet"},
          .positionals = {file_positional()},
          .options = joined({{only_option()}, input_options(), study_options(), result_options()}),
          .run = run_plan};
}

Command compare_command() {
  return {.name = "compare",
          .group = kQuestions,
          .summary = "lay the answers to several cluster files side by side",
          .examples = {"eigenbau compare lab.toml other.toml", "eigenbau compare lab.toml other.toml --only cost"},
          .positionals = {{.name = "FILE", .help = "cluster files", .least = 2, .most = 16}},
          .options = joined({{{.name = "--all", .help = "every figure, not only those of the summary"}, only_option()},
                             input_options(),
                             study_options(),
                             {{.name = "--json", .help = "print JSON: the reports in a list"},
                              output_option(),
                              {.name = "--stats", .help = "also tell seconds, peak memory and counters of this run"}}}),
          .run = run_compare};
}

}  // namespace eigenbau::cli

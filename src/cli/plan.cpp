// How does a command get the whole answer to a file?
#include "cli/plan.h"

#include <fmt/format.h>

#include <algorithm>

#include "catalog/precision.h"
#include "cli/codes.h"
#include "cli/commands.h"
#include "cli/inputs.h"
#include "cli/version.h"
#include "report/job_report.h"
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
  for (const std::string& only : arguments.values("--only"))
    options.fabric_options = options.fabric_options || only.find("fabric") != std::string::npos;
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
  if (Diagnostics unwired = design::unwired(study->middle.design); unwired.has_errors())
    return std::unexpected(Failure{ExitCode::no_answer, std::move(unwired)});
  report::Report report = report::plan_report(
      *study, {.input = inputs->name, .input_hash = inputs->hash, .version = std::string(kVersion), .seed = options.seed});
  return AnsweredFile{*std::move(study), std::move(report)};
}

Outcome serving_outcome(AnsweredFile answered, const Arguments& arguments) {
  std::vector<std::string> names;
  for (const auto& job : answered.study.middle.serving) names.push_back(job.name);
  if (names.empty())
    return failed(ExitCode::no_answer, std::string(kNoSuchPart), "the file has no serving job",
                  "add a [[job]], or ask with options alone");
  if (const auto wanted = arguments.value("--job")) {
    if (std::find(names.begin(), names.end(), *wanted) == names.end()) {
      const auto near = nearest_name(*wanted, names);
      return failed(ExitCode::bad_usage, std::string(kNoSuchPart), fmt::format("the file has no serving job '{}'", *wanted),
                    near ? "did you mean \"" + *near + "\"?" : fmt::format("there are: {}", fmt::join(names, ", ")));
    }
    names = {*wanted};
  }
  report::Report& report = answered.report;
  std::erase_if(report.sections, [](const report::Section& section) { return section.key != "jobs"; });
  // A job's items follow its title, whose key is made of its name.
  std::vector<std::string> all_titles, titles;
  for (const auto& job : answered.study.middle.training) all_titles.push_back(report::key_from(job.name));
  for (const auto& job : answered.study.middle.serving) all_titles.push_back(report::key_from(job.name));
  for (const std::string& name : names) titles.push_back(report::key_from(name));
  bool kept = false;
  for (report::Section& section : report.sections)
    std::erase_if(section.items, [&](const report::Item& item) {
      const auto* row = std::get_if<report::Row>(&item);
      if (row && std::find(all_titles.begin(), all_titles.end(), row->key) != all_titles.end())
        kept = std::find(titles.begin(), titles.end(), row->key) != titles.end();
      return !kept;
    });
  return {.result = std::move(report)};
}

std::vector<std::string> precision_words() {
  using enum catalog::Precision;
  std::vector<std::string> words;
  for (const catalog::Precision one : {fp32, tf32, fp16, bf16, fp8, fp8_block, mxfp8, nvfp4, int8})
    words.emplace_back(name_of(one));
  return words;
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

// eigenbau init, check, schema: what may a cluster file say, and is this one right?
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "cli/codes.h"
#include "cli/commands.h"
#include "cli/inputs.h"
#include "cli/job_problems.h"
#include "cli/plan.h"
#include "cli/version.h"
#include "cluster/read.h"

namespace eigenbau::cli {
namespace {

report::Report diagnostics_report(const Inputs& inputs, const Diagnostics& diagnostics) {
  report::Table table{.key = "diagnostics",
                      .title = "Diagnostics",
                      .columns = {{.key = "severity"},
                                  {.key = "code"},
                                  {.key = "line", .form = report::Form::count},
                                  {.key = "column", .form = report::Form::count},
                                  {.key = "message"},
                                  {.key = "hint"}}};
  for (const Diagnostic& one : diagnostics.all()) {
    const char* const names[] = {"note", "warning", "error"};
    table.rows.push_back({.key = "",
                          .cells = {std::string(names[static_cast<std::size_t>(one.severity)]), one.code,
                                    report::Number{static_cast<double>(one.span.line)},
                                    report::Number{static_cast<double>(one.span.column)}, one.message, one.hint}});
  }
  report::Section section{.key = "check", .title = "Check"};
  const auto errors = static_cast<double>(diagnostics.error_count());
  report::add(section, "errors", "Errors", figure(errors, {}), report::Form::count);
  report::add(section, "remarks", "Warnings and notes", figure(static_cast<double>(diagnostics.all().size()) - errors, {}),
              report::Form::count);
  section.items.push_back(std::move(table));
  return {
      .title = "Check", .input = inputs.name, .input_hash = inputs.hash, .version = std::string(kVersion), .sections = {section}};
}

/// The claims alone; exit 1 unless every one of them holds as it stands.
Outcome check_claims(const Arguments& arguments) {
  auto answered = answer_file(arguments.positionals[0], arguments);
  if (!answered) return failed(answered.error());
  std::erase_if(answered->report.sections, [](const report::Section& section) { return section.key != "claims"; });
  const auto& verdicts = answered->study.verdicts;
  const bool all_hold = std::all_of(verdicts.begin(), verdicts.end(), [](const study::Verdict& verdict) {
    return verdict.finding.holding == study::Holding::holds;
  });
  Outcome outcome{.exit = all_hold ? ExitCode::answered : ExitCode::bad_input, .result = std::move(answered->report)};
  if (verdicts.empty() && !arguments.has("--json")) outcome.result = "the file makes no claims\n";
  return outcome;
}

Outcome run_check(const Arguments& arguments) {
  if (arguments.has("--claims")) return check_claims(arguments);
  const auto inputs = read_inputs(arguments.positionals[0], arguments);
  if (!inputs) return failed(inputs.error());
  const auto reading = cluster::load_cluster(inputs->document, inputs->catalog);
  Outcome outcome;
  outcome.diagnostics = reading ? reading->remarks : reading.error().diagnostics;
  if (reading) add_job_problems(outcome.diagnostics, reading->cluster, inputs->document, inputs->catalog);
  outcome.exit = reading ? ExitCode::answered : reading.error().exit;
  if (arguments.has("--json")) outcome.result = diagnostics_report(*inputs, outcome.diagnostics);
  else if (reading)
    outcome.result = fmt::format("{}: no errors, {} warnings; {} figures are ranges, {} are unknown\n", inputs->name,
                                 outcome.diagnostics.all().size(), reading->log.uncertain.size(), reading->log.unknown.size());
  return outcome;
}

Outcome run_init(const Arguments& arguments) {
  const std::string name = arguments.value("--name").value_or("My cluster");
  const std::string text = cluster::starter_file(name);
  if (arguments.positionals.empty() || arguments.positionals[0] == "-") return {.result = text};
  const std::string& path = arguments.positionals[0];
  if (!arguments.has("--force") && std::filesystem::exists(path))
    return failed(ExitCode::bad_usage, std::string(kCannotWrite), path + " is there already",
                  "name another file, or replace this one with --force");
  Outcome outcome{.result = fmt::format("{} written; next: eigenbau plan {}\n", path, path)};
  outcome.files.push_back({path, text});
  return outcome;
}

Outcome run_schema(const Arguments&) { return {.result = cluster::cluster_schema()}; }

}  // namespace

Command init_command() {
  return {.name = "init",
          .group = kQuestions,
          .summary = "write a commented cluster file to start from",
          .examples = {"eigenbau init lab.toml", "eigenbau init lab.toml --name \"Lab, 64 GPUs\""},
          .positionals =
              {{.name = "FILE", .help = "file to write; standard output if not given", .takes = Takes::output_file, .least = 0}},
          .options = {{.name = "--name", .value = "NAME", .help = "name of the cluster in the file", .takes = Takes::text},
                      {.name = "--force", .help = "replace a file that is there already"}},
          .run = run_init};
}

Command check_command() {
  return {.name = "check",
          .group = kQuestions,
          .summary = "read a cluster file and tell everything that is wrong with it",
          .examples = {"eigenbau check lab.toml", "eigenbau check lab.toml --json      for editors and scripts",
                       "eigenbau check lab.toml --claims    fails unless every claim of the file holds"},
          .positionals = {file_positional()},
          .options = joined({input_options(),
                             study_options(),
                             {{.name = "--claims", .help = "judge the claims; exit code 1 unless all of them hold as they stand"},
                              {.name = "--json", .help = "print JSON"},
                              output_option()}}),
          .run = run_check};
}

Command schema_command() {
  return {.name = "schema",
          .group = kProduct,
          .summary = "print the JSON Schema of the cluster file, for editors",
          .examples = {"eigenbau schema -o eigenbau.schema.json"},
          .options = {output_option()},
          .run = run_schema};
}

}  // namespace eigenbau::cli

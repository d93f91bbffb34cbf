// eigenbau calibrate training: which constants of the software stacks follow from training runs?
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "cli/codes.h"
#include "cli/commands.h"
#include "cli/inputs.h"
#include "cli/measured_tables.h"
#include "cli/training_scores.h"
#include "fit/calibrate_training.h"
#include "fit/cross_validation.h"
#include "fit/error_bands.h"
#include "fit/stack_file.h"
#include "report/text.h"
#include "units/counted.h"

namespace eigenbau::cli {
namespace {

/// Which software the rows ran, as the catalog knows it.
report::Table stack_table(const fit::TrainingFit& fitted) {
  report::Table table{
      .key = "stacks",
      .title = "Stacks that the rows were fitted as",
      .columns = {{.key = "stack", .label = "stack"}, {.key = "rows", .label = "rows", .form = report::Form::count}}};
  for (std::size_t s = 0; s < fitted.rows.size(); ++s)
    if (fitted.rows[s] > 0)
      table.rows.push_back({.key = fitted.parts.stacks[s].name,
                            .cells = {fitted.parts.stacks[s].name, report::Number{static_cast<double>(fitted.rows[s])}}});
  return table;
}

/// Stacks whose files a fit changes: all of them, or those that have rows and what inherits from them, which is to stay as it is.
std::vector<std::size_t> written_stacks(const fit::TrainingFit& fitted, fit::FitFrom from) {
  const std::vector<catalog::Stack>& stacks = fitted.parts.stacks;
  std::set<std::string> changed;
  for (std::size_t s = 0; s < stacks.size(); ++s)
    if (from == fit::FitFrom::published_findings || fitted.rows[s] > 0) changed.insert(stacks[s].name);
  for (std::size_t before = 0; before != changed.size();) {
    before = changed.size();
    for (const catalog::Stack& stack : stacks)
      if (changed.contains(stack.parent)) changed.insert(stack.name);
  }
  std::vector<std::size_t> list;
  for (std::size_t s = 0; s < stacks.size(); ++s)
    if (changed.contains(stacks[s].name)) list.push_back(s);
  return list;
}

Outcome run_training(const Arguments& arguments) {
  const auto table = read_training_table(arguments);
  if (!table) return failed(table.error());
  const fit::FitFrom from = arguments.has("--afresh") ? fit::FitFrom::published_findings : fit::FitFrom::catalog;
  fit::TrainingFit fitted = fit::calibrate_training(table->rows, table->parts, from);
  if (std::ranges::all_of(fitted.rows, [](int rows) { return rows == 0; }))
    return failed(ExitCode::no_answer, std::string(kNothingToFit), "no row can be fitted",
                  "a plan that can be answered and a measured step time are the least; `validate training` says what rows lack");
  const int known = fit::set_error_bands(fitted.parts, fit::ten_fold(table->rows, table->parts, from), from);
  Outcome outcome{.diagnostics = table->remarks};
  report::Section scores{.key = "fitted",
                         .title = "With the fitted constants",
                         .items = score_items(fit::score_training(fit::validate_training(table->rows, fitted.parts)))};
  scores.items.emplace_back(stack_table(fitted));
  std::string text = report::render_text({.sections = {scores}}, {});
  if (known > 0)
    text += fmt::format("\n{} like those that the catalog's stacks were fitted to: counted once, with the larger error\n",
                        counted(known, "run"));
  if (const auto directory = arguments.value("--directory")) {
    if (const auto made = make_directory(*directory + "/stack"); !made) return failed(made.error());
    const std::string source = arguments.value("--source").value_or("fit of " + arguments.positionals[0]);
    const std::string date = arguments.value("--date").value_or("undated");
    for (const std::size_t s : written_stacks(fitted, from)) {
      const catalog::Stack& stack = fitted.parts.stacks[s];
      const auto file = table->catalog.text("stack", stack.name);
      if (!file) return failed(file.error());
      outcome.files.push_back({fmt::format("{}/stack/{}.toml", *directory, stack.name),
                               fit::stack_file(*file, stack, fitted.parts.stacks, source, date)});
    }
    text += fmt::format("\n{} written below {}; use {} with --catalog {}\n",
                        counted(static_cast<long long>(outcome.files.size()), "stack"), *directory,
                        outcome.files.size() == 1 ? "it" : "them", *directory);
  } else {
    text += "\nnothing written; --directory DIRECTORY writes the stacks\n";
  }
  outcome.result = std::move(text);
  return outcome;
}

}  // namespace

Command calibrate_training_command() {
  return {
      .name = "calibrate training",
      .group = kProduct,
      .summary = "fit the constants of software stacks to training runs and write them as parts",
      .examples = {"eigenbau calibrate training runs.csv --directory parts",
                   "eigenbau validate training runs.csv --catalog parts",
                   "eigenbau calibrate training validation/training.csv --afresh --directory afresh"},
      .positionals = {table_positional()},
      .options = {input_options()[1],
                  {.name = "--afresh",
                   .help =
                       "fit all stacks from published findings alone, as those of the catalog were: for tables of many stacks"},
                  {.name = "--directory",
                   .value = "DIRECTORY",
                   .help = "write the parts below it, for --catalog; without it only the errors are shown",
                   .takes = Takes::directory},
                  {.name = "--source", .value = "TEXT", .help = "where the rows come from, for the parts", .takes = Takes::text},
                  {.name = "--date", .value = "TEXT", .help = "when they were collected, for the parts", .takes = Takes::text},
                  output_option()},
      .more =
          "Stacks that rows name depart from the catalog's constants, which hold them by a prior; all others stay. "
          "`train --stack` takes the stack by the name that is shown beside its rows. The same rows give the same bytes. Error "
          "bands come from rows that the fit did not see, and from the runs of the catalog.",
      .run = run_training};
}

}  // namespace eigenbau::cli

// eigenbau calibrate training: which constants of the software stacks follow from training runs?
#include <fmt/format.h>

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

namespace eigenbau::cli {
namespace {

Outcome run_training(const Arguments& arguments) {
  const auto table = read_training_table(arguments);
  if (!table) return failed(table.error());
  fit::TrainingFit fitted = fit::calibrate_training(table->rows, table->parts);
  fit::set_error_bands(fitted.parts, fit::ten_fold(table->rows, table->parts));
  Outcome outcome;
  const report::Section scores{.key = "fitted",
                               .title = "With the fitted constants",
                               .items = score_items(fit::score_training(fit::validate_training(table->rows, fitted.parts)))};
  std::string text = report::render_text({.sections = {scores}}, {});
  if (const auto directory = arguments.value("--directory")) {
    if (const auto made = make_directory(*directory + "/stack"); !made) return failed(made.error());
    const std::string source = arguments.value("--source").value_or("fit of " + arguments.positionals[0]);
    const std::string date = arguments.value("--date").value_or("undated");
    for (const catalog::Stack& stack : fitted.parts.stacks) {
      const auto file = table->catalog.text("stack", stack.name);
      if (!file) return failed(file.error());
      outcome.files.push_back({fmt::format("{}/stack/{}.toml", *directory, stack.name),
                               fit::stack_file(*file, stack, fitted.parts.stacks, source, date)});
    }
    text +=
        fmt::format("\n{} stacks written below {}; use them with --catalog {}\n", outcome.files.size(), *directory, *directory);
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
      .examples = {"eigenbau calibrate training validation/training.csv --directory parts",
                   "eigenbau validate training runs.csv --catalog parts"},
      .positionals = {table_positional()},
      .options = {input_options()[1],
                  {.name = "--directory",
                   .value = "DIRECTORY",
                   .help = "write the parts below it, for --catalog; without it only the errors are shown",
                   .takes = Takes::directory},
                  {.name = "--source", .value = "TEXT", .help = "where the rows come from, for the parts", .takes = Takes::text},
                  {.name = "--date", .value = "TEXT", .help = "when they were collected, for the parts", .takes = Takes::text},
                  output_option()},
      .more =
          "Every constant starts from published findings and is held by a prior; a stack stays near its parent. The same rows "
          "give the same bytes. Error bands come from rows that the fit did not see.",
      .run = run_training};
}

}  // namespace eigenbau::cli

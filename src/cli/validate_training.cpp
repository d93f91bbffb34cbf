// eigenbau validate training: how well are published training runs predicted?
#include "fit/validate_training.h"
#include "cli/commands.h"
#include "cli/inputs.h"
#include "cli/measured_tables.h"
#include "cli/version.h"
#include "fit/calibrate_training.h"

namespace eigenbau::cli {
namespace {

report::Table score_table(const fit::TrainingScore& score) {
  using report::Form;
  report::Table table{.key = "scores",
                      .title = "|predicted/measured - 1| of step time",
                      .columns = {{.key = "group", .label = "group"},
                                  {.key = "rows", .label = "rows", .form = Form::count},
                                  {.key = "answered", .label = "answered", .form = Form::count},
                                  {.key = "median", .label = "median", .form = Form::share},
                                  {.key = "mean", .label = "mean", .form = Form::share},
                                  {.key = "p90", .label = "p90", .form = Form::share},
                                  {.key = "bias", .label = "bias", .form = Form::share},
                                  {.key = "in_band", .label = "in band", .form = Form::share},
                                  {.key = "half_width", .label = "half-width", .form = Form::share}}};
  const auto number = [](double value) { return report::Number{value}; };
  for (const fit::GroupScore& g : score.groups)
    table.rows.push_back({.key = g.name,
                          .cells = {g.name, number(g.rows), number(g.answered), number(g.median), number(g.mean), number(g.p90),
                                    number(g.bias), number(g.in_band), number(g.half_width)}});
  return table;
}

report::Table order_table(const fit::TrainingScore& score) {
  report::Table table{.key = "order",
                      .title = "Order of plans of one model: Kendall's tau",
                      .columns = {{.key = "family", .label = "family"},
                                  {.key = "tau", .label = "tau", .form = report::Form::count},
                                  {.key = "pairs", .label = "pairs", .form = report::Form::count}}};
  for (const fit::OrderScore& o : score.order)
    table.rows.push_back(
        {.key = o.family, .cells = {o.family, report::Number{o.tau}, report::Number{static_cast<double>(o.pairs)}}});
  return table;
}

Outcome run_training(const Arguments& arguments) {
  const auto table = read_csv(arguments.positionals[0], {"id", "gpu", "num_gpus", "model", "layers", "hidden"});
  if (!table) return failed(table.error());
  const auto catalog = read_catalog(arguments);
  if (!catalog) return failed(catalog.error());
  const auto parts = fit::training_parts(*catalog);
  if (!parts) return failed(parts.error());
  const auto rows = arguments.has("--leave-one-family-out") ? fit::leave_one_family_out(*table, *parts)
                    : arguments.has("--ten-fold")           ? fit::ten_fold(*table, *parts)
                                                            : fit::validate_training(*table, *parts);
  if (arguments.has("--csv")) return {.result = fit::prediction_csv(rows)};
  const fit::TrainingScore score = fit::score_training(rows);
  if (!arguments.has("--json")) return {.result = fit::score_text(score)};
  report::Section section{.key = "scorecard", .title = "Scorecard", .items = {score_table(score), order_table(score)}};
  return {.result = report::Report{.title = "Validation of training steps",
                                   .input = arguments.positionals[0],
                                   .version = std::string(kVersion),
                                   .sections = {std::move(section)}}};
}

}  // namespace

Command validate_training_command() {
  return {.name = "validate training",
          .group = kProduct,
          .summary = "predict the rows of a table of training runs, and score the prediction",
          .examples = {"eigenbau validate training validation/training.csv",
                       "eigenbau validate training runs.csv --csv -o predicted.csv"},
          .positionals = {table_positional()},
          .options = joined({validation_options(),
                             {{.name = "--leave-one-family-out",
                               .help = "refit for each family without its rows, and predict those (seconds to minutes)"},
                              {.name = "--ten-fold", .help = "refit ten times without a tenth of the rows, and predict those"}}}),
          .more =
              "A line is ok, unsupported (no law covers it), infeasible or invalid; the reason also says what was assumed. "
              "Measured columns may be missing; they are used for the scorecard only.",
          .run = run_training};
}

}  // namespace eigenbau::cli

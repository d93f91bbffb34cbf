// eigenbau validate training: how well are published training runs predicted?
#include "fit/validate_training.h"

#include <fmt/format.h>

#include <array>
#include <map>

#include "cli/commands.h"
#include "cli/inputs.h"
#include "cli/measured_tables.h"
#include "cli/training_scores.h"
#include "cli/version.h"
#include "fit/blank_cells.h"
#include "fit/cross_validation.h"
#include "fit/training_effects.h"
#include "fit/training_score.h"

namespace eigenbau::cli {
namespace {

/// Predicted against measured step time, a color a family.
report::Scatter spots(const std::vector<fit::TrainingPrediction>& rows) {
  report::Scatter scatter{.key = "step_times", .title = "Step time, predicted against measured", .dimension = kTime};
  std::map<std::string, report::Cloud> families;
  for (const fit::TrainingPrediction& row : rows) {
    if (row.status != tables::RowStatus::ok || !row.measured) continue;
    report::Cloud& cloud = families[row.family];
    cloud.spots.push_back(
        {fmt::format("{}, {} on {} x {}", row.id, row.model, row.gpus, row.gpu), row.measured->base(), row.step.total.base()});
  }
  for (auto& [name, cloud] : families) {
    cloud.key = cloud.label = name;
    scatter.clouds.push_back(std::move(cloud));
  }
  return scatter;
}

/// One way to replay a table.
struct Replay {
  const char* key;
  const char* title;
  const char* lead;
  const char* option;  ///< that asks for it; none: always
  std::vector<fit::TrainingPrediction> (*predict)(const Csv& table, const tables::TrainingParts& parts,
                                                  const fit::Without& without);
};

/// With the constants of the parts, some effects switched off.
std::vector<fit::TrainingPrediction> replay_with(const Csv& table, const tables::TrainingParts& parts,
                                                 const fit::Without& without) {
  tables::TrainingParts altered = parts;
  if (without)
    for (catalog::Stack& stack : altered.stacks) without(stack.training);
  return fit::validate_training(table, altered);
}

std::vector<fit::TrainingPrediction> ten_fold(const Csv& table, const tables::TrainingParts& parts, const fit::Without& without) {
  return fit::ten_fold(table, parts, fit::FitFrom::published_findings, without);
}

constexpr std::array kReplays{
    Replay{"catalog", "With the catalog's constants",
           "By the law of the train command, each row with the release of its software. The constants of the catalog that comes "
           "with the program were fitted to the project's own table.",
           nullptr, replay_with},
    Replay{"ten_fold", "Ten-fold", "Each tenth predicted by constants fitted to the other nine: rows that the fit did not see.",
           "--ten-fold", ten_fold},
    Replay{"families", "Leave one family out",
           "Each family predicted by constants fitted to all others: software and clusters that the fit never saw.",
           "--leave-one-family-out", fit::leave_one_family_out}};

/// What each effect is worth: the errors of a replay without it.
std::string ablation(const Csv& table, const tables::TrainingParts& parts, const Replay& replay) {
  const auto line = [&](std::string_view name, std::string_view meaning, const fit::Without& without) {
    const fit::TrainingScore score = fit::score_training(replay.predict(table, parts, without));
    const fit::GroupScore &dense = score.groups[1], &moe = score.groups[2];
    return fmt::format("{:18} {:6.1f} {:6.1f} {:6.1f}   {:6.1f} {:6.1f} {:6.1f}   {}\n", name, 100 * dense.median,
                       100 * dense.mean, 100 * dense.p90, 100 * moe.median, 100 * moe.mean, 100 * moe.p90, meaning);
  };
  std::string out = fmt::format("{}\n{:18} {:>20}   {:>20}\n{:18} {:>6} {:>6} {:>6}   {:>6} {:>6} {:>6}\n", replay.title,
                                "without", "dense, %", "MoE, %", "", "median", "mean", "p90", "median", "mean", "p90");
  out += line("nothing", "the law as it is", {});
  for (const fit::TrainingEffect& effect : fit::training_effects()) out += line(effect.name, effect.meaning, effect.switch_off);
  return out;
}

Outcome run_training(const Arguments& arguments) {
  const auto table = read_training_table(arguments, RaggedRows::marked);
  if (!table) return failed(table.error());
  report::Report report{
      .title = "Validation of training steps", .input = arguments.positionals[0], .version = std::string(kVersion)};
  std::string text;
  for (const Replay& replay : kReplays) {
    if (replay.option && !arguments.has(replay.option)) continue;
    if (arguments.has("--ablation")) {
      text = ablation(table->rows, table->parts, replay);
      continue;
    }
    const auto rows = replay.predict(table->rows, table->parts, {});
    if (arguments.has("--csv")) {
      text = fit::prediction_csv(rows);
      continue;
    }
    report::Section section{.key = replay.key, .title = replay.title, .lead = replay.lead};
    if (report::Scatter scatter = spots(rows); !scatter.clouds.empty()) section.items.push_back(std::move(scatter));
    for (report::Item& item : score_items(fit::score_training(rows))) section.items.push_back(std::move(item));
    report.sections.push_back(std::move(section));
  }
  if (!text.empty()) return {.result = std::move(text), .diagnostics = table->remarks};
  if (arguments.has("--blank-cells"))
    report.sections.push_back({.key = "blank_cells",
                               .title = "Blank cells",
                               .lead = "What it costs not to know something of a run: the cells of the columns are left blank in "
                                       "turn, in the runs that state them and are answered with them.",
                               .items = blank_items(fit::score_blanks(table->rows, table->parts))});
  return {.result = std::move(report), .diagnostics = table->remarks};
}

}  // namespace

Command validate_training_command() {
  return {.name = "validate training",
          .group = kProduct,
          .summary = "predict the rows of a table of training runs, and score the prediction",
          .examples = {"eigenbau validate training validation/training.csv",
                       "eigenbau validate training runs.csv --csv -o predicted.csv"},
          .positionals = {table_positional()},
          .options = joined(
              {validation_options(),
               {{.name = "--leave-one-family-out",
                 .help = "also refit for each family without its rows, and predict those (seconds)"},
                {.name = "--ten-fold", .help = "also refit ten times without a tenth of the rows, and predict those (seconds)"},
                {.name = "--blank-cells", .help = "also the errors with the cells of each column left blank in turn (seconds)"},
                {.name = "--ablation",
                 .help = "the errors without each effect of the law, of the last replay asked for (minutes)"}}}),
          .more =
              "A line is ok, unsupported (no law covers it), infeasible or invalid; the reason also says what was assumed. "
              "Measured columns may be missing; they are used for the scorecard only. With --csv the last replay asked for is "
              "printed.",
          .run = run_training};
}

}  // namespace eigenbau::cli

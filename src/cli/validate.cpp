// eigenbau validate kernels, validate collectives: how well are measured rows predicted?
#include <fmt/format.h>

#include <algorithm>

#include "cli/commands.h"
#include "cli/inputs.h"
#include "cli/measured_tables.h"
#include "cli/option_values.h"
#include "cli/version.h"
#include "fit/validate_collectives.h"
#include "fit/validate_kernels.h"
#include "tables/gpu_figures.h"

namespace eigenbau::cli {
namespace {

constexpr const char* kStatus =
    "A line is ok, unsupported (no law covers it), infeasible or invalid; the reason also says what was assumed or which table "
    "answered. Measured columns may be missing; they are used for the scorecard only.";

/// Said in place of a scorecard; empty where something was scored.
template <class Row>
std::string nothing_scored(const std::vector<Row>& rows, const std::vector<fit::Score>& scores, std::string_view columns) {
  if (!scores.empty()) return {};
  const auto answered = std::ranges::count(rows, tables::RowStatus::ok, &Row::status);
  return fmt::format("no row has {} above zero: nothing to score; {} of {} rows answered", columns, answered, rows.size());
}

bool wants_report(const Arguments& arguments) { return arguments.has("--json") || arguments.has("--html"); }

report::Report scorecard(const std::string& input, std::string title, std::vector<report::Item> items) {
  report::Section section{.key = "scorecard", .title = "Scorecard: |predicted/measured - 1|", .items = std::move(items)};
  return {.title = std::move(title), .input = input, .version = std::string(kVersion), .sections = {std::move(section)}};
}

report::Scatter spots(const fit::CollectiveValidation& validation) {
  report::Scatter scatter{
      .key = "bus_bandwidths", .title = "Bus bandwidth, predicted against measured", .dimension = Bandwidth::dimension};
  scatter.clouds = {{.key = "one_domain", .label = "one domain"}, {.key = "several_domains", .label = "several domains"}};
  for (const fit::CollectivePrediction& row : validation.rows)
    if (row.bus && row.measured_bus)
      scatter.clouds[row.one_domain ? 0 : 1].spots.push_back({row.id, row.measured_bus->base(), row.bus->base()});
  return scatter;
}

/// The scorecard in the form that was asked for; `nothing`: why there is none.
Outcome answer(const Arguments& arguments, Diagnostics remarks, const std::string& nothing, std::string text, std::string title,
               std::vector<report::Item> items) {
  Outcome outcome{.diagnostics = std::move(remarks)};
  if (!wants_report(arguments)) {
    outcome.result = nothing.empty() ? std::move(text) : nothing + "\n";
    return outcome;
  }
  if (!nothing.empty()) items = {report::Remark{.text = nothing}};
  outcome.result = scorecard(arguments.positionals[0], std::move(title), std::move(items));
  return outcome;
}

Outcome run_kernels(const Arguments& arguments) {
  const auto table = read_measured(arguments.positionals[0], kernel_table(), RaggedRows::marked);
  if (!table) return failed(table.error());
  const auto catalog = read_catalog(arguments);
  if (!catalog) return failed(catalog.error());
  const auto library = named(catalog->collectives("nccl"));
  if (!library) return failed(library.error());
  const auto validation = fit::validate_kernels(table->rows, fit::kernel_book(*catalog), tables::gpu_lookup(*catalog), *library);
  if (arguments.has("--csv")) return {.result = fit::csv_text(validation.rows), .diagnostics = table->remarks};
  return answer(arguments, table->remarks, nothing_scored(validation.rows, validation.by_operation, "time_us"),
                fit::render(validation), "Validation of kernels",
                {score_table("by_operation", "By operation", validation.by_operation),
                 score_table("by_gpu", "By operation, GPU and format", validation.by_gpu)});
}

Outcome run_collectives(const Arguments& arguments) {
  const auto table = read_measured(arguments.positionals[0], collective_table(), RaggedRows::marked);
  if (!table) return failed(table.error());
  const auto catalog = read_catalog(arguments);
  if (!catalog) return failed(catalog.error());
  const auto part = named(catalog->collectives(arguments.value("--library").value_or("nccl")));
  if (!part) return failed(part.error());
  const auto validation = fit::validate_collectives(table->rows, *part, tables::gpu_lookup(*catalog));
  if (arguments.has("--csv")) return {.result = fit::csv_text(validation.rows), .diagnostics = table->remarks};
  return answer(arguments, table->remarks,
                nothing_scored(validation.rows, validation.scores, "any of time_us, algbw_gbs and busbw_gbs"),
                fit::render(validation), "Validation of collectives",
                {spots(validation), score_table("bus_bandwidth", "Bus bandwidth", validation.scores)});
}

}  // namespace

Command validate_kernels_command() {
  return {.name = "validate kernels",
          .group = kProduct,
          .summary = "predict the rows of a table of GPU kernels, and score the prediction",
          .examples = {"eigenbau validate kernels kernels.csv", "eigenbau validate kernels kernels.csv --csv -o predicted.csv"},
          .positionals = {table_positional()},
          .options = validation_options(),
          .more = kStatus,
          .run = run_kernels};
}

Command validate_collectives_command() {
  return {.name = "validate collectives",
          .group = kProduct,
          .summary = "predict the rows of a table of collectives, and score the prediction",
          .examples = {"eigenbau validate collectives nccl.csv", "eigenbau validate collectives nccl.csv --csv"},
          .positionals = {table_positional()},
          .options = joined({validation_options(), {library_option()}}),
          .more = fmt::format("{} {}", kStatus, kCollectiveTable),
          .run = run_collectives};
}

Option library_option() {
  return {.name = "--library",
          .value = "NAME",
          .help = "collective library of the catalog whose constants are taken; nccl if not given",
          .takes = Takes::text};
}

}  // namespace eigenbau::cli

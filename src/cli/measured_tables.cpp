// What do the commands that read tables of measurements have in common?
#include "cli/measured_tables.h"

#include <fmt/format.h>

#include <filesystem>

#include "cli/codes.h"
#include "cli/commands.h"
#include "cli/inputs.h"
#include "input/document.h"

namespace eigenbau::cli {

Result<void> need_columns(const Csv& table, const std::string& path, const std::vector<std::string>& needed) {
  for (const std::string& column : needed)
    if (!table.column(column))
      return fail(ExitCode::bad_input, Diagnostic{.code = std::string(kMissingColumn),
                                                  .message = fmt::format("{} has no column '{}'", path, column),
                                                  .hint = fmt::format("this table needs at least: {}", fmt::join(needed, ", "))});
  return {};
}

Result<Csv> read_csv(const std::string& path, const std::vector<std::string>& needed, RaggedRows ragged) {
  const auto text = read_table_text(path);
  if (!text) return std::unexpected(text.error());
  auto table = Csv::parse(*text, ragged);
  if (!table) return table;
  if (auto there = need_columns(*table, path, needed); !there) return std::unexpected(there.error());
  if (table->size() == 0)
    return fail(ExitCode::bad_input, Diagnostic{.code = std::string(kMissingColumn),
                                                .message = fmt::format("{} has a heading, but no rows", path),
                                                .hint = "one row for each measurement"});
  return table;
}

Result<TrainingTable> read_training_table(const Arguments& arguments, RaggedRows ragged) {
  auto rows = read_csv(arguments.positionals[0], {"id", "gpu", "num_gpus", "model"}, ragged);
  if (!rows) return std::unexpected(rows.error());
  auto catalog = read_catalog(arguments);
  if (!catalog) return std::unexpected(catalog.error());
  auto parts = tables::training_parts(*catalog);
  if (!parts) return std::unexpected(parts.error());
  return TrainingTable{*std::move(rows), *std::move(catalog), *std::move(parts)};
}

Positional table_positional(std::size_t most) {
  return {.name = "FILE", .help = "table in CSV with a heading line; - for standard input", .takes = Takes::file, .most = most};
}

report::Table score_table(std::string key, std::string title, const std::vector<fit::Score>& scores) {
  report::Table table{.key = std::move(key),
                      .title = std::move(title),
                      .columns = {{.key = "group", .label = "group"},
                                  {.key = "rows", .label = "rows", .form = report::Form::count},
                                  {.key = "answered", .label = "answered", .form = report::Form::count},
                                  {.key = "median", .label = "median", .form = report::Form::share},
                                  {.key = "mean", .label = "mean", .form = report::Form::share},
                                  {.key = "p90", .label = "p90", .form = report::Form::share},
                                  {.key = "bias", .label = "bias", .form = report::Form::share}}};
  for (const fit::Score& s : scores) {
    const auto number = [&](double value) { return s.answered > 0 ? report::Cell(report::Number{value}) : report::Cell{}; };
    table.rows.push_back(
        {.key = s.group,
         .cells = {s.group, report::Number{static_cast<double>(s.rows)}, report::Number{static_cast<double>(s.answered)},
                   number(s.median), number(s.mean), number(s.p90), number(s.bias)}});
  }
  return table;
}

std::vector<Option> validation_options() {
  return joined({{input_options()[1]},
                 {{.name = "--csv", .help = "print one line a row instead of the scorecard"},
                  {.name = "--json", .help = "print the scorecard as JSON"},
                  {.name = "--html",
                   .value = "FILE",
                   .help = "also write the scorecard as a page, predicted against measured drawn",
                   .takes = Takes::output_file},
                  output_option()}});
}

Result<void> make_directory(const std::string& path) {
  std::error_code error;
  std::filesystem::create_directories(path, error);
  if (!error) return {};
  return fail(ExitCode::bad_usage, Diagnostic{.code = std::string(kCannotWrite),
                                              .message = fmt::format("cannot make the directory '{}': {}", path, error.message()),
                                              .hint = "name a directory that you may write to, or one that can be made"});
}

}  // namespace eigenbau::cli

// What do the commands that read tables of measurements have in common?
#include "cli/measured_tables.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "cli/codes.h"
#include "cli/commands.h"
#include "cli/inputs.h"
#include "input/document.h"

namespace eigenbau::cli {

namespace {

const TableKind& training_table() {
  static const TableKind kKind{{{"gpu"}, {"num_gpus", {"nodes", "gpus_per_node"}}, {"model"}}, tables::training_columns()};
  return kKind;
}

Result<Csv> read_csv(const std::string& path, RaggedRows ragged) {
  const auto text = read_table_text(path);
  if (!text) return std::unexpected(text.error());
  return Csv::parse(*text, ragged);
}

/// One finding for all columns of which nobody knows what they hold.
void remark_unknown(const Csv& table, const std::string& path, const TableKind& kind, Diagnostics& remarks) {
  const auto unknown = tables::unknown_columns(table, kind.known);
  if (unknown.empty()) return;
  std::vector<std::string> near;
  for (const std::string& heading : unknown)
    if (const std::string name = tables::nearest_column(heading, kind.known); !name.empty() && !table.column(name))
      near.push_back(fmt::format("nearest to '{}' is {}", heading, name));
  remarks.add(
      {.code = std::string(kUnknownColumn),
       .severity = Severity::warning,
       .message = fmt::format("{} has columns that are not read: '{}'", path, fmt::join(unknown, "', '")),
       .hint = near.empty() ? "`eigenbau explain EB0007` names those that are read" : fmt::format("{}", fmt::join(near, ", "))});
}

bool has(const Csv& table, const NeededColumn& column) {
  const auto is_there = [&](const std::string& name) { return table.column(name).has_value(); };
  return is_there(column.name) || (!column.or_all_of.empty() && std::ranges::all_of(column.or_all_of, is_there));
}

/// "gpu, num_gpus, collective; nodes and gpus_per_node stand for num_gpus".
std::string names_of(const std::vector<NeededColumn>& columns) {
  std::string names, others;
  for (const auto& [name, or_all_of] : columns) {
    names += (names.empty() ? "" : ", ") + name;
    if (!or_all_of.empty()) others += fmt::format("; {} stand for {}", fmt::join(or_all_of, " and "), name);
  }
  return names + others;
}

Result<MeasuredTable> as_known(Csv table, const std::string& path, const TableKind& kind) {
  MeasuredTable measured{tables::with_known_headings(std::move(table), kind.known), {}};
  for (const NeededColumn& column : kind.needed)
    if (!has(measured.rows, column))
      return fail(ExitCode::bad_input, Diagnostic{.code = std::string(kMissingColumn),
                                                  .message = fmt::format("{} has no column '{}'", path, column.name),
                                                  .hint = "this table needs at least: " + names_of(kind.needed)});
  if (measured.rows.size() == 0)
    return fail(ExitCode::bad_input, Diagnostic{.code = std::string(kMissingColumn),
                                                .message = fmt::format("{} has a heading, but no rows", path),
                                                .hint = "one row for each measurement"});
  remark_unknown(measured.rows, path, kind, measured.remarks);
  return measured;
}

}  // namespace

const TableKind& kernel_table() {
  static const TableKind kKind{{{"gpu"}, {"op"}}, tables::kernel_columns()};
  return kKind;
}

const TableKind& collective_table() {
  static const TableKind kKind{{{"gpu"}, {"num_gpus", {"nodes", "gpus_per_node"}}, {"collective"}}, tables::collective_columns()};
  return kKind;
}

Result<MeasuredTable> read_measured(const std::string& path, const TableKind& kind, RaggedRows ragged) {
  auto table = read_csv(path, ragged);
  if (!table) return std::unexpected(table.error());
  return as_known(*std::move(table), path, kind);
}

Result<MeasuredTable> read_collectives(const std::string& path) {
  auto table = read_csv(path, RaggedRows::refused);
  if (!table) return std::unexpected(table.error());
  const auto has_of = [&](const TableKind& kind, std::size_t needed) {
    return has(tables::with_known_headings(*table, kind.known), kind.needed[needed]);
  };
  const bool kernels = has_of(kernel_table(), 1) && !has_of(collective_table(), 1);
  return as_known(*std::move(table), path, kernels ? kernel_table() : collective_table());
}

Result<TrainingTable> read_training_table(const Arguments& arguments, RaggedRows ragged) {
  auto table = read_measured(arguments.positionals[0], training_table(), ragged);
  if (!table) return std::unexpected(table.error());
  auto catalog = read_catalog(arguments);
  if (!catalog) return std::unexpected(catalog.error());
  auto parts = tables::training_parts(*catalog);
  if (!parts) return std::unexpected(parts.error());
  return TrainingTable{std::move(table->rows), std::move(table->remarks), *std::move(catalog), *std::move(parts)};
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

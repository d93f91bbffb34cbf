// eigenbau calibrate kernels, calibrate collectives: which catalog parts follow from your own measurements?
#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "cli/codes.h"
#include "cli/commands.h"
#include "cli/inputs.h"
#include "cli/measured_tables.h"
#include "fit/calibrate_collectives.h"
#include "fit/calibrate_kernels.h"
#include "tables/gpu_figures.h"

namespace eigenbau::cli {
namespace {

std::vector<Option> calibration_options() {
  return {input_options()[1],
          {.name = "--directory",
           .value = "DIRECTORY",
           .help = "write the parts below it, for --catalog; without it only the errors are shown",
           .takes = Takes::directory},
          {.name = "--source", .value = "TEXT", .help = "where the rows come from, for the part", .takes = Takes::text},
          {.name = "--date", .value = "TEXT", .help = "when they were measured, for the part", .takes = Takes::text},
          output_option()};
}

/// A name that is safe as that of a file: letters, digits, '-', '_' and '.', the first a letter or a digit.
bool names_a_part(std::string_view name) {
  const auto letter = [](unsigned char c) { return std::isalnum(c) != 0; };
  return !name.empty() && letter(static_cast<unsigned char>(name.front())) &&
         std::all_of(name.begin(), name.end(), [&](unsigned char c) { return letter(c) || c == '-' || c == '_' || c == '.'; });
}

std::string listed(std::string_view what, const std::vector<std::string>& lines) {
  std::string text;
  for (const std::string& line : lines) text += fmt::format("{}: {}\n", what, line);
  return text.empty() ? text : "\n" + text;
}

/// `skipped`: how many rows were passed over, and why.
Outcome nothing_to_fit(const std::vector<std::string>& skipped, std::string least) {
  Outcome outcome{.exit = ExitCode::no_answer};
  outcome.diagnostics.add(
      {.code = std::string(kNothingToFit), .message = "no row can be fitted", .notes = skipped, .hint = std::move(least)});
  return outcome;
}

/// `useless`: each fit, and how far it is off.
Outcome no_good_fit(const std::vector<std::string>& useless) {
  Outcome outcome{.exit = ExitCode::no_answer};
  outcome.diagnostics.add(
      {.code = std::string(kNothingToFit),
       .message = "no constants come near the rows: nothing is written",
       .notes = useless,
       .hint = "is a column in another unit? time_us is in us, bytes in bytes, algbw_gbs and busbw_gbs in GB/s"});
  return outcome;
}

std::string where_text(const Arguments& arguments, const std::vector<OutputFile>& files) {
  if (!arguments.has("--directory")) return "\nnothing written; --directory DIRECTORY writes the parts\n";
  std::string text = "\n";
  for (const OutputFile& file : files) text += fmt::format("{} written\n", file.path);
  return text + fmt::format("use them with --catalog {}\n", *arguments.value("--directory"));
}

/// The tables of the catalog, each accelerator's by who says them.
std::vector<fit::KnownKernels> known_kernels(const catalog::Catalog& catalog) {
  std::vector<fit::KnownKernels> known;
  for (const catalog::Entry& entry : catalog.list("kernels")) {
    const auto part = catalog.kernels(entry.name);
    if (!part || part->name != part->gpu) continue;  // a part of another name stands beside the one that is written
    std::vector<fit::SourcedTables> sources;
    for (std::size_t i = 0; i < part->table.size(); ++i) {
      Provenance who = catalog.provenance("kernels", entry.name, fmt::format("table[{}]", i));
      if (sources.empty() || !(sources.back().who == who)) sources.push_back({std::move(who), {}});
      sources.back().tables.push_back(part->table[i]);
    }
    known.push_back({part->gpu, std::move(sources)});
  }
  return known;
}

Outcome run_kernels(const Arguments& arguments) {
  const auto table = read_measured(arguments.positionals[0], kernel_table());
  if (!table) return failed(table.error());
  const auto catalog = read_catalog(arguments);
  if (!catalog) return failed(catalog.error());
  const auto calibration =
      fit::calibrate_kernels(table->rows, tables::gpu_lookup(*catalog),
                             {.folds = arguments.has("--each-shape") ? fit::kEachAlone : fit::CalibrationOptions{}.folds,
                              .threads = static_cast<unsigned>(arguments.number("--threads", 0)),
                              .source = arguments.value("--source").value_or("measured kernels of " + arguments.positionals[0]),
                              .date = arguments.value("--date").value_or("undated"),
                              .known = arguments.has("--afresh") ? std::vector<fit::KnownKernels>{} : known_kernels(*catalog)});
  if (calibration.parts.empty()) return nothing_to_fit(calibration.skipped, "a measured time of a known GPU is the least");
  Outcome outcome{.diagnostics = table->remarks};
  if (const auto directory = arguments.value("--directory")) {
    if (const auto made = make_directory(*directory + "/kernels"); !made) return failed(made.error());
    for (const auto& part : calibration.parts)
      outcome.files.push_back({fmt::format("{}/kernels/{}.toml", *directory, part.part.name), part.text});
  }
  outcome.result = render(calibration.fitted, "fitted") + "\n" + render(calibration.held_out, "shapes held out") +
                   listed("kept", calibration.kept) + listed("passed over", calibration.skipped) +
                   where_text(arguments, outcome.files);
  return outcome;
}

/// In an order of their own, since the rows give the same part in any.
std::string source_of(std::vector<std::string> tables) {
  std::ranges::sort(tables);
  return fmt::format("measured collectives of {}", fmt::join(tables, ", "));
}

Outcome run_collectives(const Arguments& arguments) {
  const std::string name = arguments.value("--library").value_or("nccl");
  if (!names_a_part(name))
    return failed(ExitCode::bad_usage, std::string(kBadOptionValue), fmt::format("--library '{}' names no part", name),
                  "letters, digits, '-', '_' and '.', the first a letter or a digit");
  std::vector<Csv> tables;
  Diagnostics remarks;
  for (const std::string& path : arguments.positionals) {
    auto table = read_collectives(path);
    if (!table) return failed(table.error());
    tables.push_back(std::move(table->rows));
    for (const Diagnostic& remark : table->remarks.all()) remarks.add(remark);
  }
  const auto catalog = read_catalog(arguments);
  if (!catalog) return failed(catalog.error());
  const auto calibration = fit::calibrate_collectives(tables, tables::gpu_lookup(*catalog), name,
                                                      arguments.value("--source").value_or(source_of(arguments.positionals)),
                                                      arguments.value("--date").value_or("undated"));
  if (calibration.fitted.empty())
    return nothing_to_fit(calibration.skipped, "six rows of one operation in one domain, or over one transport, are the least");
  if (calibration.part.scale_up.empty() && calibration.part.across.empty()) return no_good_fit(calibration.trust.useless);
  Outcome outcome{.diagnostics = std::move(remarks)};
  if (const auto directory = arguments.value("--directory")) {
    if (const auto made = make_directory(*directory + "/collectives"); !made) return failed(made.error());
    outcome.files.push_back({fmt::format("{}/collectives/{}.toml", *directory, name), calibration.text});
  }
  outcome.result = render(calibration.fitted, "time, fitted") + listed("doubtful", calibration.trust.doubts) +
                   listed("left out", calibration.trust.useless) + listed("assumed", calibration.assumed) +
                   listed("passed over", calibration.skipped) + where_text(arguments, outcome.files);
  return outcome;
}

}  // namespace

Command calibrate_kernels_command() {
  return {
      .name = "calibrate kernels",
      .group = kProduct,
      .summary = "fit the laws of GPU kernels to your own measurements and write them as parts",
      .examples = {"eigenbau calibrate kernels kernels.csv --directory parts",
                   "eigenbau validate kernels kernels.csv --catalog parts"},
      .positionals = {table_positional()},
      .options = joined({calibration_options(),
                         {{.name = "--threads",
                           .value = "N",
                           .help = "threads to use, 0 for all; the parts do not depend on it",
                           .takes = Takes::number},
                          {.name = "--afresh", .help = "parts with the tables of these rows alone, none that the catalog has"},
                          {.name = "--each-shape",
                           .help = "for the errors on unseen shapes leave out each shape alone, not one in eight (minutes)"}}}),
      .more =
          "One part a GPU; the same table gives the same bytes. The GPU must be in the catalog, which has its data-sheet "
          "rates. A part replaces the built-in one of the same GPU, whose tables of other kernels it therefore keeps.",
      .run = run_kernels};
}

Command calibrate_collectives_command() {
  return {.name = "calibrate collectives",
          .group = kProduct,
          .summary = "fit the laws of collectives to your own nccl-tests runs and write them as a part",
          .examples = {"eigenbau calibrate collectives nccl.csv --library lab --directory parts",
                       "eigenbau collective --library lab --catalog parts --gpus 64 --gpu h100-sxm"},
          .positionals = {table_positional(16)},
          .options = joined({calibration_options(),
                             {{.name = "--library",
                               .value = "NAME",
                               .help = "name of the part to write; nccl if not given",
                               .takes = Takes::text}}}),
          .more = fmt::format("Constants inside a domain are fitted per generation and operation, those between domains per "
                              "transport. {}",
                              kCollectiveTable),
          .run = run_collectives};
}

}  // namespace eigenbau::cli

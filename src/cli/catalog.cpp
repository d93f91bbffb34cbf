// eigenbau catalog list, show, lint: which parts are there, what is known of one, and what is suspicious?
#include <fmt/format.h>

#include <algorithm>

#include "catalog/lint.h"
#include "cli/codes.h"
#include "cli/commands.h"
#include "cli/inputs.h"
#include "cli/version.h"

namespace eigenbau::cli {
namespace {

const std::vector<std::string> kKinds{"gpu",     "server", "nic",   "switch",  "optic", "cable",   "plant",
                                      "storage", "model",  "stack", "failure", "price", "kernels", "collectives"};

Outcome run_list(const Arguments& arguments) {
  const auto catalog = read_catalog(arguments);
  if (!catalog) return failed(catalog.error());
  report::Table table{
      .key = "parts",
      .title = "Parts",
      .columns = {{.key = "kind", .label = "kind"}, {.key = "name", .label = "name"}, {.key = "title", .label = "what it is"}}};
  for (const catalog::Entry& entry : catalog->list(arguments.positionals.empty() ? "" : arguments.positionals[0]))
    table.rows.push_back({.key = entry.kind + "/" + entry.name, .cells = {entry.kind, entry.name, entry.title}});
  report::Section section{.key = "catalog", .title = "Catalog", .items = {std::move(table)}};
  return {.result = report::Report{.title = "Catalog", .version = std::string(kVersion), .sections = {std::move(section)}}};
}

Outcome run_show(const Arguments& arguments) {
  const auto catalog = read_catalog(arguments);
  if (!catalog) return failed(catalog.error());
  const bool has_kind = arguments.positionals.size() == 2;
  const std::string& name = arguments.positionals.back();
  std::string shown;
  std::vector<std::string> names;
  for (const std::string& kind : kKinds) {
    if (has_kind ? kind != arguments.positionals[0] : kind == "kernels") continue;  // thousands of fitted points: on demand
    const std::vector<std::string> of_kind = catalog->names(kind);
    names.insert(names.end(), of_kind.begin(), of_kind.end());
    if (const auto text = catalog->text(kind, name)) shown += (shown.empty() ? "" : "\n") + *text;
  }
  if (!shown.empty()) return {.result = shown};
  if (has_kind && std::find(kKinds.begin(), kKinds.end(), arguments.positionals[0]) == kKinds.end())
    return failed(ExitCode::bad_usage, std::string(kUnknownName), fmt::format("there is no kind '{}'", arguments.positionals[0]),
                  fmt::format("one of: {}", fmt::join(kKinds, ", ")));
  const auto near = nearest_name(name, names);
  return failed(ExitCode::bad_usage, std::string(kUnknownName), fmt::format("the catalog has no part '{}'", name),
                near ? "did you mean " + *near + "?" : "`eigenbau catalog list` shows all parts");
}

Outcome run_lint(const Arguments& arguments) {
  const auto catalog = read_catalog(arguments);
  if (!catalog) return failed(catalog.error());
  const auto& words = arguments.positionals;
  const Diagnostics findings = catalog::lint(*catalog, words.empty() ? "" : words[0], words.size() < 2 ? "" : words[1]);
  const auto count = [&](Severity severity) {
    return std::count_if(findings.all().begin(), findings.all().end(),
                         [&](const Diagnostic& one) { return one.severity == severity; });
  };
  Outcome outcome;
  outcome.exit = findings.has_errors() ? ExitCode::bad_input : ExitCode::answered;
  outcome.result = render(findings, false) + fmt::format("{} errors, {} warnings, {} notes\n", count(Severity::error),
                                                         count(Severity::warning), count(Severity::note));
  return outcome;
}

Option catalog_option() { return input_options()[1]; }

}  // namespace

Command catalog_list_command() {
  return {.name = "catalog list",
          .group = kProduct,
          .summary = "list the parts of the catalog",
          .examples = {"eigenbau catalog list", "eigenbau catalog list gpu --json"},
          .positionals = {{.name = "KIND", .help = "kind of part", .takes = Takes::word, .words = kKinds, .least = 0}},
          .options = {catalog_option(), {.name = "--json", .help = "print JSON"}, output_option()},
          .run = run_list};
}

Command catalog_show_command() {
  return {.name = "catalog show",
          .group = kProduct,
          .summary = "show a part with every figure, its source, date and confidence",
          .examples = {"eigenbau catalog show h100-sxm", "eigenbau catalog show server dgx-h100"},
          .positionals = {{.name = "NAME",
                           .help = "name or alias of a part, its kind before it if need be",
                           .takes = Takes::text,
                           .most = 2}},
          .options = {catalog_option(), output_option()},
          .run = run_show};
}

Command catalog_lint_command() {
  return {.name = "catalog lint",
          .group = kProduct,
          .summary = "find figures that contradict each other, are unlikely, or are missing",
          .examples = {"eigenbau catalog lint", "eigenbau catalog lint --catalog parts/    your own parts as well"},
          .positionals = {{.name = "KIND", .help = "kind of part", .takes = Takes::word, .words = kKinds, .least = 0},
                          {.name = "NAME", .help = "name of one part", .takes = Takes::text, .least = 0}},
          .options = {catalog_option(), output_option()},
          .more = "Exit code 1 if there is an error among the findings.",
          .run = run_lint};
}

}  // namespace eigenbau::cli

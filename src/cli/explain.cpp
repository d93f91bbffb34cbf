// eigenbau explain: what does a code mean, and where does a figure come from?
#include <fmt/format.h>

#include <algorithm>

#include "cli/codes.h"
#include "cli/commands.h"
#include "cli/inputs.h"
#include "cli/plan.h"
#include "report/print.h"

namespace eigenbau::cli {
namespace {

std::string upper(std::string text) {
  for (char& c : text)
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 32);
  return text;
}

/// Every figure of the answer by its section and key, for suggestions.
std::vector<std::string> figure_names(const report::Report& report) {
  std::vector<std::string> names;
  for (const report::Section& section : report.sections)
    for (const report::Item& item : section.items)
      if (const auto* row = std::get_if<report::Row>(&item)) {
        names.push_back(row->key);
        names.push_back(section.key + "." + row->key);
      }
  return names;
}

std::string explanation(const report::Row& row) {
  std::string text = fmt::format("{}: {}\n", row.label, report::print(row));
  if (!row.remark.empty()) text += row.remark + "\n";
  if (row.said) text += fmt::format("said: {} {}\n", report::print(*row.said, row), row.said->source);
  const std::string basis = report::basis_of(row);
  return text + (basis.empty() ? "" : "= " + basis + "\n");
}

/// Where a figure of the answer to a file comes from.
Outcome explain_figure(const Arguments& arguments) {
  const std::string& name = arguments.positionals[0];
  auto answered = answer_file(arguments.positionals[1], arguments);
  if (!answered) return failed(answered.error());
  if (const report::Row* row = report::find_row(answered->report, name)) return {.result = explanation(*row)};
  const auto near = nearest_name(name, figure_names(answered->report));
  return failed(ExitCode::bad_usage, std::string(kNoSuchPart), fmt::format("the answer has no figure '{}'", name),
                near ? "did you mean " + *near + "?" : "`eigenbau plan FILE --json` shows the names of all figures");
}

Outcome run(const Arguments& arguments) {
  if (arguments.positionals.size() == 2) return explain_figure(arguments);
  const std::vector<CodeText> codes = all_codes();
  if (arguments.positionals.empty()) {
    std::string list;
    for (const CodeText& code : codes) list += fmt::format("{}  {}\n", code.code, code.title);
    return {.result = list};
  }
  const std::string wanted = upper(arguments.positionals[0]);
  std::vector<std::string> names;
  for (const CodeText& code : codes) {
    if (code.code == wanted) return {.result = fmt::format("{}: {}\n\n{}\n", code.code, code.title, code.explanation)};
    names.emplace_back(code.code);
  }
  const auto near = nearest_name(wanted, names);
  return failed(
      ExitCode::bad_usage, std::string(kUnknownName), fmt::format("there is no code '{}'", arguments.positionals[0]),
      near ? "did you mean " + *near + "?"
           : "`eigenbau explain` lists all codes; a figure is explained with its file: eigenbau explain site_training FILE");
}

}  // namespace

Command explain_command() {
  return {.name = "explain",
          .group = kProduct,
          .summary = "say what a code means, or where a figure of an answer comes from",
          .examples = {"eigenbau explain EB1003                      the rule behind a diagnostic",
                       "eigenbau explain                             all codes",
                       "eigenbau explain power.site_training lab.toml    value, range, derivation and source of a figure"},
          .positionals = {{.name = "CODE|FIGURE",
                           .help = "code of a diagnostic, or key of a figure as in --json, without its unit",
                           .takes = Takes::text,
                           .least = 0},
                          {.name = "FILE", .help = "cluster file whose answer has the figure", .least = 0}},
          .options = joined({input_options(), study_options(), {output_option()}}),
          .run = run};
}

}  // namespace eigenbau::cli

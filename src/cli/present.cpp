// In which form does the user want an answer: summary, parts in depth, JSON, CSV, a page?
#include "cli/present.h"

#include <fmt/format.h>

#include <algorithm>

#include "cli/codes.h"
#include "report/csv.h"
#include "report/html.h"

namespace eigenbau::cli {
namespace {

std::unexpected<Failure> no_such(const std::string& what, const std::string& name, const std::vector<std::string>& names) {
  const auto near = nearest_name(name, names);
  return fail(ExitCode::bad_usage,
              Diagnostic{.code = std::string(kNoSuchPart),
                         .message = fmt::format("this answer has no {} '{}'", what, name),
                         .hint = near ? "did you mean " + *near + "?" : fmt::format("there are: {}", fmt::join(names, ", "))});
}

std::vector<std::string> split(const std::string& list) {
  std::vector<std::string> parts;
  for (std::size_t start = 0; start <= list.size();) {
    const std::size_t end = std::min(list.find(',', start), list.size());
    if (end > start) parts.push_back(list.substr(start, end - start));
    start = end + 1;
  }
  return parts;
}

/// The report with only the sections that --only names, in the order of the report.
Result<report::Report> chosen(report::Report report, const Arguments& arguments) {
  std::vector<std::string> wanted, known;
  for (const std::string& list : arguments.values("--only"))
    for (std::string& name : split(list)) wanted.push_back(std::move(name));
  if (wanted.empty()) return report;
  for (const report::Section& section : report.sections) known.push_back(section.key);
  for (const std::string& name : wanted)
    if (!report.find(name)) return no_such("part", name, known);
  std::erase_if(report.sections, [&](const report::Section& section) {
    return std::find(wanted.begin(), wanted.end(), section.key) == wanted.end();
  });
  return report;
}

Result<Presentation> present_report(const report::Report& whole, bool summary, const Arguments& arguments,
                                    const std::optional<report::RunStats>& stats, const report::TextStyle& style) {
  Presentation presentation;
  const auto report = chosen(whole, arguments);
  if (!report) return std::unexpected(report.error());
  if (const auto path = arguments.value("--html")) {
    if (*path == "-") return Presentation{.text = render_html(*report)};
    presentation.files.push_back({*path, render_html(*report)});
  }
  if (const auto name = arguments.value("--csv")) {
    const auto csv = render_csv(*report, *name);
    if (!csv) return no_such("table", *name, csv_names(*report));
    presentation.text = *csv;
  } else if (arguments.has("--json")) {
    presentation.text = render_json(*report, stats);
  } else if (summary && !arguments.has("--only")) {
    presentation.text = render_summary(*report, style);
  } else {
    presentation.text = render_text(*report, style);
  }
  return presentation;
}

}  // namespace

Result<Presentation> present(const Outcome& outcome, const Arguments& arguments, const std::optional<report::RunStats>& stats,
                             const report::TextStyle& style) {
  if (const auto* text = std::get_if<std::string>(&outcome.result)) return Presentation{.text = *text};
  if (const auto* report = std::get_if<report::Report>(&outcome.result))
    return present_report(*report, outcome.summary, arguments, stats, style);
  std::vector<report::Report> reports;
  for (const report::Report& whole : std::get<std::vector<report::Report>>(outcome.result)) {
    auto report = chosen(whole, arguments);
    if (!report) return std::unexpected(report.error());
    reports.push_back(*std::move(report));
  }
  if (arguments.has("--json")) return Presentation{.text = render_json(std::span<const report::Report>(reports), stats)};
  return Presentation{.text = render_comparison(reports, arguments.has("--all") || arguments.has("--only"), style)};
}

}  // namespace eigenbau::cli

// eigenbau cables: every cable of a cluster file as a row, checked, and written for the crew and for NetBox.
#include <fmt/format.h>

#include <algorithm>

#include "artifacts/cable_list.h"
#include "artifacts/netbox.h"
#include "cli/codes.h"
#include "cli/commands.h"
#include "cli/inputs.h"
#include "cli/measured_tables.h"
#include "cli/version.h"
#include "cluster/read.h"
#include "design/check_cables.h"
#include "design/place_racks.h"
#include "report/job_report.h"
#include "units/print.h"

namespace eigenbau::cli {
namespace {

const std::vector<std::string> kFormats{"netbox", "csv"};

report::Number number(double value) { return {.value = value}; }

report::Table bundles_table(const design::Design& design) {
  report::Table table{.key = "cables",
                      .title = "Cables by network, tier and kind",
                      .columns = {{.key = "network", .label = "network"},
                                  {.key = "tier", .label = "tier"},
                                  {.key = "cable", .label = "cable"},
                                  {.key = "cables", .label = "cables", .form = report::Form::count},
                                  {.key = "mean_length", .label = "mean length", .dimension = kLength},
                                  {.key = "longest", .label = "longest", .dimension = kLength},
                                  {.key = "switch_modules", .label = "modules in switches", .form = report::Form::count},
                                  {.key = "server_modules", .label = "in NICs", .form = report::Form::count}}};
  for (int n = 0; n < design::kNetworks; ++n)
    if (const design::Fabric* fabric = design.network(n))
      for (const design::LinkBundle& bundle : fabric->bundles) {
        const std::string tier(design::name_of(bundle.tier)), cable = bundle.cable ? bundle.cable->name : "none";
        table.rows.push_back(
            {.key = report::key_from(fabric->name + " " + tier + " " + cable + " " +
                                     (bundle.switch_optic ? bundle.switch_optic->name : "")),
             .cells = {fabric->name, tier, cable, number(static_cast<double>(bundle.cables)), number(bundle.mean_length.base()),
                       number(bundle.longest.base()), number(static_cast<double>(bundle.switch_modules)),
                       number(static_cast<double>(bundle.server_modules))}});
      }
  return table;
}

report::Table checks_table(const std::vector<design::CableRule>& rules) {
  report::Table table{.key = "checks",
                      .title = "Checks on the rows",
                      .columns = {{.key = "rule", .label = "rule"},
                                  {.key = "looked_at", .label = "looked at", .form = report::Form::count},
                                  {.key = "faults", .label = "faults", .form = report::Form::count}}};
  for (const design::CableRule& rule : rules)
    table.rows.push_back(
        {.key = report::key_from(std::string(rule.rule)),
         .cells = {std::string(rule.rule), number(static_cast<double>(rule.looked_at)), number(static_cast<double>(rule.faults))},
         .basis = rule.first});
  return table;
}

report::Table files_table(const std::vector<artifacts::TextFile>& files, const std::string& directory) {
  report::Table table{.key = "files",
                      .title = "Files in " + directory,
                      .columns = {{.key = "file", .label = "file"},
                                  {.key = "rows", .label = "rows", .form = report::Form::count},
                                  {.key = "size", .label = "size", .dimension = kData}}};
  for (const artifacts::TextFile& file : files)
    table.rows.push_back(
        {.key = report::key_from(file.name),
         .cells = {file.name, number(static_cast<double>(file.rows)), number(static_cast<double>(file.content.size()))}});
  return table;
}

std::vector<artifacts::TextFile> files_for(const cluster::Cluster& cluster, const design::Design& design,
                                           const design::Floor& floor, const std::string& format) {
  const artifacts::Names names(design, floor);
  const artifacts::Inventory inventory =
      artifacts::inventory_of(design, floor, cluster.hall.rack_height_u.value_or(design::kRackHeightU));
  std::vector<artifacts::TextFile> files;
  if (format != "csv") files = artifacts::netbox_files(design, floor, names, inventory);
  if (format != "netbox")
    for (artifacts::TextFile& file : artifacts::cable_list(design, floor, names, inventory)) files.push_back(std::move(file));
  return files;
}

Outcome run(const Arguments& arguments) {
  if (arguments.value("--format") && !arguments.value("--out"))
    return failed(ExitCode::bad_usage, std::string(kBadOptionValue), "--format says what is written, but not where",
                  "add --out DIR");
  const auto inputs = read_inputs(arguments.positionals[0], arguments);
  if (!inputs) return failed(inputs.error());
  const auto reading = cluster::load_cluster(inputs->document, inputs->catalog);
  if (!reading) return failed(reading.error());
  const auto design = design::design_cluster(reading->cluster, inputs->catalog.drawn(Draw::middle()));
  if (!design) return failed(design.error());
  if (Diagnostics unwired = design::unwired(*design); unwired.has_errors())
    return failed(Failure{ExitCode::no_answer, std::move(unwired)});

  const design::Floor floor = design::floor_of(*design);
  Outcome outcome;
  const std::vector<design::CableRule> rules = design::check_cables(*design, floor);
  for (const design::CableRule& rule : rules)
    if (rule.faults > 0)
      outcome.diagnostics.add(
          {.code = std::string(kCablesFail),
           .severity = Severity::warning,
           .message = fmt::format("{}: {} times not, first {}", rule.rule, print_count(rule.faults), rule.first)});
  report::Section section{.key = "cables", .title = "Cables"};
  section.lead = fmt::format("{} cables in {} racks of {}.", print_count(design::cable_count(*design)),
                             print_count(static_cast<long long>(floor.racks().size())),
                             floor.plan().halls == 1 ? "one hall" : fmt::format("{} halls", floor.plan().halls));
  section.items.push_back(bundles_table(*design));
  section.items.push_back(checks_table(rules));
  if (const auto directory = arguments.value("--out")) {
    if (const auto made = make_directory(*directory); !made) return failed(made.error());
    auto files = files_for(reading->cluster, *design, floor, arguments.value("--format").value_or(""));
    section.items.push_back(files_table(files, *directory));
    for (artifacts::TextFile& file : files) outcome.files.push_back({*directory + "/" + file.name, std::move(file.content)});
  }
  outcome.counters["cables"] = static_cast<double>(design::cable_count(*design));
  outcome.result = report::Report{.title = "Cables of " + reading->cluster.name,
                                  .input = inputs->name,
                                  .input_hash = inputs->hash,
                                  .version = std::string(kVersion),
                                  .sections = {std::move(section)}};
  return outcome;
}

}  // namespace

Command cables_command() {
  return {.name = "cables",
          .group = kQuestions,
          .summary = "list every cable with both ends, check them, write them for the crew and for NetBox",
          .examples = {"eigenbau cables lab.toml                        how many of which kind, and the checks",
                       "eigenbau cables lab.toml --out cabling          NetBox's import files and the pull list",
                       "eigenbau cables lab.toml --out . --format csv   the pull list alone"},
          .positionals = {file_positional()},
          .options = joined({{{.name = "--out",
                               .value = "DIR",
                               .help = "write the files into DIR, which is made if it is not there",
                               .takes = Takes::directory},
                              {.name = "--format",
                               .value = "FORMAT",
                               .help = "only the files of one kind; both if not given",
                               .takes = Takes::word,
                               .words = kFormats}},
                             input_options(),
                             {{.name = "--json", .help = "print JSON"},
                              output_option(),
                              {.name = "--stats", .help = "also tell seconds, peak memory and counters of this run"}}}),
          .more =
              "Lengths follow the plan of the halls: trays over the rows, crossing trays, a drop at both ends, slack, "
              "rounded up to a length that is sold. NetBox's files are numbered in the order of import. Labels are the "
              "same in all files. Every file is written whole or not at all.",
          .run = run};
}

}  // namespace eigenbau::cli

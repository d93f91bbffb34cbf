// Which things does every check need, and in which order do they run?
#include <fmt/format.h>

#include <algorithm>

#include "cluster/checks.h"
#include "cluster/read.h"
#include "units/print.h"

namespace eigenbau::cluster {
namespace {

/// What the catalog says to somebody who asks for a part that it does not have; nothing if it has it.
std::optional<Diagnostic> refusal(const catalog::Catalog& catalog, std::string_view kind, const std::string& name) {
  auto of = [](const auto& result) { return result ? std::nullopt : std::optional(result.error().diagnostics.all().front()); };
  if (kind == "gpu") return of(catalog.gpu(name));
  if (kind == "server") return of(catalog.server(name));
  if (kind == "nic") return of(catalog.nic(name));
  if (kind == "switch") return of(catalog.network_switch(name));
  if (kind == "optic") return of(catalog.optic(name));
  if (kind == "cable") return of(catalog.cable(name));
  if (kind == "storage") return of(catalog.storage(name));
  if (kind == "plant") return of(catalog.plant(name));
  if (kind == "model") return of(catalog.model(name));
  if (kind == "stack") return of(catalog.stack(name));
  return of(catalog.failure(name));
}

std::optional<int> count_bought(const Checks& checks) {
  int gpus = 0;
  for (const ServerGroup& group : checks.cluster.servers) {
    const auto server = checks.catalog.server(group.model);
    if (!server || !checks.places.sound(group.span)) return std::nullopt;
    gpus += group.count * server->gpus;
  }
  return gpus > 0 ? std::optional(gpus) : std::nullopt;
}

}  // namespace

void Checks::part(std::string_view kind, const std::string& name, const Span& table, std::string_view key) const {
  if (name.empty()) return;
  auto problem = refusal(catalog, kind, name);
  if (!problem) return;
  problem->span = places.value(table, key);
  problems.add(std::move(*problem));
}

void Checks::repeated_name(const std::string& name, std::string_view what, const Span& later, const Span& earlier) const {
  problems.add({.code = "EB2003",
                .message = fmt::format("two {} are called \"{}\"", what, name),
                .span = places.value(later, "name"),
                .notes = {fmt::format("the first one is on line {}", places.value(earlier, "name").line)},
                .hint = "claims and reports call them by name: give each its own"});
}

void Checks::no_more_than_bought(double count, std::string_view what, const Span& at) const {
  if (!bought || count <= *bought) return;
  std::vector<std::string> sum;
  for (const ServerGroup& group : cluster.servers)
    if (const auto server = catalog.server(group.model))
      sum.push_back(fmt::format("{} {} of {} GPUs", print_count(group.count), group.model, server->gpus));
  problems.add({.code = "EB2010",
                .message = fmt::format("{} {} GPUs, but the file buys {}", what, print_count(static_cast<long long>(count)),
                                       print_count(*bought)),
                .span = at,
                .notes = {fmt::format("bought: {}", fmt::join(sum, ", "))},
                .hint = fmt::format("at most {}, or more [[servers]]", print_count(*bought))});
}

void check_cluster(const Cluster& cluster, const Document& document, const catalog::Catalog& catalog, Diagnostics& problems) {
  const Places places(document, problems);
  Checks checks{cluster, document, places, catalog, problems, std::nullopt};
  checks.bought = count_bought(checks);
  check_dates(checks);
  check_site(checks);
  check_machine(checks);
  check_build(checks);
  check_jobs(checks);
  check_leases(checks);
  check_claims(checks);
}

Result<Reading> load_cluster(const Document& document, const catalog::Catalog& catalog) {
  if (document.root.members.empty())
    return fail(ExitCode::bad_input, {.code = "EB1007",
                                      .message = "the file is empty",
                                      .span = {document.source, 0, 0, 1},
                                      .hint = "`eigenbau init FILE` writes a commented starter file"});
  Reading reading;
  reading.cluster = read_cluster(document, Draw::middle(), reading.log, reading.remarks);
  check_cluster(reading.cluster, document, catalog, reading.remarks);
  reading.remarks.sort();
  if (reading.remarks.has_errors()) return fail(ExitCode::bad_input, std::move(reading.remarks));
  return reading;
}

}  // namespace eigenbau::cluster

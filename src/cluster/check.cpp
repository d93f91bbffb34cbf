// Which things does every check need, and in which order do they run?
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>

#include "cluster/checks.h"
#include "cluster/read.h"
#include "units/print.h"

namespace eigenbau::cluster {
namespace {

constexpr auto kKinds = std::to_array<std::string_view>(
    {"gpu", "server", "nic", "switch", "optic", "cable", "storage", "plant", "model", "stack", "price", "failure"});

bool same_name(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) {
    return std::tolower(static_cast<unsigned char>(x)) == std::tolower(static_cast<unsigned char>(y));
  });
}

bool contains(const std::vector<std::string>& names, std::string_view name) {
  return std::any_of(names.begin(), names.end(), [&](const std::string& n) { return same_name(n, name); });
}

std::string lower(std::string text) {
  for (char& c : text) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return text;
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
  const std::vector<std::string> names = catalog.names(kind);
  if (contains(names, name)) return;
  std::string hint = fmt::format("`eigenbau catalog list {}` shows all", kind);
  if (const auto near = nearest_name(lower(name), names)) hint = fmt::format("did you mean \"{}\"?", *near);
  for (const std::string_view other : kKinds)
    if (other != kind && contains(catalog.names(other), name)) hint = fmt::format("\"{}\" is a {}; {}", name, other, hint);
  problems.add({.code = "EB2002",
                .message = fmt::format("the catalog has no {} \"{}\"", kind, name),
                .span = places.value(table, key),
                .notes = {"parts of your own go into a directory that `--catalog DIR` adds"},
                .hint = hint});
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

int gpus_bought(const Cluster& cluster, const catalog::Catalog& catalog) {
  int gpus = 0;
  for (const ServerGroup& group : cluster.servers)
    if (const auto server = catalog.server(group.model)) gpus += group.count * server->gpus;
  return gpus;
}

}  // namespace eigenbau::cluster

// What is suspicious about the parts of a catalog?
#include "catalog/lint.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "catalog/lint_rules.h"
#include "catalog/part_file.h"
#include "catalog/records.h"

namespace eigenbau::catalog {

void Findings::add(Severity severity, std::string code, std::string_view field, std::string message, std::string hint) {
  Span span = catalog_.stated_at(kind_, name_, field);
  if (!span.source) span = catalog_.stated_at(kind_, name_, "");
  out_.add({.code = std::move(code),
            .severity = severity,
            .message = fmt::format("{}/{}: {}", kind_, name_, message),
            .span = std::move(span),
            .hint = std::move(hint)});
}

namespace {

std::vector<Gpu> generation_of(const Gpu& gpu, const Catalog& catalog) {
  std::vector<Gpu> out;
  for (const Entry& entry : catalog.list("gpu"))
    if (auto other = catalog.gpu(entry.name); other && other->generation == gpu.generation) out.push_back(std::move(*other));
  return out;
}

/// What the reader itself has to say of a part.
void lint_reading(const Catalog& catalog, const Entry& entry, Diagnostics& out) {
  const PartFile& file = *catalog.file(entry.kind, entry.name);
  for (const Diagnostic& problem : file.problems.all()) out.add(problem);
  ReadLog log;
  Reader reader(Draw::middle(), out, log, entry.kind + "/" + entry.name);
  find_kind(entry.kind)->check(file.fields, reader);
}

/// A stack whose parents lead nowhere.
void lint_parents(const Catalog& catalog, const std::string& name, Diagnostics& out) {
  const auto stack = catalog.stack(name);
  if (stack) return;
  for (const Diagnostic& problem : stack.error().diagnostics.all())
    if (problem.code == "EB1305" || problem.code == "EB1205") out.add(problem);
}

void lint_by_kind(const Catalog& catalog, const Entry& entry, Diagnostics& out) {
  Findings findings(catalog, entry.kind, entry.name, out);
  const auto run = [&](const auto& part, auto rule) {
    if (part) rule(*part, findings);
  };
  const std::string& kind = entry.kind;
  const std::string& name = entry.name;
  if (kind == "gpu")
    run(catalog.gpu(name), [&](const Gpu& gpu, Findings& f) {
      lint_rates(gpu, generation_of(gpu, catalog), f);
      lint_gpu(gpu, f);
    });
  if (kind == "server") run(catalog.server(name), lint_server);
  if (kind == "nic") run(catalog.nic(name), lint_nic);
  if (kind == "switch") run(catalog.network_switch(name), lint_switch);
  if (kind == "optic") run(catalog.optic(name), lint_optic);
  if (kind == "cable") run(catalog.cable(name), lint_cable);
  if (kind == "storage") run(catalog.storage(name), lint_storage);
  if (kind == "plant") run(catalog.plant(name), lint_plant);
  if (kind == "model") run(catalog.model(name), lint_model);
  if (kind == "stack") lint_parents(catalog, name, out);
  if (kind == "price") run(catalog.price(name), lint_price);
}

void lint_sources(const Catalog& catalog, const Entry& entry, Diagnostics& out) {
  const PartFile* file = catalog.file(entry.kind, entry.name);
  Findings findings(catalog, entry.kind, entry.name, out);
  for (const std::string& field : unsourced_figures(*file, find_kind(entry.kind)->fields()))
    findings.add(Severity::error, "EB1307", field, fmt::format("nobody vouches for `{}`", field),
                 "move it into a [[from]] block with source, date and confidence");
}

/// Names and aliases that lead to more than one part.
void lint_names(const Catalog& catalog, std::string_view kind, Diagnostics& out) {
  std::map<std::string, std::string> owner;
  for (const Entry& entry : catalog.list(kind)) {
    std::vector<std::string> names{entry.name};
    if (const Member* aliases = catalog.file(kind, entry.name)->fields.find("aliases"))
      for (const Node& alias : aliases->value.items) names.push_back(alias.text);
    for (const std::string& name : names) {
      const auto [at, added] = owner.emplace(folded_name(name), entry.name);
      if (!added && at->second != entry.name)
        Findings(catalog, kind, entry.name, out)
            .add(Severity::error, "EB1308", "aliases", fmt::format("\"{}\" also leads to {}", name, at->second));
    }
  }
}

}  // namespace

Diagnostics lint(const Catalog& catalog, std::string_view kind, std::string_view name) {
  Diagnostics out;
  for (const Entry& entry : catalog.list(kind)) {
    if (!name.empty() && folded_name(name) != folded_name(entry.name)) continue;
    lint_reading(catalog, entry, out);
    lint_by_kind(catalog, entry, out);
    lint_sources(catalog, entry, out);
  }
  if (name.empty())
    for (const PartKind& known : part_kinds())
      if (kind.empty() || kind == known.name) lint_names(catalog, known.name, out);
  return out;
}

}  // namespace eigenbau::catalog

// What do commands that read a cluster file have in common?
#include "cli/inputs.h"

#include <fmt/format.h>

#include <cstdint>

#include "base/fnv1a.h"
#include "cli/commands.h"
#include "cli/option_values.h"

namespace eigenbau::cli {
namespace {

std::string hash_of(std::string text, const std::vector<std::string>& overrides) {
  for (const std::string& override_text : overrides) text += '\0' + override_text;
  return fmt::format("{:016x}", fnv1a<std::uint64_t>(text));
}

}  // namespace

Result<catalog::Catalog> read_catalog(const Arguments& arguments) {
  catalog::Catalog catalog = catalog::Catalog::built_in();
  for (const std::string& directory : arguments.values("--catalog"))
    if (auto added = catalog.add_directory(directory); !added) return std::unexpected(added.error());
  return catalog;
}

Result<Inputs> read_inputs(const std::string& path, const Arguments& arguments) {
  auto text = read_text(path);
  if (!text) return std::unexpected(text.error());
  const std::vector<std::string> overrides = arguments.values("--set");
  std::string hash = hash_of(text->text, overrides);
  auto document = parse_toml(*std::move(text));
  if (!document) return std::unexpected(document.error());
  for (const std::string& assignment : overrides)
    if (auto applied = override_value(*document, assignment); !applied) return std::unexpected(applied.error());
  auto catalog = read_catalog(arguments);
  if (!catalog) return std::unexpected(catalog.error());
  return Inputs{path, std::move(hash), *std::move(document), *std::move(catalog)};
}

Result<catalog::Model> model_option(const Arguments& arguments, const catalog::Catalog& catalog) {
  const auto name = arguments.value("--model");
  return name ? named(catalog.model(*name)) : Result<catalog::Model>();
}

Positional file_positional() { return {.name = "FILE", .help = "cluster file; - for standard input", .takes = Takes::file}; }

std::vector<Option> input_options() {
  return {{.name = "--set",
           .value = "KEY=VALUE",
           .help = "override a value of the file, as site.pue=1.2 or supply[0].power=\"10 MW\"",
           .takes = Takes::text,
           .repeats = true},
          {.name = "--catalog",
           .value = "DIRECTORY",
           .help = "add the parts of a directory to the built-in catalog, each in the folder of its kind, as model/NAME.toml",
           .takes = Takes::directory,
           .repeats = true}};
}

std::vector<Option> study_options() {
  return {{.name = "--seed", .value = "N", .help = "seed of the samples, 1 if not given", .takes = Takes::number},
          {.name = "--samples",
           .value = "N",
           .help = "samples behind the ranges; 0 computes the middle values only",
           .takes = Takes::number},
          {.name = "--threads",
           .value = "N",
           .help = "threads to use, 0 for all; the answer does not depend on it",
           .takes = Takes::number}};
}

std::vector<Option> result_options() {
  return {{.name = "--json", .help = "print JSON: stable keys with the unit in the key"},
          {.name = "--csv",
           .value = "TABLE",
           .help = "print one table or timeline as CSV, as power.levels; a wrong name lists those there are",
           .takes = Takes::text},
          {.name = "--html",
           .value = "FILE",
           .help = "also write the answer as one self-contained page with charts",
           .takes = Takes::output_file},
          output_option(),
          {.name = "--stats", .help = "also tell seconds, peak memory and counters of this run"}};
}

std::vector<Option> joined(std::vector<std::vector<Option>> groups) {
  std::vector<Option> all;
  for (const auto& group : groups) all.insert(all.end(), group.begin(), group.end());
  return all;
}

}  // namespace eigenbau::cli

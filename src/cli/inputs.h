// What do commands that read a cluster file have in common?
#pragma once

#include <string>
#include <vector>

#include "catalog/catalog.h"
#include "cli/command.h"
#include "input/document.h"

namespace eigenbau::cli {

/// A cluster file with its overrides applied, and the catalog it is read against.
struct Inputs {
  std::string name;  ///< as the user named the file
  std::string hash;  ///< of the text and the overrides: FNV-1a, 64 bits, hexadecimal
  Document document;
  catalog::Catalog catalog;
};

Result<Inputs> read_inputs(const std::string& path, const Arguments& arguments);

/// The built-in catalog with the directories of --catalog.
Result<catalog::Catalog> read_catalog(const Arguments& arguments);

/// The part that --model names; an empty one where it is not given.
Result<catalog::Model> model_option(const Arguments& arguments, const catalog::Catalog& catalog);

/// "FILE"
Positional file_positional();
/// --set, --catalog
std::vector<Option> input_options();
/// --seed, --samples, --threads
std::vector<Option> study_options();
/// --json, --csv, --html, --output, --stats
std::vector<Option> result_options();

std::vector<Option> joined(std::vector<std::vector<Option>> groups);

}  // namespace eigenbau::cli

// In which form does the user want an answer: summary, parts in depth, JSON, CSV, a page?
#pragma once

#include <optional>
#include <string>

#include "cli/command.h"
#include "report/json.h"
#include "report/text.h"

namespace eigenbau::cli {

/// What is printed, and the files that go with it.
struct Presentation {
  std::string text;
  std::vector<OutputFile> files;
};

/// Fails (exit 2) when `--only` or `--csv` name what the answer does not have.
Result<Presentation> present(const Outcome& outcome, const Arguments& arguments, const std::optional<report::RunStats>& stats,
                             const report::TextStyle& style);

}  // namespace eigenbau::cli

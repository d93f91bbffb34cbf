// Are the parts of the catalog what a fit of the published tables gives today?
#include <doctest/doctest.h>

#include <filesystem>
#include <optional>
#include <sstream>
#include <string>

#include "builtin_parts.h"
#include "fit/calibrate_collectives.h"
#include "fit/calibrate_kernels.h"
#include "input/document.h"

using namespace eigenbau;
using namespace eigenbau::fit;

namespace {

const std::filesystem::path kProject = EIGENBAU_SOURCE_DIR;

/// The table of kernels, which stands beside the project; nothing where it is missing.
std::optional<std::string> kernel_text() {
  const std::filesystem::path path = kProject / "../shared/truth/kernels.csv";
  if (std::filesystem::exists(path)) return read_table_text(path.string())->text;
  MESSAGE("skipped: " << path.string() << " is missing");
  return std::nullopt;
}

/// The heading, and the lines that name a word.
std::string lines_with(const std::string& text, std::string_view word) {
  std::istringstream lines(text);
  std::string kept, line;
  for (bool heading = true; std::getline(lines, line); heading = false)
    if (heading || line.find(word) != std::string::npos) kept += line + "\n";
  return kept;
}

Provenance who_says(std::string_view kind, std::string_view name, std::string_view field) {
  return builtin().provenance(kind, name, field);
}

}  // namespace

TEST_CASE("the collective library is fitted to the published tables, byte for byte") {
  const auto kernels = kernel_text();
  if (!kernels) return;
  const std::string path = (kProject / "validation/collectives.csv").string();
  const std::vector<Csv> tables{*Csv::parse({"kernels.csv", *kernels}), *Csv::parse(*read_table_text(path))};
  const Provenance who = who_says("collectives", "nccl", "scale_up[0]");
  const CollectiveCalibration fitted = calibrate_collectives(tables, builtin_gpus(), "nccl", who.source, who.date);
  CHECK(fitted.text == *builtin().text("collectives", "nccl"));
}

TEST_CASE("kernels of a small table are fitted to it, byte for byte") {
  const auto kernels = kernel_text();
  if (!kernels) return;
  const Provenance who = who_says("kernels", "b300", "table[0]");
  const KernelCalibration fitted = calibrate_kernels(*Csv::parse({"kernels.csv", lines_with(*kernels, ",B300")}), builtin_gpus(),
                                                     {.source = who.source, .date = who.date});
  REQUIRE(fitted.parts.size() == 1);
  CHECK(fitted.parts.front().text == *builtin().text("kernels", "b300"));
}

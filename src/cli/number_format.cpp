// In which number formats can an accelerator train, as far as a law covers it?
#include "cli/number_format.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>

#include "cli/codes.h"

namespace eigenbau::cli {
namespace {

using catalog::Precision;

/// Blocks of 32 elements with a scale of their own (OCP microscaling formats) are multiplied by these generations' tensor cores.
bool multiplies_blocks(const catalog::Gpu& gpu) { return gpu.generation == "blackwell" || gpu.generation == "cdna4"; }

}  // namespace

std::vector<Precision> training_formats(const catalog::Gpu& gpu) {
  std::vector<Precision> formats;
  if (gpu.peak.bf16) formats.push_back(Precision::bf16);
  if (gpu.peak.fp16) formats.push_back(Precision::fp16);
  if (gpu.peak.fp8) formats.insert(formats.end(), {Precision::fp8, Precision::fp8_block});
  if (gpu.peak.fp8 && multiplies_blocks(gpu)) formats.push_back(Precision::mxfp8);
  if (gpu.peak.nvfp4) formats.push_back(Precision::nvfp4);
  return formats;
}

Result<void> check_formats(const catalog::Gpu& gpu, std::span<const Precision> wanted) {
  const std::vector<Precision> formats = training_formats(gpu);
  for (const Precision one : wanted) {
    if (std::ranges::find(formats, one) != formats.end()) continue;
    const bool covered = one != Precision::fp32 && one != Precision::tf32 && one != Precision::int8;
    std::vector<std::string_view> names;
    for (const Precision format : formats) names.push_back(catalog::name_of(format));
    return fail(ExitCode::no_answer,
                Diagnostic{.code = std::string(kNoFormat),
                           .message = covered ? fmt::format("{} has no {} products", gpu.title, catalog::name_of(one))
                                              : fmt::format("no law covers training in {}", catalog::name_of(one)),
                           .hint = fmt::format("formats for {}: {}", gpu.title, fmt::join(names, ", "))});
  }
  return {};
}

}  // namespace eigenbau::cli

// In which number formats can an accelerator train, as far as a law covers it?
#pragma once

#include <span>
#include <vector>

#include "base/result.h"
#include "catalog/gpu.h"
#include "catalog/precision.h"

namespace eigenbau::cli {

/// Formats whose matrix products the accelerator has and the law of a training step covers.
std::vector<catalog::Precision> training_formats(const catalog::Gpu& gpu);

/// Fails (exit 3) at the first of `wanted` that is none of them, and names those that are.
Result<void> check_formats(const catalog::Gpu& gpu, std::span<const catalog::Precision> wanted);

}  // namespace eigenbau::cli

// How well has an accelerator ever been used for training?
#pragma once

#include <optional>

#include "catalog/gpu.h"
#include "catalog/precision.h"

namespace eigenbau::catalog {

/// The highest MFU ever published for the accelerator in that number format; none: nothing was.
std::optional<double> published_mfu(const Gpu& gpu, Precision precision);

}  // namespace eigenbau::catalog

// What are the data-sheet figures of GPUs that tables name and the catalog does not list?
#pragma once

#include <optional>
#include <string_view>

#include "fit/kernel_format.h"

namespace eigenbau::fit {

/// By name, however it is spelled; nothing for others. A catalog that lists the GPU comes first.
std::optional<GpuFigures> unlisted_gpu(std::string_view name);

}  // namespace eigenbau::fit

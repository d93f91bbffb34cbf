// How is a calibration written down as a part of the catalog?
#pragma once

#include <string>
#include <string_view>

#include "catalog/kernel_table.h"

namespace eigenbau::fit {

/// The file catalog/kernels/<gpu>.toml. `source` and `date` tell of the rows it was fitted to.
std::string kernel_part_text(const catalog::KernelPart& part, std::string_view source, std::string_view date);

}  // namespace eigenbau::fit

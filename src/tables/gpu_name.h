// Which accelerator does a name mean, or come nearest to?
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "catalog/gpu.h"

namespace eigenbau::tables {

/// A name as it is compared: its words in lower case ("h100", "sxm"), and the same run together.
struct NameWords {
  std::vector<std::string> words;
  std::string joined;
};

/// An accelerator under its name and its aliases.
struct NamedGpu {
  catalog::Gpu gpu;
  std::vector<NameWords> names;
};

NamedGpu with_names(catalog::Gpu gpu);

struct GpuChoice {
  catalog::Gpu gpu;
  std::string said;   ///< what was assumed; empty where the catalog knows the accelerator
  double doubt = 0;   ///< of that, relative
  Power power_cap{};  ///< that the name states below the rating; 0: none
};

/// The accelerator of that name or alias, whatever its spelling and whatever else of no consequence the name says: "8xH100",
/// "NVIDIA A100-SXM4-80GB" and "DGX H100" are in the catalog; in "GB200 NVL36" links join 36, "H100 500W" is held there. Else one
/// that the name says more of than the catalog knows ("A100-64", "H20 141GB", with that memory), or less ("MI300", "Hopper",
/// "Ascend"); a few that it does not have as the nearest that it has; nothing where no word is known.
std::optional<GpuChoice> find_gpu(const std::vector<NamedGpu>& gpus, std::string_view name);

}  // namespace eigenbau::tables

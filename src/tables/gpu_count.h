// How many accelerators does a cell count?
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "catalog/gpu.h"

namespace eigenbau::tables {

struct CountedGpus {
  int count = 0;
  std::string name{};  ///< of the accelerator in the catalog, where the cell says it
};

/// "32x8" and "8*8" servers times their GPUs, "16 nodes (128 GPUs)" the GPUs, "64 GCDs", "64 H100" with the name of an
/// accelerator of the catalog. Nothing where the cell is a plain count or says anything else.
std::optional<CountedGpus> accelerators_in(const std::vector<catalog::Gpu>& gpus, std::string_view cell);

/// Whether a cell speaks of modules of two dies by the die, each of which software sees as one accelerator: "GCDs".
bool counts_halves(std::string_view cell);

}  // namespace eigenbau::tables

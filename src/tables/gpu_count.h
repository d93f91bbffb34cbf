// How many accelerators does a cell count?
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tables/gpu_name.h"

namespace eigenbau::tables {

struct CountedGpus {
  int count = 0;
  std::string name{};       ///< of the accelerator in the catalog, where the cell says it
  bool of_servers = false;  ///< the count is one of servers, and the cell does not say how many accelerators each has
};

/// "32x8", "8*8" and "72x8 H100" servers times their GPUs, "16 nodes (128 GPUs)" the GPUs, "16 nodes of 8 GPUs", "16 nodes (8
/// GPUs)" and "16 8-GPU nodes" the product, "16 nodes" and "16 DGX H100" the servers, "64 GCDs", "64 ranks", "64 H100s" and "H100
/// x 64" with the name of an accelerator of the catalog. Nothing where the cell is a plain count or says anything else.
std::optional<CountedGpus> accelerators_in(const std::vector<NamedGpu>& gpus, std::string_view cell);

/// Whether a cell speaks of modules of two dies by the die, each of which software sees as one accelerator: "GCDs".
bool counts_halves(std::string_view cell);

}  // namespace eigenbau::tables

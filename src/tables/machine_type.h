// Which network and accelerators does a rented type of machine have?
#pragma once

#include <string>
#include <string_view>

#include "units/quantity.h"

namespace eigenbau::tables {

/// The accelerators of one type of machine and the network between such, without the adapters that serve the host alone.
struct MachineType {
  std::string_view name;       ///< how the vendor's names of its types begin, in lower case
  std::string_view gpu;        ///< the catalog's name; empty: several are sold under that of the type
  std::string_view transport;  ///< infiniband, roce, efa, tcpxo, tcpx, tcp
  int gpus = 8;
  int nics = 8;
  double nic_gbps = 400;

  Bandwidth per_gpu() const { return nics * nic_gbps / gpus * kGigabitPerSecond; }
  /// GPUs that links join, where they are not those of a usual server or tray; else 0.
  int unusual_server() const { return gpus == 4 || gpus == 8 ? 0 : gpus; }
};

/// The type that `words`, in lower case, name: "2x p5", "a3 ultra", "bm.gpu.b4.8". Null where they name none that is known, a
/// smaller machine of the same family ("a3-highgpu-2g") or deny it ("not p5").
const MachineType* machine_type(std::string_view words);

/// Whether the cell of an accelerator, in lower case, names others than the type has: "h100 (p4d.24xlarge)".
bool contradicts(std::string_view cell, const MachineType& type);

/// The words that name it, to the end of what stands together: "p5.48xlarge" of "h100 (p5.48xlarge)", "nd96isr_h100_v5",
/// "a3-mega" of "a3 mega". Empty where none do.
std::string machine_words(std::string_view words);

}  // namespace eigenbau::tables

// What do words say of the fabric behind the network adapters?
#pragma once

#include <optional>
#include <string_view>

namespace eigenbau::tables {

struct FabricWords {
  std::optional<double> oversubscription;  ///< beyond the leaf; 1: the fabric passes all
  bool unmodeled = false;  ///< it is oversubscribed to a degree or between parts of it that no law has, or a dragonfly
};

/// Of a clause: "1:7 oversubscription", "oversubscribed 7:1", "2:1 blocking", "1:2 tapered", "oversubscription ratio 2",
/// "non-blocking"; without a ratio, or between pods, buildings and the like ("7:1 between pods"), it is not modeled. Nothing
/// where it speaks of none of it, or of storage, processors or ranks of MPI.
std::optional<FabricWords> fabric_in(std::string_view clause);

}  // namespace eigenbau::tables

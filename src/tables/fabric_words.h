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
/// "non-blocking"; without a ratio, between pods, buildings and the like
/// ("7:1 between pods") or above a number of GPUs it is not modeled. Nothing
/// where it speaks of none of it, or of storage, processors or ranks of MPI.
std::optional<FabricWords> fabric_in(std::string_view clause);

/// Whether a clause of a note on a network may say that its fabric is narrower than its leaves, in words without a law: "2:1 at
/// spine", "half bisection bandwidth".
bool may_narrow(std::string_view clause);

/// Whether words say that a job stays within a part of the fabric: "within one pod".
bool stays_in_part(std::string_view words);

}  // namespace eigenbau::tables

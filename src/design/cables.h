// Which cable runs from which port to which? Every link as a row, made one by one from the wiring rule.
#pragma once

#include <functional>
#include <string_view>
#include <vector>

#include "design/design.h"
#include "design/floor.h"

namespace eigenbau::design {

/// One end: the adapter or switch port that is plugged. A switch counts links; a cage that splits holds several in a row.
struct CableEnd {
  Device device;
  int port = 0;
  int rack = 0;  ///< of Floor::racks
};

struct CableRow {
  int network = kBackEnd;
  network::Tier tier = network::Tier::host_leaf;
  int bundle = 0;     ///< of the network's bundles: the parts it is made of
  CableEnd down, up;  ///< the end nearer the servers, and the other
  Length run{};       ///< that it needs
  Length length{};    ///< that is ordered
};

/// Where everything of a design stands.
Floor floor_of(const Design& design);

/// All cables: back-end, front-end, storage, management; within each by tier, then by the wiring rule's own order. The row is
/// only good for the time of the call.
void for_each_cable(const Design& design, const Floor& floor, const std::function<void(const CableRow&)>& visit);

/// Cables of all networks, without walking them.
long cable_count(const Design& design);

}  // namespace eigenbau::design

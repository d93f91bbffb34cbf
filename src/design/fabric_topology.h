// Which ports does a designed fabric wire to which?
#pragma once

#include <vector>

#include "design/fabric_count.h"
#include "network/topology.h"

namespace eigenbau::design {

/// The wiring rule of a fabric: one fat tree for each of its islands. The management network, whose uplinks are not
/// designed, has none.
std::vector<network::Clos> topology_of(const Fabric& fabric);

}  // namespace eigenbau::design

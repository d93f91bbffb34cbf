// What goes on the bill, from everything that has been designed?
#pragma once

#include "cluster/cluster.h"
#include "design/design.h"
#include "design/parts.h"

namespace eigenbau::design {

/// Spare switches, optics and cables on the shelf, per piece in use. A usual share; no file states it.
inline constexpr double kNetworkSpares = 0.01;

BillOfMaterials bill_of(const cluster::Cluster& cluster, const Parts& parts, const Design& design);

/// One note for all lines that need a price and have none.
void check_prices(const BillOfMaterials& bill, Diagnostics& findings);

}  // namespace eigenbau::design

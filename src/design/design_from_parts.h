// What design follows once every name has become a part?
#pragma once

#include "cluster/cluster.h"
#include "design/design.h"
#include "design/parts.h"

namespace eigenbau::design {

/// `design_cluster` without the catalog: plain values in, plain values out.
Result<Design> design_from_parts(const cluster::Cluster& cluster, const Parts& parts);

}  // namespace eigenbau::design

// How much storage does the file ask for, and how many units is that?
#pragma once

#include "cluster/cluster.h"
#include "design/design.h"
#include "design/parts.h"
#include "design/racks.h"

namespace eigenbau::design {

/// More nodes than any site has, some 280 exabytes: a count stops there, so that absurd sizes can still be laid out.
inline constexpr int kMostStorageNodes = 1'000'000;

/// Units of the named part, or of the catalog's usual one: as stated, else as many as capacity and both bandwidths need.
StorageSystem size_storage(const cluster::Storage& stated, const Parts& parts);

/// Racks that they stand in.
RackKind storage_racks(const cluster::Hall& hall, const StorageSystem& storage);

}  // namespace eigenbau::design

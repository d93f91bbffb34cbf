// Which switches, optics and cables connect the servers?
#pragma once

#include <optional>
#include <vector>

#include "base/diagnostic.h"
#include "cluster/cluster.h"
#include "design/fabric_count.h"
#include "design/floor.h"
#include "design/parts.h"
#include "design/server_group.h"

namespace eigenbau::design {

/// Oversubscription of the front-end network, which carries data, checkpoints and users. A usual choice, where the file states
/// none.
inline constexpr double kFrontEndOversubscription = 4;
/// The back-end fabric of the groups that have one. Absent if the file wants none, no server has adapters, or nothing fits.
std::optional<Fabric> back_end_fabric(const cluster::Fabric& stated, const Parts& parts, const std::vector<ServerGroup>& groups,
                                      Diagnostics& findings);

/// Front-end ports of a storage node: the two adapters of the catalog's flash node, at the servers' link speed.
inline constexpr int kStorageLinks = 2;

/// The front-end network: a fat tree of Ethernet switches for the front-end adapters, those of one server on leaves of
/// their own, and for storage nodes.
std::optional<Fabric> front_end_fabric(const cluster::Fabric& stated, const Parts& parts, const std::vector<ServerGroup>& groups,
                                       int storage_nodes, int links_per_node, Diagnostics& findings);

/// The storage network: likewise, for adapters that servers have for storage alone, and for the storage nodes. Absent: the file
/// wants none, no server has such adapters, or there are no nodes; storage then shares the front end.
std::optional<Fabric> storage_fabric(const cluster::StorageNetwork& stated, const Parts& parts,
                                     const std::vector<ServerGroup>& groups, int storage_nodes, Diagnostics& findings);

/// Uplinks of a management switch, each to a switch of its own, so that one may fail.
inline constexpr int kManagementUplinks = 2;

/// Management ports of `devices` on switches of the slowest kind, and what joins these: one switch alone has nothing above it.
std::optional<Fabric> management_fabric(const cluster::Management& stated, const Parts& parts, int devices);

/// Fills the bundles of a fabric once everything has its place: lengths, and optics and cables that reach that far.
void choose_links(Fabric& fabric, int network, const Floor& floor, const Parts& parts, const Span& span, Diagnostics& findings);

}  // namespace eigenbau::design

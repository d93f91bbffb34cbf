// Which links does a flow cross from one adapter to another?
#pragma once

#include <cstdint>

#include "network/max_min.h"
#include "network/topology.h"

namespace eigenbau::network {

/// `hashed`: one path for each flow by a hash, as ECMP does. `balanced`: spread over all paths alike, as packet spraying and
/// adaptive routing do; the links between two stages then count as one.
enum class Routing { hashed, balanced };

/// A port of a server: server · links_per_server + link.
using Endpoint = std::int32_t;
int endpoint_count(const Clos& clos);

/// Directed links, each way of a cable on its own. Hashed: by tier and index. Balanced: host links as before, then one
/// bundle up and one down for every leaf and every pod.
int directed_links(const Clos& clos, Routing routing);

/// Capacity of each, in the rate of a server's link.
std::vector<double> capacities(const Clos& clos, Routing routing);

/// Tier that a directed link belongs to.
Tier tier_of(const Clos& clos, Routing routing, std::int32_t link);

/// Appends the links from `source` to `target`; `choice` decides among equal paths.
void append_route(const Clos& clos, Routing routing, Endpoint source, Endpoint target, std::uint64_t choice, Paths& paths);

}  // namespace eigenbau::network

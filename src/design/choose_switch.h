// Which switch takes the least money for so many servers and links, and what fabric does it make?
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "design/fabric_count.h"
#include "design/parts.h"
#include "design/server_group.h"

namespace eigenbau::design {

/// Rails are adapter positions that go to leaves of their own. Reference designs make them as wide as an 8-GPU server;
/// systems with more adapters use the same eight leaves again.
inline constexpr int kMostRails = 8;
int rails_of(cluster::Topology topology, int links_per_server);

/// Links of `speed` on all cages.
int radix_at(const catalog::Switch& part, Bandwidth speed);

struct Choice {
  catalog::Switch part;
  FabricDemand demand;
  FabricWiring wiring;
};

/// Of the switches of one protocol: as few fabrics side by side as can be, then the lowest price of all switches, then the
/// fewest.
std::optional<Choice> choose_switch(const std::vector<catalog::Switch>& candidates, const std::string& protocol,
                                    FabricDemand demand, Bandwidth link);

enum class Port { back_end, front_end, storage };
/// Every group that has adapters of that kind.
std::vector<Attached> attached_servers(const std::vector<ServerGroup>& groups, Port port, int planes = 1);
long links_of(const std::vector<Attached>& attached);

/// The fabric of a choice, without the parts of its links.
Fabric fabric_from(std::string name, Choice choice, std::string part_from, Bandwidth link, std::vector<Attached> attached);

}  // namespace eigenbau::design

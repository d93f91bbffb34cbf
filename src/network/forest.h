// Which fat trees stand side by side, and through which of them does a flow go?
#pragma once

#include <vector>

#include "network/routes.h"
#include "network/topology.h"
#include "network/traffic.h"

namespace eigenbau::network {

/// Equal fat trees, island by island, in each rail by rail, and for each rail plane by plane. Every server is on the trees of
/// one island: its adapter a, split into `planes` ports, is link a / rails_apart on those of rail a mod rails_apart. The last
/// island may have fewer servers. No cable joins two trees.
struct Forest {
  std::vector<Clos> trees;
  int rails_apart = 1;
  int planes = 1;

  Forest() = default;
  Forest(const Clos& clos) : trees{clos} {}
  Forest(std::vector<Clos> all, int rails, int ports) : trees(std::move(all)), rails_apart(rails), planes(ports) {}

  int copies() const { return rails_apart * planes; }
  int islands() const { return static_cast<int>(trees.size()) / copies(); }
  int adapters() const { return trees.front().links_per_server * rails_apart; }  ///< of each server
  int servers() const;
  /// In the numbers of all servers.
  ServerRange servers_of(int island) const;
  int island_of(int server) const { return server / trees.front().servers; }
  /// Rate of an adapter.
  Bandwidth adapter_rate() const { return trees.front().link * planes; }
};

/// Adapters as endpoints are numbered: server · adapters + adapter.
struct ForestFlow {
  Endpoint source = 0, target = 0;
};

/// One part of a flow, on one tree.
struct TreeFlow {
  int tree = 0;
  Flow flow;
};

/// Over which rail a flow goes: the target's. Where rails are apart, one for another rail first crosses the sender's scale-up
/// domain and leaves by the adapter that is the target's like; `crosses` tells of it.
/// Parts: one for each plane. None: the two ends are on islands apart.
std::vector<TreeFlow> parts_of(const Forest& forest, ForestFlow flow);
bool crosses(const Forest& forest, ForestFlow flow);

}  // namespace eigenbau::network

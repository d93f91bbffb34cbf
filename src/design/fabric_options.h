// How else could the same servers be wired, what binds each way, and what does it cost and draw?
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "catalog/catalog.h"
#include "cluster/cluster.h"
#include "design/fabric_count.h"

namespace eigenbau::design {

/// The rule that keeps a fabric from taking fewer switches.
struct Binding {
  std::string rule;  ///< "ports", "even cores", "even spines", "even wiring", "not one fabric", "no switch fits"
  std::string why;
};

/// One way to wire the back end.
struct FabricOption {
  std::string name;              ///< "as the file asks", "rail-only", "7:1 above the pod" ...
  std::optional<Fabric> fabric;  ///< absent: no switch fits
  Binding binds;
  std::optional<Money> price;  ///< switches, modules and cables; absent: not all prices are known
};

/// The file's own way first; then other topologies, planes, oversubscriptions and switches, each designed like the first.
/// A way that comes out like one before it is left out. Empty: there is no back end.
std::vector<FabricOption> fabric_options(const cluster::Cluster& cluster, const catalog::Catalog& catalog);

/// Which rule decides how many switches there are: ports alone, or even wiring, and where.
Binding binding_rule(const Fabric& fabric);

/// Growing in stages: the top tier sized for a first stage, or for all of them at once.
struct GrowthStage {
  long gpus = 0;                     ///< of the stage
  int below = 0;                     ///< pods (or, with two tiers, leaves of a pod) of the stage
  int top_switches = 0;              ///< cores (spines) if they are sized for this stage
  long moved_cables = 0;             ///< live ones that move when the machine then grows to its full size
  int ahead_of_need = 0;             ///< switches to install now so that none moves: as many as in the end
  std::optional<Money> price_ahead;  ///< of these
};

/// Every quarter of the machine, for a fabric of two or three tiers; empty where one switch tier is all.
/// A switch of the lower tier with u uplinks over c of the upper has u/c to each; growing from c to C of them moves
///   u (1 - c/C)
/// of its cables, and none where C of them stand there from the first day. Holds where c divides u, as even wiring asks.
std::vector<GrowthStage> growth_stages(const Fabric& fabric);

}  // namespace eigenbau::design

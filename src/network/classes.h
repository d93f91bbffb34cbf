// What do the flows of a symmetric collective get, solved once for all that are alike?
#pragma once

#include <functional>
#include <limits>
#include <vector>

#include "network/topology.h"
#include "network/traffic.h"

namespace eigenbau::network {

/// Flows and links in classes: every link of a class is crossed by equally many flows of each class, and every flow of a
/// class crosses links of the same classes (an equitable partition). Then the max-min rates of all flows of a class are equal,
/// and filling class by class gives what filling flow by flow gives.
///   share(L) = (C_L - sum of n_Lc r_c over filled c) / sum of n_Lc over open c
/// C_L capacity of a link of class L, n_Lc flows of class c on one link of class L, r_c their rate.
/// Source: Grohe et al. 2014, dimension reduction by colour refinement; rates as in max_min.h.
struct Classes {
  struct Crossing {
    int link = 0;
    double flows = 0;  ///< of the class on one link of that class
  };
  struct FlowClass {
    double flows = 0;
    std::vector<Crossing> crossed;
    double own = std::numeric_limits<double>::infinity();  ///< capacity of the smallest link that a flow has for itself
  };
  std::vector<double> capacity;  ///< of one link of each class
  std::vector<FlowClass> flows;
};

/// Rate of each flow class, in the rate of one link.
std::vector<double> max_min_rates(const Classes& classes);

/// Rates over all flows, in the rate of one link.
struct ClassShares {
  double mean = 0, worst = 0;
};
ClassShares shares_of(const Classes& classes);

/// All adapters of every server to the same rail of one other: `target(i)` counts within `servers`, a permutation. Classes
/// are the runs of servers that go from one unit to one other, in time proportional to the servers. Bundled routing.
Classes rail_classes(const Clos& clos, ServerRange servers, const std::function<int(int)>& target);

/// Every adapter of all servers to the same rail of every other, all at once: at most 27 classes, by what the unit and the pod
/// at both ends hold. Bundled routing, nothing out of order.
Classes all_to_all_classes(const Clos& clos);

}  // namespace eigenbau::network

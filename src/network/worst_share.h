// What does the worst of many flows get, without simulating them?
#pragma once

#include "network/routes.h"
#include "network/topology.h"

namespace eigenbau::network {

/// Which share of the adapters of a leaf send beyond it, and of a pod beyond that. All of them in a random permutation, in an
/// all-to-all or between distant stages; one in as many as a leaf has servers in a ring along them.
struct Leaving {
  double leaf = 1, pod = 1;
};

/// Of what links between switches carry, the share that packets reach where every path is used by its load: headers, and
/// queues that must not run empty. Source: NVIDIA on Spectrum-X at 100,000 GPUs, 95 %, 2024-10.
inline constexpr double kBalancedCeiling = 0.95;

/// Rate of the worst flow in that of an adapter, when all of `leaving` send at once.
/// Hashed over q queue pairs: the fullest link sets the pace, and max-min sharing serves its flows alike.
///   share = min(1, u q / M)       M = min { m : sum over tiers L ln P(B(n, 1/w) <= m) >= ln 1/2 }
/// u rate of a link above the leaf in that of an adapter, B(n, p) binomial, n queue pairs that leave one leaf (or pod), w links
/// they choose among, L links of the tier both ways; M is the median of the most that any link holds. Links are taken as
/// independent; the simulator agrees to 0.05 (tests).
/// Adaptive, sprayed, by destination (shifts only):
///   share = min(1, e u w / n)     e = kBalancedCeiling, n adapters that send, over the tier that is fullest
/// Source: balls into bins (Raab and Steger 1998), checked against simulate().
double worst_share(const Clos& clos, Routing routing, int queue_pairs, Leaving leaving);

}  // namespace eigenbau::network

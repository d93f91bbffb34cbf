// Where do the ranks of a parallel group live, and how fast can they exchange data?
#pragma once

#include "catalog/stack.h"
#include "perf/machine.h"

namespace eigenbau::perf {

/// A group of `ranks`, consecutive members `stride` GPUs apart, numbered within domains first.
struct RankGroup {
  double ranks = 1;
  double per_domain = 1;  ///< members that share a scale-up domain
  double domains = 1;
  int span = 1;         ///< GPUs from the first member to the last, for the fabric tier
  double distance = 1;  ///< GPUs from the members in one domain to those in the next

  bool inside_domain() const { return domains <= 1; }
};

RankGroup rank_group(const Machine& machine, double ranks, double stride);

/// On which NICs a group's data leaves a domain.
enum class NicUse {
  all,         ///< those of all members in the domain
  own,         ///< of each rank its own: point-to-point
  all_limited  ///< those of all members, each at most at what one flow of expert traffic reaches
};

/// Rate at which data passes through one rank in a ring over the group.
///   B = e_l·V inside a domain;  min(e_l·V, c·e_n·N·share) across       V link rate, N NIC rate
/// A ring over all members of a domain leaves it on all their NICs (NCCL builds as many rings as there are NICs), c = g members.
/// Rings over g of them, beside those of the other members, get less of theirs, c = max(1, r·g): they enter on one NIC and leave
/// on another. `share` is that of the worst flow, few of which leave their leaf where the members are near.
/// Source: NCCL ring search; fitted efficiencies. Holds for messages above about 1 MiB.
Bandwidth ring_bandwidth(const RankGroup& group, const Machine& machine, const catalog::TrainingConstants& stack,
                         NicUse nics = NicUse::all);

/// Time of `wire` bytes passing through one rank of a ring, with the ramp of short messages inside a domain.
Time wire_time(Bytes wire, const RankGroup& group, const Machine& machine, const catalog::TrainingConstants& stack,
               NicUse nics = NicUse::all);

/// Time that what leaves a domain takes over its own links first, where each rail is a fabric of its own: no switch joins two
/// rails, so that bytes for another rail go to the GPU of that rail in the sender's domain (NCCL's PXN).
///   t = S·(r-1)/r / V'      S bytes of one GPU that leave, to all rails alike; r rails; V' rate of its scale-up links
/// Rings and messages between like places of two domains stay on their rail and need no such step. Source: Wang et al. 2023,
/// rail-only; an upper bound where the library overlaps both legs.
Time rail_crossing_time(Bytes leaving, Bandwidth link, const Machine& machine);

/// Time to gather (or reduce-scatter) `buffer`, the whole of it, over the group in `messages` pieces.
///   t = W/B·(1 + (W0/W)^0.39) + messages·(t_launch + (n-k)·a + (k-1)·α)      W = S·(n-1)/n; the ramp only inside a domain
/// n ranks in k domains, a and α hop latency inside and between domains: a piece goes round the whole ring.
/// The hop term is linear in the number of domains: it, not bandwidth, is what global ZeRO-1 loses beyond 512 GPUs.
Time gather_time(Bytes buffer, double messages, const RankGroup& group, const Machine& machine,
                 const catalog::TrainingConstants& stack, NicUse nics = NicUse::all);

/// Time to sum `buffer` over the group: both halves of a ring, but latency of a tree between domains.
///   as gather_time with W = 2·S·(n-1)/n and 2(g-1)·a + 2·log2(k)·α
Time all_reduce_time(Bytes buffer, double messages, const RankGroup& group, const Machine& machine,
                     const catalog::TrainingConstants& stack, NicUse nics = NicUse::all);

}  // namespace eigenbau::perf

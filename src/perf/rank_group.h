// Where do the ranks of a parallel group live, and how long does traffic among them take beside compute?
#pragma once

#include "catalog/stack.h"
#include "perf/collective.h"
#include "perf/machine.h"

namespace eigenbau::perf {

/// A machine under a software stack, and its links as they are beside the compute of a step. What it refers to must outlive it.
struct Platform {
  const Machine& machine;
  const catalog::TrainingConstants& stack;
  Interconnect links;
};

/// Links in a step against links in a benchmark, whose constants `interconnect_of` gives: a stack reaches a share of them, since
/// kernels compete for multiprocessors and flows collide; a hop between domains waits longer, since ranks come late; one bucket
/// follows the other, so that no ramp is paid between domains.
Platform platform_of(const Machine& machine, const catalog::TrainingConstants& stack);

/// A group of `ranks`, consecutive members `stride` GPUs apart, numbered within domains first.
struct RankGroup {
  double ranks = 1;
  double per_domain = 1;  ///< members that share a scale-up domain
  double domains = 1;
  int span = 1;         ///< GPUs from the first member to the last, for the fabric tier
  double distance = 1;  ///< GPUs from the members in one domain to those in the next

  bool inside_domain() const { return domains <= 1; }
};

/// The same for a stream of messages, one after the other: none pays a ramp inside a domain either.
Platform streamed(const Platform& platform);

RankGroup rank_group(const Machine& machine, double ranks, double stride);

/// How a group's data leaves a domain.
enum class NicUse {
  rings,         ///< over the members' NICs together
  exchange,      ///< each member on its own, with all others: few of its flows stay near
  expert_rings,  ///< each member on its own, at most at what a flow of expert traffic reaches
};

/// What a flow of expert traffic, kernels of many small messages, gets out of an accelerator's NIC.
///   min(c, 0.9·N)·e/e_r      N NIC rate, c ceiling of the stack, e efficiency of its transport and e_r of InfiniBand and RoCE
/// Source: DeepEP, 43 to 47 of 50 GB/s on 400 Gb/s; published runs on 800 Gb/s are no faster.
Bandwidth expert_flow_rate(const Platform& platform);

/// The group as the law of collectives takes it: of its NIC a member may use
///   N·share·c/g      N NIC rate, g members in a domain; c = g but for rings
/// Rings over all members of a domain leave it on all their NICs (NCCL builds as many rings as there are NICs), c = g. Rings over
/// some of them, beside those of the other members, get less of theirs, c = max(1, r·g): they enter on one NIC and leave on
/// another. `share` is that of the worst flow, few of which leave their leaf where the members are near; in an exchange all do.
/// Source: NCCL ring search; r fitted.
CollectiveGroup collective_group(const RankGroup& group, const Platform& platform, NicUse nics);

/// Time of `operation` on `buffer`, the whole of it, in so many messages one after the other: `collective_time` of each.
/// Its hops are linear in the number of domains: they, not bandwidth, are what global ZeRO-1 loses beyond 512 GPUs. A hop between
/// domains waits for ranks that come late, w (`hop_wait`): of a ring once a domain, of a broadcast, which passes from rank to
/// rank, w/8 for each of the domain's members. Source: InternEvo with all ranks in one group, tp 1 and 2 (fitted).
Time traffic_time(Collective operation, Bytes buffer, double messages, const RankGroup& group, const Platform& platform,
                  NicUse nics = NicUse::rings);

/// Time of one message from a rank to the next of the group, on the rank's own NIC where that is in another domain.
Time message_time(Bytes message, const RankGroup& group, const Platform& platform);

/// Time that what leaves a domain takes over its own links first, where each rail is a fabric of its own: no switch joins two
/// rails, so that bytes for another rail go to the GPU of that rail in the sender's domain (NCCL's PXN).
///   t = S·(r-1)/r / V'      S bytes of one GPU that leave, to all rails alike; r rails; V' rate of its scale-up links
/// Rings and messages between like places of two domains stay on their rail and need no such step. Source: Wang et al. 2023,
/// rail-only; an upper bound where the library overlaps both legs.
Time rail_crossing_time(Bytes leaving, Bandwidth link, const Machine& machine);

}  // namespace eigenbau::perf

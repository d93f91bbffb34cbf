// How long does a collective operation over GPUs take?
#pragma once

#include <utility>

#include "perf/link_layout.h"
#include "units/quantity.h"

namespace eigenbau::perf {

enum class Collective { all_reduce, all_gather, reduce_scatter, all_to_all, send_receive, broadcast, reduce, gather, scatter };

/// Constants of one operation inside one NVLink (or like) domain.
struct DomainLaw {
  Time launch{};       ///< t0: launch and synchronization of the smallest message
  Time hop{};          ///< a: latency of one step of the ring
  double share = 0.9;  ///< f: share of the link rate that a long message reaches
  Bytes knee{};        ///< W0: bytes on the wire at which the ramp doubles the time; on links of V: W0·V/V0
  double ramp = 0.4;   ///< g: how slowly the ramp dies out, below 1
};

/// What a GPU's links and the collective library's kernels on it can do.
struct ScaleUp {
  Bandwidth link{};         ///< V: all links of one GPU, one way, data sheet
  Bandwidth measured{};     ///< V0: those of the GPU on which the constants were measured; 0: the same
  LinkLayout layout{};      ///< of which a collective uses a share
  bool over_host = false;   ///< the links are those to the host, which the NICs use as well
  Bandwidth ring_across{};  ///< rate of a ring inside the domain when it also crosses domains
  Bandwidth in_switch{};    ///< A: message bytes per second of an all-reduce that the switch adds up (NVLS); 0: none
  DomainLaw all_reduce, all_gather, reduce_scatter, all_to_all;

  /// Of the operation, or of its kin: broadcast has the constants of all-gather, reduce those of reduce-scatter, send-receive,
  /// gather and scatter those of all-to-all.
  const DomainLaw& law(Collective operation) const;
  DomainLaw& law(Collective operation) { return const_cast<DomainLaw&>(std::as_const(*this).law(operation)); }
};

/// How messages travel between domains.
struct Transport {
  Time hop{};               ///< β: latency of one step across
  double efficiency = .97;  ///< e: share of the NIC rate that long messages reach
  double ramp = .85;        ///< ρ: length of the ramp, relative
  bool in_network = false;  ///< the switches add up (SHARP)
};

/// Which algorithms the library may take for an all-reduce beside that in the switch, which ScaleUp::in_switch rules out.
struct Algorithms {
  bool ring = true;
  bool tree = true;
};

/// Links and transport of a machine, the constants of every collective on it.
struct Interconnect {
  ScaleUp inside;
  Transport across;
  Algorithms allowed{};
};

/// The GPUs that take part. Members of one domain are neighbors in the ring.
struct CollectiveGroup {
  int ranks = 1;
  int ranks_per_domain = 1;  ///< members of the group that share one NVLink domain; `ranks` if all do
  Bandwidth nic{};           ///< one way, of the NICs that one member may use; with all 8 GPUs of a node in the group and one
                             ///< NIC each, one NIC; a group with one member per node may use that member's NIC
};

/// Share of its links that a GPU among `members` of its domain can use.
double share_of_links(Collective operation, double members, const LinkLayout& layout);

/// Time of `operation` on a message of `message` bytes as nccl-tests counts it: all-reduce, all-to-all: the buffer of one
/// rank; all-gather, gather: what a rank ends with; reduce-scatter, scatter: what a rank starts with; send-receive, broadcast,
/// reduce: what is sent.
/// The fastest of the algorithms that NCCL has; W bytes on the wire of one rank: 2(n-1)/n·S (all-reduce), S (send-receive,
/// broadcast, reduce: a chain in pieces), else (n-1)/n·S, of gather and scatter on the root's. Steps: 2(n-1) (all-reduce), n-1
/// (all-gather, reduce-scatter, broadcast, reduce), 0 of ranks that exchange at once. V is what the layout of the links leaves of
/// them, V' = min(that of rings across, f·V).
///   one domain   t0 + steps·a + W/(f·V)·(1 + (W0/W)^g);  in the switch: t0' + S/A·(1 + (S0/S)^0.9)
///                tree: t0 + h·a + S/(.25·V')·(1 + (W0/S)^g), h = 2(s-1) + 2·log2(n/s), s = min(n, 8): all-reduce of few bytes;
///                of more: t0 + h·(a + 4 us) + S/(.505·V')·(1 + (W0/S)^g)
///   k domains    ring: t0 + 5 us + (steps-i)·a + i·β + W/min(V', B·e)·R(W), i = 2k-1 (all-reduce), k-1 (broadcast, reduce) or k
///                tree: t0 + 5 us + 2(g-1)·a + 2β·log2 k + S/min(.505·V', B·e, B·e/2 if k > 2)·R(S)
///                all-to-all: t0 + 5 us + k·β + max(S·(k-1)/k/(nic·e), S·(g-1)/n/(f·V))·R(W)
///                send-receive: t0 + 5 us + β + S/min(V', nic·e)·R(S)
///                gather, scatter: t0 + 5 us + k·β + max(S·(n-g)/n/(nic·e), S·(g-1)/n/(f·V))·R(W); the root has as many messages
///                as each rank of an all-to-all
///                over the host: all of W passes a GPU's slot, W/(f·V)·R(W) at least
///                R(x) = 1 + (5 MB·m/x)^0.49,  m = ρ·(1 + 0.94·log2 k);  B = floor(n/k)·nic, the NICs of one domain:
///                ranks that do not fill their domains are spread as evenly over them as they go
///   chain        the ring + min(t, s·(4 us - a)), t the time of W alone, s its steps inside domains: few bytes in messages that
///                carry their own flags, at half of the rate, more in plain ones, whose hops take longer
/// A broadcast or reduce over domains takes at least what it takes inside one. `ScaleUp::law` says whose constants an operation
/// has. 0 for one rank. Grows with the message; never below `collective_bound`. Constants by `eigenbau calibrate collectives`.
/// Stops being true beyond some thousand ranks (no data) and where flows collide in the fabric: network/ answers that. Source:
/// NCCL src/graph/tuning.cc (algorithms and step counts); forms fitted to published nccl-tests runs.
Time collective_time(Collective operation, Bytes message, const CollectiveGroup& group, const Interconnect& links);

/// Least time that physics allows: what each GPU and each domain must inject, at the full rate of links and NICs.
///   one domain   W/V, of an all-reduce that the switch adds up (n-1)/n·S/V; so over the host, across domains too
///   k domains    max(W'/V, W''/B),  W' = (g-1)/n·S;  W'' = 2(k-1)/k·S of an all-reduce, (k-1)/k·S where the switches between
///                domains add up, of an all-gather and of a reduce-scatter
///                broadcast, reduce: W' = W'' = S;  gather, scatter: W'' = (n-g)/n·S
///                all-to-all: (k-1)/k·S/nic;  send-receive: S/nic
Time collective_bound(Collective operation, Bytes message, const CollectiveGroup& group, const Interconnect& links);

/// The ring of one domain alone, W/(f·V) and its steps as above, with constants of `law` whatever they are: no other algorithm,
/// no bound.
Time domain_ring_time(Collective operation, Bytes message, double ranks, const DomainLaw& law, Bandwidth link);

/// Bus bandwidth as nccl-tests prints it: S/t · 2(n-1)/n for all-reduce, S/t for send-receive, broadcast and reduce, S/t ·
/// (n-1)/n for the others.
Bandwidth bus_bandwidth(Collective operation, Bytes message, int ranks, Time time);

/// Tokens that the experts of other ranks work on: what one rank sends (dispatch) or gets back (combine).
struct ExpertTraffic {
  double tokens = 0;             ///< of one rank
  double hidden = 0;             ///< elements of a token
  double experts_per_token = 1;  ///< routed experts
  double dispatch_bytes = 1;     ///< per element, scales included: 1 fp8, 2 bf16
  double combine_bytes = 2;
};

/// Which kernels exchange the tokens.
enum class ExpertExchange {
  all_to_all,   ///< one copy per routed expert through the library's all-to-all
  deduplicated  ///< one copy per distinct rank, one per distinct node over the NICs (DeepEP, hybrid EP)
};

/// Time to send each token to the ranks of its experts; a token travels once to each of the `distinct_targets` among them (or
/// among their nodes):
///   t = 33 us + max(inside/(0.62·V), across/(e·nic))          (deduplicated; 42 us for combine)
/// Source: DeepEP tables, one to eight nodes of H100/H800; the busiest rank pays more: multiply tokens by its imbalance.
Time expert_dispatch_time(const ExpertTraffic& traffic, ExpertExchange exchange, const CollectiveGroup& group,
                          const Interconnect& links);

/// Time to bring the results back and add them up.
Time expert_combine_time(const ExpertTraffic& traffic, ExpertExchange exchange, const CollectiveGroup& group,
                         const Interconnect& links);

}  // namespace eigenbau::perf

// How long does a collective operation over GPUs take?
#include "perf/collective.h"

#include <algorithm>
#include <cmath>

#include "perf/distinct_targets.h"

namespace eigenbau::perf {
namespace {

constexpr double kAcrossLaunch = 5e-6;     // s, added when the proxy threads of the NICs take part
constexpr double kRampBytes = 5e6;         // B, of R(x)
constexpr double kInSwitchLaunch = 20e-6;  // s
constexpr double kAcrossShare = .947;      // of the rate in the switch, when the result also crosses domains
constexpr double kInNetworkShare = .8;     // the same when the switches between domains add up: published 0.76 and 0.89
constexpr double kInSwitchRamp = 16.7e6;   // B, for 8 ranks
constexpr double kTreeShare = .505;        // of the ring's rate: a tree sends each byte up and down
constexpr double kFlagShare = .5;          // of the wire in messages that carry their own flags (NCCL's LL)
constexpr double kChain = 8;               // ranks of a server, which a tree visits one after another
constexpr double kPlainHop = 4e-6;         // s, of a tree's hop inside a domain without such messages: NCCL's own reckoning

/// One question in plain numbers: s, bytes, bytes/s.
struct Case {
  double message, wire;  ///< S and W
  double n, g, k;        ///< ranks, ranks in a domain, domains
  double share;          ///< of its links that a rank can use
  double link;           ///< V: those, bytes/s
  double nic;            ///< of one rank, bytes/s
  double border;         ///< B: NICs of the domain with the fewest
  double steps;          ///< of the ring
  const DomainLaw* law;
};

/// Bytes on the wire of one rank over those of the message: the factor between nccl-tests' bus and algorithm bandwidth.
double wire_share(Collective operation, double n) {
  switch (operation) {
    case Collective::all_reduce:
      return 2 * (n - 1) / n;
    case Collective::send_receive:
    case Collective::broadcast:
    case Collective::reduce:
      return 1;
    default:
      return (n - 1) / n;
  }
}

/// Whether the whole message passes from rank to rank, in pieces.
bool is_chain(Collective operation) { return operation == Collective::broadcast || operation == Collective::reduce; }

/// Whether one rank sends to all others, or all to one.
bool is_rooted_exchange(Collective operation) { return operation == Collective::gather || operation == Collective::scatter; }

/// Whether ranks exchange with one another at once, not along a ring.
bool is_direct(Collective operation) {
  return operation == Collective::all_to_all || operation == Collective::send_receive || is_rooted_exchange(operation);
}

/// Of a ring over n ranks.
double steps_of(Collective operation, double n) {
  return is_direct(operation) ? 0 : (operation == Collective::all_reduce ? 2 : 1) * (n - 1);
}

Case case_of(Collective operation, Bytes message, const CollectiveGroup& group, const ScaleUp& inside) {
  const int ranks = std::max(1, group.ranks), in_domain = std::clamp(group.ranks_per_domain, 1, ranks);
  const int domains = (ranks + in_domain - 1) / in_domain, members = ranks / domains;
  const double n = ranks, share = share_of_links(operation, members, inside.layout);
  return {.message = message.base(),
          .wire = message.base() * wire_share(operation, n),
          .n = n,
          .g = static_cast<double>(in_domain),
          .k = static_cast<double>(domains),
          .share = share,
          .link = share * inside.link.base(),
          .nic = group.nic.base(),
          .border = members * group.nic.base(),
          .steps = steps_of(operation, n),
          .law = &inside.law(operation)};
}

double ring_seconds(const DomainLaw& law, double steps, double wire, double link, double knee) {
  const double ramp = knee > 0 ? 1 + std::pow(knee / wire, law.ramp) : 1;
  return law.launch.base() + steps * law.hop.base() + wire / (law.share * link) * ramp;
}

/// W0 on these links: what is on its way while a message starts.
double knee_on(const Case& c, const ScaleUp& inside) {
  const double knee = c.law->knee.base();
  return inside.measured > Bandwidth{} ? knee * c.link / inside.measured.base() : knee;
}

double inside_ring(const Case& c, const ScaleUp& inside) {
  return ring_seconds(*c.law, c.steps, c.wire, c.link, knee_on(c, inside));
}

/// V': what a ring that crosses domains, or a tree, gets of the links: never more than a ring inside one does.
double ring_rate(const Case& c, const ScaleUp& inside) {
  return std::min(c.share * inside.ring_across.base(), std::min(1.0, c.law->share) * c.link);
}

/// What a chain takes more than a ring inside a domain would: few bytes go in messages that carry their own flags, at half of the
/// rate; more in plain ones, whose hops take longer. `transfer`: of the whole message, at the full rate.
double chain_excess(double hops, double transfer, const DomainLaw& law) {
  return std::min(transfer * (1 / kFlagShare - 1), hops * std::max(0.0, kPlainHop - law.hop.base()));
}

double inside_chain(const Case& c, const ScaleUp& inside) {
  const double ring = inside_ring(c, inside);
  return ring + chain_excess(c.steps, ring - c.law->launch.base() - c.steps * c.law->hop.base(), *c.law);
}

/// All-reduce over a tree inside one domain: few bytes in messages that carry their own flags, more without.
double inside_tree(const Case& c, const ScaleUp& inside) {
  const DomainLaw& law = *c.law;
  const double chain = std::min(c.n, kChain), hops = 2 * (chain - 1) + 2 * std::log2(c.n / chain);
  const double transfer =
      c.message / (kTreeShare * ring_rate(c, inside)) * (1 + std::pow(knee_on(c, inside) / c.message, law.ramp));
  return law.launch.base() + hops * law.hop.base() + std::min(transfer / kFlagShare, hops * kPlainHop + transfer);
}

/// All-reduce that the NVLink switch adds up, alone or as the inner part of one across domains.
double in_switch(const Case& c, const Interconnect& links, double ramp_length) {
  const double top = links.inside.in_switch.base();
  if (top <= 0 || c.g < 5) return HUGE_VAL;  // NCCL needs enough ranks for the switch to win
  double rate = top, latency = kInSwitchLaunch;
  if (c.k > 1) {
    // Where the network adds up NCCL may still have the ranks do it.
    const double nic = c.border * links.across.efficiency;
    rate = std::min(kAcrossShare * top, nic / (c.k > 2 ? 2 : 1));
    if (links.across.in_network) rate = std::max(rate, std::min(kInNetworkShare * top, nic));
    latency += kAcrossLaunch + 2 * links.across.hop.base() * std::log2(c.k);
  }
  const double knee = kInSwitchRamp * std::pow(c.g / 8, 1.16) * std::max(1.0, ramp_length);
  return latency + c.message / rate * (1 + std::pow(knee / c.message, .9));
}

/// Of the algorithms allowed; the ring where none of them is possible.
double fastest(double ring, double tree, double in_switch, const Algorithms& allowed) {
  const double best = std::min({allowed.ring ? ring : HUGE_VAL, allowed.tree ? tree : HUGE_VAL, in_switch});
  return best < HUGE_VAL ? best : ring;
}

double across_time(Collective operation, const Case& c, const Interconnect& links) {
  const Transport& across = links.across;
  const double a = c.law->hop.base(), beta = across.hop.base(), launch = c.law->launch.base() + kAcrossLaunch;
  const double nic = c.border * across.efficiency, own = c.nic * across.efficiency, link = ring_rate(c, links.inside);
  const double length = across.ramp > 0 ? across.ramp * (1 + .94 * std::log2(c.k)) : 0;
  const auto ramp = [&](double bytes) { return length > 0 ? 1 + std::pow(kRampBytes * length / bytes, .49) : 1; };
  if (operation == Collective::send_receive) return launch + beta + c.wire / std::min(c.g > 1 ? link : own, own) * ramp(c.wire);
  if (is_direct(operation)) {
    const double share = operation == Collective::all_to_all ? (c.k - 1) / c.k : (c.n - c.g) / c.n;
    const double leaving = share * c.message, staying = c.message * (c.g - 1) / c.n, inside = c.law->share * c.link;
    const double passing = links.inside.over_host ? c.wire : staying;
    return launch + c.k * beta + std::max(leaving / own, passing / inside) * ramp(c.wire);
  }
  const bool reduce = operation == Collective::all_reduce;
  const double crossings = std::min(c.steps, reduce ? 2 * c.k - 1 : is_chain(operation) ? c.k - 1 : c.k);
  const double transfer = c.wire / std::min(c.g > 1 ? link : nic, nic) * ramp(c.wire);
  const double ring = launch + (c.steps - crossings) * a + crossings * beta + transfer;
  if (is_chain(operation)) {  // its part inside a domain is as long as the whole
    Case part = c;
    part.steps = c.g - 1;
    const double chain = ring + chain_excess(c.steps - crossings, transfer, *c.law);
    return c.g > 1 ? std::max(chain, inside_chain(part, links.inside)) : chain;
  }
  if (!reduce) return ring;
  const double half = c.k > 2 ? .5 : 1;
  const double tree_rate = std::min(c.g > 1 ? kTreeShare * link : nic, nic * half);
  const double tree = launch + 2 * (c.g - 1) * a + 2 * beta * std::log2(c.k) + c.message / tree_rate * ramp(c.message);
  return fastest(ring, tree, in_switch(c, links, length), links.allowed);
}

double inside_time(Collective operation, const Case& c, const Interconnect& links) {
  if (is_chain(operation)) return inside_chain(c, links.inside);
  const double ring = inside_ring(c, links.inside);
  if (operation != Collective::all_reduce) return ring;
  return fastest(ring, inside_tree(c, links.inside), in_switch(c, links, 1), links.allowed);
}

/// Time to move one rank's tokens, `bytes` each element, after `launch` seconds.
Time exchange_time(const ExpertTraffic& t, double bytes, double launch, ExpertExchange exchange, const CollectiveGroup& group,
                   const Interconnect& links) {
  if (group.ranks <= 1 || t.tokens <= 0) return {};
  const double token = t.hidden * bytes;
  if (exchange == ExpertExchange::all_to_all)
    return collective_time(Collective::all_to_all, t.tokens * t.experts_per_token * token * kByte, group, links);
  constexpr double kLinkShare = .62;  // of the links, that the exchange kernels reach
  const double n = group.ranks, g = std::clamp(group.ranks_per_domain, 1, group.ranks), k = std::ceil(n / g);
  const double copies = distinct_targets(n, t.experts_per_token) * (n - 1) / n;
  const double link = links.inside.layout.exchange_share(g) * links.inside.link.base();
  const double inside = t.tokens * copies * token / (kLinkShare * link);
  if (k <= 1) return (launch + inside) * kSecond;
  const double crossing = t.tokens * distinct_targets(k, t.experts_per_token) * (k - 1) / k * token;
  const double across = crossing / (links.across.efficiency * group.nic.base());
  return (launch + kAcrossLaunch + 2 * links.across.hop.base() + std::max(g > 1 ? inside : 0.0, across)) * kSecond;
}

/// Of k domains: what leaves them over NICs, and what stays on the links.
double bound_across(Collective operation, const Case& c, const Interconnect& links) {
  const double staying = c.message * (c.g - 1) / c.n, leaving = c.message * (c.k - 1) / c.k;
  switch (operation) {
    case Collective::send_receive:
      return c.message / c.nic;
    case Collective::all_to_all:
      return leaving / c.nic;
    case Collective::broadcast:
    case Collective::reduce:
      return std::max(c.g > 1 ? c.message / c.link : 0, c.message / c.border);
    case Collective::gather:
    case Collective::scatter:
      return std::max(staying / c.link, c.message * (c.n - c.g) / c.n / c.border);
    case Collective::all_reduce:
      return std::max(staying / c.link, leaving * (links.across.in_network ? 1 : 2) / c.border);
    default:
      return std::max(staying / c.link, leaving / c.border);
  }
}

/// `collective_bound`, of more than one rank and some bytes.
Time bound(Collective operation, const Case& c, const Interconnect& links) {
  const bool added = operation == Collective::all_reduce && links.inside.in_switch.base() > 0;
  const double on_links = (added ? c.message * (c.g - 1) / c.g : c.wire) / c.link;
  if (c.k <= 1) return on_links * kSecond;
  const double across = bound_across(operation, c, links);
  return (links.inside.over_host ? std::max(across, on_links) : across) * kSecond;
}

}  // namespace

const DomainLaw& ScaleUp::law(Collective operation) const {
  switch (operation) {
    case Collective::all_gather:
    case Collective::broadcast:
      return all_gather;
    case Collective::reduce_scatter:
    case Collective::reduce:
      return reduce_scatter;
    case Collective::all_to_all:
    case Collective::send_receive:
    case Collective::gather:
    case Collective::scatter:
      return all_to_all;
    default:
      return all_reduce;
  }
}

double share_of_links(Collective operation, double members, const LinkLayout& layout) {
  if (operation == Collective::send_receive) return layout.pair_share();
  return operation == Collective::all_to_all ? layout.exchange_share(members) : layout.ring_share(members);
}

Time collective_bound(Collective operation, Bytes message, const CollectiveGroup& group, const Interconnect& links) {
  const Case c = case_of(operation, message, group, links.inside);
  return c.n <= 1 || c.message <= 0 ? Time{} : bound(operation, c, links);
}

Time collective_time(Collective operation, Bytes message, const CollectiveGroup& group, const Interconnect& links) {
  const Case c = case_of(operation, message, group, links.inside);
  if (c.n <= 1 || c.message <= 0) return {};
  const double time = c.k > 1 ? across_time(operation, c, links) : inside_time(operation, c, links);
  return std::max(time * kSecond, bound(operation, c, links));
}

Time domain_ring_time(Collective operation, Bytes message, double ranks, const DomainLaw& law, Bandwidth link) {
  if (ranks <= 1 || message <= Bytes{}) return {};
  const double wire = message.base() * wire_share(operation, ranks);
  return ring_seconds(law, steps_of(operation, ranks), wire, link.base(), law.knee.base()) * kSecond;
}

Bandwidth bus_bandwidth(Collective operation, Bytes message, int ranks, Time time) {
  if (ranks <= 1 || time <= Time{}) return {};
  return message / time * wire_share(operation, ranks);
}

Time expert_dispatch_time(const ExpertTraffic& traffic, ExpertExchange exchange, const CollectiveGroup& group,
                          const Interconnect& links) {
  return exchange_time(traffic, traffic.dispatch_bytes, 33e-6, exchange, group, links);
}

Time expert_combine_time(const ExpertTraffic& traffic, ExpertExchange exchange, const CollectiveGroup& group,
                         const Interconnect& links) {
  return exchange_time(traffic, traffic.combine_bytes, 42e-6, exchange, group, links);
}

}  // namespace eigenbau::perf

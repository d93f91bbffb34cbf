// Which constants describe the collectives of a GPU generation and of a transport?
#include "perf/interconnect.h"

#include "units/quantity.h"

namespace eigenbau::perf {
namespace {
using namespace literals;

struct DomainRow {
  double launch_us, hop_us, share;
};
struct Generation {
  std::string_view name;
  DomainRow all_reduce, all_gather, reduce_scatter, all_to_all;
  double ring_across;  ///< over the link rate
  double in_switch;    ///< over the link rate; 0: the generation has none
};
constexpr Generation kGenerations[]{
    {"ampere", {9.2, .91, .83}, {8.8, .86, .81}, {9.0, .76, .91}, {8.0, 0, .64}, 239.0 / 300, 0},
    {"hopper", {4.8, .82, .92}, {4.7, .83, .93}, {4.9, .76, 1.0}, {5.1, 0, .70}, 369.0 / 450, 267.0 / 450},
    {"blackwell", {7.6, 1.33, .76}, {7.8, 1.32, .78}, {7.9, 1.24, .80}, {9.5, 0, .52}, 719.0 / 900, 430.0 / 900},
};

const Generation& generation_of(std::string_view name) {
  for (const Generation& g : kGenerations)
    if (g.name == name) return g;
  return kGenerations[1];
}

DomainLaw domain_law(const DomainRow& row, Bytes knee, double ramp) {
  return {
      .launch = row.launch_us * kMicrosecond, .hop = row.hop_us * kMicrosecond, .share = row.share, .knee = knee, .ramp = ramp};
}

}  // namespace

ScaleUp scale_up_law(std::string_view generation, Bandwidth link, int domain) {
  const Generation& g = generation_of(generation);
  const double rack = domain > 8 && g.name == "blackwell" ? 443.0 / 430 : 1;
  return {.link = link,
          .ring_across = g.ring_across * link,
          .in_switch = g.in_switch * rack * link,
          .all_reduce = domain_law(g.all_reduce, 6.4e6 * kByte, .36),
          .all_gather = domain_law(g.all_gather, 17e6 * kByte, .39),
          .reduce_scatter = domain_law(g.reduce_scatter, 17e6 * kByte, .36),
          .all_to_all = domain_law(g.all_to_all, 4.1e6 * kByte, .76)};
}

Transport transport_law(TransportKind kind) {
  switch (kind) {
    case TransportKind::infiniband:
    case TransportKind::roce:
      return {.hop = 11_us, .efficiency = .97, .ramp = .85};
    case TransportKind::efa:
      return {.hop = 45_us, .efficiency = .92, .ramp = 1.4};
    case TransportKind::efa_100g:
      return {.hop = 89_us, .efficiency = .85, .ramp = 1.5};
    case TransportKind::tcpxo:
      return {.hop = 41_us, .efficiency = .985, .ramp = .68};
  }
  return {};
}

TransportKind transport_kind(std::string_view protocol, Bandwidth nic_speed) {
  if (protocol == "efa") return nic_speed > 12.5_GBps ? TransportKind::efa : TransportKind::efa_100g;
  if (protocol == "tcpxo") return TransportKind::tcpxo;
  return protocol == "roce" ? TransportKind::roce : TransportKind::infiniband;
}

}  // namespace eigenbau::perf

// Which constants describe the collectives of a GPU generation and of a transport?
#include "perf/interconnect.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <iterator>
#include <string>

#include "units/quantity.h"

namespace eigenbau::perf {
namespace {
using namespace literals;

struct DomainRow {
  double launch_us, hop_us, share, knee_mb, ramp;
};
struct Generation {
  std::string_view name;
  DomainRow all_reduce, all_gather, reduce_scatter, all_to_all;
  double ring_across;  ///< over the link rate; held by every fit: see kernels_and_collectives.md
  double in_switch;    ///< over the link rate; 0: the generation has none
  double link_gbps;    ///< of the GPUs that were measured, one way, GB/s
};
/// The constants of catalog/collectives/nccl.toml, which `eigenbau calibrate collectives` fitted to published nccl-tests runs and
/// in-node tables: median errors 3 to 8 %. For machines that name no other library; a test holds all of them equal.
constexpr Generation kGenerations[]{
    {"ampere",
     {8.205, 0.9539, 0.8118, 8.342, 0.4371},
     {8.001, 0.8074, 0.7371, 10.5, 0.5137},
     {8.143, 0.8606, 0.8587, 12.53, 0.445},
     {12.07, 0, 0.7936, 7.794, 0.4521},
     0.7967,
     0,
     300},
    {"blackwell",
     {7.912, 1.291, 1, 38.51, 0.2825},
     {7.87, 1.209, 0.9752, 57.28, 0.3644},
     {7.936, 1.185, 1, 73.56, 0.3335},
     {6.225, 0, 0.5623, 7.157, 0.8518},
     0.7989,
     0.478,
     900},
    {"hopper",
     {4.537, 0.8515, 0.8329, 3.356, 0.4272},
     {4.576, 0.8728, 0.8599, 9.832, 0.3917},
     {4.89, 0.7968, 0.8993, 6.09, 0.368},
     {4.645, 0, 0.6889, 3.626, 0.7966},
     0.82,
     0.609,
     450},
};

/// A generation that is not measured has Hopper's shares, and no switch that adds up.
Generation generation_of(std::string_view name) {
  for (const Generation& g : kGenerations)
    if (g.name == name) return g;
  Generation hopper = kGenerations[2];
  hopper.in_switch = 0;
  return hopper;
}

DomainLaw domain_law(const DomainRow& row) {
  return {.launch = row.launch_us * kMicrosecond,
          .hop = row.hop_us * kMicrosecond,
          .share = row.share,
          .knee = row.knee_mb * 1e6 * kByte,
          .ramp = row.ramp};
}

/// Likewise; median errors 2 to 5 %.
constexpr std::array kTransports{KnownTransport{"efa", {.hop = 41.28_us, .efficiency = 0.985, .ramp = 1.897}},
                                 KnownTransport{"efa_100g", {.hop = 77.87_us, .efficiency = 0.985, .ramp = 4.175}},
                                 KnownTransport{"roce", {.hop = 11.9_us, .efficiency = 0.9839, .ramp = 0.7141}},
                                 KnownTransport{"tcpxo", {.hop = 49.04_us, .efficiency = 0.9547, .ramp = 0.05}}};

constexpr Bandwidth kOldAdapter = 200_Gbps;  // of EFA for an accelerator: less is of the first generations
constexpr double kNetworkHop = 14;           // us
constexpr double kCloudHops = 3;             // as long as others
constexpr double kUsualShare = .95;          // of the wire
constexpr double kSocketShare = .5;          // of the wire

bool is_cloud(std::string_view name) { return name.starts_with("efa") || name == "tcpxo"; }

/// The class of RDMA, or of what a cloud's own software carries.
Transport usual_of_class(std::span<const KnownTransport> known, bool cloud) {
  double hop = std::log((cloud ? kCloudHops : 1) * kNetworkHop), efficiency = std::log(kUsualShare), ramp = 0, count = 1;
  for (const auto& [name, law] : known) {
    if (is_cloud(name) != cloud) continue;
    hop += std::log(law.hop.in(kMicrosecond));
    efficiency += std::log(law.efficiency);
    ramp += std::log(law.ramp);
    ++count;
  }
  return {
      .hop = std::exp(hop / count) * kMicrosecond, .efficiency = std::exp(efficiency / count), .ramp = std::exp(ramp / count)};
}

Transport usual_sockets(std::span<const KnownTransport> known) {
  Transport sockets{.hop = usual_of_class(known, true).hop, .efficiency = kSocketShare, .ramp = 1};
  for (const KnownTransport& other : known) sockets.hop = std::max(sockets.hop, other.law.hop);
  return sockets;
}

Transport halfway(const Transport& a, const Transport& b) {
  return {.hop = std::sqrt(a.hop.base() * b.hop.base()) * kSecond,
          .efficiency = std::sqrt(a.efficiency * b.efficiency),
          .ramp = std::sqrt(a.ramp * b.ramp)};
}

}  // namespace

bool has_scale_up_law(std::string_view generation) {
  return std::ranges::find(kGenerations, generation, &Generation::name) != std::end(kGenerations);
}

ScaleUp scale_up_law(std::string_view generation, Bandwidth link) {
  const Generation g = generation_of(generation);
  return {.link = link,
          .measured = g.link_gbps * kGigabytePerSecond,
          .ring_across = g.ring_across * link,
          .in_switch = g.in_switch * link,
          .all_reduce = domain_law(g.all_reduce),
          .all_gather = domain_law(g.all_gather),
          .reduce_scatter = domain_law(g.reduce_scatter),
          .all_to_all = domain_law(g.all_to_all)};
}

std::span<const KnownTransport> known_transports() { return kTransports; }

std::string_view measured_as(std::string_view transport, Bandwidth nic) {
  if (transport == "infiniband") return "roce";
  return transport == "efa" && nic < kOldAdapter ? "efa_100g" : transport;
}

Transport usual_transport(std::span<const KnownTransport> known, std::string_view name) {
  if (name == "tcp") return usual_sockets(known);
  if (name == "tcpx") return halfway(usual_sockets(known), usual_of_class(known, true));
  return usual_of_class(known, is_cloud(name));
}

Transport transport_law(std::span<const KnownTransport> known, std::string_view name) {
  const auto measured = std::ranges::find(known, name, &KnownTransport::name);
  return measured != known.end() ? measured->law : usual_transport(known, name);
}

Transport transport_law(NicTransport transport, Bandwidth nic) {
  return transport_law(kTransports, measured_as(name_of(transport), nic));
}

std::string_view name_of(NicTransport transport) {
  switch (transport) {
    case NicTransport::efa:
      return "efa";
    case NicTransport::tcpxo:
      return "tcpxo";
    case NicTransport::tcpx:
      return "tcpx";
    case NicTransport::tcp:
      return "tcp";
    default:
      return "roce";
  }
}

Interconnect interconnect_of(const Machine& machine) {
  Interconnect links;
  if (machine.library) {
    links.inside = machine.library->inside;
    links.across = machine.library->across.at(std::string(measured_as(name_of(machine.transport), machine.nic_per_gpu)));
  } else {
    links.inside = scale_up_law(machine.gpu.generation, machine.scale_up_link());
    links.across = transport_law(machine.transport, machine.nic_per_gpu);
  }
  links.inside.layout = machine.link_layout();
  links.inside.over_host = !(machine.gpu.scale_up_bandwidth > Bandwidth{});
  return links;
}

}  // namespace eigenbau::perf

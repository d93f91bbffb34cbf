// Which constants describe the collectives of a GPU generation and of a transport?
#include "perf/interconnect.h"

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
  double ring_across;  ///< over the link rate
  double in_switch;    ///< over the link rate; 0: the generation has none
};
/// The constants of catalog/collectives/nccl.toml, which `eigenbau calibrate collectives` fitted to published nccl-tests runs and
/// in-node tables: median errors 3 to 8 %. For machines that name no other library; a test keeps both equal.
constexpr Generation kGenerations[]{
    {"ampere",
     {8.216, 0.9541, 0.8173, 8.695, 0.4336},
     {8.001, 0.8074, 0.7371, 10.5, 0.5137},
     {8.143, 0.8606, 0.8587, 12.53, 0.445},
     {12.03, 0, 0.7958, 7.98, 0.4527},
     0.7967,
     0},
    {"blackwell",
     {7.912, 1.291, 1, 38.51, 0.2825},
     {7.87, 1.209, 0.9752, 57.28, 0.3644},
     {7.936, 1.185, 1, 73.56, 0.3335},
     {8.31, 0, 0.5767, 6.53, 0.7864},
     0.7989,
     0.478},
    {"hopper",
     {4.522, 0.8528, 0.8315, 3.328, 0.4309},
     {4.576, 0.8728, 0.8599, 9.832, 0.3917},
     {4.89, 0.7968, 0.8993, 6.09, 0.368},
     {4.527, 0, 0.6899, 3.664, 0.8021},
     0.82,
     0.61},
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

}  // namespace

ScaleUp scale_up_law(std::string_view generation, Bandwidth link) {
  const Generation g = generation_of(generation);
  return {.link = link,
          .ring_across = g.ring_across * link,
          .in_switch = g.in_switch * link,
          .all_reduce = domain_law(g.all_reduce),
          .all_gather = domain_law(g.all_gather),
          .reduce_scatter = domain_law(g.reduce_scatter),
          .all_to_all = domain_law(g.all_to_all)};
}

Transport transport_law(NicTransport transport, Bandwidth nic) {
  switch (transport) {
    case NicTransport::efa:
      if (nic < 200_Gbps) return {.hop = 77.86_us, .efficiency = 0.985, .ramp = 4.175};
      return {.hop = 41.24_us, .efficiency = 0.985, .ramp = 1.908};
    case NicTransport::tcp:
      return {.hop = 49.04_us, .efficiency = 0.9547, .ramp = 0.05};
    default:
      return {.hop = 11.9_us, .efficiency = 0.9839, .ramp = 0.7126};
  }
}

Interconnect interconnect_of(const Machine& machine) {
  return {scale_up_law(machine.gpu.generation, machine.scale_up_link()), transport_law(machine.transport, machine.nic_per_gpu)};
}

}  // namespace eigenbau::perf

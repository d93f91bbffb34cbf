// Where do the ranks of a parallel group live, and how long does traffic among them take beside compute?
#include "perf/rank_group.h"

#include <algorithm>
#include <cmath>

#include "perf/interconnect.h"

namespace eigenbau::perf {

Platform platform_of(const Machine& machine, const catalog::TrainingConstants& stack) {
  Interconnect links = interconnect_of(machine);
  ScaleUp& inside = links.inside;
  for (DomainLaw* law : {&inside.all_reduce, &inside.all_gather, &inside.reduce_scatter, &inside.all_to_all})
    law->share *= stack.link_share;
  inside.ring_across *= stack.link_share;
  inside.in_switch *= stack.link_share;
  links.across.efficiency *= stack.nic_share;
  links.across.hop += stack.hop_wait;
  links.across.ramp = 0;
  return {machine, stack, links};
}

Platform streamed(const Platform& platform) {
  Platform stream = platform;
  ScaleUp& inside = stream.links.inside;
  for (DomainLaw* law : {&inside.all_reduce, &inside.all_gather, &inside.reduce_scatter}) law->knee = {};
  return stream;
}

RankGroup rank_group(const Machine& machine, double ranks, double stride) {
  RankGroup group;
  group.ranks = std::max(1.0, ranks);
  const double fitting = std::max(1.0, std::floor(machine.scale_up_domain / std::max(1.0, stride)));
  group.per_domain = std::min(group.ranks, fitting);
  group.domains = std::max(1.0, std::ceil(group.ranks / group.per_domain));
  group.span = static_cast<int>(group.ranks * stride);
  group.distance = std::max<double>(stride, machine.scale_up_domain);
  return group;
}

Bandwidth expert_flow_rate(const Platform& platform) {
  constexpr double kShare = 0.9;
  const Machine& machine = platform.machine;
  const double efficiency = transport_law(machine.transport, machine.nic_per_gpu).efficiency;
  const double rdma = transport_law(NicTransport::infiniband, machine.nic_per_gpu).efficiency;
  return efficiency / rdma * std::min(platform.stack.expert_nic_ceiling, kShare * machine.nic_per_gpu);
}

CollectiveGroup collective_group(const RankGroup& group, const Platform& platform, NicUse nics) {
  const Machine& machine = platform.machine;
  Bandwidth nic = machine.nic_per_gpu;
  if (nics == NicUse::expert_rings) nic = std::min(nic, expert_flow_rate(platform) / platform.links.across.efficiency);
  double count = group.per_domain;
  if (nics == NicUse::rings && group.per_domain < machine.scale_up_domain)
    count = std::max(1.0, platform.stack.partial_ring * count);
  const double fabric =
      nics == NicUse::exchange ? machine.fabric_share(group.span) : machine.ring_share(group.span, group.distance);
  return {.ranks = static_cast<int>(group.ranks + 0.5),
          .ranks_per_domain = static_cast<int>(group.per_domain),
          .nic = count / group.per_domain * fabric * nic};
}

namespace {

constexpr double kServer = 8;  // ranks of a domain, on runs of which `hop_wait` was fitted

/// Of a group with so many members in a domain.
Time time_among(double members, Collective operation, Bytes message, const CollectiveGroup& group, const Platform& platform) {
  if (operation != Collective::broadcast) return collective_time(operation, message, group, platform.links);
  Interconnect links = platform.links;
  links.across.hop += (members / kServer - 1) * platform.stack.hop_wait;
  return collective_time(operation, message, group, links);
}

}  // namespace

Time traffic_time(Collective operation, Bytes buffer, double messages, const RankGroup& group, const Platform& platform,
                  NicUse nics) {
  if (group.ranks <= 1) return {};
  const CollectiveGroup members = collective_group(group, platform, nics);
  return messages * time_among(group.per_domain, operation, buffer / messages, members, platform);
}

Time message_time(Bytes message, const RankGroup& group, const Platform& platform) {
  CollectiveGroup pair{.ranks = 2, .ranks_per_domain = group.inside_domain() ? 2 : 1};
  if (!group.inside_domain()) pair.nic = platform.machine.ring_share(group.span, group.distance) * platform.machine.nic_per_gpu;
  return collective_time(Collective::send_receive, message, pair, platform.links);
}

Time rail_crossing_time(Bytes leaving, Bandwidth link, const Machine& machine) {
  const double rails = std::max(1, machine.rails_apart);
  return leaving * ((rails - 1) / rails) / link;
}

}  // namespace eigenbau::perf

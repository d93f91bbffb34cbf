// Where do the ranks of a parallel group live, and how fast can they exchange data?
#include "perf/rank_group.h"

#include <algorithm>
#include <cmath>

namespace eigenbau::perf {
namespace {

constexpr double kRampExponent = 0.39;  // of in-domain collectives, as fitted to published NCCL runs

}  // namespace

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

Bandwidth ring_bandwidth(const RankGroup& group, const Machine& machine, const catalog::TrainingConstants& stack, NicUse nics) {
  const Bandwidth link = stack.link_efficiency * machine.gpu.scale_up_bandwidth;
  if (group.inside_domain()) return link;
  const Bandwidth flow = stack.nic_efficiency * machine.nic_per_gpu;
  const Bandwidth nic = nics == NicUse::all_limited ? std::min(flow, stack.expert_nic_ceiling) : flow;
  double count = nics == NicUse::own ? 1 : group.per_domain;
  if (nics == NicUse::all && group.per_domain < machine.scale_up_domain) count = std::max(1.0, stack.partial_ring * count);
  return std::min(link, count * machine.ring_share(group.span, group.distance) * nic);
}

Time wire_time(Bytes wire, const RankGroup& group, const Machine& machine, const catalog::TrainingConstants& stack, NicUse nics) {
  const Time ideal = wire / ring_bandwidth(group, machine, stack, nics);
  if (!group.inside_domain() || wire <= Bytes{}) return ideal;
  return ideal * (1 + std::pow(stack.link_knee / wire, kRampExponent));
}

Time rail_crossing_time(Bytes leaving, Bandwidth link, const Machine& machine) {
  const double rails = std::max(1, machine.rails_apart);
  return leaving * ((rails - 1) / rails) / link;
}

Time gather_time(Bytes buffer, double messages, const RankGroup& group, const Machine& machine,
                 const catalog::TrainingConstants& stack, NicUse nics) {
  if (group.ranks <= 1) return {};
  const Bytes wire = buffer * ((group.ranks - 1) / group.ranks);
  return messages * (wire_time(wire / messages, group, machine, stack, nics) + stack.launch_latency +
                     (group.ranks - group.domains) * stack.link_hop + (group.domains - 1) * stack.hop_latency);
}

Time all_reduce_time(Bytes buffer, double messages, const RankGroup& group, const Machine& machine,
                     const catalog::TrainingConstants& stack, NicUse nics) {
  if (group.ranks <= 1) return {};
  const Bytes wire = buffer * (2 * (group.ranks - 1) / group.ranks);
  return messages * (wire_time(wire / messages, group, machine, stack, nics) + stack.launch_latency +
                     2 * (group.per_domain - 1) * stack.link_hop + 2 * std::log2(group.domains) * stack.hop_latency);
}

}  // namespace eigenbau::perf

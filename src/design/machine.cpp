#include "design/machine.h"

#include <algorithm>
#include <limits>

namespace eigenbau::design {
namespace {

/// Light in glass: 5 ns a meter.
constexpr Time kFiberDelayPerMeter = 5e-3 * kMicrosecond;

const ServerGroup& largest_group(const Design& design) {
  return *std::ranges::max_element(design.groups, {}, &ServerGroup::gpus);
}

perf::NicTransport transport_of(const Design& design, const ServerGroup& group) {
  if (!group.nic) return perf::NicTransport::none;
  if (group.nic->protocol == "efa") return perf::NicTransport::efa;
  const bool infiniband = design.back_end ? design.back_end->part.protocol == "infiniband" : group.nic->protocol == "infiniband";
  return infiniband ? perf::NicTransport::infiniband : perf::NicTransport::roce;
}

double routing_share(const FabricRouting& routing) {
  return network::takes_one_path(routing.routing) ? kHashedShare : kSprayedShare;
}

Time delay_of(const Fabric& fabric, network::Tier tier, int switches) {
  Time delay = kSwitchLatency * switches;
  double links = 0, meters = 0;
  for (const LinkBundle& bundle : fabric.bundles) {
    if (bundle.tier != tier) continue;
    links += static_cast<double>(bundle.links);
    meters += static_cast<double>(bundle.links) * bundle.mean_length.in(kMeter);
  }
  if (links > 0) delay += kFiberDelayPerMeter * (2 * meters / links);
  return delay;
}

int at_most(double gpus) { return static_cast<int>(std::min<double>(gpus, std::numeric_limits<int>::max())); }

/// Within a unit traffic stays on its leaf; beyond, it shares what the leaf and then the pod pass on.
void fill_tiers(perf::Machine& machine, const Fabric& fabric, double routing) {
  const FabricWiring& wiring = fabric.wiring;
  const double unit = static_cast<double>(wiring.servers_per_unit) * fabric.demand.gpus_per_server;
  const int whole = fabric.demand.servers * fabric.demand.gpus_per_server / std::max(1, wiring.islands);
  machine.tiers[0] = {at_most(wiring.tiers == 1 ? whole : unit), 1, delay_of(fabric, network::Tier::host_leaf, 1)};
  if (wiring.tiers < 2) return;
  const double leaf_share = std::min(1.0, routing * std::min(1.0, 1 / wiring.oversubscription));
  machine.tiers[1] = {wiring.tiers == 2 ? whole : at_most(unit * wiring.units_per_pod), leaf_share,
                      delay_of(fabric, network::Tier::leaf_spine, 3)};
  if (wiring.tiers < 3) return;
  machine.tiers[2] = {whole, leaf_share * std::min(1.0, 1 / wiring.pod_oversubscription),
                      delay_of(fabric, network::Tier::spine_core, 5)};
}

}  // namespace

FabricRouting routing_of(const cluster::Fabric& stated, const Design& design) {
  const ServerGroup& group = largest_group(design);
  if (stated.routing == cluster::Routing::ecmp) return {.from = "as the cluster file says"};
  if (!group.nic || !group.nic->reorders)
    return {.from = group.nic ? group.nic->name + " does not reorder what other routing delivers out of order" : "no adapter"};
  return {.routing = stated.routing == cluster::Routing::spray ? network::Routing::spray : network::Routing::adaptive,
          .from = stated.routing ? "as the cluster file says" : group.nic->name + " reorders"};
}

perf::Machine machine_of(const cluster::Cluster& cluster, const Design& design) {
  const ServerGroup& group = largest_group(design);
  perf::Machine machine{.gpu = group.gpu};
  machine.gpus = 0;
  for (const ServerGroup& other : design.groups)
    if (other.gpu.name == group.gpu.name) machine.gpus += other.gpus();
  machine.scale_up_domain = std::max(1, group.server.scale_up_domain);
  machine.transport = transport_of(design, group);
  if (group.nic && group.server.gpus > 0) {
    machine.nic_per_gpu = group.nic->speed * group.server.back_end_nics / group.server.gpus;
    machine.nics_per_domain = group.server.back_end_nics * machine.scale_up_domain / group.server.gpus;
  }
  machine.power_cap = cluster.power.gpu_cap.value_or(Power{});
  if (design.back_end) fill_tiers(machine, *design.back_end, routing_share(routing_of(cluster.fabric, design)));
  return machine;
}

}  // namespace eigenbau::design

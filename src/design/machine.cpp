// What do the jobs see of the machine?
#include "design/machine.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "design/fabric_topology.h"
#include "network/worst_share.h"

namespace eigenbau::design {
namespace {

const ServerGroup& largest_group(const Design& design) {
  return *std::ranges::max_element(design.groups, {}, &ServerGroup::gpus);
}

perf::NicTransport transport_of(const Design& design, const ServerGroup& group) {
  if (!group.nic) return perf::NicTransport::none;
  if (group.nic->protocol == "efa") return perf::NicTransport::efa;
  const bool infiniband = design.back_end ? design.back_end->part.protocol == "infiniband" : group.nic->protocol == "infiniband";
  return infiniband ? perf::NicTransport::infiniband : perf::NicTransport::roce;
}

int at_most(double gpus) { return static_cast<int>(std::min<double>(gpus, std::numeric_limits<int>::max())); }

/// The worst flow of each tier: when all adapters send through it, and in rings by the distance of neighbors.
void fill_shares(perf::FabricTier& tier, const network::Clos& clos, bool beyond_pods, const FabricRouting& routing, double unit,
                 double pod) {
  const auto worst = [&](double leaf, double beyond) {
    return network::worst_share(clos, routing.routing, routing.queue_pairs, {leaf, beyond_pods ? beyond : 0});
  };
  tier.bandwidth_share = worst(1, 1);
  for (int step = perf::kNearest; step <= perf::kFarthest; ++step) {
    const double distance = unit * std::exp2(step);
    tier.ring_share[static_cast<std::size_t>(step - perf::kNearest)] =
        worst(std::min(1.0, distance / unit), std::min(1.0, distance / pod));
  }
}

/// Within a unit traffic stays on its leaf; beyond, it shares what the leaf and then the pod pass on.
void fill_tiers(perf::Machine& machine, const Fabric& fabric, const FabricRouting& routing) {
  const FabricWiring& wiring = fabric.wiring;
  const double unit = static_cast<double>(wiring.servers_per_unit) * fabric.demand.gpus_per_server;
  const int whole = fabric.demand.servers * fabric.demand.gpus_per_server / std::max(1, wiring.islands);
  machine.tiers[0] = {at_most(wiring.tiers == 1 ? whole : unit), 1};
  const std::vector<network::Clos> trees = topology_of(fabric);
  if (wiring.tiers < 2 || trees.empty()) return;
  const double pod = unit * wiring.units_per_pod;
  machine.tiers[1] = {wiring.tiers == 2 ? whole : at_most(pod), 1};
  fill_shares(machine.tiers[1], trees.front(), false, routing, unit, pod);
  if (wiring.tiers < 3) return;
  machine.tiers[2] = {whole, 1};
  fill_shares(machine.tiers[2], trees.front(), true, routing, unit, pod);
}

}  // namespace

FabricRouting routing_of(const cluster::Fabric& stated, const Design& design) {
  const ServerGroup& group = largest_group(design);
  FabricRouting routing{.queue_pairs = stated.queue_pairs.value_or(kQueuePairs), .from = "as the cluster file says"};
  if (stated.routing == cluster::Routing::ecmp) return routing;
  if (!group.nic || !group.nic->reorders) {
    routing.from = (group.nic ? group.nic->name : "the adapter") + " does not reorder what other routing delivers out of order";
    return routing;
  }
  routing.routing = stated.routing == cluster::Routing::spray ? network::Routing::spray : network::Routing::adaptive;
  if (!stated.routing) routing.from = group.nic->name + " reorders";
  return routing;
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
  if (!design.back_end) return machine;
  machine.gpus = std::min(machine.gpus, design.gpus_joined());
  machine.rails_apart = design.back_end->demand.rails_apart;
  fill_tiers(machine, *design.back_end, routing_of(cluster.fabric, design));
  return machine;
}

}  // namespace eigenbau::design

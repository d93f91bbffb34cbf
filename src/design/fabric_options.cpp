// How else could the same servers be wired, what binds each way, and what does it cost and draw?
#include "design/fabric_options.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "design/design_from_parts.h"
#include "units/print.h"

namespace eigenbau::design {
namespace {

long ceil_div(long a, long b) { return (a + b - 1) / b; }

/// Fewest switches above, with `up` links from each of `below` spread evenly over them; 0: none within `up`.
int even_peers(int below, int up, int radix) {
  for (int peers = static_cast<int>(std::max(1L, ceil_div(static_cast<long>(below) * up, radix))); peers <= up; ++peers)
    if (up % peers == 0 && static_cast<long>(below) * (up / peers) <= radix) return peers;
  return 0;
}

struct Way {
  std::string name;
  cluster::Fabric fabric;
};

std::vector<Way> ways(const cluster::Cluster& cluster, const Fabric& own, const Parts& parts) {
  std::vector<Way> list{{"as the file asks", cluster.fabric}};
  const auto add = [&](std::string name, const auto& change) {
    cluster::Fabric fabric = cluster.fabric;
    change(fabric);
    list.push_back({std::move(name), std::move(fabric)});
  };
  using cluster::Topology;
  add("rail-optimized fat tree", [](cluster::Fabric& f) { f.topology = Topology::rail_fat_tree; });
  add("fat tree, all adapters of a server on one leaf", [](cluster::Fabric& f) { f.topology = Topology::fat_tree; });
  add("rail-only", [](cluster::Fabric& f) { f.topology = Topology::rail_only; });
  add("rail-only, two planes", [](cluster::Fabric& f) {
    f.topology = Topology::rail_only;
    f.planes = 2;
  });
  add("two planes", [](cluster::Fabric& f) { f.planes = 2; });
  for (double above : {2.0, 4.0, 7.0, 8.0})
    add(fmt::format("{:.0f}:1 above the pod", above), [&](cluster::Fabric& f) { f.pod_oversubscription = above; });
  add("2:1 at the leaf", [](cluster::Fabric& f) { f.oversubscription = 2; });
  for (const catalog::Switch& part : parts.switches)
    if (part.protocol == own.part.protocol && part.name != own.part.name && links_per_cage(part, own.link_speed) > 0)
      add("with " + part.name, [&](cluster::Fabric& f) { f.network_switch = part.name; });
  return list;
}

Parts with_switch(Parts parts, const std::string& name) {
  for (const catalog::Switch& part : parts.switches)
    if (part.name == name) parts.network_switch = part;
  return parts;
}

/// Of switches, modules and cables; absent where one of them has no price.
std::optional<Money> price_of(const Fabric& fabric) {
  if (!fabric.part.price) return std::nullopt;
  Money sum = *fabric.part.price * fabric.wiring.switches.total();
  for (const LinkBundle& bundle : fabric.bundles) {
    for (const auto& [optic, count] :
         {std::pair(&bundle.switch_optic, bundle.switch_modules), std::pair(&bundle.server_optic, bundle.server_modules)}) {
      if (!*optic || count == 0) continue;
      if (!(*optic)->price) return std::nullopt;
      sum += *(*optic)->price * static_cast<double>(count);
    }
    if (!bundle.cable) return std::nullopt;
    const catalog::Cable& cable = *bundle.cable;
    if (!cable.price && !cable.price_per_length) return std::nullopt;
    const double cables = static_cast<double>(bundle.cables);
    sum += cable.price.value_or(Money{}) * cables;
    if (cable.price_per_length) sum += *cable.price_per_length * bundle.mean_length * cables;
  }
  return sum;
}

}  // namespace

Binding binding_rule(const Fabric& fabric) {
  const FabricWiring& w = fabric.wiring;
  const FabricDemand& demand = fabric.demand;
  if (w.islands > 1)
    return {"not one fabric", fmt::format("{} tiers of {} ports are not enough: {} fabrics side by side", demand.most_tiers,
                                          demand.radix, w.islands)};
  if (w.tiers <= 1) return {"ports", "one switch holds all"};
  if (w.tiers == 3) {
    const int pods = w.pods / std::max(1, w.copies);
    const long by_ports = ceil_div(static_cast<long>(pods) * w.spine_up, demand.radix);
    if (w.cores_per_plane > by_ports)
      return {"even cores",
              fmt::format("the {} x {} links of a plane fill {} cores of {} ports, but {} uplinks divide evenly by {}", pods,
                          w.spine_up, by_ports, demand.radix, w.spine_up, w.cores_per_plane)};
  }
  const int leaves = w.units_per_pod * demand.rails;
  const long by_ports = ceil_div(static_cast<long>(leaves) * w.leaf_up, w.tiers == 3 ? w.spine_down : demand.radix);
  if (w.spines_per_pod > by_ports)
    return {"even spines",
            fmt::format("the {} x {} links of a pod fill {} spines of {} ports, but {} uplinks divide evenly by {}", leaves,
                        w.leaf_up, by_ports, demand.radix, w.leaf_up, w.spines_per_pod)};
  if (fabric.by_ports && fabric.by_ports->total() < w.switches.total())
    return {"even wiring", "units are whole, and ports stay free so that links spread evenly"};
  return {"ports", "one switch less would not have enough"};
}

std::vector<FabricOption> fabric_options(const cluster::Cluster& cluster, const catalog::Catalog& catalog) {
  std::vector<FabricOption> options;
  const Result<Parts> parts = find_parts(cluster, catalog);
  if (!parts) return options;
  const Result<Design> own = design_from_parts(cluster, *parts);
  if (!own || !own->back_end) return options;
  std::set<std::string> seen;
  for (const Way& way : ways(cluster, *own->back_end, *parts)) {
    cluster::Cluster other = cluster;
    other.fabric = way.fabric;
    const bool renamed = way.fabric.network_switch != cluster.fabric.network_switch;
    const Result<Design> design = design_from_parts(other, renamed ? with_switch(*parts, way.fabric.network_switch) : *parts);
    if (!design) continue;
    FabricOption option{
        .name = way.name, .fabric = design->back_end, .binds = {"no switch fits", "no switch of the catalog fits"}, .price = {}};
    std::string look = "none";
    if (option.fabric) {
      const FabricWiring& w = option.fabric->wiring;
      look = fmt::format("{} {} {} {} {} {} {} {}", option.fabric->part.name, w.tiers, w.islands, w.copies, w.switches.leaf,
                         w.switches.spine, w.switches.core, option.fabric->demand.rails);
      option.binds = binding_rule(*option.fabric);
      option.price = price_of(*option.fabric);
    }
    if (seen.insert(look).second) options.push_back(std::move(option));
  }
  return options;
}

std::vector<GrowthStage> growth_stages(const Fabric& fabric) {
  const FabricWiring& w = fabric.wiring;
  std::vector<GrowthStage> stages;
  const int trees = std::max(1, w.copies) * std::max(1, w.islands);
  if (w.tiers < 2 || w.islands > 1) return stages;
  const bool cores = w.tiers == 3;
  const int all = cores ? w.pods / trees : w.units / trees * fabric.demand.rails;
  const int up = cores ? w.spine_up : w.leaf_up, in_the_end = cores ? w.cores_per_plane : w.spines_per_pod;
  // With three tiers each spine of a pod has cores of its own.
  const int planes = (cores ? w.spines_per_pod : 1) * trees;
  const int servers_each = cores ? w.servers_per_pod : w.servers_per_unit;
  for (int quarter = 1; quarter <= 4; ++quarter) {
    GrowthStage stage;
    stage.below = static_cast<int>(ceil_div(static_cast<long>(all) * quarter, 4));
    const long servers = static_cast<long>(cores ? stage.below : ceil_div(stage.below, fabric.demand.rails)) * servers_each;
    stage.gpus = std::min<long>(servers, fabric.demand.servers) * fabric.demand.gpus_per_server;
    const int now = quarter == 4 ? in_the_end : even_peers(stage.below, up, fabric.demand.radix);
    if (now == 0 || (!stages.empty() && stages.back().below == stage.below)) continue;
    stage.top_switches = now * planes;
    stage.ahead_of_need = std::max(0, in_the_end - now) * planes;
    stage.moved_cables =
        static_cast<long>(stage.below) * planes * (up - static_cast<long>(up) * std::min(now, in_the_end) / in_the_end);
    if (fabric.part.price) stage.price_ahead = *fabric.part.price * stage.ahead_of_need;
    stages.push_back(stage);
  }
  return stages;
}

}  // namespace eigenbau::design

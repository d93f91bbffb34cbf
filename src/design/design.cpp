// What machine does a cluster file describe, down to racks, switches, transformers, coolers and the bill?
#include "design/design.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "design/bill.h"
#include "design/build_fabric.h"
#include "design/design_from_parts.h"
#include "design/fabric_topology.h"
#include "design/floor.h"
#include "design/machine.h"
#include "design/place_racks.h"
#include "design/size_plant.h"
#include "design/storage.h"
#include "units/print.h"

namespace eigenbau::design {
namespace {

/// Far beyond every site on Earth together.
constexpr double kMostAccelerators = 1e8;

/// Adapters for storage alone in one server: as stated, else as it is sold; one of a kind that it is not sold with.
int storage_nics(const cluster::StorageNetwork& stated, const catalog::Server& server) {
  if (stated.nics_per_server) return *stated.nics_per_server;
  if (!stated.nic.empty()) return std::max(1, server.storage_nics);
  return server.storage_nic.empty() ? 0 : server.storage_nics;
}

std::vector<ServerGroup> resolve_groups(const cluster::Cluster& cluster, const Parts& parts, Diagnostics& findings) {
  std::vector<ServerGroup> groups;
  for (std::size_t i = 0; i < cluster.servers.size(); ++i) {
    const cluster::ServerGroup& stated = cluster.servers[i];
    const GroupParts& found = parts.groups[i];
    ServerGroup group{.span = stated.span,
                      .server = found.server,
                      .gpu = found.gpu,
                      .nic = found.nic,
                      .front_end_nic = found.front_end_nic,
                      .storage_nic = found.storage_nic,
                      .storage_nics = storage_nics(cluster.storage_network, found.server),
                      .count = stated.count};
    group.power = server_power(stated, group.server, group.gpu, cluster.power.gpu_cap,
                               [&](std::string_view field) { return parts.provenance("server", group.server.name, field); });
    if (stated.price_per_gpu) {
      group.price = *stated.price_per_gpu * group.server.gpus;
      group.price_from = {.source = fmt::format("cluster file, line {}", stated.span.line)};
    } else {
      group.price = group.server.price;
      group.price_from = parts.provenance("server", group.server.name, "price");
    }
    if (group.power.training.assumed)
      findings.add({.code = "EB3003",
                    .severity = Severity::note,
                    .message = fmt::format("{}: nobody states what it draws in training; {} are taken ({})", group.server.name,
                                           print(group.power.training.value), group.power.training.from),
                    .span = group.span});
    groups.push_back(std::move(group));
  }
  return groups;
}

void check_kinds(const std::vector<ServerGroup>& groups, Diagnostics& findings) {
  for (const ServerGroup& group : groups)
    if (group.gpu.name != groups.front().gpu.name) {
      findings.add({.code = "EB3002",
                    .severity = Severity::note,
                    .message = fmt::format("{} and {} are mixed; jobs are planned for the kind there is more of",
                                           groups.front().gpu.name, group.gpu.name),
                    .span = group.span});
      return;
    }
}

void count_racks(Racks& racks) {
  racks.server_racks = racks.network_racks = racks.storage_racks = 0;
  for (const RackKind& rack : racks.kinds)
    (rack.use == RackUse::servers   ? racks.server_racks
     : rack.use == RackUse::network ? racks.network_racks
                                    : racks.storage_racks) += rack.count;
  racks.plan = plan_halls(racks.total());
}

void place_servers(const cluster::Cluster& cluster, const Parts& parts, Design& design) {
  const double cdu_height = parts.plant.rack_cdu.height_u.value_or(0);
  const Power air_limit = air_heat_limit(cluster.site, parts.plant);
  for (std::size_t i = 0; i < design.groups.size(); ++i) {
    const ServerGroup& group = design.groups[i];
    RackKind rack = server_racks(cluster.hall, group, static_cast<int>(i), 0, air_limit);
    if (takes_rack_cdu(group, rack.per_rack, parts.plant.rack_cdu)) {
      rack = server_racks(cluster.hall, group, static_cast<int>(i), cdu_height, air_limit);
      rack.cdus = takes_rack_cdu(group, rack.per_rack, parts.plant.rack_cdu) ? 1 : 0;
    }
    design.racks.kinds.push_back(std::move(rack));
  }
}

std::array<const Fabric*, kNetworks> networks_of(const Design& design) {
  std::array<const Fabric*, kNetworks> networks{};
  for (int n = 0; n < kNetworks; ++n) networks[static_cast<std::size_t>(n)] = design.network(n);
  return networks;
}

/// Management ports: everything but the switches of that network, which are managed over their uplinks, and the PDUs and CDUs
/// of all racks, their own racks included. More of them can need another rack, so that the count is repeated until it holds.
void place_networks(const cluster::Cluster& cluster, const Parts& parts, Power air_limit, Design& design) {
  const int pdus = design.racks.managed_pdus = cluster.management.rack_pdus ? kPdusPerRack : 0;
  design.racks.manages_cdus = cluster.management.rack_cdus;
  int devices = design.servers + design.storage.units;
  for (const std::optional<Fabric>* fabric : {&design.back_end, &design.front_end, &design.storage_network})
    if (*fabric) devices += (*fabric)->wiring.switches.total();
  for (const RackKind& rack : design.racks.kinds) devices += design.racks.managed_beside(rack) * rack.count;
  const std::vector<SwitchBlock> blocks = switch_blocks(networks_of(design), design.racks);
  for (int network_racks = 0;;) {
    if (cluster.management.wanted)
      design.management = management_fabric(cluster.management, parts, devices + pdus * network_racks);
    place_switches(cluster.hall, networks_of(design), blocks, air_limit, design.racks);
    const int placed = static_cast<int>(design.racks.switches.size());
    if (!design.management) break;
    if (placed <= network_racks) {
      design.management->wiring.host_links = devices + pdus * placed;
      break;
    }
    network_racks = placed;
  }
  add_network_racks(cluster.hall, networks_of(design), air_limit, design.racks);
}

ItPower it_power(const Design& design) {
  ItPower it{.gpus = static_cast<double>(design.gpus), .storage = design.storage.power};
  for (const ServerGroup& group : design.groups) {
    it.servers_training += group.power.training.value * group.count;
    it.servers_provisioned += group.power.provisioned.value * group.count;
    it.servers_nameplate += group.power.nameplate.value * group.count;
  }
  for (const Fabric* fabric : networks_of(design)) {
    if (!fabric) continue;
    it.network_typical += fabric->typical();
    it.network_nameplate += fabric->nameplate();
  }
  return it;
}

}  // namespace

Fabric* Design::network(int number) {
  std::optional<Fabric>& fabric = number == kBackEnd          ? back_end
                                  : number == kFrontEnd       ? front_end
                                  : number == kStorageNetwork ? storage_network
                                                              : management;
  return fabric ? &*fabric : nullptr;
}

const Fabric* Design::network(int number) const { return const_cast<Design*>(this)->network(number); }

int Design::gpus_joined() const {
  if (!back_end || back_end->wiring.islands <= 1) return gpus;
  const long joined = static_cast<long>(servers_per_island(*back_end)) * back_end->demand.gpus_per_server;
  return static_cast<int>(std::min<long>(joined, gpus));
}

Power Design::server_watts(Load load) const {
  Power sum{};
  for (const ServerGroup& group : groups) sum += group.power.at(load).value * group.count;
  return gpus > 0 ? sum / gpus : Power{};
}

PerGpu Design::per_gpu(Load load) const {
  SitePowerLaw law = site;
  if (load == Load::nameplate || load == Load::provisioned) law.network = law.network_rated;
  return watts_per_gpu(law, server_watts(load));
}

Diagnostics unwired(const Design& design) {
  Diagnostics found;
  for (Diagnostic finding : design.findings.all()) {
    if (finding.code != "EB3201" && finding.code != "EB3202" && finding.code != "EB3208") continue;
    finding.severity = Severity::error;
    found.add(std::move(finding));
  }
  return found;
}

Result<Design> design_from_parts(const cluster::Cluster& cluster, const Parts& parts) {
  Design design{.name = cluster.name};
  design.groups = resolve_groups(cluster, parts, design.findings);
  double accelerators = 0, servers = 0;
  for (const ServerGroup& group : design.groups) {
    accelerators += static_cast<double>(group.count) * group.server.gpus;
    servers += group.count;
  }
  if (accelerators > kMostAccelerators || servers > kMostAccelerators)
    return fail(ExitCode::bad_input, {.code = "EB3005",
                                      .message = fmt::format("{} accelerators in {} servers are more than a design can count",
                                                             print_number(accelerators), print_number(servers)),
                                      .span = cluster.span});
  design.servers = static_cast<int>(servers);
  design.gpus = static_cast<int>(accelerators);
  if (design.gpus <= 0)
    return fail(ExitCode::bad_input, {.code = "EB3001",
                                      .message = "the cluster file orders no servers",
                                      .span = cluster.span,
                                      .hint = "add a [[servers]] table with model and count"});
  check_kinds(design.groups, design.findings);
  design.storage = size_storage(cluster.storage, parts);
  if (design.storage.units == 0)
    design.findings.add({.code = "EB3004",
                         .severity = Severity::note,
                         .message = "storage is unknown; racks, watts and bill are without it",
                         .span = cluster.storage.span});
  place_servers(cluster, parts, design);
  if (design.storage.units > 0) design.racks.kinds.push_back(storage_racks(cluster.hall, design.storage));
  design.back_end = back_end_fabric(cluster.fabric, parts, design.groups, design.findings);
  design.storage_network = storage_fabric(cluster.storage_network, parts, design.groups, design.storage.units, design.findings);
  design.front_end = front_end_fabric(cluster.fabric, parts, design.groups, design.storage_network ? 0 : design.storage.units,
                                      cluster.storage_network.links_per_node.value_or(kStorageLinks), design.findings);
  place_networks(cluster, parts, air_heat_limit(cluster.site, parts.plant), design);
  count_racks(design.racks);
  const Floor floor(design.racks, networks_of(design));
  for (int n = 0; n < kNetworks; ++n)
    if (Fabric* fabric = design.network(n)) choose_links(*fabric, n, floor, parts, cluster.fabric.span, design.findings);

  SitePlant plant = size_plant(cluster, parts, design.groups, design.racks, it_power(design));
  check_racks(cluster, design.groups, design.racks, air_heat_limit(cluster.site, parts.plant), design.findings);
  check_plant(cluster, design.groups, plant, design.findings);
  design.power = std::move(plant.power);
  design.cooling = std::move(plant.cooling);
  design.site = std::move(plant.law);
  design.machine = machine_of(cluster, design);
  design.bill = bill_of(cluster, parts, design);
  check_prices(design.bill, design.findings);
  return design;
}

Result<Design> design_cluster(const cluster::Cluster& cluster, const catalog::Catalog& catalog) {
  Result<Parts> parts = find_parts(cluster, catalog);
  if (!parts) return std::unexpected(std::move(parts.error()));
  return design_from_parts(cluster, *parts);
}

}  // namespace eigenbau::design

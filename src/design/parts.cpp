// Which catalog parts does this design use? Looked up once, so that everything behind works on plain values.
#include "design/parts.h"

#include "design/design.h"

namespace eigenbau::design {
namespace {

/// Collects what fails, pointing at the table that named it.
class Lookup {
 public:
  explicit Lookup(const catalog::Catalog& catalog) : catalog_(catalog) {}

  template <class T>
  T get(Result<T> (catalog::Catalog::*find)(std::string_view) const, const std::string& name, const Span& span) {
    Result<T> part = (catalog_.*find)(name);
    if (part) return *part;
    for (Diagnostic diagnostic : part.error().diagnostics.all()) {
      if (span.source) diagnostic.span = span;
      failures_.add(std::move(diagnostic));
    }
    return {};
  }

  template <class T>
  std::optional<T> maybe(Result<T> (catalog::Catalog::*find)(std::string_view) const, const std::string& name, const Span& span) {
    if (name.empty()) return std::nullopt;
    return get(find, name, span);
  }

  template <class T>
  std::vector<T> all(Result<T> (catalog::Catalog::*find)(std::string_view) const, std::string_view kind) {
    std::vector<T> parts;
    for (const catalog::Entry& entry : catalog_.list(kind)) parts.push_back(get(find, entry.name, Span{}));
    return parts;
  }

  const Diagnostics& failures() const { return failures_; }

 private:
  const catalog::Catalog& catalog_;
  Diagnostics failures_;
};

PlantParts find_plant(const cluster::PowerTree& power, Lookup& lookup) {
  using catalog::Catalog;
  const auto plant = [&](const std::string& stated, const char* usual) {
    return lookup.get(&Catalog::plant, stated.empty() ? usual : stated, stated.empty() ? Span{} : power.span);
  };
  return {.substation = plant("", "power-transformer"),
          .switchgear = plant("", "mv-switchgear"),
          .transformer = plant(power.transformer, "distribution-transformer"),
          .ups = plant(power.ups_part, "ups-1.5mw"),
          .pdu = plant(power.pdu, "floor-pdu"),
          .rack_pdu = plant("", "rack-pdu-57kw"),
          .rack_cdu = plant("", "cdu-in-rack-100kw"),
          .row_cdu = plant("", "cdu-row-800kw"),
          .dry_cooler = plant("", "dry-cooler-1mw"),
          .crah = plant("", "crah-200kw"),
          .chiller = plant("", "chiller-2mw"),
          .rear_door = plant("", "rear-door-active"),
          .generator = plant("", "gas-generator-2.5mw"),
          .battery = plant("", "megapack")};
}

}  // namespace

Result<Parts> find_parts(const cluster::Cluster& cluster, const catalog::Catalog& catalog) {
  using catalog::Catalog;
  Lookup lookup(catalog);
  Parts parts;
  for (const cluster::ServerGroup& group : cluster.servers) {
    GroupParts found{.server = lookup.get(&Catalog::server, group.model, group.span)};
    if (found.server.name.empty()) continue;
    found.gpu = lookup.get(&Catalog::gpu, found.server.gpu, group.span);
    found.nic = lookup.maybe(&Catalog::nic, found.server.nic, group.span);
    found.front_end_nic = lookup.maybe(&Catalog::nic, found.server.front_end_nic, group.span);
    const bool own_nic = !cluster.storage_network.nic.empty();
    found.storage_nic = lookup.maybe(&Catalog::nic, own_nic ? cluster.storage_network.nic : found.server.storage_nic,
                                     own_nic ? cluster.storage_network.span : group.span);
    parts.groups.push_back(std::move(found));
  }
  parts.switches = lookup.all(&Catalog::network_switch, "switch");
  parts.optics = lookup.all(&Catalog::optic, "optic");
  parts.cables = lookup.all(&Catalog::cable, "cable");
  const cluster::Fabric& fabric = cluster.fabric;
  parts.network_switch = lookup.maybe(&Catalog::network_switch, fabric.network_switch, fabric.span);
  parts.front_end_switch = lookup.maybe(&Catalog::network_switch, fabric.front_end_switch, fabric.span);
  parts.storage_switch =
      lookup.maybe(&Catalog::network_switch, cluster.storage_network.network_switch, cluster.storage_network.span);
  const cluster::Management& management = cluster.management;
  parts.management_switch = lookup.maybe(&Catalog::network_switch, management.network_switch, management.span);
  parts.aggregation_switch = lookup.maybe(&Catalog::network_switch, management.aggregation_switch, management.span);
  parts.optic = lookup.maybe(&Catalog::optic, fabric.optic, fabric.span);
  parts.cable = lookup.maybe(&Catalog::cable, fabric.cable, fabric.span);
  parts.storage_named = !cluster.storage.part.empty();
  parts.storage = lookup.get(&Catalog::storage, parts.storage_named ? cluster.storage.part : "flash-node", cluster.storage.span);
  parts.plant = find_plant(cluster.power, lookup);
  for (const cluster::Supply& supply : cluster.supplies)
    parts.supplies.push_back(lookup.maybe(&Catalog::plant, supply.part, supply.span));
  for (const cluster::Battery& battery : cluster.batteries)
    parts.batteries.push_back(lookup.maybe(&Catalog::plant, battery.part, battery.span));
  parts.construction = lookup.get(&Catalog::price, "construction", Span{});
  parts.provenance = [&catalog](std::string_view kind, std::string_view name, std::string_view field) {
    return catalog.provenance(kind, name, field);
  };
  if (lookup.failures().has_errors()) return fail(ExitCode::bad_input, lookup.failures());
  return parts;
}

}  // namespace eigenbau::design

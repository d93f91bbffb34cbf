// Which files does NetBox import to know the whole machine, down to its cables?
#include "artifacts/netbox.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <set>

namespace eigenbau::artifacts {
namespace {

constexpr std::string_view kStatus = "planned";

double gigabits(Bandwidth speed) { return speed.base() * 8 / 1e9; }

/// The fastest of NetBox's interface types that is no faster than the link.
std::string_view interface_type(const design::Fabric& fabric, network::Tier tier) {
  struct Type {
    double gigabits;
    std::string_view name;
  };
  static constexpr std::array<Type, 6> kEthernet{{{800, "800gbase-x-osfp"},
                                                  {400, "400gbase-x-osfp"},
                                                  {200, "200gbase-x-qsfp56"},
                                                  {100, "100gbase-x-qsfp28"},
                                                  {25, "25gbase-x-sfp28"},
                                                  {1, "1000base-t"}}};
  static constexpr std::array<Type, 4> kInfiniband{
      {{800, "infiniband-xdr"}, {400, "infiniband-ndr"}, {200, "infiniband-hdr"}, {100, "infiniband-edr"}}};
  const double speed = gigabits(fabric.speed_of(tier)) + 1e-6;
  const auto fitting = [&](const auto& types) {
    const auto found = std::ranges::find_if(types, [&](const Type& type) { return type.gigabits <= speed; });
    return found == types.end() ? std::string_view("other") : found->name;
  };
  return fabric.part.protocol == "infiniband" ? fitting(kInfiniband) : fitting(kEthernet);
}

std::string_view cable_type(const design::LinkBundle& bundle) {
  if (!bundle.cable) return "";
  const catalog::Cable& cable = *bundle.cable;
  if (cable.medium == "copper") return gigabits(cable.speed) <= 10 ? "cat6" : "dac-passive";
  if (!bundle.switch_optic) return "aoc";
  return cable.medium == "multimode" ? "mmf-om4" : "smf-os2";
}

TextFile sites(const std::string& site) {
  CsvText csv("name,slug,status");
  csv.field(site).field(slug_of(site)).field(kStatus).end_row();
  return csv.take("netbox-1-sites.csv");
}

TextFile locations(const std::string& site, const design::HallPlan& plan) {
  CsvText csv("site,name,slug,status");
  for (int hall = 0; hall < plan.halls; ++hall)
    csv.field(site).field(Names::hall(hall)).field(slug_of(site + " " + Names::hall(hall))).field(kStatus).end_row();
  return csv.take("netbox-2-locations.csv");
}

TextFile racks(const std::string& site, const design::Floor& floor, const Names& names, double height_u) {
  CsvText csv("site,location,name,status,width,u_height");
  for (std::size_t i = 0; i < floor.racks().size(); ++i)
    csv.field(site)
        .field(Names::hall(floor.racks()[i].hall))
        .field(names.rack(static_cast<int>(i)))
        .field(kStatus)
        .number(19)
        .number(std::floor(height_u))
        .end_row();
  return csv.take("netbox-3-racks.csv");
}

TextFile manufacturers(const Inventory& inventory) {
  CsvText csv("name,slug");
  std::set<std::string> seen;
  for (const DeviceType& type : inventory.types)
    if (seen.insert(type.manufacturer).second) csv.field(type.manufacturer).field(slug_of(type.manufacturer)).end_row();
  return csv.take("netbox-4-manufacturers.csv");
}

TextFile device_types(const Inventory& inventory) {
  CsvText csv("manufacturer,model,slug,u_height,is_full_depth");
  std::set<std::string> seen;
  for (const DeviceType& type : inventory.types)
    if (seen.insert(type.model).second)
      csv.field(type.manufacturer)
          .field(type.model)
          .field(slug_of(type.manufacturer + " " + type.model))
          .number(type.height_u > 0 ? std::ceil(2 * type.height_u - 1e-9) / 2 : 0)
          .field(type.height_u > 0 ? "true" : "false")
          .end_row();
  return csv.take("netbox-5-device-types.csv");
}

TextFile device_roles(const Inventory& inventory) {
  constexpr std::array<std::string_view, 8> kColors{"2196f3", "4caf50", "ff9800", "9c27b0",
                                                    "00bcd4", "f44336", "795548", "9e9e9e"};
  CsvText csv("name,slug,color,vm_role");
  std::set<std::string> seen;
  for (const DeviceType& type : inventory.types)
    if (seen.insert(type.role).second)
      csv.field(type.role).field(slug_of(type.role)).field(kColors[(seen.size() - 1) % kColors.size()]).field("false").end_row();
  return csv.take("netbox-6-device-roles.csv");
}

TextFile devices(const std::string& site, const design::Floor& floor, const Names& names, const Inventory& inventory) {
  CsvText csv("name,role,manufacturer,device_type,status,site,location,rack,position,face");
  csv.reserve(inventory.devices.size() * 160);
  for (const Placed& placed : inventory.devices) {
    const DeviceType& type = inventory.types[static_cast<std::size_t>(placed.type)];
    csv.plain([&](std::string& out) { names.append_device(out, placed.device); })
        .field(type.role)
        .field(type.manufacturer)
        .field(type.model)
        .field(kStatus)
        .field(site)
        .field(Names::hall(floor.racks()[static_cast<std::size_t>(placed.rack)].hall))
        .field(names.rack(placed.rack));
    if (placed.position_u > 0) csv.number(placed.position_u).field("front");
    else csv.field("").field("");
    csv.end_row();
  }
  return csv.take("netbox-7-devices.csv");
}

/// Interfaces and cables, in one walk over the rows.
void append_cables(const design::Design& design, const design::Floor& floor, const Names& names, std::vector<TextFile>& files) {
  CsvText interfaces("device,name,type,enabled,mgmt_only");
  CsvText cables(
      "side_a_device,side_a_type,side_a_name,side_b_device,side_b_type,side_b_name,type,status,label,length,length_unit,"
      "description");
  const auto count = static_cast<std::size_t>(design::cable_count(design));
  interfaces.reserve(count * 96);
  cables.reserve(count * 144);
  std::array<std::array<std::string_view, design::kZonedTiers>, design::kNetworks> types{};
  for (int n = 0; n < design::kNetworks; ++n)
    for (network::Tier tier : network::kTiers)
      if (const design::Fabric* fabric = design.network(n))
        types[static_cast<std::size_t>(n)][static_cast<std::size_t>(tier)] = interface_type(*fabric, tier);
  long number = 0;
  design::for_each_cable(design, floor, [&](const design::CableRow& row) {
    const design::Fabric& fabric = *design.network(row.network);
    for (const design::CableEnd* end : {&row.down, &row.up}) {
      const auto device = [&](std::string& out) { names.append_device(out, end->device); };
      const auto port = [&](std::string& out) { names.append_port(out, row.network, *end); };
      const bool managed = row.network == design::kManagement && row.tier == network::Tier::host_leaf && end == &row.down;
      interfaces.plain(device)
          .plain(port)
          .field(types[static_cast<std::size_t>(row.network)][static_cast<std::size_t>(row.tier)])
          .field("true")
          .field(managed ? "true" : "false")
          .end_row();
      cables.plain(device).field("dcim.interface").plain(port);
    }
    cables.field(cable_type(fabric.bundles[static_cast<std::size_t>(row.bundle)]))
        .field(kStatus)
        .plain([&](std::string& out) { Names::append_cable(out, ++number); })
        .number(row.length.in(kMeter))
        .field("m")
        .field(fabric.name)
        .end_row();
  });
  files.push_back(interfaces.take("netbox-8-interfaces.csv"));
  files.push_back(cables.take("netbox-9-cables.csv"));
}

}  // namespace

std::vector<TextFile> netbox_files(const design::Design& design, const design::Floor& floor, const Names& names,
                                   const Inventory& inventory) {
  const std::string site = design.name.empty() ? "cluster" : design.name;
  std::vector<TextFile> files;
  files.push_back(sites(site));
  files.push_back(locations(site, floor.plan()));
  files.push_back(racks(site, floor, names, inventory.rack_height_u));
  files.push_back(manufacturers(inventory));
  files.push_back(device_types(inventory));
  files.push_back(device_roles(inventory));
  files.push_back(devices(site, floor, names, inventory));
  append_cables(design, floor, names, files);
  return files;
}

}  // namespace eigenbau::artifacts

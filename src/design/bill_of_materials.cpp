// What has to be bought, how much of it, for what price, and how did each quantity come about?
#include "design/bill_of_materials.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "design/bill.h"
#include "design/size_plant.h"
#include "units/counted.h"
#include "units/print.h"

namespace eigenbau::design {
namespace {

using Lines = std::vector<BillLine>;

/// Adds a line, or its quantity to the line of the same class and item.
void add(Lines& lines, BillLine line) {
  if (line.quantity <= 0) return;
  for (BillLine& have : lines) {
    if (have.kind != line.kind || have.item != line.item || have.in_shell_price != line.in_shell_price) continue;
    const bool same_price = have.unit_price.has_value() == line.unit_price.has_value() &&
                            (!have.unit_price || std::abs((*have.unit_price - *line.unit_price).in(kUsd)) < 1e-9);
    if (!same_price) continue;
    have.quantity += line.quantity;
    have.derivation += "; " + line.derivation;
    return;
  }
  lines.push_back(std::move(line));
}

void add_servers(Lines& lines, const std::vector<ServerGroup>& groups) {
  for (const ServerGroup& group : groups)
    add(lines, {.kind = BillClass::servers,
                .item = group.server.name,
                .title = group.server.title,
                .quantity = static_cast<double>(group.count),
                .unit = "server",
                .unit_price = group.price,
                .price_from = group.price_from,
                .derivation = fmt::format("{} servers of {} accelerators, as the cluster file orders", print_count(group.count),
                                          group.server.gpus)});
}

void add_optic(Lines& lines, const Parts& parts, const std::optional<catalog::Optic>& optic, long count,
               const std::string& where) {
  if (!optic) return;
  add(lines, {.kind = BillClass::optics_and_cables,
              .item = optic->name,
              .title = optic->title,
              .quantity = static_cast<double>(count),
              .unit = "module",
              .unit_price = optic->price,
              .price_from = parts.provenance("optic", optic->name, "price"),
              .derivation = fmt::format("{} {}", print_count(count), where)});
}

void add_cable(Lines& lines, const Parts& parts, const LinkBundle& bundle, const std::string& where) {
  if (!bundle.cable) return;
  const catalog::Cable& cable = *bundle.cable;
  std::optional<Money> price = cable.price;
  if (cable.price_per_length) price = price.value_or(Money{}) + *cable.price_per_length * bundle.mean_length;
  std::vector<std::string> lengths;
  for (const LengthBin& bin : bundle.lengths)
    lengths.push_back(fmt::format("{} x {}", print_count(bin.cables), print(bin.length)));
  add(lines, {.kind = BillClass::optics_and_cables,
              .item = fmt::format("{}, {}", cable.name, print(bundle.mean_length, 3)),
              .title = fmt::format("{}: {} on average", cable.title, print(bundle.mean_length, 3)),
              .quantity = static_cast<double>(bundle.cables),
              .unit = "cable",
              .unit_price = price,
              .price_from = parts.provenance("cable", cable.name, cable.price ? "price" : "price_per_length"),
              .derivation = fmt::format("{} {}: {}", counted(bundle.links, "link"), where, fmt::join(lengths, ", "))});
}

void add_network(Lines& lines, const Parts& parts, const std::optional<Fabric>& fabric) {
  if (!fabric) return;
  const auto add_switches = [&](const catalog::Switch& part, int switches) {
    add(lines, {.kind = BillClass::network,
                .item = part.name,
                .title = part.title,
                .quantity = static_cast<double>(switches),
                .unit = "switch",
                .unit_price = part.price,
                .price_from = parts.provenance("switch", part.name, "price"),
                .derivation = fabric->name + ": " + fabric->derivation});
  };
  add_switches(fabric->part, fabric->wiring.switches.total() - (fabric->upper ? fabric->upper_switches() : 0));
  if (fabric->upper) add_switches(*fabric->upper, fabric->upper_switches());
  for (const LinkBundle& bundle : fabric->bundles) {
    const std::string where = fmt::format("{}, {}", fabric->name, name_of(bundle.tier));
    add_optic(lines, parts, bundle.switch_optic, bundle.switch_modules, "in switches, " + where);
    add_optic(lines, parts, bundle.server_optic, bundle.server_modules, "in adapters, " + where);
    add_cable(lines, parts, bundle, where);
  }
}

/// Plant whose price is part of the figure for building and plant per power: listed for its quantity.
void add_plant(Lines& lines, const Parts& parts, BillClass kind, const catalog::Plant& part, double count,
               std::string derivation) {
  std::optional<Money> price = part.price;
  if (!price && part.price_per_power) price = *part.price_per_power * part.rating;
  add(lines, {.kind = kind,
              .item = part.name,
              .title = part.title,
              .quantity = count,
              .unit = "unit",
              .unit_price = price,
              .in_shell_price = true,
              .price_from = parts.provenance("plant", part.name, part.price ? "price" : "price_per_power"),
              .derivation = std::move(derivation)});
}

const catalog::Plant* plant_named(const PlantParts& plant, const std::string& name) {
  for (const catalog::Plant* part : {&plant.transformer, &plant.ups, &plant.pdu, &plant.rack_pdu, &plant.rack_cdu, &plant.row_cdu,
                                     &plant.dry_cooler, &plant.crah, &plant.chiller, &plant.rear_door})
    if (part->name == name) return part;
  return nullptr;
}

void add_site_plant(Lines& lines, const Parts& parts, const Design& design) {
  for (const PowerLevel& level : design.power.levels)
    if (const catalog::Plant* part = level.inside_it ? nullptr : plant_named(parts.plant, level.part))
      add_plant(lines, parts, BillClass::power_plant, *part, level.units, level.derivation);
  for (const CoolingUnits& units : design.cooling.units)
    if (const catalog::Plant* part = plant_named(parts.plant, units.part))
      add_plant(lines, parts, BillClass::cooling_plant, *part, units.units, units.derivation);
}

/// Generators and batteries that feed this site, and its connection to the grid at transmission voltage.
void add_supplies(Lines& lines, const cluster::Cluster& cluster, const Parts& parts, const Design& design) {
  for (std::size_t i = 0; i < cluster.supplies.size(); ++i) {
    const cluster::Supply& supply = cluster.supplies[i];
    if (supply.kind != cluster::SupplyKind::generator) continue;
    const catalog::Plant& part = parts.supplies[i].value_or(parts.plant.generator);
    const Power each = supply.unit_power.value_or(supply.total() / std::max(1, supply.count));
    std::optional<Money> price = part.price;
    if (!price && part.price_per_power) price = *part.price_per_power * each;
    add(lines, {.kind = BillClass::power_plant,
                .item = part.name,
                .title = part.title,
                .quantity = static_cast<double>(supply.count),
                .unit = "unit",
                .unit_price = price,
                .price_from = parts.provenance("plant", part.name, part.price ? "price" : "price_per_power"),
                .derivation = fmt::format("{} units of {}: {}", supply.count, print(each), supply.name)});
  }
  for (std::size_t i = 0; i < cluster.batteries.size(); ++i) {
    const cluster::Battery& battery = cluster.batteries[i];
    const catalog::Plant& part = parts.batteries[i].value_or(parts.plant.battery);
    if (!battery.energy || !part.energy || *part.energy <= Energy{}) continue;
    const double units = std::ceil(*battery.energy / *part.energy - 1e-6);
    add(lines, {.kind = BillClass::power_plant,
                .item = part.name,
                .title = part.title,
                .quantity = units,
                .unit = "unit",
                .unit_price = part.price,
                .price_from = parts.provenance("plant", part.name, "price"),
                .derivation = fmt::format("{} / {} a unit: {}", print(*battery.energy), print(*part.energy), battery.name)});
  }
  if (design.power.site_provisioned < kSubstationFrom) return;
  std::optional<Money> per_megawatt;
  if (parts.construction.substation) per_megawatt = *parts.construction.substation * kMegawatt;
  add(lines, {.kind = BillClass::power_plant,
              .item = "substation",
              .title = "Connection at transmission voltage: transformers, breakers, line",
              .quantity = design.power.site_provisioned.in(kMegawatt),
              .unit = "MW",
              .unit_price = per_megawatt,
              .price_from = parts.provenance("price", parts.construction.name, "substation"),
              .derivation = "site power as provisioned"});
}

void add_shell(Lines& lines, const cluster::Cluster& cluster, const Parts& parts, const Design& design) {
  const bool stated = cluster.finance.shell.has_value();
  const std::optional<MoneyPerPower> per_power = stated ? cluster.finance.shell : parts.construction.shell;
  std::optional<Money> per_megawatt;
  if (per_power) per_megawatt = *per_power * kMegawatt;
  add(lines, {.kind = BillClass::shell,
              .item = "building and plant",
              .title = "Building with its electrical and cooling plant",
              .quantity = design.power.it_provisioned.in(kMegawatt),
              .unit = "MW of IT",
              .unit_price = per_megawatt,
              .price_from = stated ? Provenance{.source = "cluster file, [finance] shell"}
                                   : parts.provenance("price", parts.construction.name, "shell"),
              .derivation = "IT power as provisioned"});
}

/// A share of switches, optics and cables again, for the shelf. Spare servers are among those bought.
void add_spares(Lines& lines) {
  const std::size_t bought = lines.size();
  for (std::size_t i = 0; i < bought; ++i) {
    BillLine spare = lines[i];
    if (spare.kind != BillClass::network && spare.kind != BillClass::optics_and_cables) continue;
    spare.derivation =
        fmt::format("{:.0f} % of {}, a usual share", kNetworkSpares * 100, print_count(static_cast<long long>(spare.quantity)));
    spare.kind = BillClass::spares;
    spare.quantity = std::ceil(spare.quantity * kNetworkSpares);
    lines.push_back(std::move(spare));
  }
}

}  // namespace

std::string_view name_of(BillClass kind) {
  switch (kind) {
    case BillClass::servers:
      return "servers";
    case BillClass::network:
      return "network";
    case BillClass::optics_and_cables:
      return "optics and cables";
    case BillClass::storage:
      return "storage";
    case BillClass::racks:
      return "racks";
    case BillClass::power_plant:
      return "power plant";
    case BillClass::cooling_plant:
      return "cooling plant";
    case BillClass::shell:
      return "shell";
    case BillClass::spares:
      return "spares";
  }
  return "";
}

Money BillOfMaterials::cost(BillClass kind) const {
  Money sum{};
  for (const BillLine& line : lines)
    if (line.kind == kind) sum += line.cost().value_or(Money{});
  return sum;
}

Money BillOfMaterials::cost() const {
  Money sum{};
  for (const BillLine& line : lines) sum += line.cost().value_or(Money{});
  return sum;
}

int BillOfMaterials::unpriced() const {
  return static_cast<int>(std::ranges::count_if(lines, [](const BillLine& line) { return !line.cost(); }));
}

BillOfMaterials bill_of(const cluster::Cluster& cluster, const Parts& parts, const Design& design) {
  BillOfMaterials bill;
  add_servers(bill.lines, design.groups);
  for (const std::optional<Fabric>* fabric : {&design.back_end, &design.front_end, &design.storage_network, &design.management})
    add_network(bill.lines, parts, *fabric);
  if (design.storage.part)
    add(bill.lines, {.kind = BillClass::storage,
                     .item = design.storage.part->name,
                     .title = design.storage.part->title,
                     .quantity = static_cast<double>(design.storage.units),
                     .unit = "unit",
                     .unit_price = design.storage.part->price,
                     .price_from = parts.provenance("storage", design.storage.part->name, "price"),
                     .derivation = design.storage.derivation});
  for (const RackKind& rack : design.racks.kinds) {
    const bool own = rack.binding == RackLimit::whole_rack;
    add(bill.lines, {.kind = BillClass::racks,
                     .item = "rack, " + rack.name,
                     .title = own ? "Rack of " + rack.name + ", part of its price" : "Rack for " + rack.name,
                     .quantity = static_cast<double>(rack.count),
                     .unit = "rack",
                     .unit_price = own ? std::optional<Money>(Money{}) : parts.construction.rack,
                     .price_from = own ? Provenance{} : parts.provenance("price", parts.construction.name, "rack"),
                     .derivation = rack.derivation});
  }
  add_site_plant(bill.lines, parts, design);
  add_supplies(bill.lines, cluster, parts, design);
  add_shell(bill.lines, cluster, parts, design);
  add_spares(bill.lines);
  std::ranges::stable_sort(bill.lines, {}, &BillLine::kind);
  return bill;
}

void check_prices(const BillOfMaterials& bill, Diagnostics& findings) {
  std::vector<std::string> items;
  for (const BillLine& line : bill.lines)
    if (!line.cost()) items.push_back(fmt::format("{} x {}", print_count(std::llround(line.quantity)), line.item));
  if (items.empty()) return;
  findings.add({.code = "EB3501",
                .severity = Severity::note,
                .message = fmt::format("{} lines of the bill have no price", items.size()),
                .notes = {fmt::format("{}", fmt::join(items, "; "))}});
}

}  // namespace eigenbau::design

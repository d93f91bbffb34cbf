// What does the crew that pulls the cables need: one line a cable, in the order of the racks, and what to bring?
#include "artifacts/cable_list.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <map>
#include <string>
#include <tuple>
#include <unordered_map>

namespace eigenbau::artifacts {
namespace {

using design::CableEnd;
using design::CableRow;

struct Listed {
  CableRow row;
  int number = 0;  ///< as in the label
};

const design::LinkBundle& bundle_of(const design::Design& design, const CableRow& row) {
  return design.network(row.network)->bundles[static_cast<std::size_t>(row.bundle)];
}

std::string_view cable_name(const design::LinkBundle& bundle) { return bundle.cable ? std::string_view(bundle.cable->name) : ""; }

/// Height of every device, by kind, network and number.
class Heights {
 public:
  explicit Heights(const Inventory& inventory) {
    for (const Placed& placed : inventory.devices) at_[key(placed.device)] = placed.position_u;
  }
  double of(const design::Device& device) const {
    const auto found = at_.find(key(device));
    return found == at_.end() ? 0 : found->second;
  }

 private:
  static std::uint64_t key(const design::Device& device) {
    const bool is_switch = device.kind == design::DeviceKind::leaf || device.kind == design::DeviceKind::spine ||
                           device.kind == design::DeviceKind::core;
    const auto network = static_cast<std::uint64_t>(is_switch ? device.network : 0);
    return (static_cast<std::uint64_t>(device.kind) * design::kNetworks + network) << 32 |
           static_cast<std::uint32_t>(device.number);
  }
  std::unordered_map<std::uint64_t, double> at_;
};

void append_end(std::string& out, const Names& names, const CableRow& row, const CableEnd& end) {
  out += names.rack(end.rack);
  out += ' ';
  names.append_device(out, end.device);
  out += ' ';
  names.append_port(out, row.network, end);
}

std::vector<Listed> sorted_rows(const design::Design& design, const design::Floor& floor) {
  std::vector<Listed> rows;
  rows.reserve(static_cast<std::size_t>(design::cable_count(design)));
  design::for_each_cable(design, floor, [&](const CableRow& row) { rows.push_back({row, static_cast<int>(rows.size()) + 1}); });
  std::ranges::sort(rows, {}, [](const Listed& listed) {
    return std::tuple(listed.row.down.rack, listed.row.network, listed.row.up.rack, listed.number);
  });
  return rows;
}

TextFile pull_list(const design::Design& design, const Names& names, const Inventory& inventory,
                   const std::vector<Listed>& rows) {
  CsvText csv(
      "label,network,tier,from_rack,from_u,from_device,from_port,to_rack,to_u,to_device,to_port,cable,length_m,run_m,"
      "from_module,to_module,label_from,label_to");
  csv.reserve(rows.size() * 300);
  const Heights heights(inventory);
  for (const Listed& listed : rows) {
    const CableRow& row = listed.row;
    const design::LinkBundle& bundle = bundle_of(design, row);
    csv.plain([&](std::string& out) { Names::append_cable(out, listed.number); })
        .field(design.network(row.network)->name)
        .field(design::name_of(row.tier));
    for (const CableEnd* end : {&row.down, &row.up}) {
      csv.field(names.rack(end->rack));
      if (const double u = heights.of(end->device); u > 0) csv.number(u);
      else csv.field("");
      csv.plain([&](std::string& out) { names.append_device(out, end->device); });
      csv.plain([&](std::string& out) { names.append_port(out, row.network, *end); });
    }
    csv.field(cable_name(bundle)).number(row.length.in(kMeter)).number(std::round(row.run.in(kMeter) * 10) / 10);
    const std::string_view in_switch = bundle.switch_optic ? std::string_view(bundle.switch_optic->name) : "";
    const std::string_view in_server = bundle.server_optic ? std::string_view(bundle.server_optic->name) : "";
    csv.field(row.tier == network::Tier::host_leaf ? in_server : in_switch).field(in_switch);
    // Each end's label names that end first, then where the other one is.
    for (const auto& [near, far] : {std::pair(&row.down, &row.up), std::pair(&row.up, &row.down)})
      csv.plain([&](std::string& out) {
        append_end(out, names, row, *near);
        out += " > ";
        append_end(out, names, row, *far);
      });
    csv.end_row();
  }
  return csv.take("cables.csv");
}

TextFile trunks(const design::Design& design, const Names& names, const std::vector<Listed>& rows) {
  std::map<std::tuple<int, int, std::string_view, double>, long> count;
  for (const Listed& listed : rows)
    ++count[{listed.row.down.rack, listed.row.up.rack, cable_name(bundle_of(design, listed.row)), listed.row.length.in(kMeter)}];
  CsvText csv("from_rack,to_rack,cable,length_m,cables");
  for (const auto& [trunk, cables] : count) {
    const auto& [from, to, cable, length] = trunk;
    csv.field(names.rack(from)).field(names.rack(to)).field(cable).number(length).number(static_cast<double>(cables)).end_row();
  }
  return csv.take("trunks.csv");
}

TextFile lengths(const design::Design& design) {
  CsvText csv("network,tier,cable,length_m,cables");
  for (int n = 0; n < design::kNetworks; ++n)
    if (const design::Fabric* fabric = design.network(n))
      for (const design::LinkBundle& bundle : fabric->bundles)
        for (const design::LengthBin& bin : bundle.lengths)
          csv.field(fabric->name)
              .field(design::name_of(bundle.tier))
              .field(cable_name(bundle))
              .number(bin.length.in(kMeter))
              .number(static_cast<double>(bin.cables))
              .end_row();
  return csv.take("lengths.csv");
}

/// A module for each cage that is plugged; a cage that links of two tiers share holds the module of those upward.
TextFile optics(const design::Design& design, const Names& names, const std::vector<Listed>& rows) {
  struct Cage {
    int rack = 0;
    network::Tier tier{};
    std::string_view module;
  };
  std::unordered_map<std::uint64_t, Cage> cages;
  std::map<std::pair<int, std::string_view>, long> count;
  for (const Listed& listed : rows) {
    const CableRow& row = listed.row;
    const design::LinkBundle& bundle = bundle_of(design, row);
    if (!bundle.switch_optic) continue;
    const design::Fabric& fabric = *design.network(row.network);
    const int in_cage = fabric.cage_links();
    for (const CableEnd* end : {&row.down, &row.up}) {
      const bool in_server = end->device.kind == design::DeviceKind::server || end->device.kind == design::DeviceKind::storage;
      if (in_server) {
        if (end->port % std::max(1, fabric.demand.planes) == 0 && bundle.server_optic)
          ++count[{end->rack, bundle.server_optic->name}];
        continue;
      }
      const std::uint64_t device = static_cast<std::uint64_t>(end->device.number) * design::kNetworks * 8 +
                                   static_cast<std::uint64_t>(row.network) * 8 + static_cast<std::uint64_t>(end->device.kind);
      const std::uint64_t key = device << 16 | static_cast<std::uint64_t>(end->port / in_cage);
      Cage& cage = cages[key];
      if (cage.module.empty() || row.tier >= cage.tier) cage = {end->rack, row.tier, bundle.switch_optic->name};
    }
  }
  for (const auto& [key, cage] : cages) ++count[{cage.rack, cage.module}];
  CsvText csv("rack,module,modules");
  for (const auto& [of, modules] : count)
    csv.field(names.rack(of.first)).field(of.second).number(static_cast<double>(modules)).end_row();
  return csv.take("optics.csv");
}

}  // namespace

std::vector<TextFile> cable_list(const design::Design& design, const design::Floor& floor, const Names& names,
                                 const Inventory& inventory) {
  const std::vector<Listed> rows = sorted_rows(design, floor);
  std::vector<TextFile> files;
  files.push_back(pull_list(design, names, inventory, rows));
  files.push_back(trunks(design, names, rows));
  files.push_back(lengths(design));
  files.push_back(optics(design, names, rows));
  return files;
}

}  // namespace eigenbau::artifacts

// Which devices are there, of which type, in which rack and how high in it?
#include "artifacts/inventory.h"

#include <algorithm>
#include <cmath>

#include "design/place_racks.h"

namespace eigenbau::artifacts {
namespace {

using design::DeviceKind;

/// The maker's name is the first word of a part's title; so titles are written.
std::string maker_of(const std::string& title) { return title.substr(0, title.find(' ')); }

std::string role_of(int network, network::Node tier) {
  constexpr std::string_view kNetwork[design::kNetworks] = {"back-end ", "front-end ", "storage ", "management "};
  const std::string_view word = tier == network::Node::leaf ? "leaf" : tier == network::Node::spine ? "spine" : "core";
  return std::string(kNetwork[network]) + std::string(word);
}

DeviceKind kind_of(network::Node tier) {
  return tier == network::Node::leaf ? DeviceKind::leaf : tier == network::Node::spine ? DeviceKind::spine : DeviceKind::core;
}

class Stock {
 public:
  Stock(const design::Design& design, const design::Floor& floor, double rack_height_u) : design_(design), floor_(floor) {
    inventory_.rack_height_u = rack_height_u;
  }

  Inventory take() {
    const int pdu = type({"Generic", "rack PDU", 0, "rack PDU"});
    std::vector<int> filled(design_.racks.kinds.size());
    std::size_t next_switches = 0;
    for (std::size_t rack = 0; rack < floor_.racks().size(); ++rack) {
      const std::size_t kind = static_cast<std::size_t>(floor_.racks()[rack].kind);
      if (design_.racks.kinds[kind].use == design::RackUse::network)
        stand_switches(static_cast<int>(rack), design_.racks.switches[next_switches++]);
      else stand_units(static_cast<int>(rack), kind, filled[kind]++);
      if (design_.racks.kinds[kind].cdus > 0)
        inventory_.devices.push_back({{DeviceKind::rack_cdu, 0, static_cast<int>(rack)},
                                      type({"Generic", "rack CDU", design_.racks.kinds[kind].reserved_u, "rack CDU"}),
                                      static_cast<int>(rack),
                                      1});
      for (int i = 0; i < design::kPdusPerRack; ++i)
        inventory_.devices.push_back(
            {{DeviceKind::rack_pdu, 0, static_cast<int>(rack) * design::kPdusPerRack + i}, pdu, static_cast<int>(rack), 0});
    }
    return std::move(inventory_);
  }

 private:
  int type(DeviceType wanted) {
    std::vector<DeviceType>& types = inventory_.types;
    for (std::size_t i = 0; i < types.size(); ++i)
      if (types[i].model == wanted.model && types[i].role == wanted.role) return static_cast<int>(i);
    types.push_back(std::move(wanted));
    return static_cast<int>(types.size()) - 1;
  }

  /// Unit in which a device's foot stands, if it ends below the top; positions are in halves of a unit.
  double position(double below_u, double height_u) const {
    const double at = std::ceil(2 * below_u - 1e-9) / 2;
    return at + height_u <= inventory_.rack_height_u + 1e-9 ? at + 1 : 0;
  }

  void stand_units(int rack, std::size_t kind, int nth) {
    const design::RackKind& racks = design_.racks.kinds[kind];
    const bool servers = racks.use == design::RackUse::servers;
    int first = 0;
    for (std::size_t before = 0; servers && before < kind; ++before)
      if (design_.racks.kinds[before].use == design::RackUse::servers) first += design_.racks.kinds[before].units;
    const int from = nth * racks.per_rack, end = std::min(racks.units, from + racks.per_rack);
    const bool whole_rack = racks.unit_u <= 0;
    double height = whole_rack ? std::floor(inventory_.rack_height_u) : racks.unit_u;
    std::string title = "storage node";
    if (servers) {
      const catalog::Server& server = design_.groups[static_cast<std::size_t>(racks.group)].server;
      title = server.title;
      if (!whole_rack) height = server.height_u;
    } else if (design_.storage.part) {
      title = design_.storage.part->title;
    }
    const int of_type = type({servers ? maker_of(title) : "Generic", title, height, servers ? "GPU server" : "storage"});
    for (int i = from; i < end; ++i) {
      const double below = whole_rack ? 0 : racks.reserved_u + (i - from) * racks.unit_u;
      inventory_.devices.push_back(
          {{servers ? DeviceKind::server : DeviceKind::storage, 0, first + i}, of_type, rack, position(below, height)});
    }
  }

  void stand_switches(int rack, const design::SwitchRack& switches) {
    double below = design::kCableU;
    for (const design::SwitchRun& run : switches.runs) {
      const catalog::Switch& part = design_.network(run.network)->part_of(run.tier);
      const int of_type = type({maker_of(part.title), part.title, part.height_u, role_of(run.network, run.tier)});
      for (int i = 0; i < run.count; ++i, below += part.height_u)
        inventory_.devices.push_back(
            {{kind_of(run.tier), run.network, run.first + i}, of_type, rack, position(below, part.height_u)});
    }
  }

  const design::Design& design_;
  const design::Floor& floor_;
  Inventory inventory_;
};

}  // namespace

Inventory inventory_of(const design::Design& design, const design::Floor& floor, double rack_height_u) {
  return Stock(design, floor, rack_height_u).take();
}

}  // namespace eigenbau::artifacts

// Which switches share a rack, and between which server racks does it stand?
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "design/fabric_topology.h"
#include "design/floor.h"
#include "design/place_racks.h"
#include "design/whole.h"
#include "units/print.h"

namespace eigenbau::design {
namespace {

/// Rack that holds a device, counted over all server racks; storage stands behind them.
class RackCount {
 public:
  explicit RackCount(const Racks& racks) {
    for (const RackKind& kind : racks.kinds)
      if (kind.use == RackUse::servers) {
        groups_.push_back({first_, devices_, kind.per_rack});
        first_ += kind.count;
        devices_ += kind.units;
      }
  }
  int rack_of(const Fabric& fabric, const FabricPort& port) const {
    if (port.attached < 0) return first_ - 1;
    const int group = fabric.attached[static_cast<std::size_t>(port.attached)].group;
    if (group < 0 || group >= static_cast<int>(groups_.size())) return first_ - 1;
    const Group& of = groups_[static_cast<std::size_t>(group)];
    return of.first_rack + (port.device - of.first_device) / std::max(1, of.per_rack);
  }

 private:
  struct Group {
    int first_rack, first_device, per_rack;
  };
  std::vector<Group> groups_;
  int first_ = 0, devices_ = 0;
};

void add_tree(const Fabric& fabric, int network, int tree, const network::Clos& clos, const RackCount& count,
              std::vector<SwitchBlock>& blocks) {
  const auto middle = [&](int first, int end) {
    end = std::max(first + 1, std::min(end, clos.servers));
    const int last_link = clos.links_per_server - 1;
    const int a = count.rack_of(fabric, port_of(fabric, tree, std::min(first, clos.servers - 1), 0));
    const int b = count.rack_of(fabric, port_of(fabric, tree, end - 1, last_link));
    return (a + b + 1) / 2.0;
  };
  const auto add = [&](double place, network::Node tier, int each, int first, int switches) {
    if (switches > 0) blocks.push_back({place, {network, tier, tree * each + first, switches}});
  };
  for (int unit = 0; unit < clos.units; ++unit) {
    const int first = unit / clos.units_per_pod * clos.servers_per_pod + unit % clos.units_per_pod * clos.servers_per_unit;
    add(middle(first, first + clos.servers_per_unit), network::Node::leaf, clos.leaves(), unit * clos.rails, clos.rails);
  }
  for (int pod = 0; clos.tiers >= 2 && pod < clos.pods; ++pod)
    add(middle(pod * clos.servers_per_pod, (pod + 1) * clos.servers_per_pod), network::Node::spine, clos.spines(),
        pod * clos.spines_per_pod, clos.spines_per_pod);
  if (clos.tiers >= 3) add(middle(0, clos.servers), network::Node::core, clos.cores(), 0, clos.cores());
}

/// Management switches, each where the devices stand whose ports it holds: these are counted along the floor, racks of
/// servers with their PDUs and CDUs and the switches between them. Switches above stand in the middle of those that they join.
void add_management(const Fabric& fabric, int network, const Racks& racks, double pdus_per_switch,
                    std::vector<SwitchBlock>& blocks) {
  const double ports = std::max(1, fabric.demand.radix);
  const int switches = fabric.wiring.switches.leaf;
  const std::size_t others = blocks.size();
  std::vector<double> places;
  std::size_t block = 0;
  double devices = 0;
  int placed = 0, before = 0;
  const auto count = [&](double more, double place) {
    devices += more;
    const int first = placed;
    while (placed < switches && (placed + 0.5) * ports <= devices) ++placed;
    if (placed == first) return;
    blocks.push_back({place, {network, network::Node::leaf, first, placed - first}});
    places.resize(static_cast<std::size_t>(placed), place);
  };
  for (const RackKind& kind : racks.kinds)
    for (int rack = 0; kind.use == RackUse::servers && rack < kind.count; ++rack, ++before) {
      for (; block < others && blocks[block].place <= before; ++block)
        count(blocks[block].run.count * (1 + pdus_per_switch), blocks[block].place);
      count(kind.per_rack + racks.managed_beside(kind), before);
    }
  count(switches * ports, before);
  const std::vector<network::Clos> trees = topology_of(fabric);
  for (std::size_t i = 0; i < trees.size() && trees[i].tiers >= 2; ++i) {
    const network::Clos& clos = trees[i];
    const int tree = static_cast<int>(i), first = tree * clos.leaves();
    const auto middle = [&](int from, int leaves) { return places[static_cast<std::size_t>(first + from + leaves / 2)]; };
    for (int pod = 0; pod < clos.pods; ++pod)
      blocks.push_back(
          {middle(pod * clos.leaves_per_pod(), std::min(clos.leaves_per_pod(), clos.leaves() - pod * clos.leaves_per_pod())),
           {network, network::Node::spine, tree * clos.spines() + pod * clos.spines_per_pod, clos.spines_per_pod}});
    if (clos.tiers >= 3)
      blocks.push_back({middle(0, clos.leaves()), {network, network::Node::core, tree * clos.cores(), clos.cores()}});
  }
}

/// Puts the management switches among the others, which are in the order of their places.
std::vector<SwitchBlock> with_management(const Fabric& management, const Racks& racks, std::size_t racks_before,
                                         std::vector<SwitchBlock> blocks) {
  double switches = 0;
  for (const SwitchBlock& block : blocks) switches += block.run.count;
  const double pdus = racks.managed_pdus * static_cast<double>(racks_before) / std::max(1.0, switches);
  const auto others = static_cast<std::ptrdiff_t>(blocks.size());
  add_management(management, kManagement, racks, pdus, blocks);
  const auto end_of_others = blocks.begin() + others;
  std::ranges::stable_sort(end_of_others, blocks.end(), {}, &SwitchBlock::place);
  std::ranges::inplace_merge(blocks.begin(), end_of_others, blocks.end(), {}, &SwitchBlock::place);
  return blocks;
}

/// What one network rack still takes.
struct Room {
  double height_u = 0, power = 0, weight = 0;

  int fit(const catalog::Switch& part, bool empty) const {
    const auto by = [](double room, double each) { return each > 0 ? room / each : 1e9; };
    const double most =
        std::min({by(height_u, part.height_u), by(power, part.nameplate_power.in(kWatt)), by(weight, part.weight.in(kKilogram))});
    return std::max(empty ? 1 : 0, whole_down(most));
  }
  void take(const catalog::Switch& part, int switches) {
    height_u -= switches * part.height_u;
    power -= switches * part.nameplate_power.in(kWatt);
    weight -= switches * part.weight.in(kKilogram);
  }
};

Room room_of(const cluster::Hall& hall, Power air_limit) {
  const Power power = std::min(air_limit, hall.rack_power.value_or(air_limit));
  return {hall.rack_height_u.value_or(kRackHeightU) - kCableU, power.in(kWatt),
          hall.rack_weight ? (*hall.rack_weight - kEmptyRackWeight).in(kKilogram) : 1e12};
}

/// Overwrites `racks`, whose memory is used again.
void fill_racks(std::span<const Fabric* const> networks, const Room& empty, const std::vector<SwitchBlock>& blocks,
                std::vector<SwitchRack>& racks) {
  Room room = empty;
  int in_rack = 0;
  double places = 0;
  std::size_t filled = 0;
  const auto close = [&] {
    if (in_rack > 0) racks[filled - 1].place = places / in_rack;
    in_rack = 0;
    places = 0;
  };
  for (const SwitchBlock& block : blocks) {
    const catalog::Switch& part = networks[static_cast<std::size_t>(block.run.network)]->part_of(block.run.tier);
    for (SwitchRun left = block.run; left.count > 0;) {
      int fit = in_rack > 0 ? room.fit(part, false) : 0;
      if (fit == 0) {
        close();
        if (filled == racks.size()) racks.emplace_back();
        racks[filled++].runs.clear();
        room = empty;
        fit = room.fit(part, true);
      }
      SwitchRun run = left;
      run.count = std::min(fit, left.count);
      room.take(part, run.count);
      racks[filled - 1].runs.push_back(run);
      in_rack += run.count;
      places += block.place * run.count;
      left.first += run.count;
      left.count -= run.count;
    }
  }
  close();
  racks.resize(filled);
}

/// The limit that stops the switches that there are most of.
RackLimit binding_limit(const cluster::Hall& hall, Power air_limit, const Fabric& fabric) {
  RackKind rack;
  const catalog::Switch& part = fabric.part;
  fit_limits(rack, hall, part.height_u, kCableU, part.nameplate_power, part.weight);
  if (part.nameplate_power > Power{}) rack.fit_air = std::max(1, whole_down(air_limit / part.nameplate_power));
  take_smallest(rack, std::max(1, rack.fit_height));
  return rack.binding;
}

}  // namespace

std::vector<SwitchBlock> switch_blocks(std::span<const Fabric* const> networks, const Racks& racks) {
  const RackCount count(racks);
  std::vector<SwitchBlock> blocks;
  for (std::size_t n = 0; n < networks.size(); ++n) {
    if (!networks[n] || n == kManagement) continue;
    const std::vector<network::Clos> trees = topology_of(*networks[n]);
    for (std::size_t tree = 0; tree < trees.size(); ++tree)
      add_tree(*networks[n], static_cast<int>(n), static_cast<int>(tree), trees[tree], count, blocks);
  }
  std::ranges::stable_sort(blocks, {}, &SwitchBlock::place);
  return blocks;
}

void place_switches(const cluster::Hall& hall, std::span<const Fabric* const> networks, const std::vector<SwitchBlock>& blocks,
                    Power air_limit, Racks& racks) {
  const std::size_t racks_before = racks.switches.size();
  const Fabric* const management = networks.size() > kManagement ? networks[kManagement] : nullptr;
  const Room room = room_of(hall, air_limit);
  if (management) fill_racks(networks, room, with_management(*management, racks, racks_before, blocks), racks.switches);
  else fill_racks(networks, room, blocks, racks.switches);
}

void add_network_racks(const cluster::Hall& hall, std::span<const Fabric* const> networks, Power air_limit, Racks& racks) {
  RackKind kind{.use = RackUse::network, .name = "network", .reserved_u = kCableU};
  for (const SwitchRack& rack : racks.switches) {
    double height = kCableU;
    Power nameplate{}, typical{};
    Mass weight = kEmptyRackWeight;
    int switches = 0;
    for (const SwitchRun& run : rack.runs) {
      const Fabric& fabric = *networks[static_cast<std::size_t>(run.network)];
      const catalog::Switch& part = fabric.part_of(run.tier);
      switches += run.count;
      height += run.count * part.height_u;
      nameplate += part.nameplate_power * run.count;
      typical += (part.typical_power + fabric.optics / std::max(1, fabric.wiring.switches.total())) * run.count;
      weight += part.weight * run.count;
    }
    kind.units += switches;
    kind.per_rack = std::max(kind.per_rack, switches);
    kind.used_u = std::max(kind.used_u, height);
    kind.nameplate = kind.provisioned = std::max(kind.nameplate, nameplate);
    kind.training = std::max(kind.training, typical);
    kind.weight = std::max(kind.weight, weight);
  }
  kind.count = static_cast<int>(racks.switches.size());
  if (kind.count == 0) return;
  const Fabric* most = nullptr;
  for (const Fabric* fabric : networks)
    if (fabric && (!most || fabric->wiring.switches.total() > most->wiring.switches.total())) most = fabric;
  kind.binding = binding_limit(hall, air_limit, *most);
  kind.derivation = fmt::format("{} switches, up to {} a rack ({}; {:.0f}U for cables), beside the servers that they connect",
                                print_count(kind.units), kind.per_rack, name_of(kind.binding), kCableU);
  racks.kinds.push_back(std::move(kind));
}

}  // namespace eigenbau::design

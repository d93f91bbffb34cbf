// How many cables of which length does a network take, without listing one of them?
#include "design/count_cables.h"

#include <algorithm>

#include "design/cable_run.h"
#include "design/fabric_topology.h"

namespace eigenbau::design {
namespace {

/// So many devices of a row in one rack.
struct Run {
  int rack = 0;
  int count = 0;
};

template <class RackOf>
std::vector<Run> runs_of(int first, int count, const RackOf& rack_of) {
  std::vector<Run> runs;
  for (int i = first; i < first + count; ++i) {
    const int rack = rack_of(i);
    if (runs.empty() || runs.back().rack != rack) runs.push_back({rack, 0});
    ++runs.back().count;
  }
  return runs;
}

/// Collects the cables of a zone, then files them under the class of its longest.
class Counter {
 public:
  Counter(const Floor& floor, CableCount& count) : numbers_(floor.plan(), floor.racks()), count_(count) {}

  void add(int rack_a, int rack_b, long cables) {
    if (cables > 0) file(numbers_.between(rack_a, rack_b), cables);
  }
  /// Devices whose racks follow one another on one line of the floor.
  struct Line {
    std::vector<Run> runs;
    long devices = 0;
  };
  std::vector<Line> lines_of(const std::vector<Run>& runs) const {
    std::vector<Line> lines;
    for (const Run& run : runs) {
      if (lines.empty() || !numbers_.follows_in_line(lines.back().runs.back().rack, run.rack)) lines.emplace_back();
      lines.back().runs.push_back(run);
      lines.back().devices += run.count;
    }
    return lines;
  }
  /// `each` cables from a rack to every device of `lines`. From another hall the way grows along a line, so that its ends tell
  /// whether all between them take the same length.
  void add_lines(int rack, const std::vector<Line>& lines, long each) {
    if (each <= 0) return;
    for (const Line& line : lines) {
      if (line.runs.size() > 2 && !numbers_.in_one_hall(rack, line.runs.front().rack)) {
        const int number = numbers_.between(rack, line.runs.front().rack);
        if (number == numbers_.between(rack, line.runs.back().rack)) {
          file(number, each * line.devices);
          continue;
        }
      }
      for (const Run& run : line.runs) add(rack, run.rack, each * run.count);
    }
  }
  void add_cages(long in_switches, long in_servers) {
    switch_cages_ += in_switches;
    server_cages_ += in_servers;
  }
  void close(network::Tier tier) {
    std::vector<ZoneClass>& classes = count_.classes[static_cast<std::size_t>(tier)];
    const int longest = std::max(0, static_cast<int>(zone_.size()) - 1);
    std::size_t at = 0;
    while (at < classes.size() && classes[at].longest != longest) ++at;
    if (at == classes.size()) classes.push_back({.longest = longest, .cables = std::vector<long>(zone_.size())});
    ZoneClass& of = classes[at];
    of.cables.resize(std::max(of.cables.size(), zone_.size()));
    for (std::size_t i = 0; i < zone_.size(); ++i) of.cables[i] += zone_[i];
    of.switch_cages += switch_cages_;
    of.server_cages += server_cages_;
    count_.class_of_zone[static_cast<std::size_t>(tier)].push_back(static_cast<std::uint16_t>(at));
    zone_.clear();
    switch_cages_ = server_cages_ = 0;
  }

 private:
  void file(int number, long cables) {
    if (number >= static_cast<int>(zone_.size())) zone_.resize(static_cast<std::size_t>(number) + 1);
    zone_[static_cast<std::size_t>(number)] += cables;
  }

  CableNumbers numbers_;
  CableCount& count_;
  std::vector<long> zone_;
  long switch_cages_ = 0, server_cages_ = 0;
};

/// One fat tree of a network.
class Tree {
 public:
  Tree(const Fabric& fabric, int network, int number, const network::Clos& clos, const Floor& floor, Counter& counter)
      : fabric_(fabric), network_(network), number_(number), clos_(clos), floor_(floor), counter_(counter) {}

  void count_units() {
    for (int unit = 0; unit < clos_.units; ++unit) count_unit(unit);
  }

  void count_pods() {
    const long parallel = clos_.leaf_up / clos_.spines_per_pod;
    for (int pod = 0; pod < clos_.pods; ++pod) {
      const int first_leaf = pod * clos_.leaves_per_pod();
      const int leaves = std::min(clos_.leaves_per_pod(), clos_.leaves() - first_leaf);
      const auto spines = counter_.lines_of(runs(network::Node::spine, pod * clos_.spines_per_pod, clos_.spines_per_pod));
      for (const Run& lower : runs(network::Node::leaf, first_leaf, leaves))
        counter_.add_lines(lower.rack, spines, parallel * lower.count);
      counter_.add_cages(
          leaves * cages_up(clos_.leaf_down, clos_.leaf_up, clos_.links_per_cage) +
              clos_.spines_per_pod * cages_down(leaves * parallel, clos_.spine_down, clos_.tiers >= 3, clos_.links_per_cage),
          0);
      counter_.close(network::Tier::leaf_spine);
    }
  }

  void count_planes() {
    const long parallel = clos_.spine_up / clos_.cores_per_plane;
    for (int plane = 0; plane < clos_.spines_per_pod; ++plane) {
      const auto cores = counter_.lines_of(runs(network::Node::core, plane * clos_.cores_per_plane, clos_.cores_per_plane));
      for (int pod = 0; pod < clos_.pods; ++pod) {
        const int rack =
            floor_.rack_of_switch(network_, network::Node::spine, number_ * clos_.spines() + pod * clos_.spines_per_pod + plane);
        counter_.add_lines(rack, cores, parallel);
      }
    }
    counter_.add_cages(clos_.spines() * cages_up(clos_.spine_down, clos_.spine_up, clos_.links_per_cage) +
                           clos_.cores() * cages_up(0, clos_.pods * parallel, clos_.links_per_cage),
                       0);
    counter_.close(network::Tier::spine_core);
  }

 private:
  std::vector<Run> runs(network::Node tier, int first, int count) const {
    const int in_tree = tier == network::Node::leaf    ? clos_.leaves()
                        : tier == network::Node::spine ? clos_.spines()
                                                       : clos_.cores();
    return runs_of(number_ * in_tree + first, count, [&](int i) { return floor_.rack_of_switch(network_, tier, i); });
  }

  void count_unit(int unit) {
    const int pod = unit / clos_.units_per_pod;
    const int first = pod * clos_.servers_per_pod + unit % clos_.units_per_pod * clos_.servers_per_unit;
    const int end = std::min({first + clos_.servers_per_unit, (pod + 1) * clos_.servers_per_pod, clos_.servers});
    const auto leaves = runs(network::Node::leaf, unit * clos_.rails, clos_.rails);
    const int per_leaf = clos_.links_per_server / clos_.rails;
    on_leaf_.assign(static_cast<std::size_t>(clos_.rails), 0);
    long on_each = 0, links = 0;  // of whole devices, on each leaf; of all
    for (int server = first; server < end;) {
      const int whole = whole_servers(server, end);
      for (const Run& leaf : leaves) counter_.add(rack_, leaf.rack, static_cast<long>(whole) * per_leaf * leaf.count);
      on_each += static_cast<long>(whole) * per_leaf;
      links += whole == 0 ? count_parts(server, unit) : static_cast<long>(whole) * clos_.links_per_server;
      server += std::max(1, whole);
    }
    long cages = 0;
    for (const long parts : on_leaf_)
      cages += cages_down(on_each + parts, clos_.leaf_down, clos_.tiers >= 2, clos_.links_per_cage);
    const bool first_plane = number_ % std::max(1, fabric_.demand.planes) == 0;
    counter_.add_cages(cages, first_plane ? links : 0);
    counter_.close(network::Tier::host_leaf);
  }

  /// Servers from this one on that are whole devices of one rack, which `rack_` then is; 0: this one is parts of several.
  int whole_servers(int server, int end) {
    if (server >= aligned_from_ && server < aligned_end_)
      return in_rack(aligned_device_ + (server - aligned_from_), end - server);
    const FabricPort begin = port_of(fabric_, number_, server, 0);
    const FabricPort last = port_of(fabric_, number_, server, clos_.links_per_server - 1);
    if (begin.attached < 0 || last.attached != begin.attached || last.device != begin.device) return 0;
    const Attached& group = fabric_.attached[static_cast<std::size_t>(begin.attached)];
    if (group.links != clos_.links_per_server * fabric_.wiring.copies) {
      rack_ = floor_.rack_of_group(group.group, begin.device);
      return 1;
    }
    aligned_group_ = group.group;
    aligned_device_ = begin.device;
    aligned_from_ = server;
    aligned_end_ = server + group.first_device + group.devices - begin.device;
    return in_rack(begin.device, end - server);
  }

  /// The same where server after server is device after device.
  int in_rack(int device, int most) {
    rack_ = floor_.rack_of_group(aligned_group_, device);
    return std::min(most, floor_.last_in_rack(aligned_group_, device) - device + 1);
  }

  long count_parts(int server, int unit) {
    long links = 0;
    for (int link = 0; link < clos_.links_per_server; ++link) {
      const FabricPort port = port_of(fabric_, number_, server, link);
      if (port.attached < 0) continue;
      const int rail = link % clos_.rails;
      counter_.add(floor_.rack_of_group(fabric_.attached[static_cast<std::size_t>(port.attached)].group, port.device),
                   floor_.rack_of_switch(network_, network::Node::leaf, number_ * clos_.leaves() + unit * clos_.rails + rail), 1);
      ++on_leaf_[static_cast<std::size_t>(rail)];
      ++links;
    }
    return links;
  }

  const Fabric& fabric_;
  int network_, number_;
  const network::Clos& clos_;
  const Floor& floor_;
  Counter& counter_;
  int rack_ = 0;
  std::vector<long> on_leaf_;  ///< of the unit: links of servers that are parts of several devices
  int aligned_group_ = 0, aligned_device_ = 0, aligned_from_ = 0, aligned_end_ = 0;
};

}  // namespace

long ZoneClass::links() const {
  long sum = 0;
  for (long of_length : cables) sum += of_length;
  return sum;
}

long cages_down(long links, int ports, bool upward, int links_per_cage) {
  const long n = std::max(1, links_per_cage), cages = (links + n - 1) / n;
  return upward ? std::min(cages, ports / n) : cages;
}

long cages_up(int first, long links, int links_per_cage) {
  const long n = std::max(1, links_per_cage);
  return links > 0 ? (first + links + n - 1) / n - first / n : 0;
}

int zone_of(const network::Clos& clos, int tree, const network::Link& link) {
  switch (link.tier) {
    case network::Tier::host_leaf:
      return tree * clos.units + link.up.device / clos.rails;
    case network::Tier::leaf_spine:
      return tree * clos.pods + link.up.device / clos.spines_per_pod;
    case network::Tier::spine_core:
      break;
  }
  return tree;
}

CableCount count_cables(const Fabric& fabric, int network, const Floor& floor) {
  CableCount count;
  Counter counter(floor, count);
  const std::vector<network::Clos> trees = topology_of(fabric);
  for (std::size_t i = 0; i < trees.size(); ++i) {
    Tree tree(fabric, network, static_cast<int>(i), trees[i], floor, counter);
    tree.count_units();
    if (trees[i].tiers >= 2) tree.count_pods();
    if (trees[i].tiers >= 3) tree.count_planes();
  }
  return count;
}

CableCount count_management(const Fabric& fabric, const Floor& floor) {
  CableCount count;
  Counter counter(floor, count);
  const int ports = std::max(1, fabric.demand.radix);
  long next = 0;
  int open = 0;
  const auto close_until = [&](int number) {
    for (; open < number; ++open) counter.close(network::Tier::host_leaf);
  };
  for (std::size_t rack = 0; rack < floor.racks().size(); ++rack) {
    const long end = next + floor.managed(static_cast<int>(rack));
    while (next < end) {
      const int number = static_cast<int>(next / ports);
      const long here = std::min(end, static_cast<long>(number + 1) * ports);
      close_until(number);
      counter.add(static_cast<int>(rack), floor.rack_of_switch(kManagement, network::Node::leaf, number), here - next);
      counter.add_cages(here - next, here - next);
      next = here;
    }
  }
  close_until(fabric.wiring.switches.leaf);
  const std::vector<network::Clos> trees = topology_of(fabric);
  for (std::size_t i = 0; i < trees.size(); ++i) {
    Tree tree(fabric, kManagement, static_cast<int>(i), trees[i], floor, counter);
    if (trees[i].tiers >= 2) tree.count_pods();
    if (trees[i].tiers >= 3) tree.count_planes();
  }
  return count;
}

}  // namespace eigenbau::design

// Do the cables of a design, taken row by row, make the network that was designed?
#include "design/check_cables.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "design/fabric_topology.h"
#include "units/print.h"

namespace eigenbau::design {
namespace {

enum Rule { kPorts, kRails, kPods, kBalance, kReach, kCount, kRules };

constexpr std::array<std::string_view, kRules> kTexts{
    "every port is plugged once, on a device that is there",
    "no leaf holds two rails",
    "below the cores no cable leaves its pod",
    "equal links from every leaf to its spines, from every spine to its cores",
    "every cable is long enough, and its parts reach that far",
    "rows are as many as counted, by tier, parts and length",
};

/// What the rows of one network are looked at with.
class NetworkBook {
 public:
  NetworkBook(const Fabric& fabric, int network) : fabric_(fabric), network_(network), trees_(topology_of(fabric)) {
    const SwitchCount& count = fabric.wiring.switches;
    const auto ports = [&](network::Node tier, int switches) {
      return static_cast<std::size_t>(switches) * static_cast<std::size_t>(fabric.ports_of(tier));
    };
    used_[0].resize(ports(network::Node::leaf, count.leaf));
    used_[1].resize(ports(network::Node::spine, count.spine));
    used_[2].resize(ports(network::Node::core, count.core));
    rail_of_leaf_.assign(static_cast<std::size_t>(count.leaf), -1);
    for (const LinkBundle& bundle : fabric.bundles) counted_.push_back(std::vector<long>(bundle.lengths.size()));
    for (const Attached& group : fabric.attached) {
      const bool whole = group.links == fabric.demand.links_per_server * fabric.wiring.copies;
      equal_adapters_ = equal_adapters_ && whole;
      std::size_t& most = group.group < 0 ? storage_links_ : server_links_;
      most = std::max(most, static_cast<std::size_t>(group.links));
    }
  }

  void look_at(const CableRow& row, std::vector<CableRule>& rules) {
    plug(row, row.down, rules);
    plug(row, row.up, rules);
    if (row.tier == network::Tier::host_leaf && network_ != kManagement) look_at_rail(row, rules);
    if (row.tier != network::Tier::host_leaf) look_at_pair(row, rules);
    look_at_parts(row, rules);
  }

  void finish(std::vector<CableRule>& rules) {
    look_at_balance(rules);
    for (std::size_t b = 0; b < counted_.size(); ++b) {
      const LinkBundle& bundle = fabric_.bundles[b];
      for (std::size_t i = 0; i < bundle.lengths.size(); ++i)
        note(rules[kCount], counted_[b][i] == bundle.lengths[i].cables, [&] {
          return fmt::format("{}, {}: {} rows of {}, {} counted", fabric_.name, name_of(bundle.tier), print_count(counted_[b][i]),
                             print(bundle.lengths[i].length), print_count(bundle.lengths[i].cables));
        });
    }
  }

 private:
  template <class Text>
  static void note(CableRule& rule, bool holds, const Text& text) {
    ++rule.looked_at;
    if (holds) return;
    if (rule.faults++ == 0) rule.first = text();
  }

  static std::string words(const CableRow& row) {
    return fmt::format("network {}, {}: device {} port {} to {} port {}", row.network, name_of(row.tier), row.down.device.number,
                       row.down.port, row.up.device.number, row.up.port);
  }

  bool take(const CableEnd& end) {
    if (end.port < 0 || end.device.number < 0) return false;
    std::size_t each = 0;
    std::vector<bool>* book = nullptr;
    switch (end.device.kind) {
      case DeviceKind::leaf:
      case DeviceKind::spine:
      case DeviceKind::core:
        // The management network also plugs into switches of the others, at a port of their own.
        if (end.device.network != network_)
          return managed_.insert({end.device.network, end.device.kind, end.device.number}).second;
        book = &used_[static_cast<std::size_t>(end.device.kind) - static_cast<std::size_t>(DeviceKind::leaf)];
        each = static_cast<std::size_t>(fabric_.ports_of(node_of(end.device.kind)));
        break;
      case DeviceKind::rack_pdu:
      case DeviceKind::rack_cdu:
        return managed_.insert({-1, end.device.kind, end.device.number}).second;
      case DeviceKind::server:
        each = network_ == kManagement ? 1 : server_links_;
        book = &used_[3];
        break;
      case DeviceKind::storage:
        each = network_ == kManagement ? 1 : storage_links_;
        book = &used_[4];
        break;
    }
    const std::size_t port = static_cast<std::size_t>(end.port);
    if (port >= each) return false;
    const std::size_t at = static_cast<std::size_t>(end.device.number) * each + port;
    const bool grows = end.device.kind == DeviceKind::server || end.device.kind == DeviceKind::storage;
    if (at >= book->size()) {
      if (!grows) return false;
      book->resize(std::max(at + 1, 2 * book->size()));
    }
    if ((*book)[at]) return false;
    (*book)[at] = true;
    return true;
  }

  void plug(const CableRow& row, const CableEnd& end, std::vector<CableRule>& rules) {
    note(rules[kPorts], take(end), [&] { return words(row); });
  }

  void look_at_rail(const CableRow& row, std::vector<CableRule>& rules) {
    const FabricDemand& demand = fabric_.demand;
    const int rails = demand.rails * demand.rails_apart;
    if (rails <= 1 || !equal_adapters_ || fabric_.wiring.tiers < 2) return;
    const int rail = row.down.port / demand.planes % rails;
    int& of_leaf = rail_of_leaf_[static_cast<std::size_t>(row.up.device.number)];
    if (of_leaf < 0) of_leaf = rail;
    note(rules[kRails], of_leaf == rail, [&] { return words(row); });
  }

  void look_at_pair(const CableRow& row, std::vector<CableRule>& rules) {
    const network::Clos& clos = trees_.front();
    const bool to_spine = row.tier == network::Tier::leaf_spine;
    const int lower = to_spine ? clos.leaves() : clos.spines(), upper = to_spine ? clos.spines() : clos.cores();
    bool within = row.down.device.number / lower == row.up.device.number / upper;
    if (to_spine)
      within =
          within && row.down.device.number % lower / clos.leaves_per_pod() == row.up.device.number % upper / clos.spines_per_pod;
    note(rules[kPods], within, [&] { return words(row); });
    ++links_[to_spine ? 0 : 1][{row.down.device.number, row.up.device.number}];
  }

  void look_at_balance(std::vector<CableRule>& rules) {
    const FabricWiring& wiring = fabric_.wiring;
    for (int tier : {0, 1})
      for (const auto& [pair, links] : links_[static_cast<std::size_t>(tier)])
        note(rules[kBalance], links == (tier == 0 ? wiring.links_per_leaf_spine : wiring.links_per_spine_core),
             [&] { return fmt::format("{}: {} links from switch {} to {}", fabric_.name, links, pair.first, pair.second); });
  }

  void look_at_parts(const CableRow& row, std::vector<CableRule>& rules) {
    const LinkBundle& bundle = fabric_.bundles[static_cast<std::size_t>(row.bundle)];
    bool reaches = row.run <= row.length && bundle.tier == row.tier && (bundle.cable || bundle.switch_optic);
    if (bundle.switch_optic) reaches = reaches && bundle.switch_optic->reach >= row.length;
    if (bundle.server_optic) reaches = reaches && bundle.server_optic->reach >= row.length;
    if (bundle.cable) reaches = reaches && bundle.cable->reach >= row.length;
    note(rules[kReach], reaches, [&] { return words(row) + " over " + print(row.length); });
    const auto bin = std::ranges::lower_bound(bundle.lengths, row.length, {}, &LengthBin::length);
    if (bin != bundle.lengths.end() && bin->length == row.length)
      ++counted_[static_cast<std::size_t>(row.bundle)][static_cast<std::size_t>(bin - bundle.lengths.begin())];
    else note(rules[kCount], false, [&] { return words(row) + ": a length that was not counted"; });
  }

  const Fabric& fabric_;
  int network_;
  std::vector<network::Clos> trees_;
  std::array<std::vector<bool>, 5> used_;  ///< leaf, spine, core, server, storage
  std::set<std::tuple<int, DeviceKind, int>> managed_;
  std::vector<int> rail_of_leaf_;
  std::array<std::map<std::pair<int, int>, int>, 2> links_;
  std::vector<std::vector<long>> counted_;
  std::size_t server_links_ = 0, storage_links_ = 0;
  bool equal_adapters_ = true;
};

}  // namespace

std::vector<CableRule> check_cables(const Design& design, const Floor& floor) {
  return check_cables(design, [&](const std::function<void(const CableRow&)>& see) { for_each_cable(design, floor, see); });
}

std::vector<CableRule> check_cables(const Design& design, const CableWalk& walk) {
  std::vector<CableRule> rules;
  for (std::string_view text : kTexts) rules.push_back({.rule = text});
  std::array<std::optional<NetworkBook>, kNetworks> books;
  for (int n = 0; n < kNetworks; ++n)
    if (const Fabric* fabric = design.network(n)) books[static_cast<std::size_t>(n)].emplace(*fabric, n);
  walk([&](const CableRow& row) { books[static_cast<std::size_t>(row.network)]->look_at(row, rules); });
  for (std::optional<NetworkBook>& book : books)
    if (book) book->finish(rules);
  return rules;
}

}  // namespace eigenbau::design

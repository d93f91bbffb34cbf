// What are the devices and links of a fabric called?
#include "network/names.h"

#include <algorithm>
#include <charconv>

#include "base/diagnostic.h"

namespace eigenbau::network {
namespace {

constexpr Node kNodes[] = {Node::server, Node::leaf, Node::spine, Node::core};

std::string word(Node node) {
  switch (node) {
    case Node::server:
      return "gpu";
    case Node::leaf:
      return "be-leaf";
    case Node::spine:
      return "be-spine";
    case Node::core:
      break;
  }
  return "be-core";
}

bool means(std::string_view kind, Node node) {
  const std::string full = word(node);
  return kind == full || "be-" + std::string(kind) == full || (node == Node::server && kind == "server");
}

std::optional<int> whole(std::string_view text) {
  int value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || text.empty()) return std::nullopt;
  return value;
}

std::string quoted(std::string_view name) { return "'" + std::string(name) + "'"; }

std::string all_devices(const Forest& forest) {
  std::string all;
  for (const Node node : kNodes)
    if (const int count = device_count(forest, node); count > 0)
      all += (all.empty() ? "" : ", ") + name_of(forest, node, 0) + " to " + name_of(forest, node, count - 1);
  return "there are " + all;
}

BadName unknown(const Forest& forest, std::string_view name, std::string_view kind) {
  std::vector<std::string> kinds;
  for (const Node node : kNodes)
    if (device_count(forest, node) > 0)
      for (const std::string& one : {word(node), node == Node::server ? "server" : word(node).substr(3)}) kinds.push_back(one);
  const auto near = nearest_name(kind, kinds);
  const std::string number(name.substr(std::min(name.size(), kind.size())));
  return {"this fabric has no " + quoted(name),
          near && !number.empty() ? "did you mean " + *near + number + "? " + all_devices(forest) : all_devices(forest)};
}

Tier tier_above(Node lower) {
  return lower == Node::server ? Tier::host_leaf : lower == Node::leaf ? Tier::leaf_spine : Tier::spine_core;
}

/// Devices of one tree.
int count_in(const Clos& clos, Node node) {
  switch (node) {
    case Node::server:
      return clos.servers;
    case Node::leaf:
      return clos.leaves();
    case Node::spine:
      return clos.spines();
    case Node::core:
      break;
  }
  return clos.cores();
}

/// A tree's device in the numbers of all trees.
int number_in_all(const Forest& forest, int tree, Node node, int number) {
  if (node == Node::server) return forest.servers_of(tree / forest.copies()).first + number;
  return tree * count_in(forest.trees.front(), node) + number;
}

/// Trees that a device is on, and its number there.
struct Place {
  int first_tree = 0, trees = 1, number = 0;
};
Place place_of(const Forest& forest, const Device& device) {
  if (device.node == Node::server) {
    const int island = forest.island_of(device.number);
    return {island * forest.copies(), forest.copies(), device.number - forest.servers_of(island).first};
  }
  const int each = count_in(forest.trees.front(), device.node);
  return {device.number / each, 1, device.number % each};
}

/// "40/1" is the first link of the cage 40 that splits, "40" a cage of one link, "nic3" an adapter of a server, "nic3p1" its port
/// to the second plane.
std::string port_name(const Forest& forest, int tree, const Port& port) {
  const Clos& clos = forest.trees[static_cast<std::size_t>(tree)];
  if (port.node == Node::server) {
    const int rail = tree % forest.copies() / forest.planes;
    const std::string nic = "nic" + std::to_string(port.port * forest.rails_apart + rail);
    return forest.planes == 1 ? nic : nic + "p" + std::to_string(tree % forest.planes);
  }
  const std::string cage = std::to_string(port.port / clos.links_per_cage + 1);
  return clos.links_per_cage == 1 ? cage : cage + "/" + std::to_string(port.port % clos.links_per_cage + 1);
}

/// Calls `use(tier, index, link)` for all links of a tree's device.
template <class Use>
void for_links_of(const Clos& clos, Device device, Use use) {
  for (const Tier tier : kTiers)
    for (long index = 0, links = link_count(clos, tier); index < links; ++index) {
      const Link link = link_at(clos, tier, index);
      if ((link.down.node == device.node && link.down.device == device.number) ||
          (link.up.node == device.node && link.up.device == device.number))
        use(tier, index, link);
    }
}

/// The link on a port, "leaf-12/40/1".
std::expected<void, BadName> add_port(const Forest& forest, std::string_view name, const Device& device, std::string_view port,
                                      std::vector<Failures>& failures) {
  const Place place = place_of(forest, device);
  bool found = false;
  for (int tree = place.first_tree; tree < place.first_tree + place.trees; ++tree)
    for_links_of(forest.trees[static_cast<std::size_t>(tree)], {device.node, place.number},
                 [&](Tier tier, long index, const Link& link) {
                   const bool lower = link.down.node == device.node && link.down.device == place.number;
                   if (port_name(forest, tree, lower ? link.down : link.up) != port) return;
                   failures[static_cast<std::size_t>(tree)].links.push_back({tier, index});
                   found = true;
                 });
  if (found) return {};
  return std::unexpected(BadName{"no link of this fabric is on " + quoted(name),
                                 forest.planes == 1 ? "ports are as in the cable list, as 40/1 or nic0"
                                                    : "ports are as in the cable list, as 40/1 or nic0p0"});
}

/// All links between two devices, "leaf-12:spine-3".
std::expected<void, BadName> add_pair(const Forest& forest, const Device& first, const Device& second,
                                      std::vector<Failures>& failures) {
  const Device lower = first.node < second.node ? first : second, upper = first.node < second.node ? second : first;
  const Place below = place_of(forest, lower), above = place_of(forest, upper);
  std::string hint = "links go from servers to leaves, leaves to the spines of their pod, spines to the cores of their plane";
  bool found = false;
  for (int tree = below.first_tree; tree < below.first_tree + below.trees && lower.node != upper.node; ++tree)
    for_links_of(forest.trees[static_cast<std::size_t>(tree)], {lower.node, below.number},
                 [&](Tier tier, long index, const Link& link) {
                   if (tier != tier_above(lower.node)) return;
                   if (tree == above.first_tree && link.up.node == upper.node && link.up.device == above.number) {
                     failures[static_cast<std::size_t>(tree)].links.push_back({tier, index});
                     found = true;
                   }
                   if (hint.starts_with("links"))
                     hint = "a link of it goes to " +
                            name_of(forest, link.up.node, number_in_all(forest, tree, link.up.node, link.up.device));
                 });
  if (found) return {};
  return std::unexpected(BadName{
      "no link joins " + name_of(forest, lower.node, lower.number) + " and " + name_of(forest, upper.node, upper.number), hint});
}

}  // namespace

std::string name_of(const Forest& forest, Node node, int number) {
  const std::string digits = std::to_string(number + 1);
  const Clos& clos = forest.trees.front();
  const std::size_t most = node == Node::server ? static_cast<std::size_t>(forest.servers())
                                                : forest.trees.size() * static_cast<std::size_t>(clos.switches());
  const std::size_t width = std::to_string(most).size();
  return word(node) + "-" + std::string(width - std::min(width, digits.size()), '0') + digits;
}

int device_count(const Forest& forest, Node node) {
  if (node == Node::server) return forest.servers();
  return static_cast<int>(forest.trees.size()) * count_in(forest.trees.front(), node);
}

std::string name_of(const Forest& forest, Endpoint adapter) {
  return name_of(forest, Node::server, adapter / forest.adapters()) + ":" + std::to_string(adapter % forest.adapters());
}

std::string name_of(const Forest& forest, int tree, const Router& router, std::int32_t link) {
  const Clos& clos = router.clos();
  const Tier tier = router.tier_of(link);
  const bool up = link % 2 == 0;
  const int owner = router.owner_of(link);
  if (!takes_one_path(router.routing()) && tier != Tier::host_leaf)
    return tier == Tier::leaf_spine ? name_of(forest, Node::leaf, number_in_all(forest, tree, Node::leaf, owner)) +
                                          (up ? ", all links up to its spines" : ", all links down from its spines")
                                    : "pod " + std::to_string(tree * clos.pods + owner + 1) +
                                          (up ? ", all links up to the cores" : ", all links down from the cores");
  long base = 0;
  for (const Tier below : kTiers)
    if (below < tier) base += link_count(clos, below);
  const Link one = link_at(clos, tier, link / 2 - base);
  const Port from = up ? one.down : one.up, to = up ? one.up : one.down;
  return name_of(forest, from.node, number_in_all(forest, tree, from.node, from.device)) + " to " +
         name_of(forest, to.node, number_in_all(forest, tree, to.node, to.device)) + ", port " + port_name(forest, tree, from);
}

std::expected<Device, BadName> device_named(const Forest& forest, std::string_view name) {
  const std::size_t dash = name.rfind('-');
  const std::string_view kind = name.substr(0, std::min(dash, name.size()));
  const auto number = dash == std::string_view::npos ? std::nullopt : whole(name.substr(dash + 1));
  for (const Node node : kNodes) {
    if (!means(kind, node)) continue;
    const int count = device_count(forest, node);
    if (number && *number >= 1 && *number <= count) return Device{node, *number - 1};
    if (count == 0) return std::unexpected(BadName{"this fabric has no " + quoted(name), all_devices(forest)});
    return std::unexpected(BadName{
        "this fabric has no " + quoted(name),
        number ? "they are " + name_of(forest, node, 0) + " to " + name_of(forest, node, count - 1) : all_devices(forest)});
  }
  return std::unexpected(unknown(forest, name, kind));
}

std::expected<Endpoint, BadName> endpoint_named(const Forest& forest, std::string_view name) {
  const std::size_t colon = name.find(':');
  const auto device = device_named(forest, name.substr(0, std::min(colon, name.size())));
  if (!device) return std::unexpected(device.error());
  if (device->node != Node::server)
    return std::unexpected(BadName{quoted(name) + " is a switch; flows begin and end at servers", all_devices(forest)});
  const auto link = colon == std::string_view::npos ? std::optional(0) : whole(name.substr(colon + 1));
  if (!link || *link < 0 || *link >= forest.adapters())
    return std::unexpected(
        BadName{quoted(name) + " names no link of that server",
                "its links are " + std::string(name.substr(0, colon)) + ":0 to :" + std::to_string(forest.adapters() - 1)});
  return device->number * forest.adapters() + *link;
}

std::expected<void, BadName> add_failure(const Forest& forest, std::string_view name, std::vector<Failures>& failures) {
  const std::size_t slash = name.find('/'), colon = name.find(':');
  const auto first = device_named(forest, name.substr(0, std::min({slash, colon, name.size()})));
  if (!first) return std::unexpected(first.error());
  if (slash != std::string_view::npos) return add_port(forest, name, *first, name.substr(slash + 1), failures);
  if (colon != std::string_view::npos) {
    const auto second = device_named(forest, name.substr(colon + 1));
    if (!second) return std::unexpected(second.error());
    return add_pair(forest, *first, *second, failures);
  }
  const Place place = place_of(forest, *first);
  for (int tree = place.first_tree; tree < place.first_tree + place.trees; ++tree)
    failures[static_cast<std::size_t>(tree)].switches.push_back({first->node, place.number});
  return {};
}

}  // namespace eigenbau::network

// What are the devices and links of a fabric called?
#include "network/names.h"

#include <algorithm>
#include <charconv>
#include <vector>

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

std::string all_devices(const Clos& clos) {
  std::string all;
  for (const Node node : kNodes)
    if (const int count = device_count(clos, node); count > 0)
      all += (all.empty() ? "" : ", ") + name_of(clos, node, 0) + " to " + name_of(clos, node, count - 1);
  return "there are " + all;
}

BadName unknown(const Clos& clos, std::string_view name, std::string_view kind) {
  std::vector<std::string> kinds;
  for (const Node node : kNodes)
    if (device_count(clos, node) > 0)
      for (const std::string& one : {word(node), node == Node::server ? "server" : word(node).substr(3)}) kinds.push_back(one);
  const auto near = nearest_name(kind, kinds);
  const std::string number(name.substr(std::min(name.size(), kind.size())));
  return {"this fabric has no " + quoted(name),
          near && !number.empty() ? "did you mean " + *near + number + "? " + all_devices(clos) : all_devices(clos)};
}

Tier tier_above(Node lower) {
  return lower == Node::server ? Tier::host_leaf : lower == Node::leaf ? Tier::leaf_spine : Tier::spine_core;
}

/// "40/1" is the first link of the cage 40 that splits, "40" a cage of one link, "nic3" an adapter of a server.
std::string port_name(const Clos& clos, const Port& port) {
  if (port.node == Node::server) return "nic" + std::to_string(port.port);
  const std::string cage = std::to_string(port.port / clos.links_per_cage + 1);
  return clos.links_per_cage == 1 ? cage : cage + "/" + std::to_string(port.port % clos.links_per_cage + 1);
}

/// Calls `use(tier, index, link)` for all links of a device.
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

}  // namespace

std::string name_of(const Clos& clos, Node node, int number) {
  const std::string digits = std::to_string(number + 1);
  const std::size_t width = std::to_string(node == Node::server ? clos.servers : clos.switches()).size();
  return word(node) + "-" + std::string(width - std::min(width, digits.size()), '0') + digits;
}

int device_count(const Clos& clos, Node node) {
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

std::string name_of(const Router& router, std::int32_t link) {
  const Tier tier = router.tier_of(link);
  const bool up = link % 2 == 0;
  const int owner = router.owner_of(link);
  if (!takes_one_path(router.routing()) && tier != Tier::host_leaf)
    return tier == Tier::leaf_spine
               ? name_of(router.clos(), Node::leaf, owner) +
                     (up ? ", all links up to its spines" : ", all links down from its spines")
               : "pod " + std::to_string(owner + 1) + (up ? ", all links up to the cores" : ", all links down from the cores");
  long base = 0;
  for (const Tier below : kTiers)
    if (below < tier) base += link_count(router.clos(), below);
  const Link one = link_at(router.clos(), tier, link / 2 - base);
  const Port from = up ? one.down : one.up, to = up ? one.up : one.down;
  const Clos& clos = router.clos();
  return name_of(clos, from.node, from.device) + " to " + name_of(clos, to.node, to.device) + ", port " + port_name(clos, from);
}

std::expected<Device, BadName> device_named(const Clos& clos, std::string_view name) {
  const std::size_t dash = name.rfind('-');
  const std::string_view kind = name.substr(0, std::min(dash, name.size()));
  const auto number = dash == std::string_view::npos ? std::nullopt : whole(name.substr(dash + 1));
  for (const Node node : kNodes) {
    if (!means(kind, node)) continue;
    const int count = device_count(clos, node);
    if (number && *number >= 1 && *number <= count) return Device{node, *number - 1};
    if (count == 0) return std::unexpected(BadName{"this fabric has no " + quoted(name), all_devices(clos)});
    return std::unexpected(
        BadName{"this fabric has no " + quoted(name),
                number ? "they are " + name_of(clos, node, 0) + " to " + name_of(clos, node, count - 1) : all_devices(clos)});
  }
  return std::unexpected(unknown(clos, name, kind));
}

std::expected<Endpoint, BadName> endpoint_named(const Clos& clos, std::string_view name) {
  const std::size_t colon = name.find(':');
  const auto device = device_named(clos, name.substr(0, std::min(colon, name.size())));
  if (!device) return std::unexpected(device.error());
  if (device->node != Node::server)
    return std::unexpected(BadName{quoted(name) + " is a switch; flows begin and end at servers", all_devices(clos)});
  const auto link = colon == std::string_view::npos ? std::optional(0) : whole(name.substr(colon + 1));
  if (!link || *link < 0 || *link >= clos.links_per_server)
    return std::unexpected(
        BadName{quoted(name) + " names no link of that server",
                "its links are " + std::string(name.substr(0, colon)) + ":0 to :" + std::to_string(clos.links_per_server - 1)});
  return device->number * clos.links_per_server + *link;
}

std::expected<void, BadName> add_failure(const Clos& clos, std::string_view name, Failures& failures) {
  const std::size_t slash = name.find('/'), colon = name.find(':');
  const auto first = device_named(clos, name.substr(0, std::min({slash, colon, name.size()})));
  if (!first) return std::unexpected(first.error());
  if (slash == std::string_view::npos && colon == std::string_view::npos) {
    failures.switches.push_back({first->node, first->number});
    return {};
  }
  const std::size_t before = failures.links.size();
  if (slash != std::string_view::npos) {
    const std::string_view port = name.substr(slash + 1);
    for_links_of(clos, *first, [&](Tier tier, long index, const Link& link) {
      const Port& end = link.down.node == first->node && link.down.device == first->number ? link.down : link.up;
      if (port_name(clos, end) == port) failures.links.push_back({tier, index});
    });
    if (failures.links.size() == before)
      return std::unexpected(
          BadName{"no link of this fabric is on " + quoted(name), "ports are as in the cable list, as 40/1 or nic0"});
    return {};
  }
  const auto second = device_named(clos, name.substr(colon + 1));
  if (!second) return std::unexpected(second.error());
  const Device lower = first->node < second->node ? *first : *second, upper = first->node < second->node ? *second : *first;
  if (lower.node != upper.node)
    for_links_of(clos, lower, [&](Tier tier, long index, const Link& link) {
      if (tier == tier_above(lower.node) && link.up.node == upper.node && link.up.device == upper.number)
        failures.links.push_back({tier, index});
    });
  if (failures.links.size() > before) return {};
  std::string hint = "links go from servers to leaves, leaves to the spines of their pod, spines to the cores of their plane";
  for_links_of(clos, lower, [&](Tier tier, long, const Link& link) {
    if (tier == tier_above(lower.node) && hint.starts_with("links"))
      hint = "a link of it goes to " + name_of(clos, link.up.node, link.up.device);
  });
  return std::unexpected(BadName{
      "no link joins " + name_of(clos, lower.node, lower.number) + " and " + name_of(clos, upper.node, upper.number), hint});
}

}  // namespace eigenbau::network

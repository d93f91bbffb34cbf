// Which optics and cables carry the links of each tier, given how far they reach?
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "design/build_fabric.h"
#include "design/cable_run.h"
#include "design/count_cables.h"
#include "units/print.h"

namespace eigenbau::design {
namespace {

bool same_speed(Bandwidth a, Bandwidth b) { return std::abs(a / b - 1) < 1e-6; }

/// The module that reaches far enough with the least reach to spare; if none does, the one that reaches farthest. `split`: its
/// fibers are divided again.
std::optional<catalog::Optic> optic_for(const std::vector<catalog::Optic>& optics, Bandwidth speed, int links, Length length,
                                        const std::string& fiber, bool split) {
  std::optional<catalog::Optic> best;
  for (const catalog::Optic& optic : optics) {
    if (!same_speed(optic.speed, speed) || optic.links != links || (split && optic.duplex) ||
        (!fiber.empty() && optic.fiber != fiber))
      continue;
    if (!best) {
      best = optic;
      continue;
    }
    const bool reaches = optic.reach >= length, best_reaches = best->reach >= length;
    if (reaches != best_reaches ? reaches : (reaches ? optic.reach < best->reach : optic.reach > best->reach)) best = optic;
  }
  return best;
}

/// The cable of a medium that reaches, with the least reach to spare. Cables with ends of their own draw power or are copper,
/// and are made for one speed; glass without ends carries what is slower, too.
std::optional<catalog::Cable> cable_for(const std::vector<catalog::Cable>& cables, Bandwidth speed, Length length,
                                        const std::string& medium, bool with_ends) {
  std::optional<catalog::Cable> best;
  for (const catalog::Cable& cable : cables) {
    const bool has_ends = cable.power > Power{} || cable.medium == "copper";
    const bool carries = same_speed(cable.speed, speed) || (!with_ends && cable.speed > speed);
    if (!carries || cable.reach < length || has_ends != with_ends) continue;
    if (!medium.empty() && cable.medium != medium) continue;
    if (!best || std::pair(cable.speed, cable.reach) < std::pair(best->speed, best->reach)) best = cable;
  }
  return best;
}

/// The parts of a link: copper where it reaches; else a module at each end and fiber between; else a cable with active ends.
struct LinkParts {
  std::optional<catalog::Optic> switch_optic, server_optic;
  std::optional<catalog::Cable> cable;

  bool same_as(const LinkParts& other) const {
    const auto name = [](const auto& part) { return part ? part->name : std::string(); };
    return name(switch_optic) == name(other.switch_optic) && name(server_optic) == name(other.server_optic) &&
           name(cable) == name(other.cable);
  }
};

/// The module for a cage that carries `links`: made for as many, or for fewer, each of which a split cable divides again.
std::optional<catalog::Optic> cage_optic(const std::vector<catalog::Optic>& optics, Bandwidth cage, int links, Length length,
                                         const std::string& fiber) {
  for (int split = 1; split <= links; ++split)
    if (links % split == 0)
      if (std::optional<catalog::Optic> found = optic_for(optics, cage, links / split, length, fiber, split > 1)) return found;
  return std::nullopt;
}

/// Speed of the fiber between two modules: what one of their optical connectors carries.
Bandwidth fiber_speed(const catalog::Optic& optic) { return optic.speed / std::max(1, optic.links); }

LinkParts parts_for(network::Tier tier, Length longest, const Fabric& fabric, const Parts& parts, bool back_end) {
  const Bandwidth link = fabric.speed_of(tier);
  const int in_cage = fabric.cage_links(), planes = std::max(1, fabric.demand.planes);
  const bool to_server = tier == network::Tier::host_leaf;
  LinkParts chosen;
  if ((chosen.cable = cable_for(parts.cables, link, longest, "copper", true))) return chosen;
  chosen.switch_optic = back_end && parts.optic ? parts.optic : cage_optic(parts.optics, link * in_cage, in_cage, longest, "");
  if (chosen.switch_optic && to_server)
    chosen.server_optic = cage_optic(parts.optics, link * planes, planes, longest, chosen.switch_optic->fiber);
  if (chosen.switch_optic && (!to_server || chosen.server_optic)) {
    chosen.cable = back_end && parts.cable
                       ? parts.cable
                       : cable_for(parts.cables, fiber_speed(*chosen.switch_optic), longest, chosen.switch_optic->fiber, false);
    return chosen;
  }
  chosen.switch_optic.reset();
  chosen.server_optic.reset();
  chosen.cable = cable_for(parts.cables, link, longest, "", true);
  return chosen;
}

/// Adds the links of a class to the bundle of the same parts, or begins one.
std::size_t bundle_with(Fabric& fabric, network::Tier tier, LinkParts chosen) {
  for (std::size_t i = 0; i < fabric.bundles.size(); ++i) {
    const LinkBundle& have = fabric.bundles[i];
    if (have.tier == tier && chosen.same_as({have.switch_optic, have.server_optic, have.cable})) return i;
  }
  fabric.bundles.push_back({.tier = tier,
                            .switch_optic = std::move(chosen.switch_optic),
                            .server_optic = std::move(chosen.server_optic),
                            .cable = std::move(chosen.cable)});
  return fabric.bundles.size() - 1;
}

void add_lengths(LinkBundle& bundle, const ZoneClass& zones) {
  for (std::size_t number = 0; number < zones.cables.size(); ++number) {
    if (zones.cables[number] == 0) continue;
    const Length length = orderable_length(static_cast<int>(number));
    auto bin = std::ranges::lower_bound(bundle.lengths, length, {}, &LengthBin::length);
    if (bin == bundle.lengths.end() || bin->length != length) bin = bundle.lengths.insert(bin, {length, 0});
    bin->cables += zones.cables[number];
  }
}

/// Sums of a bundle once all its zones are in.
void finish(LinkBundle& bundle) {
  Length total{};
  bundle.links = 0;
  for (const LengthBin& bin : bundle.lengths) {
    bundle.links += bin.cables;
    total += bin.length * static_cast<double>(bin.cables);
    bundle.longest = std::max(bundle.longest, bin.length);
  }
  bundle.cables = bundle.links;
  if (bundle.links > 0) bundle.mean_length = total / static_cast<double>(bundle.links);
  const double modules = static_cast<double>(bundle.switch_modules), in_servers = static_cast<double>(bundle.server_modules);
  if (bundle.switch_optic) bundle.power = bundle.switch_optic->power * modules;
  if (bundle.server_optic) bundle.power += bundle.server_optic->power * in_servers;
  if (!bundle.switch_optic && bundle.cable) bundle.power = bundle.cable->power * static_cast<double>(bundle.links);
}

void check_reach(const Fabric& fabric, const LinkBundle& bundle, const Span& span, Diagnostics& findings) {
  const bool without_ends = !bundle.switch_optic && !bundle.cable;
  const bool too_short = bundle.switch_optic && bundle.switch_optic->reach < bundle.longest;
  if (!without_ends && !too_short) return;
  findings.add(
      {.code = "EB3207",
       .severity = too_short ? Severity::note : Severity::warning,
       .message = fmt::format("{} network, {}: no part of the catalog carries {} over {}", fabric.name, name_of(bundle.tier),
                              print_in(fabric.speed_of(bundle.tier).base(), "Gb/s", 3), print(bundle.longest)),
       .span = span,
       .notes = {too_short ? fmt::format("{} reaches {}", bundle.switch_optic->name, print(bundle.switch_optic->reach))
                           : std::string("counted without power and price")}});
}

/// Numbers of planes whose links the catalog has parts for, over the distances of this fabric.
std::vector<int> planes_with_parts(const Fabric& fabric, const Parts& parts) {
  std::vector<int> planes;
  for (int count : {1, 2, 4, 8}) {
    Fabric other = fabric;
    other.demand.planes = count;
    other.link_speed = fabric.link_speed * fabric.demand.planes / count;
    bool all = links_per_cage(other.part, other.link_speed) > 0;
    for (const LinkBundle& bundle : fabric.bundles)
      all = all && parts_for(bundle.tier, bundle.longest, other, parts, true).cable.has_value();
    if (all) planes.push_back(count);
  }
  return planes;
}

void check_planes(const Fabric& fabric, const Parts& parts, const Span& span, Diagnostics& findings) {
  if (std::ranges::all_of(fabric.bundles, [](const LinkBundle& bundle) { return bundle.cable.has_value(); })) return;
  const std::vector<int> planes = planes_with_parts(fabric, parts);
  findings.add({.code = "EB3208",
                .severity = Severity::warning,
                .message = fmt::format("{} planes make links of {}, for which the catalog has no module and cable",
                                       fabric.demand.planes, print_in(fabric.link_speed.base(), "Gb/s", 3)),
                .span = span,
                .hint = planes.empty() ? "no number of planes works on " + fabric.part.name + ": another switch"
                                       : fmt::format("planes = {} works on {}", fmt::join(planes, " or "), fabric.part.name)});
}

}  // namespace

void choose_links(Fabric& fabric, int network, const Floor& floor, const Parts& parts, const Span& span, Diagnostics& findings) {
  const CableCount count = network == kManagement ? count_management(fabric, floor) : count_cables(fabric, network, floor);
  for (network::Tier tier : network::kTiers) {
    const std::size_t t = static_cast<std::size_t>(tier);
    std::vector<std::uint8_t> bundle_of_class;
    for (const ZoneClass& zones : count.classes[t]) {
      const Length longest = orderable_length(zones.longest);
      const std::size_t at = bundle_with(fabric, tier, parts_for(tier, longest, fabric, parts, network == kBackEnd));
      LinkBundle& bundle = fabric.bundles[at];
      add_lengths(bundle, zones);
      if (bundle.switch_optic) bundle.switch_modules += zones.switch_cages;
      if (bundle.server_optic) bundle.server_modules += zones.server_cages;
      bundle_of_class.push_back(static_cast<std::uint8_t>(at));
    }
    for (std::uint16_t zones : count.class_of_zone[t]) fabric.bundle_of_zone[t].push_back(bundle_of_class[zones]);
  }
  for (LinkBundle& bundle : fabric.bundles) {
    finish(bundle);
    check_reach(fabric, bundle, span, findings);
    fabric.optics += bundle.power;
    if (bundle.server_optic) fabric.server_optics += bundle.server_optic->power * static_cast<double>(bundle.server_modules);
  }
  if (fabric.demand.planes > 1) check_planes(fabric, parts, span, findings);
}

}  // namespace eigenbau::design

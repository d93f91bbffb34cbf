// How long are the links of each tier, and which optics and cables reach that far?
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "design/build_fabric.h"
#include "units/print.h"

namespace eigenbau::design {
namespace {

/// Length of a link from anywhere on a square floor to its center, along trays at right angles.
///   longest = a + h, mean = a/2 + h       a side of the square, h both drops from the tray together
/// Holds where the inner switch of a tier stands in the middle of what it serves.
struct Reach {
  Length mean{}, longest{};
};
Reach reach_over(Area floor) {
  const Length side = std::sqrt(std::max(floor.base(), 0.0)) * kMeter;
  return {side / 2 + kCableDrops, side + kCableDrops};
}

bool same_speed(Bandwidth a, Bandwidth b) { return std::abs(a / b - 1) < 1e-6; }

/// The module that reaches far enough with the least reach to spare; if none does, the one that reaches farthest.
std::optional<catalog::Optic> optic_for(const std::vector<catalog::Optic>& optics, Bandwidth speed, int links, Length length,
                                        const std::string& fiber) {
  std::optional<catalog::Optic> best;
  for (const catalog::Optic& optic : optics) {
    if (!same_speed(optic.speed, speed) || optic.links != links || (!fiber.empty() && optic.fiber != fiber)) continue;
    if (!best) {
      best = optic;
      continue;
    }
    const bool reaches = optic.reach >= length, best_reaches = best->reach >= length;
    if (reaches != best_reaches ? reaches : (reaches ? optic.reach < best->reach : optic.reach > best->reach)) best = optic;
  }
  return best;
}

/// The cable of a medium that reaches, with the least reach to spare. Cables with ends of their own draw power or are copper.
std::optional<catalog::Cable> cable_for(const std::vector<catalog::Cable>& cables, Bandwidth speed, Length length,
                                        const std::string& medium, bool with_ends) {
  std::optional<catalog::Cable> best;
  for (const catalog::Cable& cable : cables) {
    const bool has_ends = cable.power > Power{} || cable.medium == "copper";
    if (!same_speed(cable.speed, speed) || cable.reach < length || has_ends != with_ends) continue;
    if (!medium.empty() && cable.medium != medium) continue;
    if (!best || cable.reach < best->reach) best = cable;
  }
  return best;
}

/// Decides modules and cable of one bundle. Copper where it reaches; else a module at each end and fiber between; else a
/// cable with active ends.
void equip(LinkBundle& bundle, const Parts& parts, Bandwidth link, int links_per_cage, bool back_end) {
  const Bandwidth cage = link * links_per_cage;
  const bool to_server = bundle.tier == network::Tier::host_leaf;
  if (bundle.links == 0) return;
  if (std::optional<catalog::Cable> copper = cable_for(parts.cables, link, bundle.longest, "copper", true)) {
    bundle.cable = copper;
    bundle.cables = bundle.links;
    return;
  }
  bundle.switch_optic = back_end && parts.optic ? parts.optic : optic_for(parts.optics, cage, links_per_cage, bundle.longest, "");
  if (bundle.switch_optic && to_server)
    bundle.server_optic = optic_for(parts.optics, link, 1, bundle.longest, bundle.switch_optic->fiber);
  const bool both_ends = bundle.switch_optic && (!to_server || bundle.server_optic);
  if (both_ends) {
    const long cages = (bundle.links + links_per_cage - 1) / links_per_cage;
    bundle.switch_modules = to_server ? cages : 2 * cages;
    bundle.server_modules = to_server ? bundle.links : 0;
    bundle.power = bundle.switch_optic->power * static_cast<double>(bundle.switch_modules);
    if (bundle.server_optic) bundle.power += bundle.server_optic->power * static_cast<double>(bundle.server_modules);
    bundle.cable =
        back_end && parts.cable ? parts.cable : cable_for(parts.cables, link, bundle.longest, bundle.switch_optic->fiber, false);
    bundle.cables = bundle.links;
    return;
  }
  bundle.switch_optic.reset();
  bundle.server_optic.reset();
  bundle.cable = cable_for(parts.cables, link, bundle.longest, "", true);
  bundle.cables = bundle.links;
  if (bundle.cable) bundle.power = bundle.cable->power * static_cast<double>(bundle.links);
}

}  // namespace

void choose_links(Fabric& fabric, const Parts& parts, int racks, double servers_per_rack, Area floor, const Span& span,
                  Diagnostics& findings) {
  const FabricWiring& wiring = fabric.wiring;
  const int cage = std::max(1, links_per_cage(fabric.part, fabric.link_speed));
  const double per_rack = racks > 0 ? floor.base() / racks : 0;
  const auto area_of = [&](double servers) {
    return Area::from_base(std::min(std::ceil(servers / std::max(1.0, servers_per_rack)) * per_rack, floor.base()));
  };
  const Reach unit = reach_over(area_of(wiring.servers_per_unit));
  const Reach pod = reach_over(area_of(static_cast<double>(wiring.servers_per_unit) * wiring.units_per_pod));
  const Reach all = reach_over(floor / wiring.islands);
  const auto bundle = [&](network::Tier tier, long links, Reach reach) {
    if (links == 0) return;
    LinkBundle made{.tier = tier, .links = links, .mean_length = reach.mean, .longest = reach.longest};
    equip(made, parts, fabric.link_speed, cage, fabric.name == "back-end");
    const bool without_ends = !made.switch_optic && !made.cable;
    const bool too_short = made.switch_optic && made.switch_optic->reach < made.longest;
    if (without_ends || too_short)
      findings.add({.code = "EB3207",
                    .severity = too_short ? Severity::note : Severity::warning,
                    .message = fmt::format("{} network, {}: no part of the catalog carries {} over {}", fabric.name,
                                           name_of(tier), print_in(fabric.link_speed.base(), "Gb/s", 3), print(made.longest)),
                    .span = span,
                    .notes = {too_short ? fmt::format("{} reaches {}", made.switch_optic->name, print(made.switch_optic->reach))
                                        : std::string("counted without power and price")}});
    fabric.optics += made.power;
    if (made.server_optic) fabric.server_optics += made.server_optic->power * static_cast<double>(made.server_modules);
    fabric.bundles.push_back(std::move(made));
  };
  bundle(network::Tier::host_leaf, wiring.host_links, unit);
  bundle(network::Tier::leaf_spine, wiring.leaf_spine_links, pod);
  bundle(network::Tier::spine_core, wiring.spine_core_links, all);
}

}  // namespace eigenbau::design

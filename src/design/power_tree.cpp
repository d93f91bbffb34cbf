// What stands between the utility and a server's supplies, how is it loaded, and what if one unit fails?
#include "design/power_tree.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "design/size_cooling.h"
#include "design/size_plant.h"
#include "design/whole.h"
#include "units/print.h"

namespace eigenbau::design {
namespace {

using cluster::Redundancy;

std::string_view name_of(Redundancy redundancy) {
  switch (redundancy) {
    case Redundancy::none:
      return "none";
    case Redundancy::n:
      return "N";
    case Redundancy::n_plus_1:
      return "N+1";
    case Redundancy::two_n:
      return "2N";
  }
  return "";
}

/// Loss of `units` units of a part that together carry N accelerators' load, per accelerator.
///   L(P) = n u S + k P²/(u S),  k = 2 (1/eta - 1) - 4 n
/// n no-load share, S rating of one [W], u units, eta efficiency at half load, at which ratings of transformers and UPS are
/// stated (US DOE 10 CFR 431). Without a no-load share the loss is taken in proportion to the load.
LossLaw loss_law(const catalog::Plant& part, int units, double gpus) {
  const double relative = part.efficiency ? 1 / *part.efficiency - 1 : 0;
  if (!part.no_load_loss || units <= 0 || gpus <= 0) return {.linear = relative};
  const double installed = part.rating.in(kWatt)*units;
  const double copper = 2 * relative - 4 * *part.no_load_loss;
  if (copper < 0) return {.linear = relative};
  return {.fixed = kWatt * (*part.no_load_loss * installed / gpus), .quadratic_per_watt = copper * gpus / installed};
}

int units_for(int needed, Redundancy redundancy) {
  if (redundancy == Redundancy::two_n) return 2 * needed;
  return redundancy == Redundancy::n_plus_1 ? needed + 1 : needed;
}

/// One unit out: the others of its `domain` take its load.
void set_states(PowerLevel& level, int domain) {
  if (level.units <= 0 || level.rating <= Power{}) return;
  level.load_share = level.provisioned / (level.rating * level.units);
  level.load_share_one_out = domain > 1 ? level.load_share * domain / (domain - 1) : 0;
  level.survives_one_out = domain > 1 && level.load_share_one_out <= level.derate + 1e-9;
}

/// A level whose units stand in for one another across the site.
PowerLevel shared_level(std::string name, const catalog::Plant& part, Redundancy redundancy, double derate, Power provisioned) {
  PowerLevel level{.name = std::move(name),
                   .part = part.name,
                   .redundancy = redundancy,
                   .rating = part.rating,
                   .derate = derate,
                   .provisioned = provisioned};
  level.needed = std::max(1, whole_up(provisioned / (part.rating * derate)));
  level.units = units_for(level.needed, redundancy);
  level.derivation = fmt::format("{} / ({} x {:.2f}) = {}, {}", print(provisioned), print(part.rating), derate,
                                 print_count(level.needed), name_of(redundancy));
  set_states(level, level.units);
  return level;
}

/// Half of a server's supplies carry it: each half on a feed of its own.
bool survives_a_feed(const catalog::Server& server) {
  return server.supplies > 0 && server.supplies_needed > 0 && server.supplies / 2 >= server.supplies_needed;
}

PowerLevel rack_pdus(const catalog::Plant& part, const std::vector<ServerGroup>& groups, const Racks& racks, Power provisioned) {
  PowerLevel level{.name = "rack PDUs", .part = part.name, .rating = part.rating, .provisioned = provisioned};
  double needed_in_all = 0, in_all = 0;
  int fewest_per_rack = 0, doubled = 0;
  for (const RackKind& rack : racks.kinds) {
    const int needed = std::max(1, whole_up(rack.provisioned / part.rating));
    const bool twice = rack.group < 0 || survives_a_feed(groups[static_cast<std::size_t>(rack.group)].server);
    const int per_rack = twice ? 2 * needed : needed;
    needed_in_all += static_cast<double>(needed) * rack.count;
    in_all += static_cast<double>(per_rack) * rack.count;
    if (twice) ++doubled;
    if (rack.group >= 0) fewest_per_rack = fewest_per_rack == 0 ? per_rack : std::min(fewest_per_rack, per_rack);
  }
  level.needed = whole_up(needed_in_all);
  level.units = whole_up(in_all);
  level.redundancy = doubled == static_cast<int>(racks.kinds.size()) ? Redundancy::two_n : Redundancy::n;
  level.derivation = "racks x provisioned power of a rack / rating; twice where half of a server's supplies carry it";
  set_states(level, level.redundancy == Redundancy::two_n ? std::max(2, fewest_per_rack) : 1);
  return level;
}

PowerLevel server_supplies(const ServerGroup& group) {
  const catalog::Server& server = group.server;
  PowerLevel level{.name = "supplies of " + server.name, .part = server.name, .rating = server.supply_power, .inside_it = true};
  level.needed = whole_up(static_cast<double>(server.supplies_needed) * group.count);
  level.units = whole_up(static_cast<double>(server.supplies) * group.count);
  level.redundancy = survives_a_feed(server)                    ? Redundancy::two_n
                     : server.supplies > server.supplies_needed ? Redundancy::n_plus_1
                                                                : Redundancy::n;
  level.provisioned = group.power.provisioned.value * group.count;
  set_states(level, server.supplies);
  level.survives_one_out = level.survives_one_out && server.supplies > server.supplies_needed;
  level.input = group.power.training.value * group.count;
  level.loss = level.input * (1 - kSupplyEfficiency);
  level.output = level.input - level.loss;
  level.derivation =
      fmt::format("{} servers x {} supplies, {} must work; efficiency {:.2f}, its loss is part of the server's input",
                  print_count(group.count), server.supplies, server.supplies_needed, kSupplyEfficiency);
  return level;
}

/// Input of a chain of parts that deliver `load`, by their stated efficiencies, for sizing.
Power through(Power load, const catalog::Plant& part) { return load / part.efficiency.value_or(1); }

/// Load and loss of each level while training, from the rack outward.
void run_levels(std::vector<PowerLevel>& outward, const std::vector<LossLaw>& laws, std::size_t begin, std::size_t end,
                double gpus, Power& load) {
  for (std::size_t i = begin; i < end; ++i) {
    PowerLevel& level = outward[i];
    level.output = load;
    level.loss = gpus > 0 ? laws[i].loss(load / gpus) * gpus : Power{};
    level.input = level.output + level.loss;
    load = level.input;
  }
}

double liquid_share(const ServerGroup& group) {
  return group.server.cooling == catalog::Cooling::air ? 0 : std::clamp(group.server.liquid_share, 0.0, 1.0);
}

PhaseBalance phase_balance(const ServerGroup& group, const RackKind& rack) {
  PhaseBalance balance{.supplies_per_rack = group.server.supplies * rack.per_rack};
  const auto imbalance = [](int supplies) { return supplies > 0 ? std::ceil(supplies / 3.0) / (supplies / 3.0) - 1 : 0; };
  balance.rack_imbalance = imbalance(balance.supplies_per_rack);
  balance.row_imbalance = imbalance(3 * balance.supplies_per_rack);
  return balance;
}

struct ItHeat {
  Power liquid_training{}, liquid_provisioned{}, liquid_in_rack_cdu{};
  int rack_cdus = 0;
};

ItHeat it_heat(const std::vector<ServerGroup>& groups, const Racks& racks, const catalog::Plant& rack_cdu) {
  ItHeat heat;
  for (const RackKind& rack : racks.kinds) {
    if (rack.group < 0) continue;
    const ServerGroup& group = groups[static_cast<std::size_t>(rack.group)];
    const double share = liquid_share(group);
    const Power liquid = group.power.training.value * group.count * share;
    heat.liquid_training += liquid;
    heat.liquid_provisioned += group.power.provisioned.value * group.count * share;
    if (!takes_rack_cdu(group, rack.per_rack, rack_cdu)) continue;
    heat.liquid_in_rack_cdu += liquid;
    heat.rack_cdus += rack.count;
  }
  return heat;
}

/// Levels from the rack outward; `site_from` is the first that carries cooling as well.
struct Levels {
  std::vector<PowerLevel> outward;
  std::vector<LossLaw> laws;
  std::size_t site_from = 0;
};

void add_level(Levels& levels, PowerLevel level, const catalog::Plant& part, double gpus) {
  levels.laws.push_back(loss_law(part, level.units, gpus));
  levels.outward.push_back(std::move(level));
}

Levels hall_levels(const cluster::PowerTree& stated, const PlantParts& plant, const std::vector<ServerGroup>& groups,
                   const Racks& racks, const ItPower& it, Power& provisioned) {
  Levels levels;
  add_level(levels, rack_pdus(plant.rack_pdu, groups, racks, provisioned), plant.rack_pdu, it.gpus);
  provisioned = through(provisioned, plant.rack_pdu);
  PowerLevel floor = shared_level("floor PDUs", plant.pdu, Redundancy::n, kContinuousLoad, provisioned);
  set_states(floor, 1);
  floor.derivation += "; a rack hangs on one of them and goes dark with it";
  add_level(levels, std::move(floor), plant.pdu, it.gpus);
  provisioned = through(provisioned, plant.pdu);
  if (stated.ups.value_or(Redundancy::none) != Redundancy::none) {
    add_level(levels, shared_level("UPS", plant.ups, *stated.ups, 1, provisioned), plant.ups, it.gpus);
    provisioned = through(provisioned, plant.ups);
  }
  levels.site_from = levels.outward.size();
  return levels;
}

void add_site_levels(Levels& levels, const cluster::PowerTree& stated, const PlantParts& plant, double gpus, Power provisioned) {
  // Unless stated: one unit to spare wherever the site needs more than one.
  const Redundancy usual = provisioned > plant.transformer.rating ? Redundancy::n_plus_1 : Redundancy::n;
  const Redundancy redundancy = stated.transformers.value_or(usual);
  const std::string assumed = stated.transformers ? "" : " (assumed; [power] transformers)";
  const auto add = [&](std::string name, const catalog::Plant& part) {
    PowerLevel level = shared_level(std::move(name), part, redundancy, 1, provisioned);
    level.derivation += assumed;
    add_level(levels, std::move(level), part, gpus);
    provisioned = through(provisioned, part);
  };
  add("medium-voltage transformers", plant.transformer);
  if (provisioned >= kSubstationFrom) add("substation transformers", plant.substation);
}

Power firm_supply(const std::vector<cluster::Supply>& supplies) {
  Power firm{};
  for (const cluster::Supply& supply : supplies)
    if (supply.from && !supply.until) firm += supply.firm();
  return firm;
}

}  // namespace

bool takes_rack_cdu(const ServerGroup& group, int servers_per_rack, const catalog::Plant& rack_cdu) {
  const double share = liquid_share(group);
  return share > 0 && group.server.height_u > 0 && group.power.provisioned.value * (share * servers_per_rack) <= rack_cdu.rating;
}

SitePlant size_plant(const cluster::Cluster& cluster, const Parts& parts, const std::vector<ServerGroup>& groups,
                     const Racks& racks, const ItPower& it) {
  SitePlant site;
  const double gpus = std::max(it.gpus, 1.0);
  Power provisioned = it.provisioned();
  Levels levels = hall_levels(cluster.power, parts.plant, groups, racks, it, provisioned);

  Power load = it.training();
  run_levels(levels.outward, levels.laws, 0, levels.site_from, gpus, load);
  const ItHeat heat = it_heat(groups, racks, parts.plant.rack_cdu);
  site.cooling =
      size_cooling(parts.plant, {.liquid = heat.liquid_training,
                                 .air = load - heat.liquid_training,
                                 .liquid_provisioned = heat.liquid_provisioned,
                                 .air_provisioned = provisioned - heat.liquid_provisioned,
                                 .liquid_in_rack_cdu = heat.liquid_in_rack_cdu,
                                 .rack_cdus = heat.rack_cdus,
                                 .rear_doors = has_rear_doors(cluster.site),
                                 .chiller_share = chiller_share(cluster.site.outdoor_wet_bulb, cluster.site.inlet_temperature)});
  const double cooling_growth = provisioned / load;
  add_site_levels(levels, cluster.power, parts.plant, gpus, provisioned + site.cooling.power * cooling_growth);
  load += site.cooling.power;
  run_levels(levels.outward, levels.laws, levels.site_from, levels.outward.size(), gpus, load);

  SitePowerLaw& law = site.law;
  law.gpus = it.gpus;
  law.network = it.network_typical / gpus;
  law.network_rated = it.network_nameplate / gpus;
  law.storage = it.storage / gpus;
  law.liquid_share = it.servers_training > Power{} ? heat.liquid_training / it.servers_training : 0;
  Power liquid_power{}, air_power{};
  for (const CoolingUnits& units : site.cooling.units) (units.from_air ? air_power : liquid_power) += units.power;
  law.liquid_cooling = site.cooling.heat_liquid > Power{} ? liquid_power / site.cooling.heat_liquid : 0;
  law.air_cooling = site.cooling.heat_air > Power{} ? air_power / site.cooling.heat_air : 0;
  law.it_levels.assign(levels.laws.begin(), levels.laws.begin() + static_cast<std::ptrdiff_t>(levels.site_from));
  law.site_levels.assign(levels.laws.begin() + static_cast<std::ptrdiff_t>(levels.site_from), levels.laws.end());

  site.cooling.pue_derived = it.training() > Power{} ? load / it.training() : 0;
  law.pue = cluster.site.pue.value_or(0);
  site.cooling.pue_stated = cluster.site.pue.has_value();
  site.cooling.pue = cluster.site.pue.value_or(site.cooling.pue_derived);

  PowerTree& tree = site.power;
  tree.levels.assign(levels.outward.rbegin(), levels.outward.rend());
  for (const ServerGroup& group : groups)
    if (group.server.supplies > 0) tree.levels.push_back(server_supplies(group));
  for (const RackKind& rack : racks.kinds)
    if (rack.group >= 0) tree.phases.push_back(phase_balance(groups[static_cast<std::size_t>(rack.group)], rack));
  tree.it_training = it.training();
  tree.it_provisioned = it.provisioned();
  tree.it_nameplate = it.nameplate();
  const auto at_meter = [&](Power servers, Power network) {
    SitePowerLaw at = law;
    at.network = network / gpus;
    return site_power(at, it.gpus, servers / gpus);
  };
  tree.site_training = at_meter(it.servers_training, it.network_typical);
  tree.site_provisioned = at_meter(it.servers_provisioned, it.network_nameplate);
  tree.site_nameplate = at_meter(it.servers_nameplate, it.network_nameplate);
  tree.firm_supply = firm_supply(cluster.supplies);
  return site;
}

}  // namespace eigenbau::design

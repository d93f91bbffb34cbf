// How many servers does a rack hold, which limit binds, and how many racks stand where?
#include "design/racks.h"

#include <fmt/format.h>

#include <algorithm>

#include "design/place_racks.h"
#include "design/size_cooling.h"
#include "design/whole.h"
#include "units/print.h"

namespace eigenbau::design {
namespace {

int ceil_div(int a, int b) { return (a + b - 1) / b; }

void fill(RackKind& rack, const ServerGroup& group, double height_u, double reserved_u) {
  const double n = rack.per_rack;
  rack.used_u = n * height_u + reserved_u;
  rack.unit_u = height_u;
  rack.reserved_u = reserved_u;
  rack.nameplate = group.power.nameplate.value * n;
  rack.provisioned = group.power.provisioned.value * n;
  rack.training = group.power.training.value * n;
  rack.weight = group.server.weight * n + (rack.binding == RackLimit::whole_rack ? Mass{} : kEmptyRackWeight);
}

}  // namespace

void take_smallest(RackKind& rack, int upper) {
  rack.per_rack = upper;
  const auto lower = [&](int fit, RackLimit limit) {
    if (fit > 0 && fit < rack.per_rack) {
      rack.per_rack = fit;
      rack.binding = limit;
    }
  };
  lower(rack.fit_height, RackLimit::height);
  lower(rack.fit_power, RackLimit::power);
  lower(rack.fit_air, RackLimit::air);
  lower(rack.fit_weight, RackLimit::weight);
}

void fit_limits(RackKind& rack, const cluster::Hall& hall, double height_u, double reserved_u, Power power, Mass weight) {
  const double usable = hall.rack_height_u.value_or(kRackHeightU) - reserved_u;
  const auto fit = [](double room, double each) { return std::max(1, whole_down(room / each)); };
  if (height_u > 0) rack.fit_height = fit(usable, height_u);
  if (hall.rack_power && power > Power{}) rack.fit_power = fit(hall.rack_power->in(kWatt), power.in(kWatt));
  if (hall.rack_weight && weight > Mass{})
    rack.fit_weight = fit((*hall.rack_weight - kEmptyRackWeight).in(kKilogram), weight.in(kKilogram));
}

std::string_view name_of(RackLimit limit) {
  switch (limit) {
    case RackLimit::height:
      return "height";
    case RackLimit::power:
      return "power";
    case RackLimit::air:
      return "heat that air or the door takes from a rack";
    case RackLimit::weight:
      return "weight";
    case RackLimit::vendor:
      return "as the vendor racks it";
    case RackLimit::builder:
      return "as the builder racks it";
    case RackLimit::whole_rack:
      return "the system is a rack";
  }
  return "";
}

Power air_heat_limit(const cluster::Site& site, const PlantParts& plant) {
  return has_rear_doors(site) && plant.rear_door.rating > Power{} ? plant.rear_door.rating : kAirHeatPerRack;
}

RackKind server_racks(const cluster::Hall& hall, const ServerGroup& group, int index, double rack_cdu_u, Power air_limit) {
  const catalog::Server& server = group.server;
  const bool liquid = server.cooling != catalog::Cooling::air;
  const double height = server.height_u > 0 && liquid ? server.height_u + kManifoldU : server.height_u;
  RackKind rack{.use = RackUse::servers, .name = server.name, .group = index, .units = group.count};
  fit_limits(rack, hall, height, rack_cdu_u, group.power.provisioned.value, server.weight);
  if (const Power to_air = group.power.provisioned.value * (1 - server.liquid_share); to_air > Power{})
    rack.fit_air = std::max(1, whole_down(air_limit / to_air));
  if (server.height_u <= 0) {
    rack.per_rack = 1;
    rack.binding = RackLimit::whole_rack;
  } else if (hall.servers_per_rack) {
    rack.per_rack = *hall.servers_per_rack;
    rack.binding = RackLimit::builder;
  } else if (server.systems_per_rack > 0) {
    rack.binding = RackLimit::vendor;
    take_smallest(rack, server.systems_per_rack);
  } else {
    take_smallest(rack, rack.fit_height);
  }
  rack.count = ceil_div(rack.units, rack.per_rack);
  fill(rack, group, height, rack_cdu_u);
  rack.derivation = fmt::format("{} servers / {} a rack ({})", print_count(rack.units), rack.per_rack, name_of(rack.binding));
  return rack;
}

HallPlan plan_halls(int racks) {
  HallPlan plan;
  if (racks <= 0) return plan;
  plan.racks_per_row = std::min(kRacksPerRow, racks);
  plan.rows = ceil_div(racks, plan.racks_per_row);
  plan.halls = ceil_div(plan.rows, kRowsPerHall);
  plan.rows_per_hall = ceil_div(plan.rows, plan.halls);
  const int columns = plan.columns();
  const Length aisle = kRowPitch - kRackDepth;
  plan.width = kRackWidth * static_cast<double>(plan.racks_per_row * columns) + aisle * static_cast<double>(columns + 1);
  plan.depth = kRowPitch * static_cast<double>(ceil_div(plan.rows_per_hall, columns)) + aisle;
  plan.area = plan.width * plan.depth * (kServiceArea * plan.halls);
  return plan;
}

namespace {

/// The kind of every rack in the order in which rows are filled.
std::vector<int> filling_order(const Racks& racks) {
  std::vector<int> order;
  order.reserve(static_cast<std::size_t>(racks.total()));
  const auto put = [&](RackUse use, const auto& before_each) {
    for (std::size_t kind = 0; kind < racks.kinds.size(); ++kind)
      for (int i = 0; racks.kinds[kind].use == use && i < racks.kinds[kind].count; ++i) {
        before_each();
        order.push_back(static_cast<int>(kind));
      }
  };
  int network = -1;
  for (std::size_t kind = 0; kind < racks.kinds.size(); ++kind)
    if (racks.kinds[kind].use == RackUse::network) network = static_cast<int>(kind);
  std::size_t next = 0;
  int server_racks = 0;
  put(RackUse::servers, [&] {
    for (; next < racks.switches.size() && racks.switches[next].place <= server_racks; ++next) order.push_back(network);
    ++server_racks;
  });
  order.insert(order.end(), racks.switches.size() - next, network);
  put(RackUse::storage, [] {});
  return order;
}

}  // namespace

std::vector<RackPosition> rack_positions(const Racks& racks) {
  std::vector<RackPosition> positions;
  positions.reserve(static_cast<std::size_t>(racks.total()));
  const HallPlan& plan = racks.plan;
  const int columns = plan.columns();
  const Length aisle = kRowPitch - kRackDepth;
  for (int kind : filling_order(racks)) {
    const int index = static_cast<int>(positions.size());
    const int row = index / plan.racks_per_row, column = index % plan.racks_per_row;
    const int hall = row / plan.rows_per_hall, filled = row % plan.rows_per_hall;
    // Every second hall is filled from the back, so that racks after one another stay close where halls meet.
    const int lines = ceil_div(plan.rows_per_hall, columns);
    const int side = filled % columns, line = hall % 2 == 0 ? filled / columns : lines - 1 - filled / columns;
    positions.push_back(
        {.kind = kind,
         .hall = hall,
         .row = line * columns + side,
         .column = column,
         .x = aisle * static_cast<double>(side + 1) + kRackWidth * static_cast<double>(side * plan.racks_per_row + column),
         .y = aisle + kRowPitch * static_cast<double>(line)});
  }
  return positions;
}

namespace {

void check_one_server(const cluster::Hall& hall, const ServerGroup& group, Diagnostics& findings) {
  std::vector<std::string> over;
  if (hall.rack_power && group.power.provisioned.value > *hall.rack_power)
    over.push_back(fmt::format("{} of {}", print(group.power.provisioned.value), print(*hall.rack_power)));
  if (hall.rack_weight && group.server.weight + (group.server.height_u > 0 ? kEmptyRackWeight : Mass{}) > *hall.rack_weight)
    over.push_back(fmt::format("{} of {}", print(group.server.weight), print(*hall.rack_weight)));
  if (hall.rack_height_u && group.server.height_u > *hall.rack_height_u)
    over.push_back(fmt::format("{}U of {}U", group.server.height_u, *hall.rack_height_u));
  if (over.empty()) return;
  findings.add(
      {.code = "EB3102",
       .severity = Severity::warning,
       .message = fmt::format("one {} exceeds what a rack position allows: {}", group.server.name, fmt::join(over, ", ")),
       .span = group.span});
}

void check_full_rack(const cluster::Hall& hall, const ServerGroup& group, const RackKind& rack, Diagnostics& findings) {
  if (rack.per_rack < 2) return;
  const auto report = [&](const std::string& what, const std::string& has, const std::string& limit, int fit) {
    findings.add({.code = "EB3101",
                  .severity = Severity::warning,
                  .message = fmt::format("a rack of {} {} has {} of {}; the hall allows {}", rack.per_rack, group.server.name,
                                         has, what, limit),
                  .span = group.span,
                  .hint = fmt::format("{} a rack fit", fit)});
  };
  if (hall.rack_power && rack.per_rack > rack.fit_power)
    report("provisioned power", print(rack.provisioned), print(*hall.rack_power), rack.fit_power);
  if (hall.rack_weight && rack.per_rack > rack.fit_weight)
    report("weight", print(rack.weight), print(*hall.rack_weight), rack.fit_weight);
  if (rack.fit_height > 0 && rack.per_rack > rack.fit_height)
    report("height", fmt::format("{}U", rack.used_u), fmt::format("{}U", hall.rack_height_u.value_or(kRackHeightU)),
           rack.fit_height);
}

/// Where the heat to air keeps servers out of a rack that would otherwise hold more: what it takes to have them in.
void check_heat(const cluster::Site& site, const ServerGroup& group, const RackKind& rack, Power air_limit,
                Diagnostics& findings) {
  if (rack.binding != RackLimit::air) return;
  RackKind without = rack;
  without.fit_air = 0;
  take_smallest(without, group.server.systems_per_rack > 0 ? group.server.systems_per_rack : rack.fit_height);
  if (without.per_rack <= rack.per_rack || rack.units <= rack.per_rack) return;
  const double to_air = 1 - group.server.liquid_share;
  const Power rated = group.power.provisioned.value * (to_air * without.per_rack);
  findings.add(
      {.code = "EB3106",
       .severity = Severity::note,
       .message = fmt::format(
           "{} of {} fill {} racks: {} takes {}, the heat of {}; {} would have room in a rack, and {} racks do",
           print_count(rack.units), group.server.name, print_count(rack.count), has_rear_doors(site) ? "a rear door" : "room air",
           print(air_limit, 3), rack.per_rack, without.per_rack, print_count(ceil_div(rack.units, without.per_rack))),
       .span = group.span,
       .hint = fmt::format("{} give {} to the air as provisioned, {} in training: {}, cold plates, or servers_per_rack = {} in "
                           "[hall] where it is known to work",
                           without.per_rack, print(rated, 3), print(group.power.training.value * (to_air * without.per_rack), 3),
                           has_rear_doors(site) ? "doors that take so much" : "rear doors", without.per_rack)});
}

}  // namespace

void check_racks(const cluster::Cluster& cluster, const std::vector<ServerGroup>& groups, const Racks& racks, Power air_limit,
                 Diagnostics& findings) {
  const cluster::Hall& hall = cluster.hall;
  for (const RackKind& rack : racks.kinds) {
    if (rack.group < 0) continue;
    const ServerGroup& group = groups[static_cast<std::size_t>(rack.group)];
    check_one_server(hall, group, findings);
    check_full_rack(hall, group, rack, findings);
    check_heat(cluster.site, group, rack, air_limit, findings);
  }
  if (hall.racks && racks.server_racks > *hall.racks)
    findings.add({.code = "EB3103",
                  .severity = Severity::warning,
                  .message = fmt::format("the servers need {} racks; the hall has {} positions", print_count(racks.server_racks),
                                         print_count(*hall.racks)),
                  .span = hall.span});
  if (cluster.site.area && racks.plan.area > *cluster.site.area)
    findings.add({.code = "EB3105",
                  .severity = Severity::warning,
                  .message = fmt::format("{} racks need about {}; the site has {}", print_count(racks.total()),
                                         print(racks.plan.area), print(*cluster.site.area)),
                  .span = cluster.site.span});
}

}  // namespace eigenbau::design

// Do the site, the supplies, the servers and the build fit together?
#include <fmt/format.h>

#include <bit>
#include <map>

#include "cluster/checks.h"
#include "units/print.h"

namespace eigenbau::cluster {
namespace {

constexpr std::chrono::year kFirstYear{2000}, kLastYear{2100};

void check_dates_below(const Node& node, Diagnostics& problems) {
  if (node.kind == Node::Kind::date) {
    const std::chrono::year year = std::chrono::year_month_day(node.date).year();
    if (year < kFirstYear || year > kLastYear)
      problems.add(
          {.code = "EB2019",
           .message = fmt::format("{} is not a day that a plan can mean", print(node.date)),
           .span = node.span,
           .hint = fmt::format("dates lie between {} and {}", static_cast<int>(kFirstYear), static_cast<int>(kLastYear))});
  }
  for (const Member& member : node.members) check_dates_below(member.value, problems);
  for (const Node& item : node.items) check_dates_below(item, problems);
}

void check_supply(const Checks& checks, const Supply& supply) {
  const Places& places = checks.places;
  const bool whole = places.has(supply.span, "power"), units = places.has(supply.span, "unit_power");
  if (!whole && !units)
    checks.problems.add({.code = "EB2004",
                         .message = fmt::format("supply \"{}\" does not say how much it gives", supply.name),
                         .span = supply.span,
                         .hint = "power = \"8 MW\", or unit_power and count, or power = \"unknown\""});
  for (const std::string_view key : {"unit_power", "count", "reserve"})
    if (whole && places.has(supply.span, key))
      checks.problems.add(
          {.code = "EB2004",
           .message = fmt::format("supply \"{}\" states `power` of the whole and `{}` of units", supply.name, key),
           .span = places.key(supply.span, key),
           .hint = "with units, write unit_power, count and reserve only"});
  if (supply.reserve > 0 && supply.reserve >= supply.count && places.sound(supply.span, "count"))
    checks.problems.add({.code = "EB2005",
                         .message = fmt::format("supply \"{}\" keeps {} of {} units in reserve: none is left", supply.name,
                                                print_count(supply.reserve), print_count(supply.count)),
                         .span = places.value(supply.span, "reserve"),
                         .hint = "N+1 is reserve = 1"});
  if (supply.from && supply.until && *supply.until < *supply.from)
    checks.problems.add({.code = "EB2006",
                         .message = fmt::format("supply \"{}\" ends on {}, before it begins on {}", supply.name,
                                                print(*supply.until), print(*supply.from)),
                         .span = places.value(supply.span, "until")});
  checks.part("plant", supply.part, supply.span, "part");
}

void check_delivery(const Checks& checks, const Delivery& delivery, std::map<std::string, long long>& delivered) {
  if (delivery.model.empty()) return;
  long long bought = 0;
  std::vector<std::string> models;
  for (const ServerGroup& group : checks.cluster.servers) {
    models.push_back(group.model);
    if (group.model == delivery.model) bought += group.count;
  }
  const Span at = checks.places.value(delivery.span, "model");
  if (bought == 0) {
    const auto near = nearest_name(delivery.model, models);
    checks.problems.add({.code = "EB2009",
                         .message = fmt::format("\"{}\" is delivered, but not bought", delivery.model),
                         .span = at,
                         .hint = near ? fmt::format("did you mean \"{}\"?", *near) : "name a model of [[servers]]"});
    return;
  }
  long long& sum = delivered[delivery.model];
  sum += delivery.servers;
  if (sum > bought)
    checks.problems.add({.code = "EB2008",
                         .message = fmt::format("{} servers of \"{}\" are delivered, but {} are bought", print_count(sum),
                                                delivery.model, print_count(bought)),
                         .span = checks.places.value(delivery.span, "servers"),
                         .hint = fmt::format("take {} off, or buy more", print_count(sum - bought))});
}

/// A NIC has four or eight lanes, or two, which only such numbers share out.
void check_planes(const Checks& checks) {
  const int planes = checks.cluster.fabric.planes.value_or(1);
  if (std::has_single_bit(static_cast<unsigned>(planes))) return;
  checks.problems.add({.code = "EB2028",
                       .message = fmt::format("a NIC does not split into {} equal ports", planes),
                       .span = checks.places.value(checks.cluster.fabric.span, "planes"),
                       .notes = {"its lanes are 2, 4 or 8: 400 Gb/s are one port, 2 x 200, 4 x 100 or 8 x 50 Gb/s"},
                       .hint = planes < 4 ? "planes = 2 or 4" : "planes = 4 or 8"});
}

/// Uplinks of management switches need ports of their speed above.
void check_aggregation(const Checks& checks) {
  const Management& management = checks.cluster.management;
  constexpr Bandwidth kFastestPort = 10 * kGigabitPerSecond;
  if (const auto part = checks.catalog.network_switch(management.network_switch);
      part && (part->protocol != "ethernet" || part->port_speed > kFastestPort))
    checks.problems.add({.code = "EB2029",
                         .message = fmt::format("management ports are of 1 Gb/s Ethernet; \"{}\" has {} ports of {}", part->name,
                                                part->protocol, print_in(part->port_speed.base(), "Gb/s", 3)),
                         .span = checks.places.value(management.span, "switch"),
                         .hint = "switch = \"management-48x1g\""});
  if (management.aggregation_switch.empty()) return;
  const auto above = checks.catalog.network_switch(management.aggregation_switch);
  const auto below =
      checks.catalog.network_switch(management.network_switch.empty() ? "management-48x1g" : management.network_switch);
  if (!above || !below) return;
  const Bandwidth uplink = below->uplink_speed.value_or(below->port_speed);
  if (above->protocol == "ethernet" && above->port_speed >= uplink) return;
  checks.problems.add(
      {.code = "EB2029",
       .message = fmt::format("\"{}\" has {} ports of {}; the uplinks of \"{}\" are {} of ethernet", above->name, above->protocol,
                              print_in(above->port_speed.base(), "Gb/s", 3), below->name, print_in(uplink.base(), "Gb/s", 3)),
       .span = checks.places.value(management.span, "aggregation_switch"),
       .hint = "nvidia-sn4600c has ports of 100 Gb/s"});
}

/// Positions that the file states hold what it buys. Where servers are not racked by hand, the design finds out.
void check_room(const Checks& checks, long long bought) {
  const Hall& hall = checks.cluster.hall;
  if (!hall.racks || !hall.servers_per_rack) return;
  const long long room = static_cast<long long>(*hall.racks) * *hall.servers_per_rack;
  if (bought > room)
    checks.problems.add({.code = "EB2027",
                         .message = fmt::format("{} racks of {} hold {} servers, but {} are bought", print_count(*hall.racks),
                                                print_count(*hall.servers_per_rack), print_count(room), print_count(bought)),
                         .span = checks.places.value(hall.span, "racks")});
}

}  // namespace

void check_dates(const Checks& checks) { check_dates_below(checks.document.root, checks.problems); }

void check_site(const Checks& checks) {
  const Cluster& c = checks.cluster;
  checks.part("plant", c.power.transformer, c.power.span, "transformer");
  checks.part("plant", c.power.ups_part, c.power.span, "ups_part");
  checks.part("plant", c.power.pdu, c.power.span, "pdu");
  checks.unique_names(c.supplies, "supplies");
  checks.unique_names(c.batteries, "batteries");
  for (const Supply& supply : c.supplies) check_supply(checks, supply);
  for (const Battery& battery : c.batteries) {
    checks.part("plant", battery.part, battery.span, "part");
    if (!checks.document.root.find("supply"))
      checks.problems.add({.code = "EB2007",
                           .message = "there is a battery, but nothing that charges it",
                           .span = battery.span,
                           .notes = {"a battery carries load for a while; it adds no energy"},
                           .hint = "add a [[supply]]"});
  }
}

namespace {

/// A limit below what an accelerator draws without work cannot be held.
void check_cap(const Checks& checks, const ServerGroup& group) {
  const auto server = checks.catalog.server(group.model);
  if (!checks.cluster.power.gpu_cap || !server) return;
  const auto gpu = checks.catalog.gpu(server->gpu);
  if (!gpu || !gpu->idle_power || *checks.cluster.power.gpu_cap > *gpu->idle_power) return;
  checks.problems.add({.code = "EB2025",
                       .message = fmt::format("a limit of {} cannot be held: {} draws {} without work",
                                              print(*checks.cluster.power.gpu_cap), gpu->title, print(*gpu->idle_power)),
                       .span = checks.places.value(checks.cluster.power.span, "gpu_cap"),
                       .hint = fmt::format("above {}, at most its rating of {}", print(*gpu->idle_power), print(gpu->tdp))});
}

}  // namespace

void check_machine(const Checks& checks) {
  const Cluster& c = checks.cluster;
  const Member* servers = checks.document.root.find("servers");
  if (servers && servers->value.kind == Node::Kind::array && servers->value.items.empty())
    checks.problems.add({.code = "EB2024", .message = "the file buys no servers", .span = servers->value.span});
  for (const ServerGroup& group : c.servers) {
    checks.part("server", group.model, group.span, "model");
    if (group.idle_power && group.training_power && *group.idle_power > *group.training_power)
      checks.problems.add({.code = "EB2025",
                           .message = fmt::format("\"{}\" draws more idle ({}) than training ({})", group.model,
                                                  print(*group.idle_power), print(*group.training_power)),
                           .span = checks.places.value(group.span, "idle_power")});
    if (group.training_power && group.nameplate_power && *group.training_power > *group.nameplate_power)
      checks.problems.add({.code = "EB2025",
                           .message = fmt::format("\"{}\" draws more in training ({}) than its nameplate allows ({})",
                                                  group.model, print(*group.training_power), print(*group.nameplate_power)),
                           .span = checks.places.value(group.span, "training_power")});
    check_cap(checks, group);
  }
  checks.part("switch", c.fabric.network_switch, c.fabric.span, "switch");
  checks.part("switch", c.fabric.front_end_switch, c.fabric.span, "front_end_switch");
  check_planes(checks);
  checks.part("switch", c.storage_network.network_switch, c.storage_network.span, "switch");
  checks.part("nic", c.storage_network.nic, c.storage_network.span, "nic");
  checks.part("switch", c.management.network_switch, c.management.span, "switch");
  checks.part("switch", c.management.aggregation_switch, c.management.span, "aggregation_switch");
  check_aggregation(checks);
  checks.part("optic", c.fabric.optic, c.fabric.span, "optic");
  checks.part("cable", c.fabric.cable, c.fabric.span, "cable");
  checks.part("storage", c.storage.part, c.storage.span, "part");
  checks.part("failure", c.failures.prior, c.failures.span, "prior");
}

void check_build(const Checks& checks) {
  const Cluster& c = checks.cluster;
  long long bought = 0, arrived = 0;
  for (const ServerGroup& group : c.servers) {
    if (!checks.places.sound(group.span)) return;
    bought += group.count;
  }
  check_room(checks, bought);
  std::map<std::string, long long> delivered;
  const std::size_t before = checks.problems.error_count();
  for (const Delivery& delivery : c.build.deliveries) {
    if (!checks.places.sound(delivery.span)) return;
    check_delivery(checks, delivery, delivered);
    arrived += delivery.servers;
    if (arrived > bought && checks.problems.error_count() == before)
      checks.problems.add(
          {.code = "EB2008",
           .message = fmt::format("{} servers are delivered, but {} are bought", print_count(arrived), print_count(bought)),
           .span = checks.places.value(delivery.span, "servers"),
           .hint = fmt::format("take {} off, or buy more", print_count(arrived - bought))});
  }
  if (!c.build.deliveries.empty() && arrived < bought)
    checks.problems.add(
        {.code = "EB2026",
         .severity = Severity::warning,
         .message = fmt::format("{} of {} servers never arrive", print_count(bought - arrived), print_count(bought)),
         .span = c.build.deliveries.back().span,
         .hint = "add a [[build.delivery]], or leave all of them out: then everything is there at the start"});
}

}  // namespace eigenbau::cluster

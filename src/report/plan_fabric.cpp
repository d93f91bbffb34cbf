// Which switches, links, cables and optics connect the servers?
#include <fmt/format.h>

#include "design/fabric_options.h"
#include "design/machine.h"
#include "perf/rank_group.h"
#include "report/plan_sections.h"
#include "units/print.h"

namespace eigenbau::report {
namespace {

Table bundle_table(const design::Fabric& fabric, const std::string& key) {
  Table table{.key = key + "_links",
              .title = "Links of the " + fabric.name + " network",
              .columns = {{.key = "tier", .label = "tier"},
                          {.key = "links", .label = "links", .form = Form::count},
                          {.key = "cables", .label = "cables", .form = Form::count},
                          {.key = "cable", .label = "cable"},
                          {.key = "switch_modules", .label = "modules in switches", .form = Form::count},
                          {.key = "server_modules", .label = "in NICs", .form = Form::count},
                          {.key = "mean_length", .label = "mean length", .dimension = kLength},
                          {.key = "longest", .label = "longest", .dimension = kLength},
                          {.key = "power", .label = "power", .dimension = kPower}}};
  for (const design::LinkBundle& bundle : fabric.bundles) {
    const std::string tier(design::name_of(bundle.tier)), cable = bundle.cable ? bundle.cable->name : "none";
    const std::string module = bundle.switch_optic ? bundle.switch_optic->name : "";
    table.rows.push_back(
        {.key = key_from(fmt::format("{} {} {}", tier, cable, module)),
         .cells = {tier, Number{static_cast<double>(bundle.links)}, Number{static_cast<double>(bundle.cables)}, cable,
                   Number{static_cast<double>(bundle.switch_modules)}, Number{static_cast<double>(bundle.server_modules)},
                   Number{bundle.mean_length.base()}, Number{bundle.longest.base()}, Number{bundle.power.base()}},
         .basis = bundle.switch_optic ? "module in the switch: " + module : ""});
  }
  return table;
}

void add_fabric(Section& section, const design::Fabric& fabric, bool headline) {
  const std::string key = key_from(fabric.name);
  const design::FabricWiring& wiring = fabric.wiring;
  std::string tiers = fmt::format("tiers of {}, {}", print_count(wiring.switches.leaf), print_count(wiring.switches.spine));
  if (wiring.switches.core > 0) tiers += ", " + print_count(wiring.switches.core);
  if (wiring.islands > 1) tiers += fmt::format("; {} islands side by side", wiring.islands);
  const bool more_than_ports = fabric.by_ports && fabric.by_ports->total() < wiring.switches.total();
  const std::string bound = more_than_ports
                                ? fmt::format("; {} + {} + {} = {} would have enough ports, but could not be wired evenly",
                                              print_count(fabric.by_ports->leaf), print_count(fabric.by_ports->spine),
                                              print_count(fabric.by_ports->core), print_count(fabric.by_ports->total()))
                                : "";
  Row& switches = add(section, key + "_switches", fmt::format("Switches, {}", fabric.name),
                      derived(static_cast<double>(wiring.switches.total()), fabric.derivation + bound), Form::count);
  switches.headline = headline;
  switches.remark = tiers;
  if (headline) {
    const design::Binding binding = design::binding_rule(fabric);
    add(section, key + "_bound_by", "Bound by, " + fabric.name, binding.rule).remark = binding.why;
  }
  add(section, key + "_part", "Switch, " + fabric.name, fabric.part.title).remark = fabric.part_from;
  if (fabric.upper) {
    add(section, key + "_upper_part", "Switch above, " + fabric.name, fabric.upper->title);
    add(section, key + "_uplink_speed", "Speed of uplinks, " + fabric.name, derived(fabric.uplink_speed)).unit = "Gb/s";
  }
  add(section, key + "_link_speed", "Link speed, " + fabric.name, derived(fabric.link_speed)).unit = "Gb/s";
  double links = 0, cables = 0, modules = 0;
  for (const design::LinkBundle& bundle : fabric.bundles) {
    links += static_cast<double>(bundle.links);
    cables += static_cast<double>(bundle.cables);
    modules += static_cast<double>(bundle.switch_modules + bundle.server_modules);
  }
  Row& cable_row = add(section, key + "_cables", fmt::format("Cables, {}", fabric.name),
                       derived(cables, "one trunk or cable for each link"), Form::count);
  cable_row.headline = headline;
  cable_row.remark = fmt::format("{} optical modules", print_count(static_cast<long long>(modules)));
  add(section, key + "_links", "Links, " + fabric.name, derived(links), Form::count);
  add(section, key + "_modules", "Optical modules, " + fabric.name, derived(modules), Form::count);
  add(section, key + "_oversubscription", "Oversubscription of leaves, " + fabric.name,
      derived(wiring.oversubscription, "bandwidth down over up, as wired"));
  if (wiring.pods > 1)
    add(section, key + "_pods", "Pods, " + fabric.name,
        derived(static_cast<double>(wiring.pods),
                fmt::format("{} units of {} servers in a pod", wiring.units_per_pod, wiring.servers_per_unit)),
        Form::count);
  if (wiring.tiers > 1) {
    add(section, key + "_bisection", "Bisection, " + fabric.name,
        derived(fabric.bisection, "bandwidth between two halves over what the servers of one half can send"), Form::share);
    add(section, key + "_leaf_out", "One leaf out, " + fabric.name,
        derived(fabric.one_out.unit_links, "of the links of each server of its unit"), Form::share);
    add(section, key + "_spine_out", "One spine out, " + fabric.name,
        derived(fabric.one_out.pod_uplinks, "of what leaves each leaf of its pod"), Form::share);
  }
  if (wiring.tiers > 2)
    add(section, key + "_core_out", "One core out, " + fabric.name, derived(fabric.one_out.core_links, "of what leaves each pod"),
        Form::share);
  if (wiring.tiers > 0 && fabric.demand.links_per_server > 0)
    add(section, key + "_server_link_out", "One server link out, " + fabric.name,
        derived(1.0 / (fabric.demand.links_per_server * fabric.wiring.copies), "of what its server sends"), Form::share);
  if (wiring.tiers > 1)
    add(section, key + "_leaf_link_out", "One link above a leaf out, " + fabric.name,
        derived(1.0 / wiring.leaf_up, "of what leaves the leaf"), Form::share);
  if (wiring.tiers > 2)
    add(section, key + "_spine_link_out", "One link above a spine out, " + fabric.name,
        derived(1.0 / (static_cast<double>(wiring.spines_per_pod) * wiring.spine_up), "of what leaves the pod"), Form::share);
  add(section, key + "_power", "Power, " + fabric.name, derived(fabric.typical(), "switches as they typically draw, and optics"));
}

/// What the worst flow gets beyond its leaf, and why another number of accelerators would or would not change it.
void add_worst_flow(Section& section, const study::Answer& answer) {
  const perf::Machine& machine = answer.design.machine;
  const int tiers = answer.design.back_end->wiring.tiers;
  if (tiers < 2) return;
  const perf::FabricTier& tier = machine.tiers[static_cast<std::size_t>(tiers - 1)];
  const design::FabricRouting routing = design::routing_of(answer.cluster.fabric, answer.design);
  const bool hashed = network::takes_one_path(routing.routing);
  const std::string why =
      hashed ? fmt::format("ECMP over {} queue pairs: the fullest link sets the pace, and is the fuller the more links there are",
                           routing.queue_pairs)
             : "all paths are used alike: follows oversubscription; the number of accelerators does not change it by itself";
  add(section, "back_end_worst_flow", "Worst flow, every adapter across the fabric",
      derived(tier.bandwidth_share, why + ", " + routing.from), Form::share)
      .remark = "of its adapter";
  add(section, "back_end_worst_ring_flow", "Worst flow, rings of neighboring servers",
      derived(machine.ring_share(machine.gpus, machine.scale_up_domain),
              fmt::format("one flow in {:.0f} leaves its leaf",
                          machine.tiers[0].gpus / std::max(1.0, 1.0 * machine.scale_up_domain))),
      Form::share)
      .remark = "of its adapter";
}

/// What rails without a switch between them cost a job, and what they do not.
void add_rails_apart(Section& section, const study::Answer& answer) {
  const perf::Machine& machine = answer.design.machine;
  if (machine.rails_apart <= 1) return;
  const Time each = perf::rail_crossing_time(kGigabyte, machine.scale_up_link(), machine);
  add(section, "back_end_rail_crossing", "From rail to rail, each GB that a GPU sends to all",
      derived(each, fmt::format("no switch joins two of the {} rails: {} of {} go over the scale-up links first",
                                machine.rails_apart, machine.rails_apart - 1, machine.rails_apart)))
      .remark = "in an all-to-all of experts; rings and stages of a pipeline keep to their rail and pay nothing";
}

}  // namespace

Section fabric_section(const study::Answer& answer) {
  const design::Design& design = answer.design;
  Section section{.key = "fabric", .title = "Fabric"};
  const std::pair<const std::optional<design::Fabric>*, bool> fabrics[] = {
      {&design.back_end, true}, {&design.front_end, false}, {&design.storage_network, false}, {&design.management, false}};
  for (const auto& [fabric, headline] : fabrics)
    if (*fabric) add_fabric(section, **fabric, headline);
  if (design.back_end) {
    add_worst_flow(section, answer);
    add_rails_apart(section, answer);
  }
  for (const auto& [fabric, headline] : fabrics)
    if (*fabric) section.items.push_back(bundle_table(**fabric, key_from((*fabric)->name)));
  if (design.storage.units > 0 && !design.storage_network)
    section.items.push_back(
        Remark{.text = design.front_end ? "storage shares the front-end network: no adapters of the servers are for it alone"
                                        : "storage nodes stand on no network: the servers have no adapters for one"});
  if (!design.back_end)
    section.items.push_back(
        Remark{.text = "there is no back-end network between the servers: the scale-up domain is all there is"});
  return section;
}

}  // namespace eigenbau::report

// Where do the watts come from, from the server to the meter?
#include <fmt/format.h>

#include <cmath>

#include "report/plan_sections.h"
#include "units/print.h"

namespace eigenbau::report {
namespace {

using design::Load;

constexpr std::pair<Load, const char*> kShown[] = {
    {Load::training, "training"}, {Load::provisioned, "provisioned"}, {Load::nameplate, "nameplate"}};

std::string chain(const design::PerGpu& each) {
  return fmt::format("server {} + network {} + storage {} + losses {} + cooling {}", print(each.server, 3),
                     print(each.network, 3), print(each.storage, 3), print(each.losses, 3), print(each.cooling, 3));
}

void add_site(Section& section, const design::Design& design) {
  const design::PerGpu training = design.per_gpu(Load::training), provisioned = design.per_gpu(Load::provisioned),
                       nameplate = design.per_gpu(Load::nameplate);
  const auto of_all = [&](const design::PerGpu& each) {
    return fmt::format("{} GPUs × {} at the meter", print_count(design.gpus), print(each.site(), 4));
  };
  Row& site = add(section, "site_training", "Site, all GPUs training", derived(training.site() * design.gpus, of_all(training)));
  site.headline = true;
  site.remark = fmt::format("{} per GPU at the meter", print(training.site(), 4));
  Row& reserved =
      add(section, "site_provisioned", "Site, as provisioned", derived(provisioned.site() * design.gpus, of_all(provisioned)));
  reserved.headline = true;
  reserved.remark = fmt::format("{} per GPU", print(provisioned.site(), 4));
  add(section, "site_nameplate", "Site, at nameplate", derived(nameplate.site() * design.gpus, of_all(nameplate)));
  add(section, "it_training", "IT, all GPUs training",
      derived(training.it() * design.gpus, "servers, switches, optics and storage, at their inputs"));
  add(section, "per_gpu_training", "Site power per GPU, training", derived(training.site(), chain(training))).unit = "W";
  add(section, "per_gpu_provisioned", "Site power per GPU, provisioned", derived(provisioned.site(), chain(provisioned))).unit =
      "W";
  add(section, "per_gpu_nameplate", "Site power per GPU, nameplate", derived(nameplate.site(), chain(nameplate))).unit = "W";
  Row& pue = add(
      section, "pue", "PUE while training",
      derived(training.pue(), design.cooling.pue_stated
                                  ? fmt::format("stated by the cluster file; the parts give {:.3f}", design.cooling.pue_derived)
                                  : "site power over IT power: " + design.cooling.derivation));
  pue.headline = true;
}

void add_servers(Section& section, const design::Design& design) {
  for (const design::ServerGroup& group : design.groups) {
    const std::string key = key_from(group.server.name);
    for (const Load load : design::kLoads) {
      const design::Watts& watts = group.power.at(load);
      Row& row = add(section, fmt::format("server_{}_{}", key, design::name_of(load)),
                     fmt::format("{}, {}", group.server.name, design::name_of(load)), stated(watts.value, watts.from));
      row.unit = "W";
      if (watts.assumed) row.remark = "assumed";
    }
  }
}

Stack chain_stack(const design::Design& design) {
  Stack stack{
      .key = "per_gpu_chain", .title = "Watts of one GPU, from its server to the meter", .dimension = kPower, .unit = "W"};
  for (const auto& [load, name] : kShown) {
    const design::PerGpu each = design.per_gpu(load);
    stack.bars.push_back({.key = name,
                          .label = name,
                          .segments = {{.key = "server", .label = "server", .amount = {each.server.base()}},
                                       {.key = "network", .label = "network", .amount = {each.network.base()}},
                                       {.key = "losses", .label = "losses", .amount = {each.losses.base()}},
                                       {.key = "cooling", .label = "cooling", .amount = {each.cooling.base()}}}});
    if (each.storage > Power{})
      stack.bars.back().segments.push_back({.key = "storage", .label = "storage", .amount = {each.storage.base()}});
  }
  return stack;
}

Table level_table(const design::PowerTree& tree) {
  Table table{.key = "levels",
              .title = "Power tree, from the utility inward",
              .columns = {{.key = "level", .label = "level"},
                          {.key = "part", .label = "part"},
                          {.key = "units", .label = "units", .form = Form::count},
                          {.key = "needed", .label = "needed", .form = Form::count},
                          {.key = "rating", .label = "rating each", .dimension = kPower},
                          {.key = "provisioned", .label = "provisioned load", .dimension = kPower},
                          {.key = "load_share", .label = "loaded", .form = Form::share},
                          {.key = "load_share_one_out", .label = "with one out", .form = Form::share},
                          {.key = "loss", .label = "loss, training", .dimension = kPower}}};
  for (const design::PowerLevel& level : tree.levels)
    table.rows.push_back(
        {.key = key_from(level.name),
         .cells = {level.name, level.part, Number{static_cast<double>(level.units)}, Number{static_cast<double>(level.needed)},
                   Number{level.rating.base()}, Number{level.provisioned.base()}, Number{level.load_share},
                   level.load_share_one_out > 0 ? Cell(Number{level.load_share_one_out}) : Cell(), Number{level.loss.base()}},
         .basis = level.derivation});
  return table;
}

Table cooling_table(const design::Cooling& cooling) {
  Table table{.key = "cooling",
              .title = "Cooling",
              .columns = {{.key = "unit", .label = "unit"},
                          {.key = "part", .label = "part"},
                          {.key = "units", .label = "units", .form = Form::count},
                          {.key = "rating", .label = "heat each", .dimension = kPower},
                          {.key = "heat", .label = "heat moved, training", .dimension = kPower},
                          {.key = "power", .label = "power, training", .dimension = kPower}}};
  for (const design::CoolingUnits& units : cooling.units)
    table.rows.push_back({.key = key_from(units.name),
                          .cells = {units.name, units.part, Number{static_cast<double>(units.units)}, Number{units.rating.base()},
                                    Number{units.heat.base()}, Number{units.power.base()}},
                          .basis = units.derivation});
  return table;
}

}  // namespace

Section power_section(const study::Answer& answer) {
  const design::Design& design = answer.design;
  Section section{.key = "power", .title = "Power"};
  const design::PerGpu training = design.per_gpu(Load::training);
  section.lead = fmt::format("One GPU in training draws {} in its server and {} at the meter; {} of them draw {}.",
                             print(training.server, 4), print(training.site(), 4), print_count(design.gpus),
                             print(training.site() * design.gpus, 3));
  add_site(section, design);
  Row& firm = add(section, "firm_supply", "Firm supply, once all of it stands",
                  derived(design.power.firm_supply, "every supply with a date, reserve units standing by"));
  if (training.site() > Power{})
    firm.remark = fmt::format("carries {} GPUs in training",
                              print_count(std::llround(std::floor(design::gpus_carried(design.site, design.power.firm_supply,
                                                                                       design.server_watts(Load::training))))));
  section.items.push_back(chain_stack(design));
  add_servers(section, design);
  section.items.push_back(level_table(design.power));
  if (!design.cooling.units.empty()) section.items.push_back(cooling_table(design.cooling));
  for (std::size_t i = 0; i < design.power.phases.size() && i < design.groups.size(); ++i) {
    const design::PhaseBalance& phase = design.power.phases[i];
    add(section, "phase_imbalance_" + key_from(design.groups[i].server.name),
        "Phase imbalance, racks of " + design.groups[i].server.name,
        derived(phase.rack_imbalance,
                fmt::format("{} single-phase supplies a rack; {:.1f} % over three racks that begin with the next phase",
                            phase.supplies_per_rack, 100 * phase.row_imbalance)),
        Form::share);
  }
  return section;
}

}  // namespace eigenbau::report

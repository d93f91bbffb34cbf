// How else could the back end be wired, for what price and watts, and what should its first stage hold ready?
#include <fmt/format.h>

#include "report/plan_sections.h"
#include "units/print.h"

namespace eigenbau::report {
namespace {

Cell money(const std::optional<Money>& value) { return value ? Cell{Number{value->base()}} : Cell{}; }

Table options_table(const std::vector<design::FabricOption>& options) {
  Table table{.key = "options",
              .title = "Other ways to wire the back end",
              .columns = {{.key = "option", .label = "way"},
                          {.key = "switch", .label = "switch"},
                          {.key = "tiers", .label = "tiers", .form = Form::count},
                          {.key = "switches", .label = "switches", .form = Form::count},
                          {.key = "by_ports", .label = "by ports", .form = Form::count},
                          {.key = "links", .label = "links", .form = Form::count},
                          {.key = "bisection", .label = "bisection", .form = Form::share},
                          {.key = "price", .label = "price", .dimension = kMoney},
                          {.key = "power", .label = "power", .dimension = kPower},
                          {.key = "bound_by", .label = "bound by"}}};
  for (const design::FabricOption& option : options) {
    TableRow row{.key = key_from(option.name), .cells = {option.name}, .basis = option.binds.why};
    if (const auto& fabric = option.fabric) {
      double links = 0;
      for (const design::LinkBundle& bundle : fabric->bundles) links += static_cast<double>(bundle.links);
      row.cells.insert(row.cells.end(),
                       {fabric->part.name, Number{static_cast<double>(fabric->wiring.tiers)},
                        Number{static_cast<double>(fabric->wiring.switches.total())},
                        fabric->by_ports ? Cell{Number{static_cast<double>(fabric->by_ports->total())}} : Cell{}, Number{links},
                        Number{fabric->bisection}, money(option.price), Number{fabric->typical().base()}});
      row.cells.emplace_back(option.binds.rule);
    }
    row.cells.resize(table.columns.size());
    table.rows.push_back(std::move(row));
  }
  return table;
}

Table growth_table(const design::Fabric& fabric, const std::vector<design::GrowthStage>& stages) {
  const bool cores = fabric.wiring.tiers == 3;
  Table table{.key = "growth",
              .title = cores ? "Growing in stages: cores for the stage, or for the end"
                             : "Growing in stages: spines for the stage, or for the end",
              .columns = {{.key = "gpus", .label = "GPUs of the stage", .form = Form::count},
                          {.key = "below", .label = cores ? "pods" : "leaves", .form = Form::count},
                          {.key = "top_switches", .label = cores ? "cores for it" : "spines for it", .form = Form::count},
                          {.key = "moved_cables", .label = "live cables that move later", .form = Form::count},
                          {.key = "ahead", .label = "more now, and none moves", .form = Form::count},
                          {.key = "price_ahead", .label = "their price", .dimension = kMoney}}};
  for (const design::GrowthStage& stage : stages)
    table.rows.push_back(
        {.key = fmt::format("{}", stage.gpus),
         .cells = {Number{static_cast<double>(stage.gpus)}, Number{static_cast<double>(stage.below)},
                   Number{static_cast<double>(stage.top_switches)}, Number{static_cast<double>(stage.moved_cables)},
                   Number{static_cast<double>(stage.ahead_of_need)}, money(stage.price_ahead)}});
  return table;
}

}  // namespace

void add_fabric_options(Section& section, const study::Study& study) {
  if (study.fabric_options.empty()) return;
  section.items.push_back(options_table(study.fabric_options));
  if (!study.middle.design.back_end) return;
  const design::Fabric& fabric = *study.middle.design.back_end;
  if (const auto stages = design::growth_stages(fabric); !stages.empty()) section.items.push_back(growth_table(fabric, stages));
}

}  // namespace eigenbau::report

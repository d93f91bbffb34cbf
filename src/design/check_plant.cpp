// Where do the power tree, the cooling and the supply of the site fall short?
#include <fmt/format.h>

#include <algorithm>

#include "design/size_plant.h"
#include "units/print.h"

namespace eigenbau::design {
namespace {

/// From this imbalance on, the highest phase deserves a word.
constexpr double kPhaseImbalance = 0.1;

void check_servers(const std::vector<ServerGroup>& groups, const PowerTree& tree, Diagnostics& findings) {
  for (std::size_t i = 0; i < groups.size(); ++i) {
    const catalog::Server& server = groups[i].server;
    const Power together = server.supply_power * server.supplies_needed;
    if (together > Power{} && together < groups[i].power.nameplate.value)
      findings.add({.code = "EB3303",
                    .severity = Severity::warning,
                    .message = fmt::format("{}: the {} supplies that must work give {}; the server is rated {}", server.name,
                                           server.supplies_needed, print(together), print(groups[i].power.nameplate.value)),
                    .span = groups[i].span});
    if (i < tree.phases.size() && tree.phases[i].rack_imbalance > kPhaseImbalance)
      findings.add(
          {.code = "EB3304",
           .severity = Severity::note,
           .message = fmt::format("{} supplies in a rack of {} put {} more than the mean on one phase",
                                  tree.phases[i].supplies_per_rack, server.name, print(Share{tree.phases[i].rack_imbalance})),
           .span = groups[i].span,
           .hint = "let neighboring racks begin with the next phase"});
  }
}

void check_cooling(const cluster::Site& site, const std::vector<ServerGroup>& groups, const SitePlant& plant,
                   Diagnostics& findings) {
  for (const ServerGroup& group : groups)
    if (site.cooling == catalog::Cooling::air && group.server.cooling != catalog::Cooling::air)
      findings.add({.code = "EB3104",
                    .severity = Severity::warning,
                    .message = fmt::format("{} needs a liquid loop; the site is cooled by air", group.server.name),
                    .span = group.span});
  if (plant.cooling.pue_stated && plant.cooling.pue < plant.cooling.pue_derived * 0.98)
    findings.add({.code = "EB3401",
                  .severity = Severity::warning,
                  .message = fmt::format("PUE {:.3f} is stated; the parts of the design come to {:.3f}", plant.cooling.pue,
                                         plant.cooling.pue_derived),
                  .span = site.span});
  if (site.water_per_day && plant.cooling.water_evaporative * kDay > *site.water_per_day) {
    const double dry = 1 - *site.water_per_day / (plant.cooling.water_evaporative * kDay);
    findings.add({.code = "EB3402",
                  .severity = Severity::note,
                  .message = fmt::format("evaporating all heat would take {} of water a day; the site may draw {}",
                                         print(plant.cooling.water_evaporative * kDay), print(*site.water_per_day)),
                  .span = site.span,
                  .notes = {fmt::format("at least {} of the heat has to leave through dry coolers", print(Share{dry}))}});
  }
}

void check_supply(const cluster::Cluster& cluster, const SitePlant& plant, Diagnostics& findings) {
  const PowerTree& tree = plant.power;
  const bool dated = std::ranges::any_of(cluster.supplies, [](const cluster::Supply& supply) { return supply.from.has_value(); });
  if (!dated || tree.firm_supply >= tree.site_nameplate) return;
  const bool trains = tree.firm_supply >= tree.site_training;
  Diagnostic finding{.code = "EB3301",
                     .severity = trains ? Severity::note : Severity::warning,
                     .message = fmt::format("all supplies give {} firm; the finished site draws {} in training, {} at nameplate",
                                            print(tree.firm_supply), print(tree.site_training), print(tree.site_nameplate)),
                     .span = cluster.supplies.front().span};
  if (!trains)
    finding.notes.push_back(
        fmt::format("{} of {} accelerators can train at once",
                    print_count(static_cast<long long>(plant.law.gpus * (tree.firm_supply / tree.site_training))),
                    print_count(static_cast<long long>(plant.law.gpus))));
  findings.add(std::move(finding));
}

}  // namespace

void check_plant(const cluster::Cluster& cluster, const std::vector<ServerGroup>& groups, const SitePlant& plant,
                 Diagnostics& findings) {
  check_servers(groups, plant.power, findings);
  check_cooling(cluster.site, groups, plant, findings);
  check_supply(cluster, plant, findings);
  for (const PowerLevel& level : plant.power.levels)
    if (!level.inside_it && level.redundancy == cluster::Redundancy::n_plus_1 && !level.survives_one_out)
      findings.add({.code = "EB3302",
                    .severity = Severity::warning,
                    .message = fmt::format("{}: with one of {} out, the others would carry {} of their rating", level.name,
                                           print_count(level.units), print(Share{level.load_share_one_out})),
                    .span = cluster.power.span});
}

}  // namespace eigenbau::design

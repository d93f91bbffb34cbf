// Do the supplies, the watts and the NICs of a server add up?
#include <fmt/format.h>

#include "catalog/lint_rules.h"
#include "units/print.h"

namespace eigenbau::catalog {
namespace {

void check_supplies(const Server& server, Findings& findings) {
  if (server.supplies_needed > server.supplies)
    findings.add(Severity::error, "EB1303", "supplies_needed",
                 fmt::format("needs {} supplies but has {}", server.supplies_needed, server.supplies));
  const Power sure = std::min(server.supplies_needed, server.supplies) * server.supply_power;
  if (sure < server.nameplate_power)
    findings.add(Severity::error, "EB1303", "supply_power",
                 fmt::format("{} supplies of {} carry {}, less than the nameplate of {}", server.supplies_needed,
                             print(server.supply_power), print(sure), print(server.nameplate_power)),
                 "more supplies must be needed for full power, or the nameplate is another product's");
  const Power one_lost = (server.supplies - 1) * server.supply_power;
  if (server.supplies > 1 && one_lost < server.nameplate_power)
    findings.add(
        Severity::warning, "EB1303", "supplies",
        fmt::format("with one supply lost, {} remain for a nameplate of {}", print(one_lost), print(server.nameplate_power)));
}

struct Watts {
  std::string_view field;
  std::optional<Power> power;
};

void check_watts(const Server& server, Findings& findings) {
  const Watts rising[] = {{"idle_power", server.idle_power},
                          {"inference_power", server.inference_power},
                          {"training_power", server.training_power},
                          {"nameplate_power", server.nameplate_power}};
  const Watts* below = nullptr;
  for (const Watts& watts : rising) {
    if (!watts.power) {
      findings.add(Severity::warning, "EB1304", "", fmt::format("`{}` is missing", watts.field));
      continue;
    }
    if (below && *below->power > *watts.power)
      findings.add(
          Severity::error, "EB1304", watts.field,
          fmt::format("`{}` ({}) is above `{}` ({})", below->field, print(*below->power), watts.field, print(*watts.power)));
    below = &watts;
  }
}

void check_gpus(const Server& server, Findings& findings) {
  const auto gpu = findings.catalog().gpu(server.gpu);
  if (!gpu) return findings.add(Severity::error, "EB1305", "gpu", fmt::format("there is no gpu called \"{}\"", server.gpu));
  const Power gpus = server.gpus * gpu->tdp;
  if (gpus > server.nameplate_power)
    findings.add(Severity::error, "EB1303", "nameplate_power",
                 fmt::format("{} accelerators at their limit of {} take {}, more than the nameplate of {}", server.gpus,
                             print(gpu->tdp), print(gpus), print(server.nameplate_power)));
  if (server.gpus % server.scale_up_domain != 0 && server.scale_up_domain % server.gpus != 0)
    findings.add(Severity::error, "EB1302", "scale_up_domain",
                 fmt::format("{} accelerators do not divide into domains of {}", server.gpus, server.scale_up_domain));
}

void check_nics(const Server& server, Findings& findings) {
  for (const auto& [field, name, count] : {std::tuple{"nic", server.nic, server.back_end_nics},
                                           std::tuple{"front_end_nic", server.front_end_nic, server.front_end_nics},
                                           std::tuple{"storage_nic", server.storage_nic, server.storage_nics}}) {
    if (!name.empty() && !findings.catalog().nic(name))
      findings.add(Severity::error, "EB1305", field, fmt::format("there is no nic called \"{}\"", name));
    if (name.empty() && count > 0)
      findings.add(Severity::error, "EB1302", field, fmt::format("has {} adapters of no stated kind", count));
  }
  const int nics = server.back_end_nics;
  if (nics > 0 && server.gpus % nics != 0 && nics % server.gpus != 0)
    findings.add(Severity::error, "EB1302", "back_end_nics",
                 fmt::format("{} NICs cannot be shared out evenly among {} accelerators", nics, server.gpus));
}

}  // namespace

void lint_server(const Server& server, Findings& findings) {
  check_supplies(server, findings);
  check_watts(server, findings);
  check_gpus(server, findings);
  check_nics(server, findings);
  if ((server.cooling == Cooling::air) != (server.liquid_share <= 0))
    findings.add(Severity::warning, "EB1304", "cooling", "the share of its heat that goes to liquid contradicts its cooling");
  if (!server.price) findings.add(Severity::note, "EB1306", "", "no price");
  else if (server.price_date.empty()) findings.add(Severity::note, "EB1306", "price", "a price without its date");
}

}  // namespace eigenbau::catalog

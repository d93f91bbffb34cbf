// What does one server draw: rated, reserved, training, serving, idle, and who says so?
#include <fmt/format.h>

#include <algorithm>

#include "design/server_group.h"
#include "units/print.h"

namespace eigenbau::design {
namespace {

using Who = std::function<Provenance(std::string_view)>;

std::string in_catalog(const catalog::Server& server, std::string_view field, const Who& who) {
  const Provenance said = who ? who(field) : Provenance{};
  std::string text = fmt::format("catalog server {}, {}", server.name, field);
  if (!said.source.empty()) text += ": " + said.source;
  if (!said.date.empty()) text += fmt::format(" ({})", said.date);
  return text;
}

/// The file's figure, else the catalog's; nothing if neither states it.
std::optional<Watts> stated_watts(const cluster::ServerGroup& group, const std::optional<Power>& file,
                                  const catalog::Server& server, const std::optional<Power>& part, std::string_view field,
                                  const Who& who) {
  if (file) return Watts{*file, fmt::format("cluster file, line {}, {}", group.span.line, field)};
  if (part) return Watts{*part, in_catalog(server, field, who)};
  return std::nullopt;
}

Watts share_of(const Watts& whole, double share, std::string_view name) {
  return {whole.value * share, fmt::format("{:.2f} of {}", share, name), true};
}

void apply_cap(ServerPower& power, const catalog::Server& server, Power cap) {
  if (server.gpus <= 0 || cap >= power.gpu_training) return;
  const Power saved = (power.gpu_training - cap) * server.gpus;
  power.gpu_training = cap;
  for (Watts* watts : {&power.training, &power.inference}) {
    watts->value = std::max(watts->value - saved, power.idle.value);
    watts->from += fmt::format(", accelerators capped at {}", print(cap));
  }
}

}  // namespace

std::string_view name_of(Load load) {
  switch (load) {
    case Load::nameplate:
      return "nameplate";
    case Load::provisioned:
      return "provisioned";
    case Load::training:
      return "training";
    case Load::inference:
      return "inference";
    case Load::idle:
      return "idle";
  }
  return "";
}

const Watts& ServerPower::at(Load load) const {
  switch (load) {
    case Load::nameplate:
      return nameplate;
    case Load::provisioned:
      return provisioned;
    case Load::training:
      return training;
    case Load::inference:
      return inference;
    case Load::idle:
      break;
  }
  return idle;
}

ServerPower server_power(const cluster::ServerGroup& stated, const catalog::Server& server, const catalog::Gpu& gpu,
                         std::optional<Power> gpu_cap, const Who& who) {
  const auto watts = [&](const std::optional<Power>& file, const std::optional<Power>& part, std::string_view field) {
    return stated_watts(stated, file, server, part, field, who);
  };
  ServerPower power;
  power.nameplate = *watts(stated.nameplate_power, server.nameplate_power, "nameplate_power");
  power.provisioned = watts(stated.provisioned_power, server.provisioned_power, "provisioned_power")
                          .value_or(Watts{power.nameplate.value, "nameplate: no lower figure is stated to plan with"});
  power.training = watts(stated.training_power, server.training_power, "training_power")
                       .value_or(share_of(power.nameplate, kTrainingShareOfNameplate, "nameplate"));
  power.inference = watts(stated.inference_power, server.inference_power, "inference_power")
                        .value_or(Watts{power.training.value, "as while training: the most that serving can draw", true});
  power.idle = watts(stated.idle_power, server.idle_power, "idle_power")
                   .value_or(share_of(power.nameplate, kIdleShareOfNameplate, "nameplate"));
  if (server.gpus > 0) {
    const Power rest = server.non_gpu_power.value_or(power.nameplate.value - gpu.tdp * server.gpus);
    power.gpu_training = std::clamp((power.training.value - rest) / server.gpus, Power{}, gpu.tdp);
  }
  if (gpu_cap) apply_cap(power, server, *gpu_cap);
  return power;
}

}  // namespace eigenbau::design

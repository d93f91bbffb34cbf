// What the laws need to know of a cluster: accelerators, links, NICs, fabric tiers, watts.
#include "perf/machine.h"

#include <algorithm>

namespace eigenbau::perf {

Bandwidth host_link(const catalog::Gpu& gpu) {
  constexpr Bandwidth kUsual = 32 * kGigabytePerSecond;
  return gpu.host_bandwidth.value_or(kUsual);
}

std::optional<Bandwidth> network_limit(const catalog::Gpu& gpu) {
  const bool on_chip = gpu.host_bandwidth && gpu.usual_nic && *gpu.usual_nic > *gpu.host_bandwidth;
  return on_chip ? std::nullopt : gpu.host_bandwidth;
}

Bandwidth usual_nic(const catalog::Gpu& gpu) {
  constexpr Bandwidth kOfMost = 400 * kGigabitPerSecond;
  return gpu.usual_nic.value_or(kOfMost);
}

LinkLayout link_layout(const catalog::Gpu& gpu, int domain) {
  return {.mesh = gpu.vendor == "amd" ? domain : 0, .torus = gpu.torus};
}

int usual_domain(const catalog::Gpu& gpu) {
  constexpr int kServer = 8;
  return gpu.scale_up_domain > 1 || gpu.scale_up_bandwidth > Bandwidth{} ? std::max(1, gpu.scale_up_domain) : kServer;
}

Machine machine_of(const catalog::Gpu& gpu, int gpus) {
  Machine machine;
  machine.gpu = gpu;
  machine.gpus = gpus;
  machine.scale_up_domain = usual_domain(gpu);
  machine.nic_per_gpu = usual_nic(gpu);
  machine.nics_per_domain = machine.scale_up_domain;
  return machine;
}

}  // namespace eigenbau::perf

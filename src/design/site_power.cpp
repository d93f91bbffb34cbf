// How many watts at the meter does one accelerator cost, and so: how many does a supply carry?
#include "design/site_power.h"

#include <algorithm>

namespace eigenbau::design {
namespace {

/// Loss of the levels one after another, each carrying what the one below takes.
Power losses_of(const std::vector<LossLaw>& levels, Power load) {
  Power loss{};
  for (const LossLaw& level : levels) loss += level.loss(load + loss);
  return loss;
}

}  // namespace

PerGpu watts_per_gpu(const SitePowerLaw& law, Power server) {
  PerGpu watts{.server = server, .network = law.network, .storage = law.storage};
  const Power in_hall = losses_of(law.it_levels, watts.it());
  const Power liquid = server * law.liquid_share;
  const Power air = watts.it() - liquid + in_hall;
  const Power coolers = liquid * law.liquid_cooling + air * law.air_cooling;

  const Power before_site = watts.it() + in_hall;
  const Power outdoors_it = losses_of(law.site_levels, before_site);
  const Power outdoors = losses_of(law.site_levels, before_site + coolers);
  watts.losses = in_hall + outdoors_it;
  watts.cooling = coolers + (outdoors - outdoors_it);
  if (law.pue > 0) watts.cooling = watts.it() * law.pue - watts.it() - watts.losses;
  return watts;
}

Power site_power(const SitePowerLaw& law, double gpus, Power server) {
  return watts_per_gpu(law, server).site() * std::max(gpus, 0.0);
}

double gpus_carried(const SitePowerLaw& law, Power site, Power server) {
  const Power each = watts_per_gpu(law, server).site();
  return site > Power{} && each > Power{} ? site / each : 0;
}

}  // namespace eigenbau::design

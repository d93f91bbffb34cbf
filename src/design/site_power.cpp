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

Power server_watts_on(const SitePowerLaw& law, double gpus, Power site) {
  if (gpus <= 0) return {};
  const Power each = site / gpus;
  Power low{}, high = each;  // the meter never shows less than the server draws
  if (watts_per_gpu(law, low).site() >= each) return {};
  for (int halving = 0; halving < 60; ++halving) {
    const Power middle = (low + high) / 2;
    (watts_per_gpu(law, middle).site() <= each ? low : high) = middle;
  }
  return low;
}

}  // namespace eigenbau::design

// What does a fabric pass that is oversubscribed beyond its leaves?
#include "perf/oversubscription.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace eigenbau::perf {

void oversubscribe(Machine& machine, double ratio) {
  constexpr int kLeafServers = 32, kServer = 8;
  if (machine.tiers[0].gpus == 0) machine.tiers[0] = {kLeafServers * std::max(kServer, machine.scale_up_domain), 1};
  if (machine.tiers[1].gpus == 0) machine.tiers[1] = {std::numeric_limits<int>::max(), 1};
  for (std::size_t tier = 1; tier < machine.tiers.size(); ++tier) {
    machine.tiers[tier].bandwidth_share = 1 / ratio;
    for (int step = kNearest; step <= kFarthest; ++step)
      machine.tiers[tier].ring_share[static_cast<std::size_t>(step - kNearest)] =
          std::min(1.0, 1 / (std::min(1.0, std::exp2(step)) * ratio));
  }
}

}  // namespace eigenbau::perf

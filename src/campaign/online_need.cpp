// "So many accelerators online on so much power": can it be, and how much is missing?
#include "campaign/online_need.h"

#include <algorithm>

namespace eigenbau::campaign {

PowerNeed power_need(const SiteDraw& draw, Power accelerator_rating, double gpus, Power supply, double tolerance) {
  PowerNeed need;
  need.supply = supply;
  need.accelerator_rating = accelerator_rating;
  need.carried = draw.carried(supply, draw.board);
  if (gpus <= 0) {
    need.verdict = PowerVerdict::holds;
    return need;
  }
  const Power standing = draw.standing / gpus;
  need.per_gpu = supply / gpus;
  need.needed_per_gpu = draw.per_gpu + standing;
  need.lowest_per_gpu = draw.per_gpu_at(kLowestCapShare * draw.board) + standing;
  need.shortfall = std::max(Power{}, gpus * need.needed_per_gpu - supply);
  const Power there = need.per_gpu * (1 + tolerance);
  if (there >= need.needed_per_gpu) {
    need.verdict = PowerVerdict::holds;
  } else if (there >= need.floor_per_gpu()) {
    need.verdict = PowerVerdict::holds_if_capped;
    need.cap = draw.cap_for(need.per_gpu - standing);
  }
  return need;
}

}  // namespace eigenbau::campaign

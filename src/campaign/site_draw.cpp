// How many watts does the site draw with so many accelerators online under so low a cap, and how fast are they then?
#include "campaign/site_draw.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace eigenbau::campaign {

namespace {

/// Whole accelerators; a count that misses the next by rounding alone is that count.
double whole(double gpus) { return std::floor(gpus + 1e-6); }

RunningPoint running_point(const SiteDraw& draw, double gpus, Power cap) {
  return {gpus, cap, draw.per_gpu_at(cap), draw.site(gpus, cap), gpus * speed_under_cap(cap, draw.board)};
}

RunningPoint as_many_as_run(const SiteDraw& draw, double gpus_there, Power supply, Power cap) {
  return running_point(draw, std::min(gpus_there, whole(draw.carried(supply, cap))), cap);
}

/// Highest cap at which all of them run, within what a cap may be.
Power cap_for_all(const SiteDraw& draw, double gpus_there, Power supply) {
  const Power lowest = kLowestCapShare * draw.board;
  if (gpus_there <= 0) return draw.board;
  return std::clamp(draw.cap_for((supply - draw.standing) / gpus_there), lowest, draw.board);
}

/// Cap of the most work where the supply alone limits the count.
Power cap_of_most_work(const SiteDraw& draw) {
  const Power not_saved = draw.per_gpu - draw.meter_per_board * draw.board;
  return kCapExponent / (1 - kCapExponent) / draw.meter_per_board * not_saved;
}

}  // namespace

double SiteDraw::carried(Power supply, Power cap) const {
  const Power each = per_gpu_at(cap);
  if (each <= Power{}) return std::numeric_limits<double>::max();
  return std::max(0.0, (supply - standing) / each);
}

double speed_under_cap(Power cap, Power board) {
  if (board <= Power{} || cap >= board) return 1;
  return std::pow(cap / board, kCapExponent);
}

PowerTradeOff power_trade_off(const SiteDraw& draw, double gpus_there, Power supply) {
  PowerTradeOff result;
  result.full_few = as_many_as_run(draw, gpus_there, supply, draw.board);
  const Power all = cap_for_all(draw, gpus_there, supply);
  result.capped_many = as_many_as_run(draw, gpus_there, supply, all);
  const Power most = std::clamp(cap_of_most_work(draw), all, draw.board);
  result.best = as_many_as_run(draw, gpus_there, supply, most);
  if (result.full_few.work >= result.best.work) result.best = result.full_few;
  if (result.full_few.work > 0) result.gain = result.best.work / result.full_few.work - 1;
  return result;
}

}  // namespace eigenbau::campaign

// "So many accelerators online on this day, fed by these supplies": can it be, and what closes the gap?
#include "campaign/online_need.h"

#include <algorithm>

#include "campaign/supply.h"

namespace eigenbau::campaign {

namespace {

Power missing(Power needed, Power there) { return std::max(Power{}, needed - there); }

/// Days on which a supply of the file begins, in order.
std::vector<Date> supply_dates(const cluster::Cluster& cluster) {
  std::vector<Date> dates;
  for (const cluster::Supply& supply : cluster.supplies)
    if (supply.from) dates.push_back(*supply.from);
  std::ranges::sort(dates);
  return dates;
}

bool is_named(const cluster::OnlineClaim& claim, const std::string& name) {
  return claim.supplied_by.empty() || std::ranges::find(claim.supplied_by, name) != claim.supplied_by.end();
}

}  // namespace

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
  need.shortfall = missing(gpus * need.needed_per_gpu, supply);
  need.shortfall_capped = missing(gpus * need.floor_per_gpu(), supply);
  const Power there = need.per_gpu * (1 + tolerance);
  if (there >= need.needed_per_gpu) {
    need.verdict = PowerVerdict::holds;
  } else if (there >= need.floor_per_gpu()) {
    need.verdict = PowerVerdict::holds_if_capped;
    need.cap = draw.cap_for(need.per_gpu - standing);
  }
  return need;
}

OnlineNeed online_need(const cluster::Cluster& cluster, const std::vector<bool>& comes, const SiteDraw& draw,
                       Power accelerator_rating, const cluster::OnlineClaim& claim, double tolerance) {
  OnlineNeed result;
  result.gpus = claim.gpus_online;
  const std::vector<Date> dates = supply_dates(cluster);
  result.on = claim.on ? *claim.on : dates.empty() ? Date{} : dates.back();
  auto need = [&](Power supply) { return power_need(draw, accelerator_rating, result.gpus, supply, tolerance); };

  std::vector<bool> fed = comes;
  for (std::size_t i = 0; i < fed.size(); ++i) fed[i] = fed[i] && is_named(claim, cluster.supplies[i].name);
  const SupplyOnDay named = supply_on(cluster.supplies, fed, result.on);
  result.need = need(named.stretch);
  result.with_reserve = need(named.counted);

  Power before = named.stretch;
  for (std::size_t i = 0; i < fed.size(); ++i) {
    if (fed[i] || !comes[i]) continue;
    if (!result.closers.empty() && result.closers.back().with_reserve.verdict == PowerVerdict::holds) break;
    if (result.closers.empty() && result.with_reserve.verdict == PowerVerdict::holds) break;
    fed[i] = true;
    const SupplyOnDay wider = supply_on(cluster.supplies, fed, result.on);
    if (wider.stretch > before) result.closers.push_back({cluster.supplies[i].name, need(wider.stretch), need(wider.counted)});
    before = wider.stretch;
  }
  for (const Date day : dates) {
    const PowerVerdict verdict = need(supply_on(cluster.supplies, comes, day).counted).verdict;
    if (!result.earliest_capped && verdict != PowerVerdict::cannot_be) result.earliest_capped = day;
    if (!result.earliest && verdict == PowerVerdict::holds) result.earliest = day;
  }
  return result;
}

}  // namespace eigenbau::campaign

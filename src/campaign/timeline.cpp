// How many accelerators are online each day, what do they draw, and what keeps them from being more?
#include "campaign/timeline.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace eigenbau::campaign {

namespace {

int whole(double gpus) { return static_cast<int>(std::min(std::floor(gpus + 1e-6), 2e9)); }

RunningPoint running(const SiteDraw& draw, CapPolicy policy, int wired, Power supply) {
  const PowerTradeOff all = power_trade_off(draw, wired, supply);
  if (policy == CapPolicy::full_few) return all.full_few;
  return policy == CapPolicy::capped_many ? all.capped_many : all.best;
}

/// The step between bought and wired at which most accelerators are held up.
Limit largest_gap(int bought, const Day& day) {
  const std::array<std::pair<int, Limit>, 4> gaps{{{bought - day.delivered, Limit::delivered},
                                                   {day.delivered - day.installed, Limit::installed},
                                                   {day.installed - day.accepted, Limit::accepted},
                                                   {day.accepted - day.wired, Limit::wired}}};
  return std::ranges::max_element(gaps, {}, &std::pair<int, Limit>::first)->second;
}

Limit limit_of(int bought, const Day& day) {
  if (day.online < day.wired) return Limit::powered;
  return day.online >= bought ? Limit::all_online : largest_gap(bought, day);
}

Date month_of(Date day) {
  const std::chrono::year_month_day date{day};
  return date.year() / date.month() / std::chrono::day{1};
}

}  // namespace

std::vector<Day> timeline(const cluster::Cluster& cluster, const CampaignInput& input, Date first, int days) {
  const BuildOutInput build =
      build_out_input(cluster, input.gpus, input.gpus_per_server, first, input.dead_on_arrival_prior, input.repair_prior);
  std::vector<Day> line;
  line.reserve(static_cast<std::size_t>(days));
  RunningPoint point;
  for (const BuildOutDay& built : build_out(build, first, days)) {
    Day day;
    day.date = first + std::chrono::days(line.size());
    day.supply = supply_on(cluster.supplies, input.options.comes, day.date);
    day.delivered = whole(built.delivered);
    day.installed = whole(built.installed);
    day.accepted = whole(built.accepted);
    day.wired = whole(built.wired);
    if (line.empty() || line.back().wired != day.wired || line.back().supply != day.supply)
      point = running(input.draw, input.options.policy, day.wired, day.supply.counted);
    day.cap = point.cap;
    day.powered = whole(input.draw.carried(day.supply.counted, day.cap));
    day.online = whole(point.gpus);
    day.limit = limit_of(whole(input.gpus), day);
    day.drawn = day.online > 0 ? point.site : Power{};
    day.work = point.work;
    line.push_back(day);
  }
  return line;
}

std::vector<Month> months(const std::vector<Day>& days) {
  std::vector<Month> result;
  for (const Day& day : days) {
    if (result.empty() || month_of(result.back().first) != month_of(day.date)) {
      result.emplace_back();
      result.back().first = day.date;
    }
    Month& month = result.back();
    const Power generated = std::max(Power{}, day.drawn - day.supply.grid);
    ++month.days;
    month.energy += day.drawn * kDay;
    month.generated += generated * kDay;
    month.peak = std::max(month.peak, day.drawn);
    month.grid_peak = std::max(month.grid_peak, day.drawn - generated);
    month.gpu_time += day.online * kDay;
    month.work_days += day.work;
  }
  return result;
}

std::vector<SupplyStage> supply_stages(const cluster::Cluster& cluster, const CampaignInput& input) {
  std::vector<Date> changes;
  for (const cluster::Supply& supply : cluster.supplies) {
    if (supply.from) changes.push_back(*supply.from);
    if (supply.from && supply.until) changes.push_back(*supply.until + std::chrono::days(1));
  }
  std::ranges::sort(changes);
  std::vector<SupplyStage> stages;
  for (const Date date : changes) {
    const SupplyOnDay supply = supply_on(cluster.supplies, input.options.comes, date);
    if (!stages.empty() && stages.back().supply == supply) continue;
    stages.push_back({date, supply, power_trade_off(input.draw, input.gpus, supply.counted)});
  }
  return stages;
}

}  // namespace eigenbau::campaign

// What happens over time: supply, build-out, accelerators online, training jobs, energy, day by day.
#include "campaign/campaign.h"

#include <algorithm>
#include <cmath>

#include "campaign/job_days.h"
#include "campaign/timeline.h"

namespace eigenbau::campaign {

namespace {

/// First day of the campaign: when the build begins, else what is dated first.
std::optional<Date> first_day(const cluster::Cluster& cluster) {
  if (cluster.build.start) return cluster.build.start;
  std::optional<Date> first;
  auto consider = [&](const std::optional<Date>& date) {
    if (date && (!first || *date < *first)) first = date;
  };
  for (const cluster::Delivery& delivery : cluster.build.deliveries) consider(delivery.from);
  if (!first)
    for (const cluster::Supply& supply : cluster.supplies) consider(supply.from);
  return first;
}

void supply_events(const cluster::Cluster& cluster, const std::vector<bool>& comes, std::vector<Event>& events) {
  for (std::size_t i = 0; i < cluster.supplies.size(); ++i) {
    const cluster::Supply& supply = cluster.supplies[i];
    if (!supply.from || !comes[i]) continue;
    events.push_back({*supply.from, EventKind::supply_begins, supply.name, 0});
    if (supply.until) events.push_back({*supply.until, EventKind::supply_ends, supply.name, 0});
  }
}

void build_events(const std::vector<Day>& days, int bought, std::vector<Event>& events) {
  auto first = [&](EventKind kind, auto holds) {
    const auto day = std::ranges::find_if(days, holds);
    if (day != days.end()) events.push_back({day->date, kind, "", day->online});
  };
  first(EventKind::delivery_begins, [](const Day& day) { return day.delivered > 0; });
  const int most = days.empty() ? 0 : days.back().delivered;
  first(EventKind::delivery_ends, [most](const Day& day) { return most > 0 && day.delivered >= most; });
  first(EventKind::first_online, [](const Day& day) { return day.online > 0; });
  first(EventKind::all_online, [bought](const Day& day) { return bought > 0 && day.online >= bought; });
}

void job_events(const std::vector<TrainingRun>& runs, std::vector<Event>& events) {
  for (const TrainingRun& run : runs) {
    int before = 0;
    for (const RunStage& stage : run.stages) {
      if (stage.run.gpus == before) continue;
      const EventKind kind = before == 0 ? EventKind::job_starts : EventKind::job_replans;
      events.push_back({stage.from, kind, run.name, stage.run.gpus});
      before = stage.run.gpus;
    }
    if (run.done) events.push_back({*run.done, EventKind::job_done, run.name, before});
  }
}

std::optional<Date> reached(const std::vector<Day>& days, double gpus) {
  if (gpus <= 0) return std::nullopt;
  const auto day = std::ranges::find_if(days, [gpus](const Day& d) { return d.online >= gpus; });
  if (day == days.end()) return std::nullopt;
  return day->date;
}

std::vector<std::string> unknown_things(const cluster::Cluster& cluster, const CampaignInput& input, bool dated) {
  std::vector<std::string> result;
  if (!dated) result.emplace_back("the calendar: neither the build nor a supply has a date; all is taken to be there");
  if (cluster.supplies.empty())
    result.emplace_back("a limit of the supply: none is stated, what the machine draws is taken to be there");
  for (const cluster::Supply& supply : cluster.supplies) {
    if (!supply.from && dated) result.push_back("supply \"" + supply.name + "\", whose date is unknown");
    if (!supply.power && !supply.unit_power) result.push_back("supply \"" + supply.name + "\", whose power is unknown");
  }
  for (const cluster::Delivery& delivery : cluster.build.deliveries)
    if (!delivery.from && dated) result.emplace_back("the date of a delivery: the start of the build stands in");
  if (input.restart.total() <= Time{}) result.emplace_back("the time to restart a job, which is unknown");
  return result;
}

/// The file with what stands in where it is silent: a supply that carries the machine where none is stated; where nothing is
/// dated, everything from the first day on, the jobs' own dates left out.
cluster::Cluster completed(const cluster::Cluster& cluster, const CampaignInput& input, Date first, bool dated) {
  cluster::Cluster result = cluster;
  if (result.supplies.empty()) {
    cluster::Supply enough;
    enough.power = input.draw.site(input.gpus, input.draw.board) * (1 + 1e-9);
    enough.from = first;
    result.supplies.push_back(enough);
  }
  if (dated) return result;
  for (cluster::Supply& supply : result.supplies) supply.from = first;
  for (cluster::TrainingJob& job : result.training) {
    job.start.on.reset();
    job.deadline.reset();
  }
  return result;
}

/// Days, months and runs from `first` on.
void follow(const cluster::Cluster& cluster, CampaignInput input, Date first, Campaign& campaign) {
  if (input.options.comes.size() != cluster.supplies.size()) input.options.comes = likely_supplies(cluster.supplies);
  const int days = std::max(1, static_cast<int>(std::ceil(input.options.horizon / kDay)));
  campaign.days = timeline(cluster, input, first, days);
  campaign.months = months(campaign.days);
  campaign.runs = training_runs(cluster, campaign.days, input);
  for (const Day& day : campaign.days) campaign.most_online = std::max(campaign.most_online, day.online);
}

/// Where the file dates nothing, the campaign keeps how long things take and forgets when.
void forget_dates(Campaign& campaign) {
  campaign.days.clear();
  campaign.months.clear();
  for (TrainingRun& run : campaign.runs) {
    run.started.reset();
    run.done.reset();
    for (RunStage& stage : run.stages) stage.from = {};
  }
}

}  // namespace

std::string_view name_of(Limit limit) {
  constexpr std::string_view names[]{"delivery", "installation", "burn-in", "fabric test", "power", "none"};
  return names[static_cast<std::size_t>(limit)];
}

const Day* Campaign::on(Date date) const {
  if (days.empty() || date < days.front().date) return nullptr;
  const auto index = static_cast<std::size_t>((date - days.front().date).count());
  return &days[std::min(index, days.size() - 1)];
}

Campaign run_campaign(const cluster::Cluster& cluster, const CampaignInput& given) {
  CampaignInput input = given;
  if (input.options.comes.size() != cluster.supplies.size()) input.options.comes = likely_supplies(cluster.supplies);
  const std::optional<Date> first = first_day(cluster);
  Campaign campaign;
  campaign.unknown = unknown_things(cluster, input, first.has_value());
  if (first && !cluster.supplies.empty()) {
    follow(cluster, input, *first, campaign);
  } else {
    const Date day = first.value_or(Date{});
    follow(completed(cluster, input, day, first.has_value()), input, day, campaign);
  }
  if (!first) forget_dates(campaign);
  campaign.stages = supply_stages(cluster, input);
  campaign.first_online = reached(campaign.days, 1);
  campaign.half_online = reached(campaign.days, input.gpus / 2);
  campaign.all_online = reached(campaign.days, input.gpus);
  supply_events(cluster, input.options.comes, campaign.events);
  build_events(campaign.days, static_cast<int>(input.gpus), campaign.events);
  if (first) job_events(campaign.runs, campaign.events);
  std::ranges::stable_sort(campaign.events, {}, &Event::date);
  return campaign;
}

}  // namespace eigenbau::campaign

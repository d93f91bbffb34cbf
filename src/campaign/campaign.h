// What happens over time: supply, build-out, accelerators online, training jobs, energy, day by day.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/date.h"
#include "campaign/build_out.h"
#include "campaign/site_draw.h"
#include "campaign/supply.h"
#include "campaign/training_run.h"
#include "cluster/cluster.h"
#include "perf/goodput.h"
#include "units/quantity.h"

namespace eigenbau::campaign {

/// What keeps the number online from being larger.
enum class Limit { delivered, installed, accepted, wired, powered, all_online };
std::string_view name_of(Limit limit);

/// How the site runs when supply does not carry all that is wired.
enum class CapPolicy {
  full_few,     ///< as many as run uncapped (or at the cap that the file states)
  capped_many,  ///< all that are wired, capped until they fit
  best,         ///< whichever does more work
};

/// One day, at its end.
struct Day {
  Date date{};
  SupplyOnDay supply;
  int delivered = 0, installed = 0, accepted = 0, wired = 0;  ///< accelerators
  int powered = 0;                                            ///< that the supply carries at `cap`, however many there are
  int online = 0;                                             ///< min(wired, powered)
  Limit limit = Limit::all_online;
  Power cap{};      ///< of each accelerator
  Power drawn{};    ///< at the meter with all that are online in training
  double work = 0;  ///< online times the speed under the cap
};

/// A span of days with the same supply, and what it could carry of all that is bought.
struct SupplyStage {
  Date from{};
  SupplyOnDay supply;
  PowerTradeOff trade_off;
};

enum class EventKind {
  supply_begins,
  supply_ends,
  delivery_begins,
  delivery_ends,
  first_online,
  all_online,
  job_starts,
  job_replans,
  job_done
};
struct Event {
  Date date{};
  EventKind kind{};
  std::string what;  ///< the supply or job
  int gpus = 0;      ///< online, or in the job
};

/// Energy of one calendar month, as the meter sees it.
struct Month {
  Date first{};  ///< day of the month that the campaign begins with, or the 1st
  int days = 0;
  Energy energy{};
  Energy generated{};  ///< part of it that generators make: what the grid does not carry
  Power peak{};
  Power grid_peak{};
  Time gpu_time{};       ///< accelerators online times time
  double work_days = 0;  ///< full-power accelerators times days
};

struct CampaignOptions {
  CapPolicy policy = CapPolicy::best;
  Time horizon = 2 * kYear;  ///< from the first day, or until jobs are done if that is earlier than it
  std::vector<bool> comes;   ///< one entry a supply; empty: those that are more likely than not
};

/// What the campaign needs beside the cluster file. An accelerator's figures come from the design and the catalog.
struct CampaignInput {
  SiteDraw draw;
  double gpus = 0;  ///< bought
  double gpus_per_server = 8;
  double dead_on_arrival_prior = 0;  ///< where the file states none; the same for the repair
  Time repair_prior{};
  double gpus_per_node = 8;  ///< of what `node_rate` counts; a rack-scale system has many
  Frequency node_rate{};     ///< the file's or the prior's
  Frequency job_rate{};
  perf::Restart restart;
  Bandwidth device_to_host{};  ///< one accelerator; 0: unknown, a checkpoint then blocks until it is written
  Bandwidth write{}, read{};   ///< of the storage; 0: unknown, adds no time
  Planner planner;
  CampaignOptions options;
};

struct Campaign {
  std::vector<Event> events;  ///< by date
  std::vector<SupplyStage> stages;
  std::vector<Day> days;  ///< empty: neither the build nor a supply has a date
  std::vector<Month> months;
  std::vector<TrainingRun> runs;  ///< in the order of the file
  int most_online = 0;
  std::optional<Date> first_online, half_online, all_online;  ///< of those bought
  std::vector<std::string> unknown;                           ///< what is not counted because its date or size is unknown

  const Day* on(Date date) const;  ///< the last day once the campaign is over; null before it
};

/// The whole campaign. Jobs take accelerators in the order of the file, spares kept back; a day runs with what is online
/// at its end. Serving jobs take what training leaves and are not followed here. Where no supply is stated, what the machine
/// draws is taken to be there; where nothing is dated, runs have durations but no dates, and there are no days.
Campaign run_campaign(const cluster::Cluster& cluster, const CampaignInput& input);

}  // namespace eigenbau::campaign

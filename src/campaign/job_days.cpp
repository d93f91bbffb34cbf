// How do training jobs share the accelerators that are online, day by day?
#include "campaign/job_days.h"

#include <algorithm>
#include <cmath>

namespace eigenbau::campaign {

namespace {

constexpr double kWorthReplanning = 1.25;      // more accelerators by this factor before a growing job is interrupted
constexpr double kLongestDays = 100 * 365.25;  // a run that takes longer is not given a date

/// One job between two days.
struct JobState {
  const cluster::TrainingJob* job = nullptr;
  TrainingRun run;
  PlannedRun plan;     // gpus 0: none
  int tried = 0;       // accelerators offered when it was last planned
  double per_day = 0;  // share of the work done in a day at full power
  double last_speed = 0;
  Power last_drawn{};  // its share of the site
  bool over = false;
};

/// Share of the whole work that one step does; 0 if the file states no work.
double share_of_step(const cluster::TrainingJob& job, const PlannedRun& plan) {
  if (job.compute && *job.compute > Flop{}) return plan.flop_per_step / *job.compute;
  if (job.tokens && *job.tokens > Tokens{}) return plan.tokens_per_step / *job.tokens;
  return 0;
}

bool states_work(const cluster::TrainingJob& job) { return job.compute || job.tokens; }

perf::Goodput goodput_of(const cluster::TrainingJob& job, const PlannedRun& plan, const CampaignInput& input) {
  const perf::CheckpointCost cost = perf::checkpoint_cost(plan.state, plan.gpus, input.device_to_host, input.write, input.read);
  perf::GoodputInput g;
  g.nodes = static_cast<int>(std::ceil(plan.gpus / std::max(1.0, input.gpus_per_node)));
  g.node_rate = input.node_rate;
  g.job_rate = input.job_rate;
  g.restart = input.restart;
  g.restart.reload += cost.reload;
  const bool in_background = input.device_to_host > Bandwidth{};
  g.checkpointing.blocking = cost.blocking + (in_background ? Time{} : cost.drain);
  g.checkpointing.drain = in_background ? cost.drain : Time{};
  g.checkpointing.interval = job.checkpoint_interval;
  g.checkpointing.shortest_interval = std::max(plan.step, kSecond);
  return perf::goodput(g);
}

bool may_start(const cluster::TrainingJob& job, const Day& day, int offered, int most_online) {
  if (offered <= 0) return false;
  if (job.start.on && day.date < *job.start.on) return false;
  if (job.start.gpus_online) return day.online >= *job.start.gpus_online;
  if (job.start.on || job.grow) return true;
  return day.online >= std::min(job.gpus.value_or(most_online), most_online);
}

bool wants_plan(const JobState& state, int offered, bool settled) {
  if (state.plan.gpus > offered) return true;
  if (state.tried == 0) return true;
  if (state.plan.gpus > 0 && !state.job->grow) return false;
  return offered >= kWorthReplanning * state.tried || (settled && offered > state.tried);
}

/// Plans the job for what is offered; the part of the day that is left after the change.
double plan_anew(JobState& state, const Day& day, int offered, const CampaignInput& input) {
  state.tried = offered;
  std::optional<PlannedRun> plan = input.planner ? input.planner(*state.job, offered) : std::nullopt;
  if (plan && (plan->gpus <= 0 || plan->gpus > offered || plan->step <= Time{})) plan.reset();
  if (!plan) {
    if (state.plan.gpus > offered) state.plan = {};
    return 1;
  }
  const bool first = !state.run.started;
  const perf::Goodput goodput = goodput_of(*state.job, *plan, input);
  const double per_day = share_of_step(*state.job, *plan) * (kDay / plan->step) * goodput.goodput;
  if (state.plan.gpus > 0 && state.plan.gpus <= offered && per_day <= state.per_day) return 1;  // more, but not faster
  state.plan = *plan;
  state.run.goodput = goodput;
  state.per_day = per_day;
  if (first) state.run.started = day.date;
  return first ? 1 : 1 - std::min(1.0, input.restart.total() / kDay);
}

void note_stage(JobState& state, const Day& day, double speed) {
  const bool same_plan = !state.run.stages.empty() && state.run.stages.back().run.gpus == state.plan.gpus;
  if (same_plan && std::abs(speed - state.last_speed) <= 1e-3) return;
  state.run.stages.push_back({day.date, state.plan, speed, state.run.goodput.goodput});
  state.last_speed = speed;
}

/// Adds `days` of running, of which `useful` do work.
void account(JobState& state, double days, double useful, double speed) {
  TrainingRun& run = state.run;
  const double steps = useful * (kDay / state.plan.step) * speed * run.goodput.goodput;
  run.progress += useful * state.per_day * speed;
  run.duration += days * kDay;
  run.gpu_time += state.plan.gpus * days * kDay;
  run.energy += state.last_drawn * (days * kDay);
  run.tokens += steps * state.plan.tokens_per_step;
  run.flop += steps * state.plan.flop_per_step;
}

/// Runs one day; accelerators that the job holds.
int run_day(JobState& state, const Day& day, int available, int most_online, bool settled, const CampaignInput& input) {
  if (state.over) return 0;
  int offered = std::min(available, state.job->gpus.value_or(available));
  if (!state.run.started && !may_start(*state.job, day, offered, most_online)) return 0;
  if (state.run.started && !state.job->grow) offered = std::min(offered, state.run.stages.front().run.gpus);
  const bool plan_now = wants_plan(state, offered, settled);
  const double left = plan_now ? plan_anew(state, day, offered, input) : 1;
  if (state.plan.gpus == 0) {
    if (state.run.started) state.run.duration += kDay;  // it waits for accelerators
    return 0;
  }
  const double speed = day.online > 0 ? day.work / day.online : 0;
  note_stage(state, day, speed);
  state.last_drawn = day.online > 0 ? day.drawn * (static_cast<double>(state.plan.gpus) / day.online) : Power{};
  const double pace = state.per_day * speed;
  const double missing = 1 - state.run.progress;
  if (pace * left >= missing && pace > 0) {
    account(state, 1 - left + missing / pace, missing / pace, speed);
    state.run.progress = 1;
    state.run.done = day.date;
    state.run.end = RunEnd::done;
    state.over = true;
  } else {
    account(state, 1, left, speed);
  }
  return state.plan.gpus;
}

/// What becomes of a job that the campaign's last day finds unfinished.
void look_beyond(JobState& state, Date last_day) {
  TrainingRun& run = state.run;
  if (state.over) return;
  if (!run.started) {
    run.end = state.tried > 0 ? RunEnd::no_plan : RunEnd::never_starts;
    return;
  }
  run.end = RunEnd::runs_on;
  const double pace = state.plan.gpus > 0 ? state.per_day * state.last_speed : 0;
  if (pace <= 0 || (1 - run.progress) / pace > kLongestDays) return;
  const double seen = run.progress;
  const double days = (1 - seen) / pace;
  account(state, days, days, state.last_speed);
  run.progress = seen;
  run.done = last_day + std::chrono::days(static_cast<int>(std::ceil(days)));
}

}  // namespace

std::vector<TrainingRun> training_runs(const cluster::Cluster& cluster, const std::vector<Day>& days,
                                       const CampaignInput& input) {
  std::vector<JobState> states;
  int most_online = 0;
  for (const Day& day : days) most_online = std::max(most_online, day.online);
  for (const cluster::TrainingJob& job : cluster.training) {
    JobState state;
    state.job = &job;
    state.run.name = job.name;
    if (!states_work(job)) state.run.end = RunEnd::no_work_stated;
    state.over = !states_work(job);
    states.push_back(state);
  }
  const double in_use = 1 - (cluster.failures.spares ? std::clamp(cluster.failures.spares->fraction, 0.0, 1.0) : 0.0);
  for (std::size_t t = 0; t < days.size(); ++t) {
    const bool settled = t + 1 == days.size() || days[t + 1].online <= days[t].online;
    int available = static_cast<int>(std::floor(days[t].online * in_use));
    for (JobState& state : states) available -= run_day(state, days[t], available, most_online, settled, input);
  }
  std::vector<TrainingRun> runs;
  for (JobState& state : states) {
    if (!days.empty()) look_beyond(state, days.back().date);
    if (state.run.done && state.job->deadline) state.run.in_time = *state.run.done <= *state.job->deadline;
    runs.push_back(std::move(state.run));
  }
  return runs;
}

}  // namespace eigenbau::campaign

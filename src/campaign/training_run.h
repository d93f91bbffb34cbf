// When is a training job done on a machine that grows day by day?
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/date.h"
#include "cluster/cluster.h"
#include "perf/goodput.h"
#include "units/quantity.h"

namespace eigenbau::campaign {

/// How fast one job runs on so many accelerators at full power, before failures.
struct PlannedRun {
  int gpus = 0;  ///< that the plan uses, at most those offered
  Time step{};
  Tokens tokens_per_step{};
  Flop flop_per_step{};  ///< model FLOP, the unit of the job's `compute`
  double mfu = 0;
  Bytes state{};  ///< of the whole job: what a checkpoint holds
};

/// Finds the plan for a job on at most so many accelerators; nothing if none fits. A pure function: study composes it from
/// perf and search.
using Planner = std::function<std::optional<PlannedRun>(const cluster::TrainingJob& job, int gpus)>;

/// From a day on the job runs so.
struct RunStage {
  Date from{};
  PlannedRun run;
  double speed = 1;  ///< under the power cap of that stage
  double goodput = 1;
};

enum class RunEnd {
  done,     ///< within the campaign
  runs_on,  ///< beyond it: `done` and the totals go on at the last day's pace
  never_starts,
  no_plan,
  no_work_stated,
};

/// One training job over time.
struct TrainingRun {
  std::string name;
  RunEnd end = RunEnd::never_starts;
  std::optional<Date> started;
  std::optional<Date> done;
  std::optional<bool> in_time;  ///< against the job's deadline; absent: none stated, or not known yet
  std::vector<RunStage> stages;
  double progress = 0;  ///< share of the work done by the end of the campaign
  // Totals of the whole run, or of what the campaign saw of it where it never ends.
  Time duration{};  ///< wall time from start to done
  Time gpu_time{};  ///< accelerators times time
  Energy energy{};  ///< at the meter, the job's share of what the site draws
  Tokens tokens{};
  Flop flop{};
  perf::Goodput goodput;  ///< of the last stage
};

}  // namespace eigenbau::campaign

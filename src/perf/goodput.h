// Which share of the wall time of a long job is useful work, when parts fail?
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string_view>

#include "units/quantity.h"

namespace eigenbau::perf {

/// Mean time between two interrupts of one job; nothing if it is never interrupted.
///   1/M = nodes·r + s       r interrupts of one node [1/s], s interrupts that do not grow with nodes [1/s]
/// Holds for failures that come independently and at a constant rate. Real ones come in bursts (a coefficient of variation
/// of 1.8 between arrivals in the StepFun trace) and 5 % of the nodes make 25 % of them: M is right, its regularity is not.
/// Source: Kokolis et al. 2024 (Meta RSC): projections equal 24,000 h/(r·nodes) with r per 1,000 node-days.
std::optional<Time> mean_time_to_interrupt(int nodes, Frequency node_rate, Frequency job_rate);

/// What happens when a failure strikes while the job is being restarted.
enum class RestartExposure {
  may_fail,      ///< the restart begins again; what a simulation and a real cluster show
  failure_free,  ///< the restart always succeeds; older formulas assume this
};

/// How one job saves its state.
struct Checkpointing {
  Time blocking{};                  ///< c: work stands still for each checkpoint
  Time drain{};                     ///< δ: from then until the copy is durable; the job works on. 0: durable at once
  std::optional<Time> interval;     ///< τ: useful work between two checkpoints; absent: the best one
  Time shortest_interval{kSecond};  ///< one training step: nothing is saved more often
};

/// The parts of a restart, in the order in which they happen.
struct Restart {
  Time recover{};     ///< detect, decide, replace the node, get the allocation back
  Time initialize{};  ///< boot the accelerators, connect the collectives
  Time start{};       ///< launch processes, load and compile the program
  Time reload{};      ///< read the checkpoint
  Time total() const { return recover + initialize + start + reload; }
};

/// The buckets of badput of Google's ml-goodput-measurement, so that a prediction and a measurement can be laid side by side.
enum class Badput : unsigned char {
  accelerator_initialization,
  training_prep,
  program_startup,
  data_loading_sync,
  data_loading_async,
  checkpoint_save,
  checkpoint_restore,
  wasted_progress,
  custom_events,
  infrastructure_recovery,
  other,
};
inline constexpr std::size_t kBadputBuckets = 11;
std::string_view name_of(Badput bucket);

struct GoodputInput {
  int nodes = 0;
  Frequency node_rate{};  ///< interrupts of one node
  Frequency job_rate{};   ///< interrupts that do not grow with nodes: software, operators
  Restart restart;
  Checkpointing checkpointing;
  RestartExposure exposure = RestartExposure::may_fail;
};

struct Goodput {
  std::optional<Time> mtti;      ///< absent: never interrupted
  std::optional<Time> interval;  ///< useful work between checkpoints; absent: none is needed
  double goodput = 1;            ///< share of the wall time that is useful work
  double interrupts_per_day = 0;
  Time lost_per_interrupt{};                    ///< mean wall time that one interrupt costs: work done again and restart
  std::array<double, kBadputBuckets> badput{};  ///< shares of the wall time by `Badput`; with `goodput` they add up to 1

  double share(Badput bucket) const { return badput[static_cast<std::size_t>(bucket)]; }
};

/// The interval that makes the goodput τ/E largest: the root of τ/M = 1 - exp(-(τ+c)/M), which depends neither on R nor on δ;
/// never shorter than one drain allows (τ + c >= δ) nor than `shortest`. Tends to sqrt(2cM) for c << M (Young 1974).
Time best_interval(Time mtti, const Checkpointing& checkpointing);

/// Daly's closed approximation of the best interval (Daly 2006, eq. 37):
///   τ = sqrt(2cM)·(1 + sqrt(c/2M)/3 + (c/2M)/9) - c for c < 2M, else M. Within 1 % of `best_interval` for c < M/2.
Time daly_interval(Time mtti, Time blocking);

/// Goodput τ/E of one job whose state is saved in one place: E wall time from one durable checkpoint to the next, expected.
///   failures may strike the restart:  E = M·exp((R+δ)/M)·(exp((τ+c)/M) - 1)
///   restart is failure-free:          E = (M+R)·exp(δ/M)·(exp((τ+c)/M) - 1)
/// M mean time to interrupt, R restart, τ useful work, c blocking, δ drain, all [s]. Exact for exponential failures that
/// roll the job back to its newest durable checkpoint and τ + c >= δ. With δ > 0 the newest copy is one drain old: the
/// state just after a restart needs τ + c + δ without failure, the state just after a durable copy τ + c; solving the two
/// renewal equations gives the factor exp(δ/M). Source: renewal argument; Daly 2006 for δ = 0.
Goodput goodput(const GoodputInput& input);

/// All ranks stop, plan what each writes and prepare the copy before a byte moves. An assumption: published projections of
/// goodput take a second, and copies alone would have one save every few steps, which nobody does.
inline constexpr Time kCheckpointBarrier = kSecond;

/// What saving a state costs on given hardware.
///   c = c0 + S/(n·b)  δ = S/w  reload = S/r     c0 barrier, S state [byte], n accelerators, b device to host, w write,
///                                               r read [byte/s]
/// Holds while ranks write evenly and the storage is not shared. A rate that is zero adds no time: the caller says so.
struct CheckpointCost {
  Time blocking{};
  Time drain{};
  Time reload{};
};
CheckpointCost checkpoint_cost(Bytes state, int gpus, Bandwidth device_to_host, Bandwidth write, Bandwidth read);

}  // namespace eigenbau::perf

// What job does one row of a table of training runs describe?
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "catalog/model.h"
#include "input/csv.h"
#include "perf/cuda_graphs.h"
#include "perf/machine.h"
#include "perf/parallel_plan.h"
#include "perf/training_step.h"
#include "tables/row_status.h"
#include "tables/training_parts.h"

namespace eigenbau::tables {

/// A part of the step that software makes otherwise than any law has it, and how much of it that may be.
struct PartInDoubt {
  Time perf::TrainingStep::* part = nullptr;
  double share = 0;
};

/// A run as the laws see it. Cells that are blank take what the stack does by default; `reason` says so.
struct TrainingRow {
  std::string id;
  RowStatus status = RowStatus::ok;
  std::string reason;
  catalog::Model model;
  perf::Machine machine;
  perf::ParallelPlan plan;
  std::size_t stack = 0;                ///< index into the parts
  std::optional<std::size_t> or_stack;  ///< where the run is between the two: the step is the geometric mean of theirs
  std::optional<bool> cuda_graphs;      ///< launches are recorded and replayed, or not, whatever the stack does otherwise
  double doubt = 0;                     ///< added to the error band, relative: stack, GPU, precision or plan taken for another
  double doubt_below = 0;               ///< the same, of the band on the side of shorter steps alone
  int idle_gpus = 0;                    ///< of those that the row counts; its figures per GPU count them too
  bool recompute_open = false;          ///< nothing states what is computed again: memory decides
  bool attention_assumed = false;       ///< to be one kernel; what it would take otherwise adds to the band
  std::vector<PartInDoubt> unmodeled;   ///< the largest of them adds to the band what it is of the step
  std::vector<perf::ParallelPlan> or_plans;  ///< that may have run as well, each by a blank cell: the band reaches their steps

  /// A stack as this row runs it.
  catalog::Stack as_run(catalog::Stack software) const {
    if (cuda_graphs) software.training = perf::with_cuda_graphs(software.training, *cuda_graphs);
    return software;
  }
};

/// Reads row `row` of a table with the columns of published training runs. Measured columns are not looked at.
/// `release` reads the row as if it had run under that release (26.02) of its stack.
TrainingRow read_training_row(const Csv& table, std::size_t row, const TrainingParts& parts, std::optional<double> release = {});

/// The step time that was measured, from whichever column states it: seconds, tokens/s/GPU, or TFLOP/s/GPU counted with
/// full attention (`catalog::training_flop` of the row's model). Nothing if none does, or the row's quality is not
/// "good".
std::optional<Time> measured_step_time(const Csv& table, std::size_t row, const TrainingParts& parts);

}  // namespace eigenbau::tables

// What happens when during one training step?
#pragma once

#include <vector>

#include "perf/pipeline_schedule.h"
#include "perf/training_step.h"

namespace eigenbau::perf {

/// One step on every rank of one pipeline, from its first micro-batch to the last parameter written.
struct StepTimeline {
  std::vector<PipelineWork> work;
  Time pipeline_end{};  ///< then, on all ranks at once: gradients, optimizer, per step, stragglers
  double stretch = 1;   ///< what the schedule was lengthened by to take as long as the law says
  TrainingStep step;
};

/// The schedule of the plan with the stage times of the law. The law knows the slowest, last and mean stage and pays a fitted
/// part of the bubble; the schedule is played in full and then stretched by `stretch`, near 1, so that both end together.
/// Layers are whole per stage: the last stage has what the law gives it, the stages before share the rest, the first ones less.
StepTimeline step_timeline(const catalog::Model& model, const Machine& machine, const ParallelPlan& plan,
                           const catalog::Stack& stack);

}  // namespace eigenbau::perf

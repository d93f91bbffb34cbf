// When does each rank of a pipeline work on which micro-batch?
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "perf/parallel_plan.h"
#include "units/quantity.h"

namespace eigenbau::perf {

enum class PipelinePhase : std::uint8_t { forward, backward, weight_gradient };

/// What one stage of the model costs for one micro-batch. Zero-bubble and DualPipe split `backward` into the gradient of the
/// input, which the stage before waits for, and the gradient of the weights, which nobody waits for.
struct StageTime {
  Time forward{};
  Time backward{};  ///< with what is recomputed
  Time weights{};   ///< of that, gradients of weights; none where they are frozen
};

/// A piece of work on one rank of the pipeline.
struct PipelineWork {
  int rank = 0;
  int stage = 0;  ///< of the pp·vp chunks of the model, first to last; DualPipe: of the pp stages
  int micro_batch = 0;
  PipelinePhase phase = PipelinePhase::forward;
  Time start{};
  Time end{};
};

/// One step's micro-batches through the pipeline, by start, then rank.
///   `stages`: pp·vp of them (DualPipe: pp), in the order of the model; chunk c of rank r is stage c·pp + r.
///   `hop`: from the end of a stage's work to the start of what waits for it on another rank.
/// 1F1B and interleaving (Narayanan et al. 2021) keep to their fixed order. Zero-bubble (Qi et al. 2023, H1) and DualPipe
/// (DeepSeek-V3, 2024) take whatever is ready, input gradients first, forwards while no more micro-batches are in flight than
/// under 1F1B, weight gradients when there is nothing else; DualPipe feeds even micro-batches from the first rank and odd
/// ones from the last. Its overlap of a forward with a backward is part of the stages' times, not of the order.
std::vector<PipelineWork> pipeline_schedule(const ParallelPlan& plan, std::span<const StageTime> stages, Time hop);

}  // namespace eigenbau::perf

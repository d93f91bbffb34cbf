// How far may a predicted step time be from the measured one?
#include "perf/error_band.h"

#include <algorithm>
#include <cmath>

namespace eigenbau::perf {
namespace {

// Chosen by the scores of rows left out, among the variants of docs/methods/training.md, "Bands".
constexpr double kReach = 0.6;           // h: of one fitted run's likeness
constexpr double kCommonRuns = 0.5;      // k: runs' worth of the common error
constexpr double kNewGeneration = 0.06;  // more where no published run is on the generation: MI350X, left out of the fit
constexpr double kTail = 1.25;           // p: errors scatter more where they are large

// How unlike: for each doubling of what divides the work, of the width, of the sequence ...
constexpr double kPerDoublingOfDegrees = 0.25, kPerDoublingOfWidth = 0.5, kPerDoublingOfSequence = 0.3;
// ... for the whole step in exposed gradients, for all of memory beyond nine tenths ...
constexpr double kPerShareOfGradients = 3, kPerShareOfMemory = 5;
// ... and for what is another.
constexpr double kOtherModel = 0.5, kOtherGpu = 0.6, kOtherPrecision = 0.4, kOtherKind = 1.5;

double doublings(int a, int b) { return std::abs(std::log2(static_cast<double>(std::max(1, a)) / std::max(1, b))); }

/// Memory beyond nine tenths, where allocators start to free and retry.
double crowded(double memory) { return std::max(0.0, memory - 0.9); }

}  // namespace

bool is_fitted_generation(std::string_view generation) {
  return generation == "ampere" || generation == "hopper" || generation == "blackwell" || generation == "cdna4";
}

catalog::FittedRun run_of(const catalog::Model& model, const Machine& machine, const ParallelPlan& plan,
                          const TrainingStep& step) {
  catalog::FittedRun run;
  run.model = model.name;
  run.gpu = machine.gpu.name;
  run.new_generation = !is_fitted_generation(machine.gpu.generation);
  run.precision = plan.precision;
  run.experts = model.experts.has_value();
  run.gpus = machine.gpus;
  run.tp = plan.tp;
  run.micro_batch = plan.micro_batch;
  run.hidden = model.hidden;
  run.sequence = plan.sequence_length > 0 ? plan.sequence_length : model.sequence_length;
  if (step.total > Time{}) run.gradients = std::clamp(step.data_parallel / step.total, 0.0, 1.0);
  if (step.memory.available > Bytes{}) run.memory = step.memory.total() / step.memory.available;
  return run;
}

double distance(const catalog::FittedRun& a, const catalog::FittedRun& b) {
  double d =
      kPerDoublingOfDegrees * (doublings(a.gpus, b.gpus) + doublings(a.micro_batch, b.micro_batch) + doublings(a.tp, b.tp)) +
      kPerDoublingOfWidth * doublings(a.hidden, b.hidden) + kPerDoublingOfSequence * doublings(a.sequence, b.sequence) +
      kPerShareOfGradients * std::abs(a.gradients - b.gradients) +
      kPerShareOfMemory * std::abs(crowded(a.memory) - crowded(b.memory));
  if (a.model != b.model) d += kOtherModel;
  if (a.gpu != b.gpu) d += kOtherGpu;
  if (a.precision != b.precision) d += kOtherPrecision;
  if (a.experts != b.experts) d += kOtherKind;
  return d;
}

double typical_error(const catalog::FittedRun& run, std::span<const catalog::FittedRun> known,
                     const catalog::TrainingConstants& stack) {
  double weight = 0, sum = 0;
  for (const catalog::FittedRun& other : known) {
    const double w = std::exp(-distance(run, other) / kReach);
    weight += w;
    sum += w * other.error;
  }
  const double common = run.experts ? stack.error_moe : stack.error_dense;
  const auto is_alike = [&](const catalog::FittedRun& other) { return other.gpu == run.gpu; };
  const bool assumed = run.new_generation && std::ranges::none_of(known, is_alike);
  return (sum + kCommonRuns * common) / (weight + kCommonRuns) +
         (run.experts ? stack.error_unknown_moe : stack.error_unknown_dense) / (1 + weight) + (assumed ? kNewGeneration : 0);
}

double error_band(double typical, const catalog::TrainingConstants& stack, bool moe) {
  return (moe ? stack.error_scale_moe : stack.error_scale_dense) * std::pow(typical, kTail);
}

double relative_band(double typical, const catalog::TrainingConstants& stack, bool moe) {
  return std::exp(error_band(typical, stack, moe)) - 1;
}

}  // namespace eigenbau::perf

// How far may a predicted step time be from the measured one?
#pragma once

#include <span>
#include <string_view>

#include "catalog/stack.h"
#include "perf/training_step.h"

namespace eigenbau::perf {

/// What a band depends on: the kind of a run and what its step consists of. Its error is not known.
catalog::FittedRun run_of(const catalog::Model& model, const Machine& machine, const ParallelPlan& plan,
                          const TrainingStep& step);

/// Whether published runs of validation/training.csv are on accelerators of a generation: its rates were fitted, not assumed.
bool is_fitted_generation(std::string_view generation);

/// How unlike two runs of one stack are: differences of the logarithms of sizes, of shares of the step, of full memory, and a
/// step for another model, accelerator, number format.
double distance(const catalog::FittedRun& a, const catalog::FittedRun& b);

/// The error that is typical of a run: of the stack's fitted runs e_j by their likeness, and of all runs b.
///   s = (sum w_j e_j + k b)/(sum w_j + k) + a/(1 + sum w_j),   w_j = exp(-d_j/h)
/// a: more where no run is alike. More by 0.06 on a generation of accelerators that no run is on: with it the band of MI350X
/// holds what its rows are off by, a fifth, when they are left out of the fit. Source: kernel regression (Nadaraya 1964; Watson
/// 1964).
double typical_error(const catalog::FittedRun& run, std::span<const catalog::FittedRun> known,
                     const catalog::TrainingConstants& stack);

/// Half-width of the 95 % band of ln(measured/predicted):
///   w = q s^p
/// p = 1.25; q, dense and MoE, such that 95 % of runs which the fit did not see lie inside: conformal prediction with
/// normalized scores (Papadopoulos et al. 2011). Stops being true for machines unlike any published one.
double error_band(double typical, const catalog::TrainingConstants& stack, bool moe);

/// The same as a share of the predicted time.
double relative_band(double typical, const catalog::TrainingConstants& stack, bool moe);

}  // namespace eigenbau::perf

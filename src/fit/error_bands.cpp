// How wide must the bands of predictions be, by the errors of rows that the fit did not see?
#include "fit/error_bands.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "fit/quantile.h"
#include "perf/error_band.h"

namespace eigenbau::fit {

using namespace tables;

namespace {

constexpr double kInside = 0.95;
constexpr double kEnough = 19;            // runs whose largest error is the bound of nineteen of twenty
constexpr std::array kLargest{0.2, 0.3};  // errors count up to this in the typical one, dense and MoE

double error_of(const TrainingPrediction& p) { return std::abs(std::log(p.step.total / *p.measured)); }

/// The smallest factor that covers `kInside` of runs like these: (n + 1)/n for the run to come.
double conformal_quantile(std::vector<double> scores) {
  if (scores.empty()) return 0;
  const double n = static_cast<double>(scores.size());
  return quantile(std::move(scores), std::min(1.0, kInside * (n + 1) / n));
}

}  // namespace

void set_error_bands(TrainingParts& parts, const std::vector<TrainingPrediction>& unseen, FitFrom from) {
  if (from == FitFrom::published_findings)
    for (catalog::Stack& stack : parts.stacks) stack.runs.clear();
  std::vector<bool> moves(parts.stacks.size(), from == FitFrom::published_findings);
  std::array<double, 2> sum{}, rows{};
  std::vector<std::size_t> place(unseen.size());
  for (std::size_t i = 0; i < unseen.size(); ++i) {
    const TrainingPrediction& p = unseen[i];
    if (p.status != RowStatus::ok || !p.measured) continue;
    catalog::FittedRun run = p.run;
    run.error = std::min(kLargest[p.moe], error_of(p));
    sum[p.moe] += run.error;
    rows[p.moe] += 1;
    place[i] = parts.stacks[p.stack].runs.size();
    parts.stacks[p.stack].runs.push_back(std::move(run));
    moves[p.stack] = true;
  }
  for (std::size_t s = 0; s < parts.stacks.size(); ++s) {
    if (!moves[s]) continue;
    catalog::TrainingConstants& c = parts.stacks[s].training;
    for (auto [error, kind] : {std::pair{&c.error_dense, 0}, {&c.error_moe, 1}})
      if (rows[kind] > 0) *error = rows[kind] < kEnough ? std::max(*error, sum[kind] / rows[kind]) : sum[kind] / rows[kind];
  }
  std::array<std::vector<double>, 2> scores;
  for (std::size_t i = 0; i < unseen.size(); ++i) {
    const TrainingPrediction& p = unseen[i];
    if (p.status != RowStatus::ok || !p.measured) continue;
    const catalog::Stack& stack = parts.stacks[p.stack];
    std::vector<catalog::FittedRun> others = stack.runs;
    others.erase(others.begin() + static_cast<std::ptrdiff_t>(place[i]));
    catalog::TrainingConstants unit = stack.training;
    unit.error_scale_dense = unit.error_scale_moe = 1;
    scores[p.moe].push_back(error_of(p) / perf::error_band(perf::typical_error(p.run, others, unit), unit, p.moe));
  }
  for (std::size_t s = 0; s < parts.stacks.size(); ++s) {
    if (!moves[s]) continue;
    catalog::TrainingConstants& c = parts.stacks[s].training;
    for (auto [scale, kind] : {std::pair{&c.error_scale_dense, 0}, {&c.error_scale_moe, 1}}) {
      if (rows[kind] == 0) continue;
      const double found = conformal_quantile(scores[kind]);
      *scale = rows[kind] < kEnough ? std::max(*scale, found) : found;
    }
  }
}

double band_of(const TrainingPrediction& p, const catalog::Stack& stack) {
  return perf::relative_band(perf::typical_error(p.run, stack.runs, stack.training), stack.training, p.moe) + p.doubt;
}

}  // namespace eigenbau::fit

// How wide must the bands of predictions be, by the errors of rows that the fit did not see?
#include "fit/error_bands.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <tuple>
#include <utility>

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

/// A prediction, where its run stands among those of its stack, and how far off it is.
struct Placed {
  const TrainingPrediction* prediction = nullptr;
  std::size_t run = 0;
  double error = 0;
};

/// Whether two runs are one: alike in all that a fit does not change, memory as files round it.
bool is_same(const catalog::FittedRun& a, const catalog::FittedRun& b) {
  constexpr double kRounding = 1e-3;
  const auto sizes = [](const catalog::FittedRun& r) {
    return std::tuple(r.precision, r.experts, r.gpus, r.tp, r.micro_batch, r.hidden, r.sequence);
  };
  return a.model == b.model && a.gpu == b.gpu && sizes(a) == sizes(b) && std::abs(a.memory - b.memory) < kRounding;
}

/// Place of that run among the `open` ones, which it takes; the end where there is none.
std::size_t find_same(const catalog::FittedRun& run, const std::vector<catalog::FittedRun>& runs, std::vector<bool>& open) {
  for (std::size_t i = 0; i < open.size(); ++i)
    if (open[i] && is_same(run, runs[i])) {
      open[i] = false;
      return i;
    }
  return runs.size();
}

}  // namespace

int set_error_bands(TrainingParts& parts, const std::vector<TrainingPrediction>& unseen, FitFrom from) {
  if (from == FitFrom::published_findings)
    for (catalog::Stack& stack : parts.stacks) stack.runs.clear();
  std::vector<bool> moves(parts.stacks.size(), from == FitFrom::published_findings);
  std::vector<std::vector<bool>> open;  // runs of each stack that may be one of `unseen`
  for (const catalog::Stack& stack : parts.stacks) open.emplace_back(stack.runs.size(), true);
  std::array<double, 2> sum{}, rows{}, added{};
  std::vector<Placed> placed;
  for (const TrainingPrediction& p : unseen) {
    if (p.status != RowStatus::ok || !p.measured) continue;
    std::vector<catalog::FittedRun>& runs = parts.stacks[p.stack].runs;
    const std::size_t at = find_same(p.run, runs, open[p.stack]);
    const bool known = at < runs.size();
    const double error = std::max(error_of(p), known ? runs[at].error : 0);
    catalog::FittedRun run = p.run;
    run.error = std::min(kLargest[p.moe], error);
    sum[p.moe] += run.error;
    rows[p.moe] += 1;
    added[p.moe] += !known;
    if (known) runs[at] = std::move(run);
    else runs.push_back(std::move(run));
    placed.push_back({&p, at, error});
    moves[p.stack] = true;
  }
  for (std::size_t s = 0; s < parts.stacks.size(); ++s) {
    if (!moves[s]) continue;
    catalog::TrainingConstants& c = parts.stacks[s].training;
    for (auto [error, kind] : {std::pair{&c.error_dense, 0}, {&c.error_moe, 1}})
      if (rows[kind] > 0) *error = added[kind] < kEnough ? std::max(*error, sum[kind] / rows[kind]) : sum[kind] / rows[kind];
  }
  std::array<std::vector<double>, 2> scores;
  for (const auto& [p, at, error] : placed) {
    const catalog::Stack& stack = parts.stacks[p->stack];
    std::vector<catalog::FittedRun> others = stack.runs;
    others.erase(others.begin() + static_cast<std::ptrdiff_t>(at));
    catalog::TrainingConstants unit = stack.training;
    unit.error_scale_dense = unit.error_scale_moe = 1;
    scores[p->moe].push_back(error / perf::error_band(perf::typical_error(p->run, others, unit), unit, p->moe));
  }
  for (std::size_t s = 0; s < parts.stacks.size(); ++s) {
    if (!moves[s]) continue;
    catalog::TrainingConstants& c = parts.stacks[s].training;
    for (auto [scale, kind] : {std::pair{&c.error_scale_dense, 0}, {&c.error_scale_moe, 1}}) {
      if (rows[kind] == 0) continue;
      const double found = conformal_quantile(scores[kind]);
      *scale = added[kind] < kEnough ? std::max(*scale, found) : found;
    }
  }
  return static_cast<int>(rows[0] + rows[1] - added[0] - added[1]);
}

double band_of(const TrainingPrediction& p, const catalog::Stack& stack) {
  return perf::relative_band(perf::typical_error(p.run, stack.runs, stack.training), stack.training, p.moe) + p.doubt;
}

}  // namespace eigenbau::fit

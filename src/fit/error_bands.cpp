// How wide must the bands of predictions be, by the errors of rows that the fit did not see?
#include "fit/error_bands.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <span>

#include "fit/minimize.h"
#include "perf/error_band.h"

namespace eigenbau::fit {
namespace {

constexpr double kQuantile = 0.95;
constexpr std::array kLargest{0.2, 0.3};      // errors count up to this in a stack's own, dense and MoE
constexpr std::array kCommonRows{4.0, 40.0};  // rows' worth of the common error in a stack's own

struct Evidence {
  double error = 0;
  double own = 0;  ///< mean error of the stack without this row
  bool moe = false;
  perf::ErrorCauses causes;
};

struct Sum {
  double total = 0, rows = 0;
  double mean() const { return rows > 0 ? total / rows : 0.05; }
};

/// Mean errors of each stack, dense and MoE.
class StackErrors {
 public:
  StackErrors(std::size_t stacks, const std::vector<TrainingPrediction>& unseen) : own_(stacks) {
    for (const TrainingPrediction& p : unseen) {
      if (p.status != RowStatus::ok || !p.measured) continue;
      for (Sum* sum : {&own_[p.stack][p.moe], &common_[p.moe]}) {
        sum->total += error_of(p);
        sum->rows += 1;
      }
    }
  }

  double typical(std::size_t stack, bool moe, const TrainingPrediction* left_out = nullptr) const {
    Sum sum = own_[stack][moe];
    if (left_out) sum = {sum.total - error_of(*left_out), sum.rows - 1};
    const double common = kCommonRows[moe];
    return (sum.total + common * common_[moe].mean()) / (sum.rows + common);
  }

 private:
  static double error_of(const TrainingPrediction& p) {
    return std::min(kLargest[p.moe], std::abs(std::log(p.step.total / *p.measured)));
  }

  std::vector<std::array<Sum, 2>> own_;
  std::array<Sum, 2> common_{};
};

catalog::TrainingConstants bands(std::span<const double> x, double own, bool moe) {
  catalog::TrainingConstants c;
  (moe ? c.error_moe : c.error_dense) = x[moe ? 1 : 0] * own;
  c.error_unknown_dense = x[2];
  c.error_unknown_moe = x[3];
  c.error_host = x[4];
  c.error_bubble = x[5];
  c.error_gradients = x[6];
  c.error_full = x[7];
  return c;
}

}  // namespace

void set_error_bands(TrainingParts& parts, const std::vector<TrainingPrediction>& unseen) {
  const StackErrors errors(parts.stacks.size(), unseen);
  std::vector<Evidence> evidence;
  for (const TrainingPrediction& p : unseen)
    if (p.status == RowStatus::ok && p.measured)
      evidence.push_back({std::abs(std::log(p.step.total / *p.measured)), errors.typical(p.stack, p.moe, &p), p.moe,
                          perf::error_causes(p.step, p.fitted_runs)});
  const auto cost = [&](std::span<const double> x) {
    double sum = 0;
    for (const Evidence& e : evidence) {
      const double beyond = e.error - perf::error_band(e.causes, bands(x, e.own, e.moe), e.moe);
      sum += beyond > 0 ? kQuantile * beyond : (kQuantile - 1) * beyond;
    }
    return sum;
  };
  const std::vector<Range> ranges{{1.6, 0, 4}, {1.3, 0, 4}, {.12, 0, .5}, {.16, 0, .5},
                                  {.16, 0, 1}, {.25, 0, 1}, {.3, 0, 1},   {.13, 0, .5}};
  const std::vector<double> x = minimize(ranges, 4000, cost);
  for (std::size_t s = 0; s < parts.stacks.size(); ++s) {
    catalog::TrainingConstants& stack = parts.stacks[s].training;
    const catalog::TrainingConstants dense = bands(x, errors.typical(s, false), false);
    stack.error_dense = dense.error_dense;
    stack.error_moe = bands(x, errors.typical(s, true), true).error_moe;
    stack.error_unknown_dense = dense.error_unknown_dense;
    stack.error_unknown_moe = dense.error_unknown_moe;
    stack.error_host = dense.error_host;
    stack.error_bubble = dense.error_bubble;
    stack.error_gradients = dense.error_gradients;
    stack.error_full = dense.error_full;
  }
}

double band_of(const TrainingPrediction& p, const catalog::TrainingConstants& stack) {
  return std::exp(perf::error_band(perf::error_causes(p.step, p.fitted_runs), stack, p.moe)) - 1 + p.doubt;
}

}  // namespace eigenbau::fit

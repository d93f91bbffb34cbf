// Which constants make the training law fit published runs best?
#include "fit/calibrate_training.h"

#include <algorithm>
#include <cmath>

#include "fit/cholesky.h"
#include "fit/training_problem.h"

namespace eigenbau::fit {

using namespace tables;

namespace {

constexpr double kHuber = 2.0;  // in sigmas
constexpr double kStep = 0.02;  // of the numerical derivative, in ln
constexpr int kMostIterations = 60;
constexpr int kSettled = 3;  // steps in a row that gain next to nothing: one alone may only have met a kink of the law

double huber(double r) {
  const double a = std::abs(r);
  return a <= kHuber ? 0.5 * r * r : kHuber * (a - 0.5 * kHuber);
}

std::vector<double> residuals(const TrainingProblem& problem, const StackConstants& constants) {
  std::vector<double> r(problem.rows());
  for (std::size_t i = 0; i < r.size(); ++i) r[i] = problem.residual(i, constants);
  return r;
}

double objective(const TrainingProblem& problem, const std::vector<double>& r, const std::vector<double>& x) {
  double sum = 0;
  for (const double value : r) sum += huber(value);
  for (std::size_t j = 0; j < x.size(); ++j) {
    const double pull = x[j] / problem.unknowns()[j].sigma;
    sum += 0.5 * pull * pull;
  }
  return sum;
}

/// Columns of the Jacobian: (row, derivative) for the rows that an unknown reaches.
using Column = std::vector<std::pair<std::size_t, double>>;

std::vector<Column> jacobian(const TrainingProblem& problem, const std::vector<double>& x, const std::vector<double>& r) {
  std::vector<Column> columns(problem.size());
  const StackConstants here = problem.constants(x);
  for (std::size_t j = 0; j < problem.size(); ++j) {
    StackConstants moved = here;
    problem.move(moved, j, kStep);
    for (const std::size_t i : problem.reach(problem.unknowns()[j].stack)) {
      const double slope = (problem.residual(i, moved) - r[i]) / kStep;
      if (slope != 0) columns[j].emplace_back(i, slope);
    }
  }
  return columns;
}

/// Minimizes ½(r + J·d)ᵀW(r + J·d) + ½(x + d)ᵀP⁻¹(x + d) + ½λ·dᵀP⁻¹d over d. There are more unknowns than rows, so the system
/// is solved among rows: d = Q·g - Q·Jᵀ(W⁻¹ + J·Q·Jᵀ)⁻¹J·Q·g with Q = P/(1 + λ) and g = -JᵀWr - P⁻¹x (Woodbury).
std::vector<double> gauss_newton_step(const TrainingProblem& problem, const std::vector<Column>& columns,
                                      const std::vector<double>& r, const std::vector<double>& x, double damping) {
  const std::size_t n = problem.size(), m = r.size();
  std::vector<double> weight(m), gradient(n), a(m * m, 0.0), b(m, 0.0);
  for (std::size_t i = 0; i < m; ++i) {
    weight[i] = std::abs(r[i]) <= kHuber ? 1 : kHuber / std::abs(r[i]);
    a[i * m + i] = 1 / weight[i];
  }
  const auto spread = [&](std::size_t j) { return problem.unknowns()[j].sigma * problem.unknowns()[j].sigma; };
  for (std::size_t j = 0; j < n; ++j) {
    const double q = spread(j) / (1 + damping);
    gradient[j] = -x[j] / spread(j);
    for (const auto& [i, slope] : columns[j]) gradient[j] -= slope * weight[i] * r[i];
    for (std::size_t u = 0; u < columns[j].size(); ++u) {
      const auto& [i, slope] = columns[j][u];
      b[i] += slope * q * gradient[j];
      for (std::size_t v = 0; v <= u; ++v) a[i * m + columns[j][v].first] += slope * q * columns[j][v].second;
    }
  }
  const std::vector<double> y = solve_positive(std::move(a), std::move(b));
  std::vector<double> step(n);
  for (std::size_t j = 0; j < n; ++j) {
    double along = gradient[j];
    for (const auto& [i, slope] : columns[j]) along -= slope * y[i];
    step[j] = spread(j) / (1 + damping) * along;
  }
  return step;
}

}  // namespace

TrainingFit calibrate_training(const Csv& table, const TrainingParts& start, FitFrom from,
                               const std::function<bool(std::string_view id)>& use, const Without& without) {
  const TrainingProblem problem(table, start, from, use, without);
  std::vector<double> x(problem.size(), 0.0);
  std::vector<double> r = residuals(problem, problem.constants(x));
  double best = objective(problem, r, x);
  double damping = 0.1;
  TrainingFit fit;
  int settled = 0;
  for (fit.iterations = 0; fit.iterations < kMostIterations; ++fit.iterations) {
    const std::vector<Column> columns = jacobian(problem, x, r);
    bool improved = false;
    double gain = 0;
    for (int attempt = 0; attempt < 10 && !improved; ++attempt) {
      const std::vector<double> step = gauss_newton_step(problem, columns, r, x, damping);
      std::vector<double> candidate = x;
      for (std::size_t j = 0; j < x.size(); ++j) candidate[j] += std::clamp(step[j], -0.5, 0.5);
      const std::vector<double> candidate_r = residuals(problem, problem.constants(candidate));
      const double value = objective(problem, candidate_r, candidate);
      improved = value < best;
      if (improved) {
        gain = best - value;
        best = value;
        x = candidate;
        r = candidate_r;
        damping = std::max(1e-3, damping / 3);
      } else {
        damping = damping * 4 + 0.1;
      }
    }
    settled = gain < 2e-4 * best ? settled + 1 : 0;
    if (!improved || settled >= kSettled) break;
  }
  fit.parts = problem.parts(x);
  fit.rows = problem.rows_of_stacks();
  fit.objective = best;
  return fit;
}

}  // namespace eigenbau::fit

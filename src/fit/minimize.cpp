// Which constants make a law come closest to what was measured?
#include "fit/minimize.h"

#include <nlopt.h>

#include <algorithm>
#include <cmath>
#include <memory>

namespace eigenbau::fit {
namespace {

struct Problem {
  const std::vector<Range>& ranges;
  const std::function<double(std::span<const double>)>& cost;
  std::vector<double> natural;

  void set(const double* unit) {
    for (std::size_t i = 0; i < ranges.size(); ++i) {
      const Range& r = ranges[i];
      natural[i] = r.geometric ? r.low * std::pow(r.high / r.low, unit[i]) : r.low + (r.high - r.low) * unit[i];
    }
  }
};

double to_unit(const Range& r) {
  return r.geometric ? std::log(r.start / r.low) / std::log(r.high / r.low) : (r.start - r.low) / (r.high - r.low);
}

double evaluate(unsigned, const double* unit, double*, void* data) {
  auto& problem = *static_cast<Problem*>(data);
  problem.set(unit);
  const double cost = problem.cost(problem.natural);
  return std::isfinite(cost) ? cost : 1e9;
}

}  // namespace

std::vector<double> minimize(const std::vector<Range>& ranges, int evaluations,
                             const std::function<double(std::span<const double>)>& cost) {
  const auto n = static_cast<unsigned>(ranges.size());
  Problem problem{ranges, cost, std::vector<double>(n)};
  const std::vector<double> zeros(n, 0.0), ones(n, 1.0), step(n, 0.12);
  std::vector<double> unit(n);
  for (unsigned i = 0; i < n; ++i) unit[i] = std::clamp(to_unit(ranges[i]), 0.0, 1.0);

  const std::unique_ptr<nlopt_opt_s, decltype(&nlopt_destroy)> search(nlopt_create(NLOPT_LN_SBPLX, n), &nlopt_destroy);
  nlopt_set_lower_bounds(search.get(), zeros.data());
  nlopt_set_upper_bounds(search.get(), ones.data());
  nlopt_set_initial_step(search.get(), step.data());
  nlopt_set_min_objective(search.get(), evaluate, &problem);
  nlopt_set_maxeval(search.get(), evaluations);
  nlopt_set_ftol_rel(search.get(), 1e-6);
  double least = 0;
  nlopt_optimize(search.get(), unit.data(), &least);
  problem.set(unit.data());
  return problem.natural;
}

}  // namespace eigenbau::fit

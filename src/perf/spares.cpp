// How many spare nodes cover all but a small share of the time?
#include "perf/spares.h"

#include <cmath>

namespace eigenbau::perf {

namespace {

/// ln P(down = k): negative binomial with mean m and variance D·m (shape m/(D-1)), Poisson for D = 1.
double log_probability(int k, double mean, double dispersion) {
  if (dispersion <= 1) return k * std::log(mean) - mean - std::lgamma(k + 1.0);
  const double shape = mean / (dispersion - 1);
  return std::lgamma(k + shape) - std::lgamma(shape) - std::lgamma(k + 1.0) - shape * std::log(dispersion) +
         k * std::log((dispersion - 1) / dispersion);
}

}  // namespace

Spares spare_nodes(int nodes, Frequency node_rate, Time repair, double dispersion, double tail) {
  Spares result{nodes * (node_rate * repair), 0};
  if (nodes <= 0 || result.mean_down <= 0) return result;
  double covered = 0;
  for (int k = 0; k < nodes; ++k) {
    covered += std::exp(log_probability(k, result.mean_down, dispersion));
    result.spares = k;
    if (covered >= 1 - tail) return result;
  }
  result.spares = nodes;
  return result;
}

}  // namespace eigenbau::perf

// How many spare nodes cover all but a small share of the time?
#pragma once

#include "units/quantity.h"

namespace eigenbau::perf {

/// Nodes that are away for repair at a time, and the spares that cover all but `tail` of the time.
struct Spares {
  double mean_down = 0;
  int spares = 0;
};

/// Spare nodes so that more are away only with probability `tail`.
///   down ~ negative binomial, mean m = nodes·r·T, variance D·m      r failures of one node, T mean repair, D dispersion
/// D = 1 is M/G/infinity: Poisson whatever the distribution of repair times. Bursts and long repairs make D larger; the
/// StepFun trace has a mean of 9.3 nodes down of 400 and a p99 of 31, where Poisson says 17. Stops being true for
/// spares beyond the nodes themselves. Source: Takács 1962 for D = 1; dispersion from the trace.
Spares spare_nodes(int nodes, Frequency node_rate, Time repair, double dispersion, double tail);

}  // namespace eigenbau::perf

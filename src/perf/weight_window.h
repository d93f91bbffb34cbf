// How much of the traffic of gradients and weights does compute hide?
#pragma once

#include "perf/parallel_plan.h"
#include "units/quantity.h"

namespace eigenbau::perf {

/// What can hide that traffic; does not depend on how weights are sharded.
struct WeightWindow {
  double micro_batches = 1;    ///< of a stage; of DualPipe pairs of them, one for each stage that a rank holds
  Time once{};                 ///< of the last micro-batch's compute, for what travels once a step
  Time each{};                 ///< of one micro-batch's, for what travels after each
  double unhidden = 0;         ///< share of it that nothing hides
  Time forward{}, backward{};  ///< compute of one micro-batch, for what ZeRO-3 gathers and scatters
  double gather_unhidden = 0;  ///< share of the shorter of gather and compute
};

inline Time longer(Time a, Time b) { return Time::from_base(a.base() < b.base() ? b.base() : a.base()); }
inline Time shorter(Time a, Time b) { return Time::from_base(b.base() < a.base() ? b.base() : a.base()); }

/// ZeRO 0 to 2: traffic that shows.
///   x(t, w) = u·t + max(0, (1-u)·t - w)      u share that nothing hides, w window
///   x(r + g, w) + (n-1)·x(r, w')             r gradients are summed, n times a step; g what travels once: weights are gathered,
///                                            gradients summed between groups
/// `Times` and `Numbers`: one of each, or as many as are worked out at once.
template <typename Times, typename Numbers>
Times exposed_replicated(const WeightWindow& window, Times reduction, Times once, Numbers reductions) {
  const auto exposed = [&](Times traffic, Time behind) {
    return window.unhidden * traffic + longer(Times{}, (1 - window.unhidden) * traffic - behind);
  };
  return exposed(reduction + once, window.once) + (reductions - 1) * exposed(reduction, window.each);
}

/// ZeRO-3: each micro-batch pays the longer of gather and compute, and a share of the shorter one. Between groups of ranks
/// gradients are summed once a step, in what the last micro-batch's own scatters leave of the window.
///   m·Σ(max(t, c) + z·min(t, c) - c) + u·a + max(0, (1-u)·a - max(0, w - t_backward))      over forward and backward
template <typename Times>
Times exposed_gathered(const WeightWindow& window, Times forward, Times backward, Times across) {
  const auto exposed = [&](Times traffic, Times compute) {
    return longer(traffic, compute) + window.gather_unhidden * shorter(traffic, compute) - compute;
  };
  const Times left = longer(Times{}, window.once - backward);
  return window.micro_batches * (exposed(forward, window.forward) + exposed(backward, window.backward)) +
         (window.unhidden * across + longer(Times{}, (1 - window.unhidden) * across - left));
}

}  // namespace eigenbau::perf

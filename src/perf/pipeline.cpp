// How are layers laid over pipeline stages, and what does filling and draining the pipeline cost?
#include "perf/pipeline.h"

#include <algorithm>
#include <cmath>

namespace eigenbau::perf {

StageLayers stage_layers(int layers, const ParallelPlan& plan) {
  const double stages = plan.pp;
  const double mean = layers / stages;
  const int chunks = plan.pp * plan.vp;
  if (plan.pp == 1 || layers % chunks == 0) return {mean, mean, mean, mean, mean / plan.vp};
  if ((layers + 2) % chunks == 0) {
    // Of two stages both are an end.
    const double even = (layers + 2) / stages;
    return {even - 1, plan.pp > 2 ? even : even - 1, even - 1, mean, mean / plan.vp};
  }
  const double most = std::ceil(mean);
  return {most, most, std::max(0.0, layers - most * (stages - 1)), mean, plan.vp > 1 ? std::ceil(most / plan.vp) : mean};
}

double recomputed_share(int layers, const ParallelPlan& plan) { return recomputed_share(stage_layers(layers, plan), plan); }

double recomputed_share(const StageLayers& stages, const ParallelPlan& plan) {
  if (plan.recompute.mode != Recompute::full) return 0;
  if (plan.recompute.num_layers <= 0) return 1;
  return std::min(1.0, static_cast<double>(plan.recompute.num_layers) * plan.vp / stages.most);
}

Schedule usual_schedule(int vp, bool dual_pipe) {
  if (vp > 1) return Schedule::interleaved;
  return dual_pipe ? Schedule::dual_pipe : Schedule::one_f_one_b;
}

PassShares PassShares::mixed(const PassShares& first, const PassShares& second, double share) {
  PassShares shares;
  for (double PassShares::* part : {&PassShares::forward, &PassShares::weights, &PassShares::paired})
    shares.*part = (1 - share) * (first.*part) + share * (second.*part);
  return shares;
}

double kept_drain(const ParallelPlan& plan, const PassShares& shares) {
  const double p = plan.pp, w = shares.weights;
  if (plan.schedule == Schedule::dual_pipe) return (p / 2 - 1) * (2 - shares.forward - 3 * w - shares.paired);
  return (p - 1) * (1 - 2 * w);
}

double bubble_share(const ParallelPlan& plan, double micro_batches, const PassShares& shares) {
  if (plan.pp <= 1 || micro_batches <= 0) return 0;
  const double p = plan.pp, m = micro_batches, v = plan.vp, w = shares.weights;
  // The last of m micro-batches goes through all stages forward and, without the weights' gradients, backward.
  const auto at_least = [&](double fed) { return (1 - w) * (p - 1 + fed) + w - m; };
  switch (plan.schedule) {
    case Schedule::zero_bubble:
      return std::max(kept_drain(plan, shares), at_least(m)) / m;
    case Schedule::dual_pipe:
      return std::max(kept_drain(plan, shares), at_least(std::ceil(m / 2))) / m;
    default:
      return (m < p ? p - m + (m - 1) / v : (p - 1) / v) / m;
  }
}

double paired_share(const ParallelPlan& plan) {
  const double m = std::max(1, plan.micro_batches()), p = plan.pp;
  if (plan.stages_held() == 2) return std::max(0.0, m - 1.25 * p + 0.5) / m;
  return plan.expert_overlap ? (m - 1) / m : 0;
}

double micro_batches_in_flight(const ParallelPlan& plan, double micro_batches, int stage) {
  const double p = plan.pp, i = stage;
  if (plan.stages_held() == 2) return std::min(micro_batches, p + 1);
  const double beside = paired_share(plan) > 0 ? 1 : 0;
  const double held = plan.schedule == Schedule::zero_bubble ? p : plan.vp > 1 ? p + (p - 1 - 2 * i) / plan.vp : p - i;
  return std::min(micro_batches, held + beside);
}

}  // namespace eigenbau::perf

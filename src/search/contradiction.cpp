// What that is settled of a plan cannot go together, whatever is free?
#include "search/contradiction.h"

#include <fmt/format.h>

#include "perf/pipeline.h"

namespace eigenbau::search {
namespace {

/// Degrees of experts that a model without any has not.
std::optional<Contradiction> without_experts(const catalog::Model& model, const Settled& settled) {
  const auto none = [&](std::string_view key, const std::string& stated) {
    return Contradiction{key, fmt::format("{} is for models with experts, and {} has none", stated, model.name), "leave it away"};
  };
  if (settled.ep.value_or(1) > 1) return none("ep", fmt::format("ep {}", *settled.ep));
  if (settled.etp.value_or(1) > 1) return none("etp", fmt::format("etp {}", *settled.etp));
  if (settled.expert_overlap.value_or(false)) return none("expert_overlap", "expert_overlap on");
  return {};
}

}  // namespace

std::optional<Contradiction> contradiction(const catalog::Model& model, const Settled& settled) {
  if (!model.experts) return without_experts(model, settled);
  if (!settled.expert_overlap.value_or(false)) return {};
  // All else as the overlap likes it.
  const perf::ParallelPlan plan{
      .ep = settled.ep.value_or(2), .global_batch = 2, .recompute = settled.recompute.value_or(perf::Recompute::none)};
  const std::string_view why = perf::why_no_expert_overlap(plan);
  if (why.empty()) return {};
  const std::string other = plan.ep <= 1 ? "ep 1" : fmt::format("recompute {}", in_words(plan.recompute));
  return Contradiction{"expert_overlap", fmt::format("expert_overlap on and {} contradict one another: {}", other, why),
                       "settle one of the two"};
}

}  // namespace eigenbau::search

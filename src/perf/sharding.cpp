// Which state is sharded, and over how many ranks?
#include "perf/sharding.h"

#include <fmt/format.h>

namespace eigenbau::perf {

std::optional<std::string> why_less_sharding(const ParallelPlan& plan, const catalog::Stack& stack) {
  const int level = running_zero_level(plan, stack.training);
  if (level == plan.zero_level) return std::nullopt;
  const int beside_experts = plan.ep > 1 ? std::min(plan.zero_level, stack.training.expert_zero_level) : plan.zero_level;
  if (beside_experts > level)
    return fmt::format("in a pipeline {} keeps gathered weights and sums whole gradients once: ZeRO {} runs", stack.name, level);
  return fmt::format("with experts spread over ranks {} shards no further than ZeRO {}", stack.name, level);
}

}  // namespace eigenbau::perf

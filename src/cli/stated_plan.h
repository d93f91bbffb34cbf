// Which plan do the degrees make that options and file state, and where is each degree from?
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "catalog/model.h"
#include "catalog/stack.h"
#include "cli/command.h"
#include "perf/parallel_plan.h"
#include "search/space.h"

namespace eigenbau::cli {

/// Where a figure of the plan is from, as a report says it.
struct Origin {
  std::string source = "derived";
  std::string derivation{};
};

/// By the plan's keys: "tp", "micro_batch".
using Origins = std::map<std::string, Origin, std::less<>>;

/// What is known of a plan before it is made.
struct PlanStatement {
  const Arguments& arguments;
  search::Settled by_file{};  ///< what the file states
  const search::SearchSpace& space;
  const catalog::Stack& stack;
  const catalog::Model& model;
};

/// True where an option states a degree of parallelism, a micro-batch or what is offloaded.
bool states_a_degree(const Arguments& arguments);

/// Degrees that options state, else the file; the others are 1, but for data parallelism, which takes what is left, chunks, of
/// which there are as many as the software makes wherever the micro-batches fill them, and experts, which it may split like a
/// layer.
perf::ParallelPlan stated_plan(const PlanStatement& said);

/// How tokens travel to their experts, and what holds their number, as options say it.
struct StatedExchange {
  perf::ExpertCopies copies = perf::ExpertCopies::stack;
  perf::Routing routing = perf::Routing::dropless;
  bool balanced = false;  ///< the router spreads tokens evenly, as benchmarks make it
};
StatedExchange stated_exchange(const Arguments& arguments);

/// Where each degree of `plan` is from. `chosen`: those that nobody states are of the fastest plan that fits.
Origins plan_origins(const PlanStatement& said, const perf::ParallelPlan& plan, bool chosen);

/// Of --schedule; nothing if not given.
std::optional<perf::Schedule> schedule_option(const Arguments& arguments);

/// --tp ... --recompute ..., --offload, --dispatch, --routing, --expert-overlap, --lora
std::vector<Option> plan_options();

}  // namespace eigenbau::cli

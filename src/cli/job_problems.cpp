// What do a file's training jobs state of their plans that cannot be, that their software refuses, or that changes nothing?
#include "cli/job_problems.h"

#include <algorithm>

#include "cli/codes.h"
#include "cli/plan_problems.h"
#include "cli/stated_recompute.h"
#include "cluster/places.h"
#include "perf/software_check.h"
#include "search/contradiction.h"
#include "study/planner.h"

namespace eigenbau::cli {
namespace {

using perf::PlanRule;

/// In the plan of a job: what breaks the rule.
std::string_view key_of(PlanRule rule) {
  switch (rule) {
    case PlanRule::selective_by_software:
      return "recompute";
    case PlanRule::modules_by_software:
      return "recompute_modules";
    case PlanRule::layers_by_software:
      return "recompute_num_layers";
    case PlanRule::halves_divide_sequence:
      return "cp";
    default:
      return "expert_overlap";
  }
}

/// What is stated, and else the plan that the software likes best.
perf::ParallelPlan kindest_plan(const cluster::TrainingJob& job, const search::Settled& settled) {
  perf::ParallelPlan plan;
  plan.cp = settled.cp.value_or(1);
  plan.ep = settled.ep.value_or(2);
  plan.global_batch = std::max(2, plan.cp);  // cp ranks with any micro-batch
  plan.sequence_length = job.sequence_length.value_or(0);
  plan.expert_overlap = settled.expert_overlap.value_or(false);
  plan.recompute = settled.recompute.value_or(perf::Recompute::none);
  return plan;
}

}  // namespace

void add_job_problems(Diagnostics& problems, const cluster::Cluster& cluster, const Document& document,
                      const catalog::Catalog& catalog) {
  const cluster::Places places(document, problems);
  for (const cluster::TrainingJob& job : cluster.training) {
    const auto model = study::job_model(job, catalog);
    const auto stack = study::job_stack(job, catalog);
    if (!model || !stack) continue;
    const search::Settled settled = study::stated_plan(job.plan);
    const auto warn = [&](std::string_view key, std::string message, std::string hint) {
      problems.add({.code = std::string(kBadPlan),
                    .severity = Severity::warning,
                    .message = std::move(message),
                    .span = places.value(job.span, "plan", key),
                    .hint = std::move(hint)});
    };
    const auto contradiction = search::contradiction(*model, settled);
    if (contradiction) warn(contradiction->key, contradiction->text, std::string(contradiction->hint));
    if (settled.recompute)
      for (std::string& sentence : recompute_without_use(*model, *stack, *settled.recompute))
        warn(settled.recompute->modules.empty() ? "recompute" : "recompute_modules", std::move(sentence), "");
    const perf::ParallelPlan plan = kindest_plan(job, settled);
    for (const perf::PlanViolation& violation : perf::check_software(*model, plan, stack->training)) {
      if (contradiction && contradiction->key == key_of(violation.rule)) continue;
      Diagnostic problem = software_problem(violation, plan, *stack);
      warn(key_of(violation.rule), std::move(problem.message), std::move(problem.hint));
    }
  }
}

}  // namespace eigenbau::cli

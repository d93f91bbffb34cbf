// Which rules does a job's plan break, in words, and what would do?
#include "cli/plan_problems.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <vector>

#include "cli/codes.h"
#include "perf/pipeline.h"
#include "perf/plan_repair.h"
#include "report/plan_words.h"
#include "units/counted.h"
#include "units/print.h"

namespace eigenbau::cli {
namespace {

using perf::PlanRule;

/// "tp 2 or 4"; empty where there is no such value.
std::string values_of(std::string_view degree, const std::array<long, 2>& nearest) {
  const auto [below, above] = nearest;
  if (below <= 0 && above <= 0) return "";
  if (below > 0 && above > 0) return fmt::format("{} {} or {}", degree, print_count(below), print_count(above));
  return fmt::format("{} {}", degree, print_count(below > 0 ? below : above));
}

/// "every stage but the last owns 4, the last 1"
std::string stages_in_words(int layers, const perf::ParallelPlan& plan) {
  const perf::StageLayers stages = perf::stage_layers(layers, plan);
  return fmt::format("every stage but the last owns {}{}, the last {}", stages.last > 0 ? "" : "at most ", stages.most,
                     stages.last > 0 ? fmt::format("{}", stages.last) : "none");
}

std::string message_of(const catalog::Model& model, const perf::ParallelPlan& plan, const perf::PlanViolation& violation,
                       bool dp_is_stated) {
  switch (violation.rule) {
    case PlanRule::pp_divides_layers:
      if (violation.fatal) return fmt::format("pp {} is more than the {} layers", plan.pp, model.layers);
      return fmt::format("pp {} does not divide {} layers: {}", plan.pp, model.layers, stages_in_words(model.layers, plan));
    case PlanRule::degrees_match_gpus:
      if (!dp_is_stated)
        return fmt::format("tp {} x pp {} x cp {} does not divide {}", plan.tp, plan.pp, plan.cp,
                           counted(violation.limit, "GPU"));
      return fmt::format("tp {} x pp {} x cp {} x dp {} is {}, and there are {}", plan.tp, plan.pp, plan.cp, plan.dp,
                         print_count(violation.value), counted(violation.limit, "GPU"));
    case PlanRule::interleaving_needs_chunks:
      if (plan.pp == 1) return "one stage has nothing to interleave: 1F1B runs";
      if (violation.degree == "vp") return "one chunk per stage leaves nothing to interleave: 1F1B runs";
      return fmt::format("no chunks of {} layers over {} stages are equal, so that nothing interleaves: 1F1B runs", model.layers,
                         plan.pp);
    case PlanRule::schedule_needs_stages:
      return fmt::format("one stage has no pipeline for {} to fill: 1F1B runs", report::word_of(plan.schedule));
    case PlanRule::chunks_divide_layers:
      return fmt::format("pp {} x vp {} is {} chunks, which divide neither the {} layers nor {}, with embedding and output",
                         plan.pp, plan.vp, violation.value, model.layers, model.layers + 2);
    case PlanRule::micro_batch_divides:
      return fmt::format("micro-batch {} x dp {} does not divide the global batch of {}", plan.micro_batch, plan.dp,
                         print_count(violation.limit));
    default:
      return fmt::format("{} ({} against {})", perf::text_of(violation.rule), print_count(violation.value),
                         print_count(violation.limit));
  }
}

/// "nearest: tp 8, or pp 2, with dp left out": values with which the plan runs; where no degree alone has any, those that keep
/// the rule.
std::string hint_of(const catalog::Model& model, const perf::Machine& machine, const perf::ParallelPlan& plan,
                    const perf::PlanViolation& violation, bool dp_is_stated) {
  std::vector<perf::NearestDegrees> ways;
  if (violation.rule == PlanRule::degrees_match_gpus) ways = perf::degrees_that_match(model, machine, plan, dp_is_stated);
  else ways.push_back(perf::nearest_that_runs(model, machine, plan, violation, dp_is_stated));
  std::vector<std::string> words;
  for (const perf::NearestDegrees& way : ways)
    if (way.any()) words.push_back(values_of(way.degree, way.nearest));
  const bool frees_dp = !words.empty() && ways.front().frees_dp;
  if (words.empty())
    if (std::string keeps = values_of(violation.degree, violation.nearest); !keeps.empty()) words.push_back(std::move(keeps));
  if (words.empty()) return violation.fatal ? "no change of one degree does it; `eigenbau search` finds the plans that run" : "";
  return fmt::format("nearest: {}{}", fmt::join(words, ", or "), frees_dp ? ", with dp left out" : "");
}

/// Of a rule of software: " (tp 8)", " (4 against 4,098)".
std::string figures_of(const perf::PlanViolation& violation) {
  if (violation.rule == PlanRule::experts_split_sequences) return fmt::format(" (tp {})", violation.value);
  if (violation.rule == PlanRule::halves_divide_sequence)
    return fmt::format(" ({} against {})", violation.value, print_count(violation.limit));
  return "";
}

/// In words that options, `--fix` and a file share.
std::string software_hint(const perf::PlanViolation& violation) {
  const std::string nearest = values_of(violation.degree, violation.nearest);
  switch (violation.rule) {
    case PlanRule::experts_split_sequences:
      return nearest.empty() ? "sp on, or tp 1" : fmt::format("nearest that splits the sequence: {}", nearest);
    case PlanRule::selective_by_software:
      return "recompute full or none";
    case PlanRule::modules_by_software:
      return "name no modules: recompute selective is then what the software makes of it";
    case PlanRule::layers_by_software:
      return "recompute full without a number of layers";
    case PlanRule::overlap_by_software:
      return "expert_overlap off, or a later release";
    case PlanRule::overlap_pairs:
      return "expert_overlap off";
    default:
      return fmt::format("nearest: {}", nearest);
  }
}

}  // namespace

Diagnostics plan_problems(const catalog::Model& model, const perf::Machine& machine, const perf::ParallelPlan& plan,
                          const PlanChoice& choice) {
  Diagnostics out;
  const std::vector<perf::PlanViolation> violations = perf::check_plan(model, machine, plan);
  // A plan that cannot run costs nothing: what makes it slower is no matter.
  const bool runs = choice.by_search || std::ranges::none_of(violations, &perf::PlanViolation::fatal);
  for (const perf::PlanViolation& violation : violations) {
    if (!runs && !violation.fatal) continue;
    out.add({.code = std::string(kBadPlan),
             .severity = runs ? Severity::warning : Severity::error,
             .message = message_of(model, plan, violation, choice.dp_is_stated),
             .hint = choice.by_search ? "" : hint_of(model, machine, plan, violation, choice.dp_is_stated)});
  }
  return out;
}

Diagnostic software_problem(const perf::PlanViolation& violation, const perf::ParallelPlan& plan, const catalog::Stack& stack) {
  std::string message(perf::text_of(violation.rule));
  if (violation.rule == PlanRule::overlap_pairs) message += fmt::format(": {}", perf::why_no_expert_overlap(plan));
  else message += fmt::format("{}: {}", figures_of(violation), stack.title);
  return {.code = std::string(kBadPlan),
          .severity = Severity::warning,
          .message = std::move(message),
          .hint = software_hint(violation)};
}

void add_software_problems(Diagnostics& problems, const catalog::Model& model, const perf::ParallelPlan& plan,
                           const catalog::Stack& stack) {
  for (const perf::PlanViolation& violation : perf::check_software(model, plan, stack.training))
    problems.add(software_problem(violation, plan, stack));
}

void add_remarks(report::Section& section, const Diagnostics& problems) {
  for (const Diagnostic& problem : problems.all())
    section.items.push_back(
        report::Remark{.severity = problem.severity, .code = problem.code, .text = problem.message, .hint = problem.hint});
}

}  // namespace eigenbau::cli

// What does the search answer for one machine: the best plan, why, what else is as good, and what a better machine would give?
#include "cli/search_answer.h"

#include <fmt/format.h>

#include <algorithm>

#include "catalog/published.h"
#include "cli/plan_words.h"
#include "search/cost.h"
#include "units/print.h"

namespace eigenbau::cli {
namespace {

using report::Form;
using report::Number;

const Provenance kDerived{.source = "derived", .date = {}, .confidence = {}};

const char* name_of(search::Objective objective) {
  switch (objective) {
    case search::Objective::energy:
      return "energy";
    case search::Objective::money:
      return "money";
    default:
      return "time";
  }
}

report::Table best_table(const search::SearchResult& found) {
  report::Table table = plan_table("best", "Best layouts, each with its best sharding and recomputation",
                                   {{.key = "step", .label = "step", .dimension = kTime},
                                    {.key = "behind", .label = "behind", .form = Form::share},
                                    {.key = "mfu", .label = "MFU", .form = Form::share},
                                    {.key = "memory", .label = "memory", .dimension = kData}});
  for (const search::FoundPlan& one : found.best) {
    std::vector<report::Cell> cells{Number{one.step.total.base()}, Number{one.cost / found.best.front().cost - 1},
                                    Number{one.step.mfu_causal}, Number{one.step.memory.total().base()}};
    append_plan(cells, one.plan);
    table.rows.push_back({.key = std::to_string(table.rows.size() + 1), .cells = std::move(cells)});
  }
  return table;
}

report::Table front_table(search::Objective objective, const search::SearchResult& found) {
  report::Table table = plan_table(
      "front", fmt::format("The step's {} against memory: no plan beats one of these in both", name_of(objective)),
      {{.key = "step", .label = "step", .dimension = kTime}, {.key = "memory", .label = "memory", .dimension = kData}});
  for (const search::RankedPlan& one : found.front) {
    std::vector<report::Cell> cells{Number{one.step.base()}, Number{one.memory.base()}};
    append_plan(cells, one.plan);
    table.rows.push_back({.key = std::to_string(table.rows.size() + 1), .cells = std::move(cells)});
  }
  return table;
}

/// What a step consists of, by name.
std::vector<std::pair<const char*, Time>> parts_of(const perf::TrainingStep& s) {
  return {{"matrix products", s.matrix},
          {"attention", s.attention},
          {"expert products", s.experts},
          {"element-wise work", s.element_wise},
          {"output layer", s.head},
          {"recomputation", s.recompute},
          {"launches", s.host},
          {"tensor-parallel traffic", s.tensor_parallel},
          {"context-parallel traffic", s.context_parallel},
          {"expert traffic", s.expert_parallel},
          {"data-parallel traffic", s.data_parallel},
          {"stage-to-stage traffic", s.point_to_point},
          {"pipeline bubble", s.bubble},
          {"optimizer", s.optimizer},
          {"fixed", s.fixed},
          {"stragglers", s.straggler}};
}

/// Where the winner's time goes beside that of the next layout.
report::Table parts_table(const search::SearchResult& found) {
  report::Table table{.key = "parts",
                      .title = "Where the step's time goes",
                      .columns = {{.key = "part", .label = "part"},
                                  {.key = "time", .label = "best", .dimension = kTime},
                                  {.key = "share", .label = "share", .form = Form::share},
                                  {.key = "next", .label = "next layout", .dimension = kTime}}};
  const auto best = parts_of(found.best.front().step);
  const auto next = found.best.size() > 1 ? parts_of(found.best[1].step) : decltype(best){};
  for (std::size_t i = 0; i < best.size(); ++i) {
    if (best[i].second <= Time{} && (next.empty() || next[i].second <= Time{})) continue;
    table.rows.push_back({.key = best[i].first,
                          .cells = {std::string(best[i].first), Number{best[i].second.base()},
                                    Number{best[i].second / found.best.front().step.total},
                                    next.empty() ? report::Cell{} : Number{next[i].second.base()}}});
  }
  return table;
}

/// The parts in which the winner gains most on the next layout, and the largest part that is not computing.
std::string why(const search::SearchResult& found) {
  const auto best = parts_of(found.best.front().step);
  constexpr std::size_t kFirstLoss = 5;  // of parts_of: what precedes it is the model's own work
  const auto loss =
      std::max_element(best.begin() + kFirstLoss, best.end(), [](const auto& a, const auto& b) { return a.second < b.second; });
  std::string text = fmt::format("most of what is not the model's own work is {} ({:.1f} % of the step)", loss->first,
                                 100 * (loss->second / found.best.front().step.total));
  if (found.best.size() < 2) return text;
  const auto next = parts_of(found.best[1].step);
  std::size_t gain = 0;
  for (std::size_t i = 1; i < best.size(); ++i)
    if (next[i].second - best[i].second > next[gain].second - best[gain].second) gain = i;
  if (next[gain].second > best[gain].second)
    text += fmt::format("; on the next layout it gains most in {} ({})", next[gain].first,
                        print(next[gain].second - best[gain].second));
  return text;
}

const char* name_of(search::Resource resource) {
  switch (resource) {
    case search::Resource::memory:
      return "1 GiB more memory";
    case search::Resource::network:
      return "twice the network rate";
    case search::Resource::scale_up_domain:
      return "twice the scale-up domain";
    default:
      return "no oversubscription";
  }
}

/// The best plan on a machine that is better in one thing.
report::Table resource_table(const SearchQuestion& question, const search::SearchResult& found) {
  report::Table table = plan_table("resources", "What more would be worth: the best plan on a better machine",
                                   {{.key = "change", .label = "with"},
                                    {.key = "step", .label = "step", .dimension = kTime},
                                    {.key = "gain", .label = "less", .form = Form::share}});
  for (const search::ResourceValue& one :
       search::resource_values(question.model, question.machine, question.stack.training, question.space)) {
    std::vector<report::Cell> cells{std::string(name_of(one.resource)), Number{one.best.step.total.base()},
                                    Number{1 - one.best.cost / found.best.front().cost}};
    append_plan(cells, one.best.plan);
    table.rows.push_back({.key = name_of(one.resource), .cells = std::move(cells)});
  }
  return table;
}

void add_costs(report::Section& section, const SearchQuestion& question, const search::FoundPlan& best) {
  const Tokens tokens = static_cast<double>(question.space.global_batch) * question.space.sequence_length * kTokenUnit;
  if (question.knows_energy())
    report::add(section, "energy_per_token", "Energy of a token",
                figure(search::step_energy(question.space, question.space.gpus, best.step.total, best.busy) / tokens, kDerived))
        .headline = true;
  if (question.knows_money())
    report::add(section, "cost_per_token", "Cost of a token",
                figure(search::step_money(question.space, question.space.gpus, best.step.total) / tokens, kDerived))
        .headline = true;
}

void add_lead(report::Section& section, const search::SearchResult& found) {
  const search::FoundPlan& best = found.best.front();
  const double lead = found.best.size() > 1 ? found.best[1].cost / best.cost - 1 : 0;
  if (found.best.size() > 1)
    report::add(section, "lead", "Lead over the next layout",
                fmt::format("{:.2f} %, {} the model's error of {:.0f} %", 100 * lead,
                            lead <= found.model_error ? "inside" : "outside", 100 * found.model_error))
        .headline = true;
  report::add(section, "simplest_plan", "Simplest within the error",
              fmt::format("{}: {} ({:+.1f} %)", in_words(found.simplest.plan), print(found.simplest.step.total),
                          100 * (found.simplest.cost / best.cost - 1)))
      .headline = true;
}

}  // namespace

report::Remark beyond_published(const SearchQuestion& question, const search::FoundPlan& plan) {
  const auto published = catalog::published_mfu(question.machine.gpu, plan.plan.precision);
  if (!published)
    return {.severity = Severity::note,
            .text = fmt::format("no utilization was ever published for {} in {} that this plan's {:.1f} % could be held against",
                                question.machine.gpu.title, catalog::name_of(plan.plan.precision), 100 * plan.step.mfu_causal)};
  return {.severity = Severity::warning,
          .text = fmt::format("an MFU of {:.1f} % is above the highest ever published for {} in {}, {:.1f} %: do not count on it",
                              100 * plan.step.mfu_causal, question.machine.gpu.title, catalog::name_of(plan.plan.precision),
                              100 * *published)};
}

report::Section answer_section(const SearchQuestion& question, const search::SearchResult& found) {
  const search::FoundPlan& best = found.best.front();
  report::Section section{.key = "search", .title = "Search"};
  section.lead = fmt::format("{} on {} {}: {} a step", question.model.title, print_count(question.space.gpus),
                             question.machine.gpu.title, print(best.step.total));
  if (question.space.objective != search::Objective::time)
    section.lead += fmt::format(", with the least {}", name_of(question.space.objective));
  report::add(section, "best_plan", "Best plan", in_words(best.plan)).headline = true;
  report::Row& step = report::add(section, "step_time", "Step time", figure(best.step.total, kDerived));
  step.headline = true;
  step.remark = fmt::format("{} to {}", print(best.step.low()), print(best.step.high()));
  report::add(section, "mfu", "MFU, causal count", figure(best.step.mfu_causal, kDerived), Form::share).headline = true;
  report::add(section, "tokens_per_gpu", "Tokens of one GPU", figure(best.step.tokens_per_gpu, kDerived)).headline = true;
  report::add(section, "memory", "Memory of the fullest rank", figure(best.step.memory.total(), kDerived)).headline = true;
  add_costs(section, question, best);
  report::add(section, "because", "Why", why(found)).headline = true;
  add_lead(section, found);
  section.items.push_back(best_table(found));
  section.items.push_back(parts_table(found));
  section.items.push_back(front_table(question.space.objective, found));
  section.items.push_back(resource_table(question, found));
  for (const std::string& note : question.notes)
    section.items.push_back(report::Remark{.severity = Severity::note, .text = note});
  if (search::beyond_published(question.machine.gpu, best)) section.items.push_back(beyond_published(question, best));
  return section;
}

}  // namespace eigenbau::cli

// How does the best plan change with the number of accelerators, or with the machine?
#include "cli/search_curves.h"

#include <fmt/format.h>

#include <algorithm>

#include "cli/plan_problems.h"
#include "cli/plan_words.h"
#include "cli/search_answer.h"
#include "search/cost.h"
#include "units/print.h"

namespace eigenbau::cli {
namespace {

using report::Form;
using report::Number;

Tokens tokens_of(const SearchQuestion& question) {
  return static_cast<double>(question.space.global_batch) * question.space.sequence_length * kTokenUnit;
}

/// What is told of each best plan beside its degrees: step, rate, utilization, and energy and money where they are known.
std::vector<report::Column> figure_columns(const SearchQuestion& question) {
  std::vector<report::Column> columns{{.key = "step", .label = "step", .dimension = kTime},
                                      {.key = "tokens", .label = "tokens", .dimension = TokenRate::dimension},
                                      {.key = "mfu", .label = "MFU", .form = Form::share}};
  if (question.knows_energy()) columns.push_back({.key = "energy", .label = "energy", .dimension = EnergyPerToken::dimension});
  if (question.knows_money()) columns.push_back({.key = "cost", .label = "cost", .dimension = MoneyPerToken::dimension});
  return columns;
}

void append_figures(std::vector<report::Cell>& cells, const SearchQuestion& question, int gpus, const search::FoundPlan& best) {
  const Tokens tokens = tokens_of(question);
  const Time step = best.step.total;
  cells.emplace_back(Number{step.base()});
  cells.emplace_back(Number{(tokens / step).base()});
  cells.emplace_back(Number{best.step.mfu_causal});
  if (question.knows_energy())
    cells.emplace_back(Number{(search::step_energy(question.space, gpus, step, best.busy) / tokens).base()});
  if (question.knows_money()) cells.emplace_back(Number{(search::step_money(question.space, gpus, step) / tokens).base()});
}

report::Bar bar_of(const SearchQuestion& question, std::string key, std::string label, const search::FoundPlan& best) {
  return {.key = std::move(key),
          .label = std::move(label),
          .segments = {{.key = "tokens", .label = "tokens", .amount = {(tokens_of(question) / best.step.total).base()}}}};
}

/// Those of the question, and what the software refuses of any of the best plans, each once.
void add_notes(report::Section& section, const SearchQuestion& question, const std::vector<search::ScalePoint>& best) {
  Diagnostics refused, once;
  for (const search::ScalePoint& point : best)
    if (point.best) add_software_problems(refused, question.model, point.best->plan, question.stack);
  for (const Diagnostic& problem : refused.all())
    if (std::ranges::find(once.all(), problem.message, &Diagnostic::message) == once.all().end()) once.add(problem);
  add_remarks(section, once);
  for (const std::string& note : question.notes)
    section.items.push_back(report::Remark{.severity = Severity::note, .text = note});
}

/// "least energy a step on 2,048": which number of accelerators the objective would take.
std::string choice_of(const SearchQuestion& question, const std::vector<search::ScalePoint>& curve) {
  const search::ScalePoint* chosen = nullptr;
  for (const search::ScalePoint& point : curve)
    if (point.best && (!chosen || point.best->cost < chosen->best->cost)) chosen = &point;
  if (!chosen) return "";
  const char* what = question.space.objective == search::Objective::energy  ? "least energy for a step"
                     : question.space.objective == search::Objective::money ? "least money for a step"
                                                                            : "fastest";
  return fmt::format("; {} on {}", what, print_count(chosen->gpus));
}

}  // namespace

report::Section scaling_section(const SearchQuestion& question, const std::vector<search::ScalePoint>& curve) {
  constexpr std::size_t kMostBars = 32;
  std::vector<report::Column> columns{{.key = "gpus", .label = "GPUs", .form = Form::count}};
  for (report::Column& column : figure_columns(question)) columns.push_back(std::move(column));
  report::Table table = plan_table("scaling", "The best plan on each number of accelerators", std::move(columns));
  report::Stack chart{.key = "scaling_curve", .title = "Tokens per second", .dimension = TokenRate::dimension};
  const search::FoundPlan* boldest = nullptr;
  std::size_t answered = 0;
  for (const search::ScalePoint& point : curve) answered += point.best.has_value();
  const std::size_t every = std::max<std::size_t>(1, (answered + kMostBars - 1) / kMostBars);
  for (const search::ScalePoint& point : curve) {
    if (!point.best) continue;
    std::vector<report::Cell> cells{Number{static_cast<double>(point.gpus)}};
    append_figures(cells, question, point.gpus, *point.best);
    append_plan(cells, point.best->plan, question.model.layers);
    const std::string key = std::to_string(point.gpus);
    if (table.rows.size() % every == 0) chart.bars.push_back(bar_of(question, key, print_count(point.gpus), *point.best));
    table.rows.push_back({.key = key, .cells = std::move(cells)});
    if (search::beyond_published(question.machine.gpu, *point.best) &&
        (!boldest || point.best->step.mfu_causal > boldest->step.mfu_causal))
      boldest = &*point.best;
  }
  report::Section section{.key = "search", .title = "Scaling curve"};
  section.lead = fmt::format("{} with {} sequences a step: a plan fits on {} of {} numbers of {}{}", question.model.title,
                             print_count(question.space.global_batch), answered, curve.size(), question.machine.gpu.title,
                             choice_of(question, curve));
  section.items.push_back(std::move(table));
  section.items.push_back(std::move(chart));
  add_notes(section, question, curve);
  if (boldest) section.items.push_back(beyond_published(question, *boldest));
  return section;
}

report::Table wide_front_table(const std::vector<search::RankedPlan>& front, int layers) {
  report::Table table = plan_table("front", "Step time, memory, accelerators: no plan beats one of these in all three",
                                   {{.key = "gpus", .label = "GPUs", .form = Form::count},
                                    {.key = "step", .label = "step", .dimension = kTime},
                                    {.key = "memory", .label = "memory", .dimension = kData, .unit = "GiB"}});
  for (const search::RankedPlan& one : front) {
    std::vector<report::Cell> cells{Number{static_cast<double>(one.plan.gpus())}, Number{one.step.base()},
                                    Number{one.memory.base()}};
    append_plan(cells, one.plan, layers);
    table.rows.push_back({.key = std::to_string(table.rows.size() + 1), .cells = std::move(cells)});
  }
  return table;
}

report::Section sweep_section(const SearchQuestion& question, const std::vector<search::ScalePoint>& best) {
  std::vector<report::Column> columns;
  for (const std::string& name : question.swept) columns.push_back({.key = name, .label = name});
  columns.push_back({.key = "faster", .label = "more tokens", .form = Form::share});
  columns.push_back({.key = "gpus", .label = "GPUs", .form = Form::count});
  for (report::Column& column : figure_columns(question)) columns.push_back(std::move(column));
  report::Table table = plan_table("sweep", "The best plan on each machine; more tokens than on the first", std::move(columns));
  const std::size_t width = table.columns.size();
  report::Stack chart{.key = "sweep_chart", .title = "Tokens per second", .dimension = TokenRate::dimension};
  const search::FoundPlan* first = nullptr;
  std::size_t answered = 0;
  for (std::size_t i = 0; i < best.size(); ++i) {
    const std::vector<std::string>& values = question.machines[i].values;
    const std::string key = fmt::format("{}", fmt::join(values, " "));
    std::vector<report::Cell> cells(values.begin(), values.end());
    if (const auto& plan = best[i].best) {
      ++answered;
      if (!first) first = &*plan;
      cells.emplace_back(Number{first->step.total / plan->step.total - 1});
      cells.emplace_back(Number{static_cast<double>(best[i].gpus)});
      append_figures(cells, question, best[i].gpus, *plan);
      append_plan(cells, plan->plan, question.model.layers);
      chart.bars.push_back(bar_of(question, key, key, *plan));
    }
    cells.resize(width);  // unknown where no plan fits
    table.rows.push_back({.key = key, .cells = std::move(cells)});
  }
  report::Section section{.key = "search", .title = "Sweep"};
  section.lead = fmt::format("{} on {} {} with {} sequences a step: a plan fits on {} of {} machines", question.model.title,
                             print_count(question.space.gpus), question.machine.gpu.title,
                             print_count(question.space.global_batch), answered, best.size());
  section.items.push_back(std::move(table));
  section.items.push_back(std::move(chart));
  add_notes(section, question, best);
  return section;
}

}  // namespace eigenbau::cli

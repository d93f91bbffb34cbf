// What does the search answer for one machine: the best plan, why, what else is as good, and what a better machine would give?
#include "cli/search_answer.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "catalog/published.h"
#include "cli/plan_problems.h"
#include "cli/plan_words.h"
#include "cli/search_space.h"
#include "cli/stated_without_use.h"
#include "perf/sharding.h"
#include "perf/step_parts.h"
#include "report/plan_words.h"
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

report::Table best_table(const search::SearchResult& found, int layers) {
  report::Table table = plan_table("best", "Best layouts, each with its best sharding and recomputation",
                                   {{.key = "step", .label = "step", .dimension = kTime},
                                    {.key = "behind", .label = "behind", .form = Form::share},
                                    {.key = "mfu", .label = "MFU", .form = Form::share},
                                    {.key = "memory", .label = "memory", .dimension = kData, .unit = "GiB"}});
  for (const search::FoundPlan& one : found.best) {
    std::vector<report::Cell> cells{Number{one.step.total.base()}, Number{one.cost / found.best.front().cost - 1},
                                    Number{one.step.mfu_causal}, Number{one.step.memory.total().base()}};
    append_plan(cells, one.plan, layers);
    table.rows.push_back({.key = std::to_string(table.rows.size() + 1), .cells = std::move(cells)});
  }
  return table;
}

/// The front, or of it the cheapest plans that each take a fifth less memory than the one before.
report::Table front_table(const SearchQuestion& question, const search::SearchResult& found, bool all) {
  constexpr double kLess = 0.8, kMostCost = 2;
  report::Table table = plan_table(
      "front",
      all ? fmt::format("The step's {} against memory: no plan beats one of these in both", name_of(question.space.objective))
          : fmt::format("What less memory costs: the plan of least {} with a fifth less each time (--front: all)",
                        name_of(question.space.objective)),
      {{.key = "step", .label = "step", .dimension = kTime},
       {.key = "behind", .label = "behind", .form = Form::share},
       {.key = "memory", .label = "memory", .dimension = kData, .unit = "GiB"}});
  const double least = found.front.front().cost;
  std::optional<Bytes> last;
  for (const search::RankedPlan& one : found.front) {
    if (!all && last && one.memory > kLess * *last) continue;
    if (!all && one.cost > kMostCost * least) break;
    last = one.memory;
    std::vector<report::Cell> cells{Number{one.step.base()}, Number{one.cost / least - 1}, Number{one.memory.base()}};
    append_plan(cells, one.plan, question.model.layers);
    table.rows.push_back({.key = std::to_string(table.rows.size() + 1), .cells = std::move(cells)});
  }
  return table;
}

/// Where the winner's time goes beside that of the next layout.
report::Table parts_table(const search::SearchResult& found) {
  report::Table table{.key = "parts",
                      .title = "Where the step's time goes, on the slowest stage",
                      .columns = {{.key = "part", .label = "part"},
                                  {.key = "time", .label = "best", .dimension = kTime},
                                  {.key = "share", .label = "share", .form = Form::share},
                                  {.key = "next", .label = "next layout", .dimension = kTime}}};
  const perf::TrainingStep& best = found.best.front().step;
  const perf::TrainingStep* const next = found.best.size() > 1 ? &found.best[1].step : nullptr;
  for (const perf::StepPart& part : perf::kStepParts) {
    if (!perf::shows(part, best) && (!next || !perf::shows(part, *next))) continue;
    const Time time = best.*part.member;
    table.rows.push_back({.key = part.key,
                          .cells = {std::string(part.label), Number{time.base()}, Number{time / best.total},
                                    next ? Number{(next->*part.member).base()} : report::Cell{}}});
  }
  return table;
}

/// The largest part that is not the model's own work, and the part in which the winner gains most on the next layout.
std::string why(const search::SearchResult& found) {
  constexpr std::size_t kFirstLoss = 5;  // of kStepParts: what precedes it is the model's own work
  const perf::TrainingStep& best = found.best.front().step;
  const auto loss = std::ranges::max_element(perf::kStepParts.begin() + kFirstLoss, perf::kStepParts.end(), {},
                                             [&](const perf::StepPart& part) { return best.*part.member; });
  std::string text = fmt::format("what costs most beside the model's own work is \"{}\", {} of the step", loss->label,
                                 print(Share{best.*loss->member / best.total}, 2));
  if (found.best.size() < 2) return text;
  const perf::TrainingStep& next = found.best[1].step;
  const auto saved = [&](const perf::StepPart& part) { return next.*part.member - best.*part.member; };
  const auto gain = std::ranges::max_element(perf::kStepParts, {}, saved);
  if (saved(*gain) > Time{})
    text += fmt::format("; against the next layout it saves most in \"{}\", {}", gain->label, print(saved(*gain), 3));
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
                                    {.key = "gain", .label = "saves", .form = Form::share}});
  for (const search::ResourceValue& one :
       search::resource_values(question.model, question.machine, question.stack.training, question.space)) {
    std::vector<report::Cell> cells{std::string(name_of(one.resource)), Number{one.best.step.total.base()},
                                    Number{1 - one.best.cost / found.best.front().cost}};
    append_plan(cells, one.best.plan, question.model.layers);
    table.rows.push_back({.key = name_of(one.resource), .cells = std::move(cells)});
  }
  return table;
}

void add_costs(report::Section& section, const SearchQuestion& question, const search::FoundPlan& best) {
  const Tokens tokens = static_cast<double>(question.space.global_batch) * question.space.sequence_length * kTokenUnit;
  if (question.knows_energy()) {
    report::Row& energy = report::add(
        section, "energy_per_token", "Energy of a token",
        figure(search::step_energy(question.space, question.space.gpus, best.step.total, best.busy) / tokens, kDerived));
    energy.headline = true;
    energy.remark = fmt::format("{} computing, {} waiting, {}", print(question.space.busy_power, 3),
                                print(question.space.waiting_power, 3), question.draws_from);
  }
  if (question.knows_money()) {
    report::Row& cost =
        report::add(section, "cost_per_token", "Cost of a token",
                    figure(search::step_money(question.space, question.space.gpus, best.step.total) / tokens, kDerived));
    cost.headline = true;
    cost.remark = fmt::format("{} a GPU, {}", print(question.space.gpu_cost, 3), question.price_from);
  }
}

/// "tp 8 pp 4 ...: 5.60 s (+1.5 %)"
std::string against(const search::FoundPlan& plan, const search::FoundPlan& best, int layers) {
  return fmt::format("{}: {} ({:+.1f} %)", report::in_words(plan.plan, layers), print(plan.step.total, 3),
                     100 * (plan.cost / best.cost - 1));
}

void add_lead(report::Section& section, const search::SearchResult& found, int layers) {
  const search::FoundPlan& best = found.best.front();
  const std::string tie = print(Share{found.tie}, 2);
  if (found.best.size() > 1) {
    const double lead = found.best[1].cost / best.cost - 1;
    report::add(section, "lead", "Lead over the next layout",
                fmt::format("{}, {} the {} to which the law tells two plans of one job apart", print(Share{lead}, 2),
                            lead <= found.tie ? "inside" : "outside", tie))
        .headline = true;
  }
  const bool simplest = search::complexity(found.simplest.plan) >= search::complexity(best.plan);
  report::add(section, "simplest_plan", "Simplest of those within " + tie,
              simplest ? "the best plan" : against(found.simplest, best, layers))
      .headline = true;
}

/// What it is worth to search what the file and the software settle.
void add_freed(report::Section& section, const SearchQuestion& question, const search::FoundPlan& best) {
  const std::vector<std::string> settled = settled_beside(question.fixed, question.space.settled);
  if (settled.empty()) return;
  search::SearchSpace open = question.space;
  open.settled = question.fixed;
  const auto freed = search::best_plan(question.model, question.machine, question.stack.training, open);
  if (!freed) return;
  report::Row& row = report::add(section, "freed_plan", "With --free all",
                                 freed->cost < best.cost ? against(*freed, best, question.model.layers) : "the best plan");
  row.headline = true;
  row.remark = fmt::format("{} are as the {} them", fmt::join(settled, ", "),
                           question.input.empty() ? "software has" : "file or the software has");
}

}  // namespace

report::Remark beyond_published(const SearchQuestion& question, const search::FoundPlan& plan) {
  const auto published = catalog::published_mfu(question.machine.gpu, plan.plan.precision);
  if (!published)
    return {.severity = Severity::note,
            .text = fmt::format("no utilization is published for {} in {} to hold this plan's {:.1f} % against",
                                question.machine.gpu.title, catalog::name_of(plan.plan.precision), 100 * plan.step.mfu_causal)};
  return {.severity = Severity::warning,
          .text = fmt::format("an MFU of {:.1f} % is above the highest ever published for {} in {}, {:.1f} %: do not count on it",
                              100 * plan.step.mfu_causal, question.machine.gpu.title, catalog::name_of(plan.plan.precision),
                              100 * *published)};
}

report::Section answer_section(const SearchQuestion& asked, const search::OfferedResult& result, bool whole_front) {
  SearchQuestion question = asked;
  question.space.gpus = question.machine.gpus = result.gpus;
  const search::SearchResult& found = result.found;
  const search::FoundPlan& best = found.best.front();
  const std::string offered = result.gpus < asked.space.gpus ? " of " + print_count(asked.space.gpus) : "";
  report::Section section{.key = "search", .title = "Search"};
  section.lead = fmt::format("{} on {}{} {}: {} a step", question.model.title, print_count(result.gpus), offered,
                             question.machine.gpu.title, print(best.step.total, 3));
  if (question.space.objective != search::Objective::time)
    section.lead += fmt::format(", with the least {}", name_of(question.space.objective));
  report::add(section, "best_plan", "Best plan", report::in_words(best.plan, question.model.layers)).headline = true;
  Figure time = figure(best.step.total, kDerived, "95 % of measured runs lie within the range");
  time.low = best.step.low().base();
  time.high = best.step.high().base();
  report::add(section, "step_time", "Step time", time).headline = true;
  report::add(section, "gpus", "GPUs that work", figure(static_cast<double>(result.gpus), kDerived), Form::count);
  report::add(section, "mfu", "MFU, causal attention counted", figure(best.step.mfu_causal, kDerived), Form::share).headline =
      true;
  report::add(section, "tokens_per_gpu", "Tokens per GPU", figure(best.step.tokens_per_gpu, kDerived)).headline = true;
  report::Row& memory = report::add(section, "memory", "Memory of the fullest GPU", figure(best.step.memory.total(), kDerived));
  memory.unit = "GiB";
  memory.headline = true;
  add_costs(section, question, best);
  report::add(section, "because", "Why", why(found));
  add_lead(section, found, question.model.layers);
  add_freed(section, question, best);
  std::optional<report::TimedPlan> widest;
  if (result.widest) widest.emplace(result.widest->plan, result.widest->step);
  if (auto unused = report::why_unused(asked.space.gpus, {best.plan, best.step}, widest))
    section.items.push_back(*std::move(unused));
  if (auto less = perf::why_less_sharding(search::as_settled(best.plan, question.space, question.stack.training), question.stack))
    section.items.push_back(report::Remark{.text = *std::move(less)});
  Diagnostics refused;
  add_software_problems(refused, question.model, best.plan, question.stack);
  add_remarks(section, refused);
  std::vector<std::string> notes = question.notes;
  std::ranges::move(stated_without_use(question.model, best.plan, question.space.settled), std::back_inserter(notes));
  for (const std::string& note : notes) section.items.push_back(report::Remark{.severity = Severity::note, .text = note});
  if (search::beyond_published(question.machine.gpu, best)) section.items.push_back(beyond_published(question, best));
  section.items.push_back(best_table(found, question.model.layers));
  section.items.push_back(parts_table(found));
  section.items.push_back(front_table(question, found, whole_front));
  section.items.push_back(resource_table(question, found));
  return section;
}

}  // namespace eigenbau::cli

// eigenbau search: which parallel plan trains a model fastest?
#include "search/search.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "cli/commands.h"
#include "cli/inputs.h"
#include "cli/search_question.h"
#include "cli/version.h"
#include "units/print.h"

namespace eigenbau::cli {
namespace {

using perf::Recompute;
using perf::Schedule;
using report::Form;
using report::Number;

const Provenance kDerived{.source = "derived", .date = {}, .confidence = {}};

const char* name_of(Recompute mode) {
  switch (mode) {
    case Recompute::none:
      return "none";
    case Recompute::selective:
      return "selective";
    case Recompute::full:
      return "full";
    default:
      return "automatic";
  }
}

const char* name_of(Schedule schedule) {
  switch (schedule) {
    case Schedule::interleaved:
      return "interleaved";
    case Schedule::zero_bubble:
      return "zero-bubble";
    case Schedule::dual_pipe:
      return "dual-pipe";
    default:
      return "1f1b";
  }
}

std::string in_words(const perf::ParallelPlan& p) {
  std::string text = fmt::format("tp {}{} pp {}", p.tp, p.tp > 1 && p.sequence_parallel ? " (sp)" : "", p.pp);
  if (p.pp > 1) text += p.vp > 1 ? fmt::format(" x {} chunks", p.vp) : fmt::format(" {}", name_of(p.schedule));
  if (p.cp > 1) text += fmt::format(" cp {}", p.cp);
  text += fmt::format(" dp {}", p.dp);
  if (p.ep > 1) text += fmt::format(" ep {}", p.ep);
  if (p.etp > 1) text += fmt::format(" etp {}", p.etp);
  text += fmt::format(", micro-batch {}, ZeRO {}", p.micro_batch, p.zero_level);
  if (p.shard_group > 0) text += fmt::format(" in groups of {}", p.shard_group);
  return text + fmt::format(", recompute {}", name_of(p.recompute));
}

std::vector<report::Column> plan_columns() {
  std::vector<report::Column> columns;
  for (const char* key : {"tp", "pp", "vp", "cp", "dp", "ep", "etp", "mbs", "zero", "shard_group"})
    columns.push_back({.key = key, .label = key, .form = Form::count});
  for (const char* key : {"sp", "schedule", "recompute"}) columns.push_back({.key = key, .label = key});
  return columns;
}

std::vector<report::Cell> plan_cells(const perf::ParallelPlan& p) {
  std::vector<report::Cell> cells;
  for (const int value : {p.tp, p.pp, p.vp, p.cp, p.dp, p.ep, p.etp, p.micro_batch, p.zero_level, p.shard_group})
    cells.emplace_back(Number{static_cast<double>(value)});
  cells.emplace_back(std::string(p.sequence_parallel && p.tp > 1 ? "on" : "off"));
  cells.emplace_back(std::string(name_of(p.schedule)));
  cells.emplace_back(std::string(name_of(p.recompute)));
  return cells;
}

report::Table plan_table(std::string key, std::string title, std::vector<report::Column> figures) {
  report::Table table{.key = std::move(key), .title = std::move(title), .columns = std::move(figures)};
  for (report::Column& column : plan_columns()) table.columns.push_back(std::move(column));
  return table;
}

report::Table best_table(const search::SearchResult& found) {
  report::Table table = plan_table("best", "Fastest layouts, each with its best sharding and recomputation",
                                   {{.key = "step", .label = "step", .dimension = kTime},
                                    {.key = "slower", .label = "slower", .form = Form::share},
                                    {.key = "mfu", .label = "MFU", .form = Form::share},
                                    {.key = "memory", .label = "memory", .dimension = kData}});
  const Time best = found.best.front().step.total;
  for (const search::FoundPlan& one : found.best) {
    std::vector<report::Cell> cells{Number{one.step.total.base()}, Number{one.step.total / best - 1}, Number{one.step.mfu_causal},
                                    Number{one.step.memory.total().base()}};
    for (report::Cell& cell : plan_cells(one.plan)) cells.push_back(std::move(cell));
    table.rows.push_back({.key = std::to_string(table.rows.size() + 1), .cells = std::move(cells)});
  }
  return table;
}

report::Table front_table(const search::SearchResult& found) {
  report::Table table = plan_table(
      "front", "Step time against memory: no plan beats one of these in both",
      {{.key = "step", .label = "step", .dimension = kTime}, {.key = "memory", .label = "memory", .dimension = kData}});
  for (const search::RankedPlan& one : found.front) {
    std::vector<report::Cell> cells{Number{one.step.base()}, Number{one.memory.base()}};
    for (report::Cell& cell : plan_cells(one.plan)) cells.push_back(std::move(cell));
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

report::Section answer_section(const SearchQuestion& question, const search::SearchResult& found) {
  const search::FoundPlan& best = found.best.front();
  report::Section section{.key = "search", .title = "Search"};
  section.lead = fmt::format("{} on {} {}: {} a step", question.model.title, print_count(question.space.gpus),
                             question.machine.gpu.title, print(best.step.total));
  const auto words = [&](const char* key, const char* label, std::string text) {
    report::add(section, key, label, std::move(text)).headline = true;
  };
  words("best_plan", "Best plan", in_words(best.plan));
  report::Row& step = report::add(section, "step_time", "Step time", figure(best.step.total, kDerived));
  step.headline = true;
  step.remark = fmt::format("{} to {}", print(best.step.low()), print(best.step.high()));
  report::add(section, "mfu", "MFU, causal count", figure(best.step.mfu_causal, kDerived), Form::share).headline = true;
  report::add(section, "tokens_per_gpu", "Tokens of one GPU", figure(best.step.tokens_per_gpu, kDerived)).headline = true;
  report::add(section, "memory", "Memory of the fullest rank", figure(best.step.memory.total(), kDerived)).headline = true;
  words("because", "Why", why(found));
  const double lead = found.best.size() > 1 ? found.best[1].step.total / best.step.total - 1 : 0;
  if (found.best.size() > 1)
    words("lead", "Lead over the next layout",
          fmt::format("{:.2f} %, {} the model's error of {:.0f} %", 100 * lead, lead <= found.model_error ? "inside" : "outside",
                      100 * found.model_error));
  words("simplest_plan", "Simplest within the error",
        fmt::format("{}: {} ({:+.1f} %)", in_words(found.simplest.plan), print(found.simplest.step.total),
                    100 * (found.simplest.step.total / best.step.total - 1)));
  section.items.push_back(best_table(found));
  section.items.push_back(parts_table(found));
  section.items.push_back(front_table(found));
  for (const std::string& note : question.notes)
    section.items.push_back(report::Remark{.severity = Severity::note, .text = note});
  if (found.beyond_published)
    section.items.push_back(report::Remark{
        .severity = Severity::warning,
        .text = fmt::format(
            "the best plan's MFU of {:.1f} % is above the highest ever published for {}, {:.1f} %: do not count on it",
            100 * best.step.mfu_causal, question.machine.gpu.title, 100 * *question.machine.gpu.best_published_mfu)});
  return section;
}

const char* name_of(search::Resource resource) {
  switch (resource) {
    case search::Resource::memory:
      return "1 GiB more memory";
    case search::Resource::network:
      return "twice the network rate";
    default:
      return "twice the scale-up domain";
  }
}

/// The best plan on a machine that is better in one thing.
report::Table resource_table(const SearchQuestion& question, const search::SearchResult& found) {
  report::Table table = plan_table("resources", "The best plan on a better machine",
                                   {{.key = "change", .label = "with"},
                                    {.key = "step", .label = "step", .dimension = kTime},
                                    {.key = "gain", .label = "faster", .form = Form::share}});
  for (const search::ResourceValue& one :
       search::resource_values(question.model, question.machine, question.stack.training, question.space)) {
    std::vector<report::Cell> cells{std::string(name_of(one.resource)), Number{one.best.step.total.base()},
                                    Number{found.best.front().step.total / one.best.step.total - 1}};
    for (report::Cell& cell : plan_cells(one.best.plan)) cells.push_back(std::move(cell));
    table.rows.push_back({.key = name_of(one.resource), .cells = std::move(cells)});
  }
  return table;
}

/// Throughput, efficiency and energy of the best plan on each number of accelerators, and its chart.
report::Section scaling_section(const SearchQuestion& question, const std::vector<search::ScalePoint>& curve) {
  constexpr std::size_t kMostBars = 32;
  const double tokens = static_cast<double>(question.space.global_batch) * question.space.sequence_length;
  report::Table table = plan_table("scaling", "The best plan on each number of accelerators",
                                   {{.key = "gpus", .label = "GPUs", .form = Form::count},
                                    {.key = "step", .label = "step", .dimension = kTime},
                                    {.key = "tokens", .label = "tokens", .dimension = TokenRate::dimension},
                                    {.key = "mfu", .label = "MFU", .form = Form::share},
                                    {.key = "energy", .label = "at rating", .dimension = EnergyPerToken::dimension}});
  report::Stack chart{.key = "scaling_curve", .title = "Tokens per second", .dimension = TokenRate::dimension};
  std::size_t answered = 0;
  for (const search::ScalePoint& point : curve) answered += point.best.has_value();
  const std::size_t every = std::max<std::size_t>(1, (answered + kMostBars - 1) / kMostBars);
  for (const search::ScalePoint& point : curve) {
    if (!point.best) continue;
    const Time step = point.best->step.total;
    const double rate = tokens / step.base(), watts = point.gpus * question.machine.power_limit().base();
    std::vector<report::Cell> cells{Number{static_cast<double>(point.gpus)}, Number{step.base()}, Number{rate},
                                    Number{point.best->step.mfu_causal}, Number{watts / rate}};
    for (report::Cell& cell : plan_cells(point.best->plan)) cells.push_back(std::move(cell));
    if (table.rows.size() % every == 0)
      chart.bars.push_back({.key = std::to_string(point.gpus),
                            .label = print_count(point.gpus),
                            .segments = {{.key = "tokens", .label = "tokens", .amount = {rate}}}});
    table.rows.push_back({.key = std::to_string(point.gpus), .cells = std::move(cells)});
  }
  report::Section section{.key = "search", .title = "Scaling curve"};
  section.lead = fmt::format("{} with {} sequences a step: a plan fits on {} of {} numbers of {}", question.model.title,
                             print_count(question.space.global_batch), answered, curve.size(), question.machine.gpu.title);
  section.items.push_back(std::move(table));
  section.items.push_back(std::move(chart));
  for (const std::string& note : question.notes)
    section.items.push_back(report::Remark{.severity = Severity::note, .text = note});
  return section;
}

report::Report as_report(const SearchQuestion& question, report::Section section) {
  return {.title = "Search",
          .input = question.input,
          .input_hash = question.input_hash,
          .version = std::string(kVersion),
          .sections = {std::move(section)}};
}

Outcome run_curve(const SearchQuestion& question) {
  const auto curve =
      search::scaling_curve(question.model, question.machine, question.stack.training, question.space, question.counts);
  const bool answered = std::any_of(curve.begin(), curve.end(), [](const search::ScalePoint& point) { return point.best; });
  if (!answered)
    return failed(ExitCode::no_answer, std::string(search::kNothingFits), "no plan fits on any of these numbers of accelerators",
                  "search the largest number alone: the answer says what is missing");
  return {.result = as_report(question, scaling_section(question, curve)),
          .counters = {{"points", static_cast<double>(curve.size())}}};
}

Outcome run(const Arguments& arguments) {
  const auto question = search_question(arguments);
  if (!question) return failed(question.error());
  if (!question->counts.empty()) return run_curve(*question);
  const auto found = search::search(question->model, question->machine, question->stack.training, question->space);
  if (!found) return failed(found.error());
  const search::SearchCounters& counters = found->counters;
  report::Section section = answer_section(*question, *found);
  if (arguments.has("--resources")) section.items.push_back(resource_table(*question, *found));
  return {.result = as_report(*question, std::move(section)),
          .counters = {{"plans_in_space", static_cast<double>(counters.plans_in_space)},
                       {"plans_rejected_by_memory", static_cast<double>(counters.plans_rejected_by_memory)},
                       {"plans_evaluated", static_cast<double>(counters.plans_evaluated)}}};
}

}  // namespace

Command search_command() {
  return {
      .name = "search",
      .group = kOpenQuestions,
      .summary = "find the fastest parallel plan of a training job, over all of them",
      .examples = {"eigenbau search --model gpt3-175b --gpu a100-80 --gpus 1024 --global-batch 1536",
                   "eigenbau search lab.toml --job pretrain --fix tp=8 --memory-margin 5%",
                   "eigenbau search --model llama3.1-405b --gpu h100-sxm --gpus 1024..16384 --global-batch 2048"},
      .positionals = {{.name = "FILE", .help = "cluster file; without it --model, --gpu, --gpus and --global-batch", .least = 0}},
      .options = joined({search_options(), input_options(), result_options()}),
      .more =
          "Every plan whose degrees divide is considered, none is sampled: tensor, sequence, pipeline, context, expert and "
          "data parallelism, interleaving, sharding (ZeRO 0 to 3, over all ranks or in groups), micro-batch and "
          "recomputation. Exit code 3 if no plan fits, with what would make one fit.",
      .run = run};
}

}  // namespace eigenbau::cli

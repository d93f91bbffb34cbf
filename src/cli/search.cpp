// eigenbau search: which parallel plan trains a model best?
#include "search/search.h"

#include <algorithm>

#include "base/parallel.h"
#include "cli/commands.h"
#include "cli/inputs.h"
#include "cli/search_answer.h"
#include "cli/search_curves.h"
#include "cli/search_question.h"
#include "cli/version.h"

namespace eigenbau::cli {
namespace {

report::Report as_report(const SearchQuestion& question, report::Section section) {
  return {.title = "Best plan: " + question.model.name,
          .input = question.input,
          .input_hash = question.input_hash,
          .version = std::string(kVersion),
          .sections = {std::move(section)}};
}

Outcome nothing_fits(const char* where) {
  return failed(ExitCode::no_answer, std::string(search::kNothingFits), std::string("no plan fits on any of these ") + where,
                "search one alone: the answer says what is missing");
}

Outcome run_curve(const SearchQuestion& question, bool with_front) {
  const auto curve =
      search::scaling_curve(question.model, question.machine, question.stack.training, question.space, question.counts);
  const bool answered = std::any_of(curve.begin(), curve.end(), [](const search::ScalePoint& point) { return point.best; });
  if (!answered) return nothing_fits("numbers of accelerators");
  report::Section section = scaling_section(question, curve);
  if (with_front)
    section.items.push_back(wide_front_table(
        search::wide_front(question.model, question.machine, question.stack.training, question.space, question.counts),
        question.model.layers));
  return {.result = as_report(question, std::move(section)), .counters = {{"points", static_cast<double>(curve.size())}}};
}

Outcome run_sweep(const SearchQuestion& question) {
  std::vector<search::ScalePoint> best(question.machines.size());
  parallel_for(best.size(), question.space.threads, [&](std::size_t i) {
    search::SearchSpace space = question.space;
    space.threads = 1;
    space.top = 1;
    const auto found = search::search_within(question.model, question.machines[i].machine, question.stack, space);
    if (found) best[i] = {found->gpus, found->found.best.front()};
  });
  if (std::none_of(best.begin(), best.end(), [](const auto& one) { return one.best.has_value(); }))
    return nothing_fits("machines");
  return {.result = as_report(question, sweep_section(question, best)),
          .counters = {{"machines", static_cast<double>(best.size())}}};
}

Outcome run(const Arguments& arguments) {
  const auto question = search_question(arguments);
  if (!question) return failed(question.error());
  if (!question->counts.empty()) return run_curve(*question, arguments.has("--front"));
  if (!question->machines.empty()) return run_sweep(*question);
  const auto result = search::search_within(question->model, question->machine, question->stack, question->space);
  if (!result) return failed(result.error());
  const search::SearchCounters& counters = result->found.counters;
  return {.result = as_report(*question, answer_section(*question, *result, arguments.has("--front"))),
          .counters = {{"plans_in_space", static_cast<double>(counters.plans_in_space)},
                       {"plans_rejected_by_memory", static_cast<double>(counters.plans_rejected_by_memory)},
                       {"plans_evaluated", static_cast<double>(counters.plans_evaluated)}}};
}

}  // namespace

Command search_command() {
  return {
      .name = "search",
      .group = kOpenQuestions,
      .summary = "find the best parallel plan of a training job, over all of them",
      .examples = {"eigenbau search --model gpt3-175b --gpu a100-80 --gpus 1024 --global-batch 1536",
                   "eigenbau search lab.toml --job pretrain --fix tp=8 --memory-margin 5%",
                   "eigenbau search --model llama3.1-405b --gpu h100-sxm --gpus 1024..16384 --global-batch 2048",
                   "eigenbau search lab.toml --objective energy --sweep nic=200Gb/s,400Gb/s --sweep domain=8,72"},
      .positionals = {{.name = "FILE", .help = "cluster file; without it --model, --gpu, --gpus and --global-batch", .least = 0}},
      .options = joined({search_options(), input_options(), result_options()}),
      .more =
          "Every plan whose degrees divide is considered, none is sampled: tensor, sequence, pipeline, context, expert and "
          "data parallelism, interleaving, sharding (ZeRO 0 to 3, over all ranks or in groups), micro-batch and "
          "recomputation. The best has least time, energy or money for a step. Exit code 3 if no plan fits, with what would make "
          "one fit.",
      .run = run};
}

}  // namespace eigenbau::cli

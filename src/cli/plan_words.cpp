// How is a parallel plan written in tables and sentences?
#include "cli/plan_words.h"

#include <fmt/format.h>

namespace eigenbau::cli {
namespace {

using perf::Recompute;
using perf::Schedule;

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

}  // namespace

std::string in_words(const perf::ParallelPlan& p) {
  std::string text = fmt::format("tp {}{} pp {}", p.tp, p.tp > 1 && p.sequence_parallel ? " (sp)" : "", p.pp);
  if (p.pp > 1) text += p.vp > 1 ? fmt::format(" x {} chunks", p.vp) : fmt::format(" {}", name_of(p.schedule));
  if (p.cp > 1) text += fmt::format(" cp {}{}", p.cp, p.context == perf::ContextParallel::all_to_all ? " (all-to-all)" : "");
  text += fmt::format(" dp {}", p.dp);
  if (p.ep > 1) text += fmt::format(" ep {}", p.ep);
  if (p.etp > 1) text += fmt::format(" etp {}", p.etp);
  text += fmt::format(", micro-batch {}, ZeRO {}", p.micro_batch, p.zero_level);
  if (p.shard_group > 0) text += fmt::format(" in groups of {}", p.shard_group);
  text += fmt::format(", recompute {}", name_of(p.recompute));
  if (p.precision != catalog::Precision::bf16) text += fmt::format(", {}", catalog::name_of(p.precision));
  return text;
}

void append_plan(std::vector<report::Cell>& cells, const perf::ParallelPlan& p) {
  for (const int value : {p.tp, p.pp, p.vp, p.cp, p.dp, p.ep, p.etp, p.micro_batch, p.zero_level, p.shard_group})
    cells.emplace_back(report::Number{static_cast<double>(value)});
  cells.emplace_back(std::string(p.sequence_parallel && p.tp > 1 ? "on" : "off"));
  cells.emplace_back(std::string(name_of(p.schedule)));
  cells.emplace_back(std::string(name_of(p.recompute)));
  cells.emplace_back(std::string(catalog::name_of(p.precision)));
}

report::Table plan_table(std::string key, std::string title, std::vector<report::Column> figures) {
  report::Table table{.key = std::move(key), .title = std::move(title), .columns = std::move(figures)};
  for (const char* degree : {"tp", "pp", "vp", "cp", "dp", "ep", "etp", "mbs", "zero", "shard_group"})
    table.columns.push_back({.key = degree, .label = degree, .form = report::Form::count});
  for (const char* word : {"sp", "schedule", "recompute", "precision"}) table.columns.push_back({.key = word, .label = word});
  return table;
}

}  // namespace eigenbau::cli

// How is a parallel plan written in tables?
#include "cli/plan_words.h"

#include "report/plan_words.h"

namespace eigenbau::cli {

void append_plan(std::vector<report::Cell>& cells, const perf::ParallelPlan& p, int layers) {
  for (const int value : {p.tp, p.pp, p.vp, p.cp, p.dp, p.ep, p.etp, p.micro_batch, p.zero_level, p.shard_group})
    cells.emplace_back(report::Number{static_cast<double>(value)});
  cells.push_back(p.cp > 1 ? report::Cell(std::string(catalog::name_of(p.context))) : report::Cell());
  cells.emplace_back(std::string(p.sequence_parallel && p.tp > 1 ? "on" : "off"));
  cells.emplace_back(std::string(report::word_of(p.schedule)));
  cells.emplace_back(std::string(p.expert_overlap ? "on" : "off"));
  cells.emplace_back(report::recompute_in_words(p, layers));
  cells.emplace_back(std::string(catalog::name_of(p.precision)));
}

report::Table plan_table(std::string key, std::string title, std::vector<report::Column> figures) {
  report::Table table{.key = std::move(key), .title = std::move(title), .columns = std::move(figures)};
  for (const char* degree : {"tp", "pp", "vp", "cp", "dp", "ep", "etp", "mbs", "zero"})
    table.columns.push_back({.key = degree, .label = degree, .form = report::Form::count});
  table.columns.push_back({.key = "shard_group", .label = "group", .form = report::Form::count});
  table.columns.push_back({.key = "cp_comm_type", .label = "cp type"});
  for (const char* word : {"sp", "schedule"}) table.columns.push_back({.key = word, .label = word});
  table.columns.push_back({.key = "expert_overlap", .label = "overlap"});
  table.columns.push_back({.key = "recompute", .label = "recompute"});
  table.columns.push_back({.key = "precision", .label = "format"});
  return table;
}

}  // namespace eigenbau::cli

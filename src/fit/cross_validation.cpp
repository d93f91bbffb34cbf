// How well are runs predicted that a fit did not see?
#include "fit/cross_validation.h"

#include <cstdint>
#include <map>
#include <set>
#include <string>

#include "base/fnv1a.h"
#include "fit/calibrate_training.h"
#include "fit/error_bands.h"

namespace eigenbau::fit {

using namespace tables;

namespace {

/// The group of every row of a table, by id.
using Groups = std::map<std::string, std::string, std::less<>>;

/// Tenths by a hash of the id; runs of one plan under one stack go with the first of them, so that no fold foretells a run
/// from its repeat.
Groups tenths(const Csv& table, const TrainingParts& parts) {
  constexpr std::string_view kPlan[] = {"gpu",
                                        "num_gpus",
                                        "model",
                                        "layers",
                                        "hidden",
                                        "heads",
                                        "seq_len",
                                        "experts",
                                        "tp",
                                        "pp",
                                        "vpp",
                                        "cp",
                                        "ep",
                                        "dp",
                                        "sharding",
                                        "micro_batch",
                                        "global_batch_seqs",
                                        "precision",
                                        "recompute",
                                        "interconnect_note",
                                        "options"};
  std::map<std::string, std::string> first;
  Groups groups;
  for (std::size_t i = 0; i < table.size(); ++i) {
    const TrainingRow row = read_training_row(table, i, parts);
    std::string plan = std::to_string(row.stack);
    for (const std::string_view column : kPlan) (plan += '|') += table.cell(i, column);
    groups[row.id] = std::to_string(fnv1a<std::uint32_t>(first.try_emplace(plan, row.id).first->second) % 10);
  }
  return groups;
}

Groups families(const Csv& table, const TrainingParts&) {
  Groups groups;
  for (std::size_t i = 0; i < table.size(); ++i) {
    const std::string_view id = table.cell(i, "id");
    groups[std::string(id)] = id.substr(0, id.find('-'));
  }
  return groups;
}

/// Rows of one group predicted by a fit of all others, for every group.
std::vector<TrainingPrediction> leave_one_group_out(const Csv& table, const TrainingParts& start, FitFrom from,
                                                    const Without& without, const Groups& groups) {
  std::vector<TrainingPrediction> out;
  std::set<std::string> done;
  for (std::size_t first = 0; first < table.size(); ++first) {
    const std::string& group = groups.find(table.cell(first, "id"))->second;
    if (!done.insert(group).second) continue;
    const auto seen = [&](std::string_view id) { return groups.find(id)->second != group; };
    const TrainingFit fit = calibrate_training(table, start, from, seen, without);
    for (std::size_t i = first; i < table.size(); ++i)
      if (!seen(table.cell(i, "id"))) out.push_back(predict_row(table, i, fit.parts));
  }
  score_once(out);
  return out;
}

/// Bands of each group from the errors of all others in `evidence`.
void set_bands(std::vector<TrainingPrediction>& rows, const std::vector<TrainingPrediction>& evidence, const TrainingParts& start,
               FitFrom from, const Groups& groups) {
  const auto group_of = [&](const TrainingPrediction& p) -> const std::string& { return groups.find(p.id)->second; };
  std::set<std::string> done;
  for (const TrainingPrediction& first : rows) {
    const std::string& group = group_of(first);
    if (!done.insert(group).second) continue;
    std::vector<TrainingPrediction> others;
    for (const TrainingPrediction& p : evidence)
      if (group_of(p) != group) others.push_back(p);
    TrainingParts parts = start;
    set_error_bands(parts, others, from);
    for (TrainingPrediction& p : rows)
      if (group_of(p) == group) p.error = band_of(p, parts.stacks[p.stack]);
  }
}

}  // namespace

std::vector<TrainingPrediction> leave_one_family_out(const Csv& table, const TrainingParts& start, const Without& without) {
  const Groups groups = families(table, start);
  constexpr FitFrom kFrom = FitFrom::published_findings;
  std::vector<TrainingPrediction> rows = leave_one_group_out(table, start, kFrom, without, groups);
  set_bands(rows, leave_one_group_out(table, start, kFrom, without, tenths(table, start)), start, kFrom, groups);
  return rows;
}

std::vector<TrainingPrediction> ten_fold(const Csv& table, const TrainingParts& start, FitFrom from, const Without& without) {
  const Groups groups = tenths(table, start);
  std::vector<TrainingPrediction> rows = leave_one_group_out(table, start, from, without, groups);
  const std::vector<TrainingPrediction> evidence = rows;
  set_bands(rows, evidence, start, from, groups);
  return rows;
}

}  // namespace eigenbau::fit

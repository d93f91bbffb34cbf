// How well are runs predicted that a fit did not see?
#include "fit/cross_validation.h"

#include <algorithm>
#include <cstdint>
#include <string>

#include "fit/calibrate_training.h"
#include "fit/error_bands.h"

namespace eigenbau::fit {
namespace {

/// FNV-1a: the same on every machine.
std::uint32_t hash(std::string_view text) {
  std::uint32_t h = 2166136261u;
  for (const char c : text) h = (h ^ static_cast<unsigned char>(c)) * 16777619u;
  return h;
}

std::string tenth_of(std::string_view id) { return std::to_string(hash(id) % 10); }
std::string family_of(std::string_view id) { return std::string(id.substr(0, id.find('-'))); }

using GroupOf = std::string (*)(std::string_view id);

/// Rows of one group predicted by a fit of all others, for every group.
std::vector<TrainingPrediction> leave_one_group_out(const Csv& table, const TrainingParts& start, const Without& without,
                                                    GroupOf group_of) {
  std::vector<std::string> groups;
  for (std::size_t i = 0; i < table.size(); ++i) {
    const std::string group = group_of(table.cell(i, "id"));
    if (std::find(groups.begin(), groups.end(), group) == groups.end()) groups.push_back(group);
  }
  std::vector<TrainingPrediction> out;
  for (const std::string& group : groups) {
    const TrainingFit fit = calibrate_training(table, start, [&](std::string_view id) { return group_of(id) != group; }, without);
    for (std::size_t i = 0; i < table.size(); ++i) {
      if (group_of(table.cell(i, "id")) != group) continue;
      out.push_back(predict_row(read_training_row(table, i, fit.parts), fit.parts));
      out.back().measured = measured_step_time(table, i);
    }
  }
  return out;
}

/// Bands of each group from the errors of all others in `evidence`.
void set_bands(std::vector<TrainingPrediction>& rows, const std::vector<TrainingPrediction>& evidence, const TrainingParts& start,
               GroupOf group_of) {
  std::vector<std::string> done;
  for (std::size_t first = 0; first < rows.size(); ++first) {
    const std::string group = group_of(rows[first].id);
    if (std::find(done.begin(), done.end(), group) != done.end()) continue;
    done.push_back(group);
    std::vector<TrainingPrediction> others;
    for (const TrainingPrediction& p : evidence)
      if (group_of(p.id) != group) others.push_back(p);
    TrainingParts parts = start;
    set_error_bands(parts, others);
    for (TrainingPrediction& p : rows)
      if (group_of(p.id) == group) p.error = band_of(p, parts.stacks[p.stack].training);
  }
}

}  // namespace

std::vector<TrainingPrediction> leave_one_family_out(const Csv& table, const TrainingParts& start, const Without& without) {
  std::vector<TrainingPrediction> rows = leave_one_group_out(table, start, without, family_of);
  set_bands(rows, leave_one_group_out(table, start, without, tenth_of), start, family_of);
  return rows;
}

std::vector<TrainingPrediction> ten_fold(const Csv& table, const TrainingParts& start, const Without& without) {
  std::vector<TrainingPrediction> rows = leave_one_group_out(table, start, without, tenth_of);
  const std::vector<TrainingPrediction> evidence = rows;
  set_bands(rows, evidence, start, tenth_of);
  return rows;
}

}  // namespace eigenbau::fit

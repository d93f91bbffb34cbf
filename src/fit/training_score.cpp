// How far are predicted training steps from measured ones?
#include "fit/training_score.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "fit/quantile.h"

namespace eigenbau::fit {

using tables::RowStatus;

GroupScore score_group(std::string name, const std::vector<const TrainingPrediction*>& rows) {
  GroupScore score;
  score.name = std::move(name);
  score.rows = static_cast<int>(rows.size());
  std::vector<double> errors, signed_errors, widths;
  double inside = 0;
  for (const TrainingPrediction* p : rows) {
    if (p->status != RowStatus::ok) continue;
    const double ratio = p->step.total / *p->measured;
    errors.push_back(std::abs(ratio - 1));
    signed_errors.push_back(ratio - 1);
    widths.push_back(p->error);
    inside += *p->measured >= p->step.total / (1 + p->error) && *p->measured <= p->step.total * (1 + p->error) ? 1 : 0;
  }
  score.answered = static_cast<int>(errors.size());
  if (errors.empty()) return score;
  score.median = median(errors);
  for (const double e : errors) score.mean += e / static_cast<double>(errors.size());
  score.p90 = quantile(errors, 0.9);
  score.bias = median(signed_errors);
  score.in_band = inside / static_cast<double>(errors.size());
  score.half_width = median(widths);
  return score;
}

TrainingScore score_training(const std::vector<TrainingPrediction>& predictions) {
  std::vector<const TrainingPrediction*> all, dense, moe;
  std::map<std::string, std::vector<const TrainingPrediction*>> families, gpus;
  for (const TrainingPrediction& p : predictions) {
    if (!p.measured) continue;
    all.push_back(&p);
    if (!p.apart) (p.moe ? moe : dense).push_back(&p);
    families[p.apart ? p.family + " apart" : p.family].push_back(&p);
    gpus[p.gpu].push_back(&p);
  }
  TrainingScore score;
  score.rows = static_cast<int>(predictions.size());
  score.answered = static_cast<int>(
      std::count_if(predictions.begin(), predictions.end(), [](const auto& p) { return p.status == RowStatus::ok; }));
  score.groups.push_back(score_group("all", all));
  score.groups.push_back(score_group("dense", dense));
  score.groups.push_back(score_group("MoE", moe));
  for (const auto& [name, rows] : families) score.groups.push_back(score_group("family " + name, rows));
  for (const auto& [name, rows] : gpus) score.groups.push_back(score_group("GPU " + name, rows));
  score.order = order_of_plans(families);
  return score;
}

}  // namespace eigenbau::fit

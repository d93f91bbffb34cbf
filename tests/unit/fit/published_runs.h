// Which published training runs do tests replay, and as what do they come out?
#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "builtin_parts.h"
#include "fit/training_score.h"
#include "fit/validate_training.h"
#include "input/document.h"

namespace eigenbau::fit {

inline const Csv& runs() {
  static const Csv kRuns = Csv::parse(read_text(EIGENBAU_SOURCE_DIR "/validation/training.csv").value()).value();
  return kRuns;
}

inline const std::vector<TrainingPrediction>& predictions() {
  static const std::vector<TrainingPrediction> kPredictions = validate_training(runs(), builtin_training());
  return kPredictions;
}

inline const GroupScore& group(const TrainingScore& score, const std::string& name) {
  return *std::find_if(score.groups.begin(), score.groups.end(), [&](const GroupScore& g) { return g.name == name; });
}

}  // namespace eigenbau::fit

// How are errors of predicted training runs shown?
#pragma once

#include <vector>

#include "fit/blank_cells.h"
#include "fit/training_score.h"
#include "report/tree.h"

namespace eigenbau::cli {

/// Errors by group, and how plans of one model are ordered; that there is nothing to score where no row has a measured time.
std::vector<report::Item> score_items(const fit::TrainingScore& score);

/// What each blank cell costs.
std::vector<report::Item> blank_items(const std::vector<fit::BlankScore>& scores);

}  // namespace eigenbau::cli

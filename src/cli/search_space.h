// Over which plans does the user want to search, and by what is the best one the best?
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "catalog/stack.h"
#include "cli/command.h"
#include "search/space.h"

namespace eigenbau::cli {

/// --gpus: one number, or the numbers of a scaling curve, of which the space takes the largest.
Result<std::vector<int>> take_counts(const Arguments& arguments, search::SearchSpace& space);

/// --fix and --free; what neither they nor the file settle and the software does is as it does it. Returns what --fix settles.
Result<search::Settled> take_settled(const Arguments& arguments, const catalog::Stack& stack, search::SearchSpace& space);

/// What is settled beside what --fix settles: "tp 8", "zero 1".
std::vector<std::string> settled_beside(const search::Settled& fixed, const search::Settled& all);

/// --max-tp, --memory-margin, --min-mfu, --schedule, --precision, --all-to-all, --objective, --top, --threads and the
/// batch; a batch in tokens leaves a note.
Result<void> take_space(const Arguments& arguments, search::SearchSpace& space, std::vector<std::string>& notes);

std::vector<Option> space_options();

}  // namespace eigenbau::cli

// How does the best plan change with the number of accelerators, or with the machine?
#pragma once

#include "cli/search_question.h"
#include "report/tree.h"
#include "search/search.h"

namespace eigenbau::cli {

report::Section scaling_section(const SearchQuestion& question, const std::vector<search::ScalePoint>& curve);

/// Plans that no other beats in step time (or what else is sought), memory and number of accelerators at once. `layers`: of the
/// model.
report::Table wide_front_table(const std::vector<search::RankedPlan>& front, int layers);

/// The best plan on each machine of the sweep, in their order; none where no plan fits.
report::Section sweep_section(const SearchQuestion& question, const std::vector<search::ScalePoint>& best);

}  // namespace eigenbau::cli

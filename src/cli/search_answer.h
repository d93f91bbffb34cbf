// What does the search answer for one machine: the best plan, why, what else is as good, and what a better machine would give?
#pragma once

#include "cli/search_question.h"
#include "report/tree.h"
#include "search/search.h"

namespace eigenbau::cli {

/// What to say of a plan that nothing published supports.
report::Remark beyond_published(const SearchQuestion& question, const search::FoundPlan& plan);

/// `asked`: on as many accelerators as are offered. `whole_front`: every plan that none beats in cost and memory.
report::Section answer_section(const SearchQuestion& asked, const search::OfferedResult& result, bool whole_front);

}  // namespace eigenbau::cli

// Does a clause speak of another run than the row's own?
#pragma once

#include <string_view>

namespace eigenbau::tables {

/// What somebody else has ("the paper uses TP 8", "next run: GBS 2048"), what failed ("TP 2 OOMs") and what was not made
/// ("would", "with GBS 2048 it is faster", "recommended"). "As in the paper" and "no OOM" speak of the run itself.
bool is_of_other(std::string_view clause);

/// What is no training: "TP 8 for inference", "eval batch 8", but not "without validation".
bool serves_other_purpose(std::string_view clause);

/// Whether a clause says what something is not, and nothing of what it is: "unlike EFA", "not 200G".
bool only_compares(std::string_view clause);

/// A batch that is a bound, an optimum, denied, a part, a multiple or one of several ("critical batch size 2M tokens", "not GBS
/// 2048", "GBS 64 per replica", "2x GBS 512", "GBS 256->2048"), that somebody else has ("MLPerf used GBS 512") or that runs on
/// another number of GPUs than `gpus` (0: not known).
bool is_of_other_batch(std::string_view clause, double gpus);

/// A degree that is a bound, one of several or for a while ("max TP 8", "TP 4 to 8", "TP 4 at first"), or that somebody else has.
bool is_of_other_degree(std::string_view clause);

/// Whether somebody else is the subject of a clause, so that what follows it up to the end of the sentence is theirs: "the paper
/// uses TP 8", "reference: TP 8".
bool has_other_subject(std::string_view clause);

/// Whether the run itself is: "we use TP 4", "this run has".
bool has_own_subject(std::string_view clause);

/// Whether a clause speaks of what a plan has: batches, degrees, sharding, recomputation, formats.
bool speaks_of_plan(std::string_view clause);

}  // namespace eigenbau::tables

// Does a row train low-rank adapters alone, and how does it keep all other weights?
#include <algorithm>

#include "tables/adapter_words.h"
#include "tables/feature_words.h"
#include "tables/row_reading.h"

namespace eigenbau::tables {
namespace {

/// Whether the cell of precision says how many bits weights are kept in: "QLoRA 4-bit nf4", "4-bit".
bool says_four_bits(const Reading& r) {
  const auto clauses = clauses_of(r.cell("precision"));
  return std::ranges::any_of(clauses, [](const std::string& clause) { return keeps_four_bits(clause, true); });
}

/// Whether some cell says that adapters alone are trained.
bool trains_adapters(const Reading& r) {
  for (const std::string_view column : {"model", "stack", "precision", "options"})
    for (const std::string& clause : clauses_of(r.cell(column)))
      if (const auto said = adapters_in(clause, column != "options"); said && said->in_use) return true;
  return false;
}

}  // namespace

bool read_adapters(Reading& r, std::string_view clause, bool of_run) {
  constexpr int kUsualRank = 16;
  perf::ParallelPlan& plan = r.out.plan;
  const auto said = adapters_in(clause, of_run);
  if (!said && !(plan.freezes_weights() && goes_on_with_adapters(clause))) return false;
  if (said && !said->in_use) return true;
  if (!plan.freezes_weights()) {
    plan.adapter_rank = kUsualRank;
    r.note("low-rank adapters are trained: all other weights frozen");
  }
  if (said && said->four_bit && !plan.four_bit_weights) {
    plan.four_bit_weights = true;
    r.note("kept in 4 bits");
  }
  if (const auto rank = adapter_rank_in(clause); rank && *rank > 0) plan.adapter_rank = *rank;
  return true;
}

bool keeps_weights_in_four_bits(const Reading& r) { return says_four_bits(r) && trains_adapters(r); }

void settle_adapters(Reading& r) {
  perf::ParallelPlan& plan = r.out.plan;
  if (!plan.freezes_weights() || plan.four_bit_weights || !says_four_bits(r)) return;
  plan.four_bit_weights = true;
  r.note("kept in 4 bits");
}

}  // namespace eigenbau::tables

// What is the global batch of a row, stated whole or in parts, and which one would run where no plan divides it?
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <string>

#include "perf/open_plan.h"
#include "tables/negation.h"
#include "tables/row_reading.h"
#include "tables/run_text.h"

namespace eigenbau::tables {
namespace {

/// In sequences.
int sequences(const Reading& r, const WordedCount& batch) {
  const double unit = batch.of_tokens ? r.out.plan.sequence_length : 1;
  return static_cast<int>(std::lround(batch.count / unit));
}

/// The global batch that options state: "GBS 128", "global batch size = 1,024", "global_batch 4M tokens".
std::optional<WordedCount> batch_in(std::string_view options) {
  std::string text = lower(options);
  std::ranges::replace_if(text, [](char c) { return c == '_' || c == '-'; }, ' ');
  for (const std::string_view word : {"global batch size", "global batch", "gbs"}) {
    const std::size_t at = find_word(text, word);
    if (at == std::string::npos) continue;
    std::string_view rest = std::string_view(text).substr(at + word.size());
    rest.remove_prefix(std::min(rest.find_first_not_of(" :="), rest.size()));
    if (rest.starts_with("of ")) rest.remove_prefix(3);
    std::size_t digits = 0;
    while (digits < rest.size() &&
           (is_digit(rest[digits]) || (rest[digits] == ',' && digits + 1 < rest.size() && is_digit(rest[digits + 1]))))
      ++digits;
    if (const auto whole = worded_count(rest.substr(0, rest.find_first_of(";,+()[]\n", digits)))) return whole;
    if (const auto count = count_in(rest.substr(0, digits)); count && rest.substr(digits).starts_with(' '))
      return WordedCount{*count};
  }
  return std::nullopt;
}

}  // namespace

void read_batch(Reading& r) {
  perf::ParallelPlan& plan = r.out.plan;
  const auto stated = r.count_of("global_batch_seqs", true);
  plan.global_batch = stated ? sequences(r, *stated) : 0;
  if (stated && stated->of_tokens) r.note(fmt::format("global batch {} sequences", plan.global_batch));
}

void settle_batch(Reading& r) {
  perf::ParallelPlan& plan = r.out.plan;
  if (plan.global_batch > 0 || r.refused()) return;
  if (const auto said = batch_in(r.cell("options"))) plan.global_batch = sequences(r, *said);
  if (plan.global_batch > 0) {
    r.note(fmt::format("global batch {} as the options say", plan.global_batch));
    return;
  }
  // What shards all of a model splits it no further, unless the row says so.
  const bool known = !r.open.dp || plan.zero_level == 3 || (!r.open.tp && !r.open.pp);
  const int dp = r.open.dp ? r.out.machine.gpus / (plan.tp * plan.pp * plan.cp) : plan.dp;
  const bool in_parts = r.micro_batches > 0 && !r.open.micro_batch;
  const double local = r.local_batch > 0 ? r.local_batch : in_parts ? static_cast<double>(r.micro_batches) * plan.micro_batch : 0;
  if (!known || local <= 0 || local * dp > kMostTokens) {
    r.refuse(RowStatus::unsupported, "the global batch is not stated");
    return;
  }
  plan.global_batch = static_cast<int>(local) * dp;
  r.note(fmt::format("global batch {}: {} on each of {} data-parallel ranks", plan.global_batch, local, dp));
  if (!r.open.dp) return;
  // The batch holds for the plan that it was counted with: degrees that are not stated are 1 there.
  plan.dp = dp;
  r.open.tp = r.open.pp = r.open.cp = r.open.dp = false;
}

bool refuse_batch(Reading& r, const catalog::Stack& stack) {
  constexpr double kMostTries = 256;  // the fewest data-parallel ranks that the other degrees leave are no more
  const perf::ParallelPlan& plan = r.out.plan;
  double unit = 1;
  std::string stated;
  const auto count = [&](bool is_stated, int factor, const std::string& text) {
    if (!is_stated) return;
    unit *= factor;
    stated += (stated.empty() ? "" : " x ") + text;
  };
  count(!r.open.dp, plan.dp, fmt::format("dp {}", plan.dp));
  count(!r.open.micro_batch, plan.micro_batch, fmt::format("micro-batch {}", plan.micro_batch));
  count(r.open.micro_batch && r.micro_batches > 0, r.micro_batches, fmt::format("{} micro-batches", r.micro_batches));
  const auto runs = [&](double batch) {
    perf::ParallelPlan other = plan;
    other.global_batch = static_cast<int>(batch);
    return perf::fastest_plan(r.out.model, r.out.machine, stack, other, r.open, r.micro_batches).has_value();
  };
  const double any = r.open.dp ? unit * r.out.machine.gpus : unit;
  if (any > kMostTokens || !runs(any)) return false;
  std::string nearest;
  const auto offer = [&](double from, double step) {
    for (double batch = from, tries = 0; batch > 0 && batch <= kMostTokens && tries < kMostTries; batch += step, ++tries)
      if (runs(batch)) {
        nearest += fmt::format("{}{}", nearest.empty() ? "" : " and ", batch);
        return;
      }
  };
  const double below = std::floor((plan.global_batch - 1) / unit) * unit;
  offer(below, -unit);
  offer((std::floor(plan.global_batch / unit) + 1) * unit, unit);
  const std::string way_out = nearest.empty() ? fmt::format("{} would run", any) : "nearest " + nearest;
  const bool multiple = std::fmod(plan.global_batch, unit) == 0;
  const std::string why =
      multiple ? fmt::format("no plan for {} GPUs divides the global batch of {}", r.out.machine.gpus, plan.global_batch)
               : fmt::format("the global batch of {} is no multiple of {}", plan.global_batch, stated);
  r.refuse(RowStatus::invalid, fmt::format("{} ({})", why, way_out));
  return true;
}

}  // namespace eigenbau::tables

// What job does one row of a table of training runs describe?
#include "tables/training_row.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string>

#include "tables/batch_words.h"
#include "tables/date_words.h"
#include "tables/feature_words.h"
#include "tables/mention.h"
#include "tables/negation.h"
#include "tables/other_run.h"
#include "tables/precision_words.h"
#include "tables/row_fault.h"
#include "tables/row_reading.h"
#include "tables/run_text.h"
#include "tables/stack_choice.h"

namespace eigenbau::tables {
namespace {

using catalog::Precision;

/// Training in NVFP4 was shipped (NVIDIA et al. 2025, "Pretraining large language models with NVFP4").
constexpr double kFirstFourBit = 25.09;

// Steps that no run of a model takes: where a table states less or more, it is not a measurement.
const Time kShortestStep = 1e-6 * kSecond, kLongestStep = 1e7 * kSecond;

/// When the row was run; says where its cell is not understood.
std::optional<DateWords> read_date(Reading& r) {
  const auto date = r.blank("year") ? std::nullopt : date_in(r.cell("year"));
  if (!date && !r.blank("year")) r.note(fmt::format("year \"{}\" not understood", r.cell("year")));
  return date;
}

/// The release before which nobody trained on an accelerator: the month in which its generation was sold in numbers. 0: not
/// known.
double first_release(const catalog::Gpu& gpu) {
  struct First {
    std::string_view generation;
    double release;
  };
  constexpr std::array kFirsts{First{"ampere", 20.09}, First{"hopper", 23.03}, First{"cdna3", 24.01}, First{"blackwell", 25.02},
                               First{"cdna4", 25.08}};
  const auto found = std::ranges::find(kFirsts, gpu.generation, &First::generation);
  return found == kFirsts.end() ? 0 : found->release;
}

const catalog::Stack& read_stack(Reading& r, std::optional<double> release) {
  const std::string locator = release ? fmt::format("container {:05.2f}", *release) : std::string(r.cell("source_locator"));
  const std::string words = lower(fmt::format("{}; {}; {}; {}; {}", r.cell("source"), locator,
                                              without_mentions(r.cell("options")), r.cell("gpu"), r.cell("stack")));
  const bool four_bit = precision_in(without_other(without_denied(lower(r.cell("precision"))))) == Precision::nvfp4;
  const double first = std::max(first_release(r.out.machine.gpu), four_bit ? kFirstFourBit : 0);
  const StackChoice choice = choose_stack(r.parts.stacks, r.cell("stack"), words, {read_date(r), first});
  r.out.stack = choice.index;
  r.out.or_stack = choice.other;
  r.doubt(choice.doubt, choice.said);
  return r.parts.stacks[choice.index];
}

bool before_nvfp4(const Reading& r) {
  return release_in(lower(r.cell("source_locator"))).value_or(kFirstFourBit) < kFirstFourBit - 0.005;
}

bool is_eight_bit_or_less(Precision precision) { return precision != Precision::bf16 && precision != Precision::fp16; }

/// Whether the cell leaves open whether products are in 8 bits or less: "bf16/fp8".
bool may_be_wider(const Reading& r) {
  return is_eight_bit_or_less(r.out.plan.precision) && names_either_width(without_denied(lower(r.cell("precision"))));
}

/// Whether matrix units multiply blocks with a scale of their own: those that have a 4-bit format, which is of such blocks.
bool multiplies_blocks(const catalog::PeakRates& peak) { return peak.nvfp4.has_value(); }

void read_precision(Reading& r) {
  perf::ParallelPlan& plan = r.out.plan;
  const std::string cell = lower(r.cell("precision")), of_cell = without_other(without_denied(cell));
  const catalog::PeakRates& peak = r.out.machine.gpu.peak;
  plan.pure_bf16 = contains(of_cell, "pure");
  // A run in 8 bit is called one in bf16 too: what is no product is computed so.
  const std::string products = products_of_options(r.cell("options"), !r.blank("precision"));
  const bool by_options = !products.empty() && (r.blank("precision") || precision_in(of_cell) == Precision::bf16);
  const std::string &written = by_options ? products : cell, &text = by_options ? products : of_cell;
  const auto stated = precision_in(text);
  plan.row_scales = contains(text, "row");
  plan.precision = stated.value_or(Precision::bf16);
  if (!stated && is_wide(text)) {
    r.refuse(RowStatus::unsupported, fmt::format("no law covers training in {}", written));
    return;
  }
  if (by_options) r.note(fmt::format("precision as the options say: {}", products));
  else if (r.blank("precision")) r.note("precision taken as bf16");
  else if (!stated && keeps_weights_in_four_bits(r)) r.note("products in bf16");
  else if (!stated) r.doubt(kOtherFormat, fmt::format("precision {} taken as bf16", written));
  if (plan.precision == Precision::nvfp4) {
    const bool either = contains(text, "fp8 or ");
    if (!peak.nvfp4 || (either && before_nvfp4(r))) plan.precision = Precision::fp8;
    const bool four_bit = plan.precision == Precision::nvfp4;
    if (text != "nvfp4" || !four_bit) r.note(fmt::format("precision {} taken as {}", written, four_bit ? "nvfp4" : "fp8"));
    if (!four_bit && !either) r.out.doubt += kOtherFormat;
  }
  if (plan.precision == Precision::mxfp8 && peak.fp8 && !multiplies_blocks(peak)) {
    plan.precision = Precision::fp8;
    r.doubt(kOtherFormat, "this GPU has no mxfp8 products: fp8");
  }
  if (may_be_wider(r)) r.note(fmt::format("precision {} taken as {}", written, catalog::name_of(plan.precision)));
  if (is_eight_bit_or_less(plan.precision) && !peak.fp8) {
    plan.precision = Precision::bf16;
    r.doubt(kOtherFormat, "this GPU has no 8-bit products: bf16");
  }
  if (plan.precision == Precision::bf16 && !peak.bf16 && peak.fp16) {
    plan.precision = Precision::fp16;
    if (r.blank("precision") && !by_options) r.note("fp16, since this GPU has no bf16");
    else r.doubt(kOtherFormat, "this GPU has no bf16: fp16");
  }
}

/// Whether nothing says in which format products are, on an accelerator with one of 8 bits: all software with published runs on
/// such ones has runs in either.
bool may_be_eight_bit(const Reading& r) {
  const std::string_view options = r.cell("options");
  return r.blank("precision") && r.out.machine.gpu.peak.fp8 && products_of_options(options).empty() &&
         std::ranges::none_of(clauses_of(options), denies_products);
}

/// Whether only options name the format, in clauses that may say something else of it.
bool may_be_mention(const Reading& r) {
  const std::string_view options = r.cell("options");
  return r.blank("precision") && is_eight_bit_or_less(r.out.plan.precision) && products_of_options(options, true).empty();
}

/// Where the number format or the length of sequences is blank, the plan with the other one that is as usual: in fp8, or in bf16
/// where the options may only mention it, or with sequences half as long, of which a batch that is known in tokens has twice as
/// many.
void add_other_plans(Reading& r) {
  const perf::ParallelPlan& plan = r.out.plan;
  const auto reach = [&](std::string_view text, Precision precision) {
    r.note(fmt::format("the band reaches {}", text));
    r.out.or_plans.push_back(plan);
    r.out.or_plans.back().precision = precision;
  };
  if (may_be_eight_bit(r)) reach("fp8", Precision::fp8);
  if (may_be_mention(r) || may_be_wider(r)) reach("bf16", Precision::bf16);
  if (!r.blank("seq_len") || plan.sequence_length < 2) return;
  r.note("the band reaches sequences half as long");
  r.out.or_plans.push_back(plan);
  r.out.or_plans.back().sequence_length /= 2;
  if (r.batch_of_tokens) r.out.or_plans.back().global_batch *= 2;
}

/// Work on a token of the row's model by the convention of sources that print FLOP/s only: full attention. Nothing if the row
/// states no model.
std::optional<FlopPerToken> counted_work(const Csv& table, std::size_t row, const TrainingParts& parts) {
  Reading r{table, row, parts};
  read_model(r);
  if (r.refused()) return std::nullopt;
  return catalog::training_flop(r.out.model, r.out.model.sequence_length).full;
}

/// Passes over what options say of other runs, and of batches that are not the run's.
void leave_out_other_runs(Reading& r) {
  const double gpus = count_in(r.cell("num_gpus")).value_or(0);
  RunWords words = words_of_own_run(r.options, {catalog::parameters(r.out.model), r.out.model.sequence_length, gpus});
  if (words.others.empty()) return;
  r.doubt(kUnclearWord, fmt::format("passed over, as of another run or batch: {}", words.others));
  r.options = std::move(words.own);
}

std::optional<double> stated_gpus(const Csv& table, std::size_t row, const TrainingParts& parts) {
  if (const auto plain = table.number(row, "num_gpus")) return plain;
  Reading r{table, row, parts};
  read_model(r);
  if (!r.refused()) leave_out_other_runs(r);
  if (!states_gpus(r)) return std::nullopt;  // a score by a number that was made up is none
  read_machine(r);
  return r.refused() ? std::nullopt : std::optional<double>(r.out.machine.gpus);
}

/// From whichever column states it.
std::optional<Time> stated_step_time(const Csv& table, std::size_t row, const TrainingParts& parts) {
  if (const auto quality = table.cell(row, "quality"); !quality.empty() && quality != "good") return {};
  const auto number = [&](std::string_view column) { return table.number(row, column); };
  const auto sequence = number("seq_len");
  auto batch = number("global_batch_seqs");
  if (const auto tokens = number("global_batch_tokens"); !batch && tokens && sequence) batch = *tokens / *sequence;
  const auto gpus = stated_gpus(table, row, parts);
  if (!batch || !gpus) return {};
  if (const auto seconds = number("step_time_s")) return *seconds * kSecond;
  if (!sequence) return {};
  if (*batch > kMostBatchSequences) *batch /= *sequence;
  const Tokens tokens = *batch * *sequence / *gpus * kTokenUnit;
  if (const auto rate = number("tokens_per_s_per_gpu"); rate && *rate > 0) return tokens / (*rate * kTokenUnit / kSecond);
  const auto tflops = number("model_tflops_per_gpu");
  if (!tflops || !contains(table.cell(row, "notes"), "full attention")) return {};
  const auto work = counted_work(table, row, parts);
  return work ? std::optional(tokens * *work / (*tflops * kTeraflopPerSecond)) : std::nullopt;
}

}  // namespace

TrainingRow read_training_row(const Csv& table, std::size_t row, const TrainingParts& parts, std::optional<double> release) {
  Reading r{table, row, parts};
  r.out.id = table.cell(row, "id");
  if (const std::string wrong = row_fault(table, row); !wrong.empty()) {
    r.refuse(RowStatus::invalid, wrong);
    return std::move(r.out);
  }
  read_model(r);
  if (!r.refused()) leave_out_other_runs(r);
  read_machine(r);
  if (parts.stacks.empty()) r.refuse(RowStatus::unsupported, "no software stack is known");
  if (r.refused()) return std::move(r.out);
  const catalog::Stack& stack = read_stack(r, release);
  read_precision(r);
  read_plan(r, stack);
  add_other_plans(r);
  return std::move(r.out);
}

std::optional<Time> measured_step_time(const Csv& table, std::size_t row, const TrainingParts& parts) {
  if (!row_fault(table, row).empty()) return std::nullopt;
  const auto stated = stated_step_time(table, row, parts);
  return stated && *stated >= kShortestStep && *stated <= kLongestStep ? stated : std::nullopt;
}

}  // namespace eigenbau::tables

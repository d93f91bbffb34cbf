// What job does one row of a table of training runs describe?
#include "tables/training_row.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <string>

#include "perf/oversubscription.h"
#include "tables/batch_words.h"
#include "tables/date_words.h"
#include "tables/degree_words.h"
#include "tables/fabric_words.h"
#include "tables/feature_words.h"
#include "tables/gpu_count.h"
#include "tables/gpu_name.h"
#include "tables/joined_words.h"
#include "tables/machine_type.h"
#include "tables/mention.h"
#include "tables/negation.h"
#include "tables/nic_note.h"
#include "tables/other_batch.h"
#include "tables/other_run.h"
#include "tables/precision_words.h"
#include "tables/row_fault.h"
#include "tables/row_reading.h"
#include "tables/run_text.h"
#include "tables/server_links.h"
#include "tables/stack_choice.h"

namespace eigenbau::tables {
namespace {

using catalog::Precision;

constexpr double kMostRanks = 1e8;      // as of plain counts
constexpr double kOtherNetwork = 0.15;  // doubt, relative to the step time: the network is another one than the note's

/// Training in NVFP4 was shipped (NVIDIA et al. 2025, "Pretraining large language models with NVFP4").
constexpr double kFirstFourBit = 25.09;

// Steps that no run of a model takes: where a table states less or more, it is not a measurement.
const Time kShortestStep = 1e-6 * kSecond, kLongestStep = 1e7 * kSecond;

/// GPUs that links join: those of the GPU's usual systems, or fewer where the cells of the GPU and of the network or the options
/// say so; more only in a rack of a GPU that is usual in servers alone.
int joined_gpus(Reading& r, const NicNote& nic) {
  constexpr double kOtherRack = 0.20;  // doubt where links join more than any system that is sold with the GPU
  const catalog::Gpu& gpu = r.out.machine.gpu;
  const int usual = perf::usual_domain(gpu), server = nic.node_gpus.value_or(usual > kLargestServer ? kTray : usual);
  int said = most_joined(lower(fmt::format("{} {}", r.cell("gpu"), r.cell("interconnect_note"))), server);
  for (const std::string& clause : clauses_of(r.cell("options")))
    if (const int joined = joined_by_option(clause, server); joined > 0) said = said > 0 ? std::min(said, joined) : joined;
  if (said == 0 || said == usual) return usual;
  if (said < usual) {
    r.note(fmt::format("links join {} GPUs", said));
    return said;
  }
  const bool rack = said > kLargestServer && usual <= kLargestServer;
  if (rack) r.doubt(kOtherRack, fmt::format("links join {} GPUs, where {} are usual", said, usual));
  else r.note(fmt::format("links join {} GPUs, not {}: no more are usual", usual, said));
  return rack ? said : usual;
}

struct DegreeProduct {
  double ranks = 1;
  bool whole = true;  ///< all are stated; context parallelism is 1 where it is not
};
/// What the degrees multiply to that a row states.
DegreeProduct stated_product(const Reading& r) {
  const DegreeWords options = degrees_of_options(r);
  DegreeProduct product;
  for (const std::string_view column : {"tp", "pp", "cp", "dp"}) {
    auto degree = degree_words(r.cell(column)).of(column);
    if (const auto count = count_in(r.cell(column)); !degree && count) degree = *count;
    if (!degree && r.blank(column)) degree = options.of(column);
    if (!degree && column != "cp") product.whole = false;
    product.ranks *= std::max(1.0, degree.value_or(1));
  }
  return product;
}

/// The same of all degrees. 0: they are not all stated.
int product_of_degrees(const Reading& r) {
  const DegreeProduct product = stated_product(r);
  return product.whole && product.ranks <= kMostRanks ? static_cast<int>(product.ranks) : 0;
}

/// Tokens of a step, as the row's cell says or as is usual.
double tokens_of_step(const Reading& r) {
  const auto batch = worded_count(r.cell("global_batch_seqs"));
  if (!batch || batch->count <= 0) return usual_batch_tokens(catalog::parameters(r.out.model));
  const bool of_tokens = batch->of_tokens || batch->count > kMostBatchSequences;
  return of_tokens ? batch->count : static_cast<double>(batch->count) * r.out.model.sequence_length;
}

/// GPUs of a row that does not say how many it has: the ranks of its degrees, doubled until each has no more than 8,192 tokens of
/// a step, and the training state of the model (18 bytes a parameter) fills no more than half of their memory.
int assumed_gpus(Reading& r) {
  constexpr double kTokensOfEach = 8192, kState = 18, kShare = 0.5, kDoubt = 0.20;
  const double bytes = kState * catalog::parameters(r.out.model), memory = kShare * (r.out.machine.gpu.memory / kByte);
  const double least = std::max(tokens_of_step(r) / kTokensOfEach, memory > 0 ? bytes / memory : 1);
  double gpus = stated_product(r).ranks;
  while (gpus < least && gpus < kMostRanks) gpus *= 2;
  if (gpus > kMostRanks) return 0;
  r.doubt(kDoubt, fmt::format("the number of GPUs is not stated: {:.0f} taken", gpus));
  return static_cast<int>(gpus);
}

/// How many GPUs the row has; 0: it does not say.
int read_gpus(Reading& r, const NicNote& nic) {
  const auto counted = accelerators_in(r.parts.gpus, r.cell("num_gpus"));
  if (!counted && !r.blank("num_gpus")) return r.count("num_gpus").value_or(0);
  if (!counted) {
    const int product = product_of_degrees(r);
    if (product > 0) r.note(fmt::format("{} GPUs: tp x pp x cp x dp", product));
    return product > 0 ? product : assumed_gpus(r);
  }
  const auto family = [](std::string_view name) { return name.substr(0, name.find('-')); };
  if (!counted->name.empty() && family(counted->name) != family(r.out.machine.gpu.name))
    r.doubt(kUnclearWord, fmt::format("num_gpus \"{}\" counts other accelerators", r.cell("num_gpus")));
  if (!counted->of_servers) return counted->count;
  // Of a server as the degrees or the note have it, else as usual.
  const int degrees = product_of_degrees(r),
            of_degrees = counted->count > 0 && degrees % counted->count == 0 ? degrees / counted->count : 0;
  const bool by_degrees = of_degrees >= 1 && of_degrees <= kLargestServer;
  const int each = by_degrees ? of_degrees : nic.node_gpus.value_or(usual_server(r.out.machine.gpu.scale_up_domain));
  const double product = static_cast<double>(counted->count) * each;
  if (product > kMostRanks) return 0;
  r.doubt(by_degrees || nic.node_gpus ? 0 : kUnclearWord,
          fmt::format("num_gpus \"{}\" taken as {:.0f} GPUs, {} a server", r.cell("num_gpus"), product, each));
  return static_cast<int>(product);
}

/// What the note and the options say of the fabric; what is oversubscribed passes less beyond its leaves.
void read_fabric(Reading& r) {
  double most = 1;
  for (const std::string_view column : {"interconnect_note", "options"})
    for (const std::string& clause : clauses_of(without_mentions(r.cell(column)))) {
      const auto said = fabric_in(clause);
      if (said && said->unmodeled) r.doubt(kUnclearWord, fmt::format("fabric not modeled: {}", clause));
      most = std::max(most, said ? said->oversubscription.value_or(1) : 1);
    }
  if (most <= 1) return;
  perf::oversubscribe(r.out.machine, most);
  r.note(fmt::format("fabric oversubscribed {:g} to 1 beyond the leaf", most));
}

void read_machine(Reading& r) {
  perf::Machine& machine = r.out.machine;
  const std::string_view name = r.blank("gpu") ? std::string_view() : r.cell("gpu");
  const bool halves = !name.empty() && counts_halves(r.cell("num_gpus")) && !counts_halves(name);
  auto found = find_gpu(r.parts.gpus, halves ? fmt::format("{} GCD", name) : name);
  if (!found) {
    r.refuse(RowStatus::unsupported, fmt::format("no accelerator like \"{}\" is known", r.cell("gpu")));
    return;
  }
  machine.gpu = std::move(found->gpu);
  for (const NamedGpu& known : r.parts.gpus)  // joined_gpus() has the cell's own
    if (known.gpu.name == machine.gpu.name) machine.gpu.scale_up_domain = known.gpu.scale_up_domain;
  r.doubt(found->doubt, found->said);
  machine.power_cap = found->power_cap;
  if (machine.power_cap > Power{}) r.note(fmt::format("held at {:.4g} W", machine.power_cap.in(kWatt)));
  // A type of machine that stands for the GPU says its network as well.
  const std::string_view network =
      r.cell(r.blank("interconnect_note") && machine_type(lower(name)) ? "gpu" : "interconnect_note");
  const NicNote nic = read_nic_note(network, machine.gpu);
  if (nic.no_links) machine.gpu.scale_up_bandwidth = Bandwidth{};
  if (!(machine.gpu.scale_up_bandwidth > Bandwidth{}))
    r.note(fmt::format("no links between GPUs: {:.4g} GB/s over the host", machine.host_link().in(kGigabytePerSecond)));
  machine.gpus = read_gpus(r, nic);
  if (machine.gpus <= 0 && !r.refused()) r.refuse(RowStatus::invalid, "num_gpus must be at least 1");
  machine.scale_up_domain = joined_gpus(r, nic);
  // Beyond a server links join it to others, whatever its GPUs are.
  if (nic.node_gpus && machine.scale_up_domain <= kLargestServer) {
    machine.scale_up_domain = *nic.node_gpus;
    machine.nics_per_domain = *nic.node_gpus;
  }
  machine.nic_per_gpu = nic.per_gpu;
  machine.transport = nic.transport;
  if (nic.denied) r.doubt(kOtherNetwork, "no InfiniBand: RoCE taken");
  if (nic.by_host)
    r.note(fmt::format("NIC {:.4g} Gb/s per GPU: all that its link to the host carries", nic.per_gpu.in(kGigabitPerSecond)));
  if ((!nic.stated || nic.guessed) && machine.gpus > machine.scale_up_domain)
    r.doubt(nic.of_host ? kOtherNetwork : 0, fmt::format("NIC taken as {:.4g} Gb/s per GPU{}", nic.per_gpu.in(kGigabitPerSecond),
                                                         nic.of_host ? ", the note's Ethernet as ports of the host" : ""));
  read_fabric(r);
}

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

/// Passes over what options say of runs of another size, and of batches that are not the run's.
void leave_out_other_runs(Reading& r) {
  const auto keep_own = [&](RunWords words, std::string_view others) {
    if (words.others.empty()) return;
    r.doubt(kUnclearWord, fmt::format("of another {}: {}", others, words.others));
    r.options = std::move(words.own);
  };
  keep_own(words_of_own_run(r.options, {catalog::parameters(r.out.model), r.out.model.sequence_length}), "run");
  keep_own(words_of_own_batch(r.options), "batch");
}

std::optional<double> stated_gpus(const Csv& table, std::size_t row, const TrainingParts& parts) {
  if (const auto plain = table.number(row, "num_gpus")) return plain;
  Reading r{table, row, parts};
  read_model(r);
  if (!r.refused()) leave_out_other_runs(r);
  if (r.blank("num_gpus") && product_of_degrees(r) == 0) return std::nullopt;  // a score by a number that was made up is none
  read_machine(r);
  return r.refused() ? std::nullopt : std::optional<double>(r.out.machine.gpus);
}

/// From whichever column states it.
std::optional<Time> stated_step_time(const Csv& table, std::size_t row, const TrainingParts& parts) {
  if (const auto quality = table.cell(row, "quality"); !quality.empty() && quality != "good") return {};
  const auto number = [&](std::string_view column) { return table.number(row, column); };
  auto batch = number("global_batch_seqs");
  const auto sequence = number("seq_len");
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

// Which degrees of parallelism does a row state?
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <string>
#include <vector>

#include "perf/plan_repair.h"
#include "tables/chunk_words.h"
#include "tables/degree_words.h"
#include "tables/feature_words.h"
#include "tables/gpus_at_work.h"
#include "tables/mention.h"
#include "tables/row_reading.h"
#include "tables/run_text.h"
#include "tables/sequence_words.h"
#include "units/counted.h"

namespace eigenbau::tables {
namespace {

constexpr double kOtherDegrees = 0.05;   // doubt where degrees that do not multiply to the GPUs were changed
constexpr int kMostRanks = 100'000'000;  // of a degree; as many as plain counts

/// A degree that words state; what is no count makes the row invalid.
std::optional<int> count_of_words(Reading& r, std::string_view column, double figure) {
  if (figure <= kMostRanks && figure == std::floor(figure)) return static_cast<int>(figure);
  r.refuse(RowStatus::invalid, fmt::format("{} {:g} is no count of up to {}", column, figure, kMostRanks));
  return std::nullopt;
}

/// Parts of a batch in tokens as the sequences that these are; what they do not divide is passed over.
DegreeWords in_sequences(Reading& r, DegreeWords options) {
  const double sequence = std::max(1, r.out.model.sequence_length);
  for (DegreeWords::Figure& figure : options.figures) {
    if (!figure.of_tokens) continue;
    const bool divides = figure.value >= sequence && std::fmod(figure.value, sequence) == 0;
    if (divides) figure = {figure.column, figure.value / sequence};
    else r.doubt(kUnclearWord, fmt::format("batch of {:g} tokens passed over: sequences have {:g}", figure.value, sequence));
  }
  return options;
}

/// A batch per device is what it takes at a time; beside another micro-batch `settle_batch` tells what it is.
void read_device_batch(Reading& r, const DegreeWords& options) {
  const auto stated = options.of("device_batch");
  const auto count = stated ? count_of_words(r, "batch per device", *stated) : std::nullopt;
  r.device_batch = count.value_or(0);
}

/// Tensor parallelism of attention and of experts, as "2/1" has it.
struct BothDegrees {
  int attention = 0, experts = 0;
};
std::optional<BothDegrees> both_degrees(std::string_view cell) {
  cell = cell.substr(0, cell.find('('));
  const std::size_t stroke = cell.find('/');
  if (stroke == std::string_view::npos) return std::nullopt;
  const auto attention = count_in(cell.substr(0, stroke)), experts = count_in(cell.substr(stroke + 1));
  return attention && experts ? std::optional(BothDegrees{*attention, *experts}) : std::nullopt;
}

/// Chunks of a stage: "2", "v=2", "v2", "x2".
std::optional<int> count_of_chunks(Reading& r) {
  const std::string cell = lower(r.cell("vpp"));
  if (r.blank("vpp")) return std::nullopt;
  if (const auto times = cell.starts_with('x') || cell.starts_with('v') ? count_in(cell.substr(1)) : std::nullopt) return times;
  const auto clauses = clauses_of(cell);
  const auto chunks = clauses.empty() ? std::nullopt : chunks_in(clauses.front(), true).chunks;
  return chunks ? chunks : r.count("vpp");
}

/// Sequences of a micro-batch, in "1 x 63" times so many of them in a step: of a pipeline there are more of these.
std::optional<int> count_of_sequences(Reading& r) {
  const auto factors = factors_in(r.cell("micro_batch"));
  if (!factors) return r.count("micro_batch");
  const bool swapped = r.out.plan.pp > 1 && factors->first > factors->second;
  const auto [sequences, steps] = swapped ? Factors{factors->second, factors->first} : *factors;
  r.micro_batches = steps;
  r.note(fmt::format("micro-batch {}, {} of them a step", sequences, steps));
  return sequences;
}

/// The count in a cell that may be a product, or state other degrees and remarks beside: "8 ETP 1", "2x2", "4 a2a". Nothing where
/// it states only those.
std::optional<int> count_beside_words(Reading& r, std::string_view column, const DegreeWords& cell) {
  if (cell.figures.empty() && column == "micro_batch") return count_of_sequences(r);
  if (cell.figures.empty()) return column == "vpp" ? count_of_chunks(r) : r.count(column);
  const std::string_view rest = trimmed(cell.rest);
  const auto said = worded_count(rest.substr(0, rest.find_last_not_of(",;") + 1));
  if (said && !said->of_tokens) return said->count;
  if (!rest.empty()) return r.count(column);
  r.note(fmt::format("{} \"{}\" states none itself", column, r.cell(column)));
  return std::nullopt;
}

/// What words state for a column: "MP=8", model parallelism, is that of tensors where they state no other, and a batch per device
/// a micro-batch.
std::optional<double> figure_of_column(const DegreeWords& words, std::string_view column) {
  if (const auto figure = words.of(column)) return figure;
  if (column == "tp") return words.of("mp");
  return column == "micro_batch" ? words.of("device_batch") : std::nullopt;
}

/// What the cell of a column states, in whatever words; where it is blank, what the options do.
std::optional<int> stated_degree(Reading& r, std::string_view column, const DegreeWords& options) {
  const DegreeWords cell = degree_words(r.cell(column));
  if (column != "micro_batch" && !r.blank(column) && yes_or_no(split_remark(r.cell(column)).count) == false) return 1;
  if (const auto figure = figure_of_column(cell, column)) return count_of_words(r, column, *figure);
  if (const auto both = column == "tp" ? both_degrees(r.cell(column)) : std::nullopt) return both->attention;
  const auto in_cell = count_beside_words(r, column, cell);
  const auto in_options = in_cell ? options.of(column) : figure_of_column(options, column);
  if (!in_options || r.refused()) return in_cell;
  if (in_cell && *in_cell != *in_options)
    r.note(fmt::format("{} {:g} of the options passed over: the column has {}", column, *in_options, *in_cell));
  if (in_cell) return in_cell;
  const auto count = count_of_words(r, column, *in_options);
  if (count) r.note(fmt::format("{} {} as the options say", column, *count));
  return count;
}

/// Ranks of a grid that tensors are split over: "2D tensor parallel 2x2". 0: no option states one.
int ranks_of_grid(const Reading& r) {
  for (const std::string& clause : clauses_of(stated_words(r.cell("options")))) {
    if (!use_of_one(clause, {"tensor parallel", "tensor parallelism", "tp"})) continue;
    const std::string_view last = std::string_view(clause).substr(clause.rfind(' ') + 1);
    if (const auto ranks = counted_product(last)) return *ranks;
  }
  return 0;
}

/// Takes what a row states for a degree, or leaves the degree open. `none`: what tables may write for 1.
void read_degree(Reading& r, std::string_view column, const DegreeWords& options, int& degree, bool& open, int none = 1) {
  const auto stated = stated_degree(r, column, options);
  degree = stated.value_or(1);
  if (degree == none) degree = 1;
  open = !stated;
  if (degree < 1) r.refuse(RowStatus::invalid, fmt::format("{} is below 1", column));
}

/// Whether tensor parallelism is what words call model parallelism: "MP=8".
bool is_of_models(const Reading& r, const DegreeWords& options) {
  const DegreeWords cell = degree_words(r.cell("tp"));
  if (!r.blank("tp")) return !cell.of("tp") && cell.of("mp");
  return !options.of("tp") && options.of("mp");
}

/// Model parallelism is that of tensors, unless a domain has fewer GPUs or the heads do not divide: then it is that of stages as
/// well, "model-parallel size 96" is tp x pp = 96.
void split_model_parallelism(Reading& r, const DegreeWords& options) {
  perf::ParallelPlan& plan = r.out.plan;
  const perf::Machine& machine = r.out.machine;
  const int ranks = plan.tp;
  if (r.refused() || r.open.tp || !is_of_models(r, options)) return;
  if (ranks <= machine.scale_up_domain && r.out.model.heads % ranks == 0) return;
  if (!r.open.pp) {
    if (ranks % plan.pp == 0) plan.tp = ranks / plan.pp;
    return;
  }
  const double both = static_cast<double>(ranks) * plan.cp;
  if (both > machine.gpus || machine.gpus % static_cast<int>(both) != 0) return;
  r.note(fmt::format("model parallelism of {} taken as tp x pp", ranks));
  // The other degrees are what they are without it, so that these two multiply to it.
  if (r.open.dp) plan.dp = machine.gpus / static_cast<int>(both);
  plan.tp = 1;
  r.open.tp = true;
  r.open.cp = r.open.dp = false;
}

/// A product in the cell of stages counts them, "3x3", unless only the first of its factors multiplies to the GPUs with the other
/// degrees, or both do and data parallelism is open: then the second are chunks of a stage, "9x7".
void split_stages(Reading& r) {
  perf::ParallelPlan& plan = r.out.plan;
  const auto factors = factors_in(r.cell("pp"));
  if (!factors || r.refused()) return;
  const int gpus = r.out.machine.gpus;
  const auto fits = [&](int stages) {
    const double ranks = static_cast<double>(plan.tp) * stages * plan.cp * plan.dp;
    return ranks > 0 && ranks <= gpus && gpus % static_cast<int>(ranks) == 0 && (ranks == gpus || r.open.dp);
  };
  const bool chunks = r.open.vp || plan.vp == factors->second;
  if (!chunks || !fits(factors->first) || (fits(plan.pp) && !r.open.dp)) return;
  plan.pp = factors->first;
  plan.vp = factors->second;
  r.open.vp = false;
  r.note(fmt::format("pp \"{}\" taken as {} stages of {}", r.cell("pp"), plan.pp, counted(plan.vp, "chunk")));
}

/// The chunks of a stage that only words of the options state, or that so many layers in each leave.
void read_chunks(Reading& r) {
  const ChunkWords said = chunks_of_options(r.cell("options"));
  perf::ParallelPlan& plan = r.out.plan;
  const double each = said.layers_each && !r.open.pp ? static_cast<double>(*said.layers_each) * plan.pp : 0;
  const bool divides = each > 0 && std::fmod(r.out.model.layers, each) == 0;
  const int chunks = said.chunks ? *said.chunks : divides ? r.out.model.layers / static_cast<int>(each) : 0;
  const bool has_stages = r.open.pp || plan.pp > 1;
  if (chunks == 0 || !has_stages) return;
  if (!r.open.vp) {
    if (chunks != plan.vp) r.note(fmt::format("{} chunks of the options passed over: vpp is {}", chunks, plan.vp));
    return;
  }
  plan.vp = chunks;
  r.open.vp = false;
  r.note(fmt::format("vpp {} as the options say", chunks));
}

/// What cells of the plan say of ranks that share a sequence; the column of sequence parallelism may count them.
SequenceWords said_of_sequences(const Reading& r) {
  SequenceWords said;
  for (const std::string_view column : {"options", "seq_parallel", "sharding", "stack"}) {
    const SequenceWords words = sequence_words(r.cell(column));
    if (!said.ranks) said.ranks = words.ranks;
    said.by_heads |= words.by_heads;
    said.in_ring |= words.in_ring;
  }
  const RemarkedCell cell = split_remark(r.cell("seq_parallel"));
  const auto count = cell.remark.empty() || said.by_heads ? count_in(cell.count) : std::nullopt;
  if (!said.ranks && count.value_or(0) > 1) said.ranks = *count;
  return said;
}

/// Whether the degrees that are stated leave so many ranks for a sequence.
bool leaves_ranks(const Reading& r, int ranks) {
  const perf::ParallelPlan& plan = r.out.plan;
  const int gpus = r.out.machine.gpus;
  const double product = static_cast<double>(plan.tp) * plan.pp * plan.dp * ranks;  // open ones are 1
  if (!r.open.cp || product > gpus) return false;
  return gpus % static_cast<int>(product) == 0 || (r.open.dp && is_round_count(gpus));
}

/// Ranks that share a sequence are those of tensor parallelism where they are as many, which split it between products; else
/// context parallelism by an exchange of heads, as Ulysses has it and software that counts them.
void read_sequence_ranks(Reading& r) {
  perf::ParallelPlan& plan = r.out.plan;
  const SequenceWords said = said_of_sequences(r);
  const bool possible = said.ranks && *said.ranks <= r.out.machine.gpus;
  const auto ranks = possible ? count_of_words(r, "sequence parallelism", *said.ranks) : std::nullopt;
  if (said.by_heads) plan.context = perf::ContextParallel::all_to_all;
  if (!ranks) {
    if (said.by_heads && r.open.cp) r.doubt(kUnclearWord, "the ranks of Ulysses are not stated");
    return;
  }
  r.sequence_ranks = *ranks;
  if (!said.by_heads && !r.open.tp && plan.tp == *ranks) return;
  if (!leaves_ranks(r, *ranks)) {
    if (plan.cp != *ranks) r.note(fmt::format("sequence parallelism {} passed over: cp is {}", *ranks, plan.cp));
    return;
  }
  plan.cp = *ranks;
  r.open.cp = false;
  plan.context = said.in_ring && !said.by_heads ? perf::ContextParallel::ring : perf::ContextParallel::all_to_all;
  r.doubt(said.by_heads || said.in_ring ? 0 : kUnclearWord,
          fmt::format("{} {} taken as cp {} {}", said.by_heads ? "Ulysses" : "sequence parallelism", *ranks, *ranks,
                      plan.context == perf::ContextParallel::ring ? "in a ring" : "by an exchange of heads"));
}

/// What a degree without a column is stated to be, in the options or in a cell of other degrees.
std::optional<int> degree_without_column(Reading& r, std::string_view name, const DegreeWords& options) {
  std::optional<double> figure = options.of(name);
  for (const std::string_view column : {"tp", "ep", "dp"})
    if (!figure) figure = degree_words(r.cell(column)).of(name);
  return figure ? count_of_words(r, name, *figure) : std::nullopt;
}

void read_degrees_of_experts(Reading& r, const DegreeWords& options) {
  perf::ParallelPlan& plan = r.out.plan;
  if (r.out.model.experts) read_degree(r, "ep", options, plan.ep, r.open.ep, 0);
  else if (options.of("ep").value_or(1) > 1) r.note("ep of the options passed over: the model has no experts");
  auto inside = degree_without_column(r, "etp", options);
  const auto both = both_degrees(r.cell("tp"));
  if (!inside && both) inside = both->experts;
  if (inside) plan.etp = std::max(1, *inside);
  r.open.etp = !inside;
  // Ranks of a stage are those that hold one expert, times the experts' own.
  const auto copies = r.open.ep && !r.open.pp ? degree_without_column(r, "edp", options) : std::nullopt;
  const double each = copies ? static_cast<double>(*copies) * plan.pp * plan.etp : 0;
  if (!(each > 0) || each > r.out.machine.gpus || r.out.machine.gpus % static_cast<int>(each) != 0) return;
  const int ranks = r.out.machine.gpus / static_cast<int>(each);
  if (r.out.model.experts->count % ranks != 0) return;
  plan.ep = ranks;
  r.open.ep = false;
  r.note(fmt::format("ep {}: what expert data parallelism {} leaves", plan.ep, *copies));
}

/// "nearest: tp 2 or 4, or pp 1": values of one stated degree with which tp x pp x cp divides the GPUs; where no degree alone has
/// any, what to do about it.
std::string nearest_that_divide(const Reading& r) {
  perf::ParallelPlan plan = r.out.plan;
  if (plan.global_batch <= 0) {  // any will do
    plan.micro_batch = 1;
    plan.global_batch = r.out.machine.gpus;
  }
  std::vector<std::string> ways;
  for (const auto& [degree, nearest, frees_dp] : perf::degrees_that_match(r.out.model, r.out.machine, plan, false)) {
    const auto [below, above] = nearest;
    ways.push_back(below > 0 && above > 0 ? fmt::format("{} {} or {}", degree, below, above)
                                          : fmt::format("{} {}", degree, std::max(below, above)));
  }
  return ways.empty() ? "no change of one degree alone makes it divide" : fmt::format("nearest: {}", fmt::join(ways, ", or "));
}

/// Takes the GPUs of a plan that is stated whole as those of a round number that work. False: it is none, or of too few.
bool works_on_fewer(Reading& r, double product) {
  const int gpus = r.out.machine.gpus;
  const bool stated = !r.open.tp && !r.open.pp && !r.open.dp;
  if (!stated || !is_round_count(gpus) || product > gpus || 2 * product < gpus) return false;
  r.out.machine.gpus = static_cast<int>(product);
  r.out.idle_gpus = gpus - r.out.machine.gpus;
  r.note(fmt::format("{} of {} work: tp x pp x cp x dp", r.out.machine.gpus, counted(gpus, "GPU")));
  return true;
}

/// Data parallelism that contradicts the other degrees is what these leave. Of a round number of GPUs some may be left over.
void check_product(Reading& r) {
  const perf::ParallelPlan& plan = r.out.plan;
  const int gpus = r.out.machine.gpus;
  // The largest counts are 1e8: four multiply to less than a double's 2^53 only where their product is sensible.
  const double others = static_cast<double>(plan.tp) * plan.pp * plan.cp;
  const auto divides = [&](double product) { return product <= gpus && gpus % static_cast<int>(product) == 0; };
  const bool all_stated = !r.open.tp && !r.open.pp && !r.open.cp && !r.open.dp;
  if (divides(others * plan.dp) && (!all_stated || others * plan.dp == gpus)) return;
  if (works_on_fewer(r, others * plan.dp)) return;
  if (!divides(others)) {
    if (others > gpus || !r.open.dp || !is_round_count(gpus)) refuse_product(r);
    return;
  }
  r.note(fmt::format("dp {} x tp {} x pp {} x cp {} is not {}", plan.dp, plan.tp, plan.pp, plan.cp, counted(gpus, "GPU")));
  r.open.dp = true;
  r.out.doubt += kOtherDegrees;
}

}  // namespace

DegreeWords degrees_of_options(const Reading& r) { return degree_words(stated_words(r.cell("options"))); }

void refuse_product(Reading& r) {
  const perf::ParallelPlan& plan = r.out.plan;
  r.refuse(RowStatus::invalid, fmt::format("tp {} x pp {} x cp {} does not divide {}", plan.tp, plan.pp, plan.cp,
                                           counted(r.out.machine.gpus, "GPU")));
  r.note(nearest_that_divide(r));
}

void read_degrees(Reading& r) {
  perf::ParallelPlan& plan = r.out.plan;
  const DegreeWords options = in_sequences(r, degrees_of_options(r));
  read_degree(r, "tp", options, plan.tp, r.open.tp);
  if (const int grid = r.open.tp ? ranks_of_grid(r) : 0; grid > 0) {
    plan.tp = grid;
    r.open.tp = false;
    r.note(fmt::format("tp {} as the options say, of a grid", grid));
  }
  read_degree(r, "pp", options, plan.pp, r.open.pp);
  read_degree(r, "cp", options, plan.cp, r.open.cp);
  read_degree(r, "dp", options, plan.dp, r.open.dp);
  read_degree(r, "vpp", options, plan.vp, r.open.vp, 0);
  if (!r.refused()) read_sequence_ranks(r);
  split_stages(r);
  split_model_parallelism(r, options);
  if (!r.refused()) read_chunks(r);
  read_degrees_of_experts(r, options);
  read_degree(r, "micro_batch", options, plan.micro_batch, r.open.micro_batch);
  if (!r.refused()) read_device_batch(r, options);
  r.open.schedule = true;
  plan.sequence_length = r.out.model.sequence_length;
  if (r.refused()) return;
  check_product(r);
  if (static_cast<double>(plan.micro_batch) * plan.sequence_length > kMostTokens)
    r.refuse(RowStatus::invalid,
             fmt::format("a micro-batch of {} sequences of {} tokens", plan.micro_batch, plan.sequence_length));
  // Stacks count the embedding and the output as a layer each.
  if (const double cut = static_cast<double>(plan.vp) * plan.pp; plan.vp > 1 && cut > r.out.model.layers + 2)
    r.refuse(RowStatus::invalid, fmt::format("vpp {} x pp {} is more than the {} layers", plan.vp, plan.pp, r.out.model.layers));
}

}  // namespace eigenbau::tables

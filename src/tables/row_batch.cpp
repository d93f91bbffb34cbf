// What is the global batch of a row, stated whole or in parts, and which one would run where no plan divides it?
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <string>

#include "perf/open_plan.h"
#include "tables/batch_words.h"
#include "tables/gpus_at_work.h"
#include "tables/headings.h"
#include "tables/mention.h"
#include "tables/row_reading.h"
#include "tables/run_text.h"

namespace eigenbau::tables {
namespace {

/// Batches of nineteen in twenty published runs lie within this factor of the one that is taken where none is stated.
constexpr double kOpenBatch = 8;
constexpr double kFewerRanks = 0.10;  // doubt where a local batch is counted for fewer ranks than there are GPUs

/// The sequences that so many are when a figure in tokens is a round one: of the multiples of `unit` within a twentieth that
/// which the most twos divide. 3.2 million tokens are 1,536 sequences of 2,048 and not 1,562.5.
double round_sequences(double figure, double unit) {
  constexpr double kNear = 0.05;
  for (double step = std::exp2(std::floor(std::log2(std::max(1.0, figure)))); step >= 1; step /= 2) {
    const double multiple = std::round(figure / unit / step) * step * unit;
    if (multiple > 0 && std::abs(multiple - figure) <= kNear * figure) return multiple;
  }
  return std::round(figure);
}

/// Data-parallel ranks, as far as the row tells them; what is open counts as 1 where `known` is false.
struct Ranks {
  int count = 1;
  bool known = false;
};
Ranks data_parallel_ranks(const Reading& r) {
  const perf::ParallelPlan& plan = r.out.plan;
  if (!r.open.dp) return {plan.dp, true};
  // What shards all of a model splits it no further, unless the row says so; other software splits none.
  const bool splits = r.parts.stacks[r.out.stack].training.model_parallel && plan.zero_level < 3;
  const int others = plan.tp * plan.pp * plan.cp;
  const bool known = !splits || (!r.open.tp && !r.open.pp);
  return {r.out.machine.gpus / others, known && r.out.machine.gpus % others == 0};
}

/// A batch of so many that no run has them counts tokens.
bool counts_tokens(const WordedCount& batch) { return batch.of_tokens || batch.count > kMostBatchSequences; }

/// In sequences. What ranks and micro-batches do not divide of a batch in tokens is the round figure next to it that they do.
int sequences(const Reading& r, const WordedCount& batch) {
  if (!counts_tokens(batch)) return batch.count;
  const perf::ParallelPlan& plan = r.out.plan;
  const auto [ranks, known] = data_parallel_ranks(r);
  const double unit = (known ? ranks : 1.0) * (r.open.micro_batch ? 1.0 : plan.micro_batch);
  const double figure = batch.count / static_cast<double>(std::max(1, plan.sequence_length));
  const bool whole = figure == std::floor(figure) && std::fmod(figure, unit) == 0;
  return static_cast<int>(whole ? figure : round_sequences(figure, unit));
}

/// Stages of the pipeline: those that the other degrees leave, where no cell states them.
int stages(const Reading& r) {
  const perf::ParallelPlan& plan = r.out.plan;
  const bool left_over = r.open.pp && !r.open.tp && !r.open.dp;
  return left_over ? std::max(1, r.out.machine.gpus / (plan.tp * plan.cp * plan.dp)) : plan.pp;
}

/// Data-parallel ranks with `each` sequences of which no more would fit: all of `ranks`, where degrees that are not stated are 1,
/// else halves of them that leave these the rest. All where none fits.
int copies_that_fit(const Reading& r, int each, int ranks) {
  perf::Degrees open = r.open;
  open.dp = false;
  for (int copies = ranks; copies > 0; copies = copies % 2 == 0 ? copies / 2 : 0) {
    perf::ParallelPlan plan = r.out.plan;
    plan.dp = copies;
    plan.global_batch = each * copies;
    const auto settled = perf::fastest_plan(r.out.model, r.out.machine, r.parts.stacks[r.out.stack], plan, open, r.micro_batches);
    if (settled && settled->fits) return copies;
  }
  return ranks;
}

/// Sequences that a data-parallel rank has of a step, as far as parts of a batch say it: a local batch, micro-batches, or a batch
/// per device, which is all of its step where nothing accumulates and no pipeline runs. 0: they do not.
double sequences_of_rank(const Reading& r) {
  if (r.local_batch > 0) return r.local_batch;
  if (r.open.micro_batch) return 0;
  if (r.micro_batches > 0) return static_cast<double>(r.micro_batches) * r.out.plan.micro_batch;
  return stages(r) == 1 ? r.device_batch : 0;
}

/// A batch per device beside another micro-batch is what a rank has of a step, times the accumulation that is stated; without one
/// only where no pipeline runs. What micro-batches do not divide, or where a pipeline may take several, is passed over.
void take_device_batch(Reading& r) {
  const int each = r.device_batch, micro = r.out.plan.micro_batch;
  if (each == 0 || each == micro || r.open.micro_batch) return;
  r.device_batch = 0;
  const double steps = r.micro_batches > 0 ? r.micro_batches : stages(r) == 1 ? 1 : 0, local = each * steps;
  if (local > 0 && local <= kMostTokens && std::fmod(local, micro) == 0) {
    r.local_batch = static_cast<int>(local);
    r.micro_batches = r.local_batch / micro;
  } else {
    r.micro_batches = 0;
    r.note(fmt::format("batch of {} per device passed over: the micro-batch is {}", each, micro));
  }
}

void take_batch(Reading& r, const WordedCount& batch) {
  r.out.plan.global_batch = sequences(r, batch);
  r.batch_of_tokens = counts_tokens(batch);
}

/// Takes the batch that the options state whole; beside the column's it is passed over.
void take_batch_of_options(Reading& r) {
  const int of_column = r.out.plan.global_batch;
  const auto said = global_batch_in(stated_words(r.cell("options")));
  const int batch = said ? sequences(r, *said) : 0;
  if (batch <= 0 || batch == of_column) return;
  if (of_column > 0) {
    r.note(fmt::format("global batch {} of the options passed over: the column has {}", batch, of_column));
    return;
  }
  take_batch(r, *said);
  r.note(fmt::format("global batch {} as the options say", batch));
}

/// Takes a batch that is stated in parts. False: too little is known.
bool batch_of_parts(Reading& r) {
  perf::ParallelPlan& plan = r.out.plan;
  const auto [ranks, known] = data_parallel_ranks(r);
  const double local = sequences_of_rank(r);
  if (!known || local <= 0 || local * ranks > kMostTokens) return false;
  const int of_rank = static_cast<int>(local), copies = r.open.dp ? copies_that_fit(r, of_rank, ranks) : ranks;
  plan.global_batch = of_rank * copies;
  r.note(fmt::format("global batch {}: {} on each of {} data-parallel ranks", plan.global_batch, local, copies));
  if (!r.open.dp) return true;
  // The batch holds for the ranks that it was counted with.
  plan.dp = copies;
  r.open.dp = false;
  if (copies == ranks) r.open.tp = r.open.pp = r.open.cp = false;
  else r.doubt(kFewerRanks, "on more of them no plan fits");
  return true;
}

/// Whether weights that are sharded over all ranks would give each less than `sequences`: software that can has split the model
/// as well.
bool splits_sharded(const Reading& r, double sequences, double ranks) {
  const bool open = r.open.dp && (r.open.tp || r.open.pp || r.open.cp);
  return open && r.parts.stacks[r.out.stack].training.model_parallel && sequences < ranks;
}

/// Ranks that are not known as the usual batch counts them: their odd factor, since what splits them further are powers of two,
/// and so is what it is multiplied by. Of a round number of GPUs not all need to work.
int odd_factor(int ranks, int gpus) {
  if (is_round_count(gpus)) return 1;
  while (ranks > 1 && ranks % 2 == 0) ranks /= 2;
  return std::max(1, ranks);
}

/// Takes as many tokens as usual for the model and the GPUs, in sequences that the stated parts divide, and at least a
/// micro-batch for each stage.
bool usual_batch(Reading& r) {
  constexpr double kTokensOfGpu = 32768;  // of a step, at most
  perf::ParallelPlan& plan = r.out.plan;
  const int gpus = r.out.machine.gpus;
  const double local = (r.open.micro_batch ? 1.0 : plan.micro_batch) * std::max(1, r.micro_batches);
  const double sequence = std::max(1, plan.sequence_length);
  const double tokens = std::min(usual_batch_tokens(catalog::parameters(r.out.model)), kTokensOfGpu * gpus);
  const Ranks ranks = data_parallel_ranks(r);
  const bool known = ranks.known && !splits_sharded(r, tokens / sequence, ranks.count * local);
  const double unit = (known ? ranks.count : odd_factor(ranks.count, gpus)) * local;
  const double least = known && r.micro_batches == 0 ? stages(r) : 1, times = std::max(least, tokens / sequence / unit);
  const double batch = unit * (known ? std::round(times) : std::exp2(std::round(std::log2(times))));
  if (batch > kMostTokens) return false;
  plan.global_batch = static_cast<int>(batch);
  r.batch_of_tokens = true;
  if (r.local_batch > 0 && r.open.micro_batch)
    r.note(fmt::format("local batch {} passed over: its ranks are not stated", r.local_batch));
  r.doubt(kOpenBatch - 1,
          fmt::format("global batch {} taken, {:.2g} million tokens: the step is open by a factor of {:g}, as batches are",
                      plan.global_batch, batch * sequence / (1024.0 * 1024.0), kOpenBatch));
  return true;
}

/// A local batch is what a data-parallel rank has of a step, so that there are as many ranks as the global batch has of it; where
/// the ranks are fewer, or accumulation is stated, it is what they take at a time. What is no part of the global batch is passed
/// over.
void take_local_batch(Reading& r) {
  perf::ParallelPlan& plan = r.out.plan;
  const int local = r.local_batch, steps = std::max(1, r.micro_batches);
  if (local <= 0) return;
  const auto take_at_a_time = [&] {
    if (!r.open.micro_batch || stages(r) > 1 || static_cast<double>(local) * steps * plan.sequence_length > kMostTokens) return;
    plan.micro_batch = local;
    r.open.micro_batch = false;
    r.local_batch *= steps;
    r.note(fmt::format("micro-batch {}: the local batch", local));
  };
  if (plan.global_batch <= 0) {
    if (r.micro_batches > 0) take_at_a_time();
    return;
  }
  const bool splits = r.parts.stacks[r.out.stack].training.model_parallel, known = !r.open.dp || !splits;
  const int most = r.out.machine.gpus / (plan.tp * plan.pp * plan.cp), ranks = r.open.dp ? most : plan.dp;
  const int shares = plan.global_batch / local;
  if (plan.global_batch % local != 0 || (known && shares % ranks != 0)) {
    r.doubt(kUnclearWord, fmt::format("local batch {} passed over: no part of the global batch of {}", local, plan.global_batch));
  } else if (known ? shares > ranks : shares > most || most % shares != 0) {
    take_at_a_time();
  } else if (!known) {
    plan.dp = shares;
    r.open.dp = false;
    r.note(fmt::format("dp {}: each rank has a local batch of {}", shares, local));
  }
}

/// Accumulation beside the micro-batch and the global batch says how many ranks there are, where they are open.
void take_accumulation(Reading& r) {
  perf::ParallelPlan& plan = r.out.plan;
  if (plan.global_batch <= 0 || r.micro_batches <= 1 || r.local_batch > 0 || r.open.micro_batch) return;
  const double each = static_cast<double>(plan.micro_batch) * r.micro_batches, ranks = plan.global_batch / each;
  const double most = static_cast<double>(r.out.machine.gpus) / (plan.tp * plan.pp * plan.cp);
  const bool whole = ranks >= 1 && ranks == std::floor(ranks);
  if (r.open.dp && whole && std::fmod(most, ranks) == 0) {
    plan.dp = static_cast<int>(ranks);
    r.open.dp = false;
    r.note(fmt::format("dp {}: each rank has {} micro-batches of {}", plan.dp, r.micro_batches, plan.micro_batch));
  } else if (r.open.dp || plan.dp != ranks) {
    r.doubt(kUnclearWord, fmt::format("accumulation {} passed over: with micro-batch {} the global batch of {} would be on {:g} "
                                      "data-parallel ranks",
                                      r.micro_batches, plan.micro_batch, plan.global_batch, ranks));
    r.micro_batches = 0;
  }
}

/// Whether a heading speaks of a batch with which the run may train.
bool speaks_of_batch(std::string_view heading) {
  const std::string small = lower(heading);
  const auto words = split_at(small, " -_()[]/");
  const auto has = [&](auto... word) { return (is_one_of(words, word) || ...); };
  const bool other = has("eval", "evaluation", "val", "validation", "test", "inference", "critical", "max", "time", "id", "loss");
  return !other && has("batch", "batchsize", "bs", "gbs", "microbatches", "accum", "accumulation");
}

/// Refuses a row of which only a column speaks of a batch that may be that of all ranks, of one or a micro-batch.
bool refuse_unread_batch(Reading& r) {
  for (const std::string& heading : unknown_columns(r.table, training_columns())) {
    if (!speaks_of_batch(heading) || r.blank(heading)) continue;
    r.refuse(RowStatus::invalid, fmt::format("'{}' may be a batch of all ranks, of one or of a device: global_batch_seqs, "
                                             "global_batch_tokens, micro_batch and gradient_accumulation are read",
                                             heading));
    return true;
  }
  return false;
}

/// A batch in tokens beside one in sequences that is another.
void check_tokens(Reading& r, const WordedCount& tokens) {
  constexpr double kRounding = 0.05;
  const double stated = static_cast<double>(r.out.plan.global_batch) * r.out.plan.sequence_length;
  if (std::abs(tokens.count - stated) > kRounding * stated)
    r.doubt(kUnclearWord, fmt::format("global_batch_tokens \"{}\" passed over: global_batch_seqs is {}",
                                      r.cell("global_batch_tokens"), r.out.plan.global_batch));
}

}  // namespace

void read_batch(Reading& r) {
  perf::ParallelPlan& plan = r.out.plan;
  const auto named = r.blank("global_batch_seqs") ? std::nullopt : batch_in_cell(r.cell("global_batch_seqs"));
  const auto of_sequences = named ? named : r.count_of("global_batch_seqs", true);
  auto tokens = r.count_of("global_batch_tokens", true);
  if (tokens) tokens->of_tokens = true;
  const auto stated = of_sequences ? of_sequences : tokens;
  plan.global_batch = 0;
  if (stated && stated->count < 1) r.refuse(RowStatus::invalid, "the global batch must be at least 1");
  else if (stated) take_batch(r, *stated);
  if (plan.global_batch > 0 && plan.global_batch != stated->count)
    r.note(fmt::format("global batch {} sequences", plan.global_batch));
  if (of_sequences && tokens) check_tokens(r, *tokens);
}

void settle_batch(Reading& r) {
  perf::ParallelPlan& plan = r.out.plan;
  if (r.refused()) return;
  take_batch_of_options(r);
  take_device_batch(r);
  take_local_batch(r);
  take_accumulation(r);
  if (plan.global_batch > 0 || batch_of_parts(r) || refuse_unread_batch(r)) return;
  if (global_batch_in(stated_words(r.cell("notes")))) r.note("notes are not read: their global batch is passed over");
  if (!usual_batch(r)) r.refuse(RowStatus::unsupported, "the global batch is not stated");
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

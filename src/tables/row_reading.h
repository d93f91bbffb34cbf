// How is one row of a table of training runs read: its cells, and what is said of them?
#pragma once

#include <fmt/format.h>

#include <optional>
#include <string>
#include <string_view>

#include "perf/open_plan.h"
#include "tables/cell_remark.h"
#include "tables/cell_words.h"
#include "tables/count_words.h"
#include "tables/degree_words.h"
#include "tables/mesh_axes.h"
#include "tables/training_row.h"

namespace eigenbau::tables {

// Doubt, relative to the step time.
constexpr double kOtherFormat = 0.10;  ///< a number format taken for another
constexpr double kUnclearWord = 0.05;  ///< a cell whose words say nothing that is known

constexpr double kMostTokens = 1e9;  ///< of one micro-batch: far above any that is trained, and what the laws count

/// A row being read: its cells, the result, and the notes that become `reason`.
struct Reading {
  const Csv& table;
  std::size_t row;
  const TrainingParts& parts;
  TrainingRow out{};
  perf::Degrees open{};                   ///< that no cell states
  bool shards_in_groups = false;          ///< HSDP: weights are sharded inside groups of ranks
  int sequence_ranks = 0;                 ///< that words say share a sequence; 0: they do not
  int other_shard_group = 0;              ///< that "HSDP 2x32" may mean instead; 0: none
  int local_batch = 0;                    ///< sequences of a data-parallel rank; 0: not stated
  int device_batch = 0;                   ///< sequences that a device takes at a time, as words call it; 0: not stated
  int micro_batches = 0;                  ///< of a step, on a rank; 0: not stated
  bool batch_of_tokens = false;           ///< the global batch is known in tokens, whatever the length of a sequence
  std::optional<bool> router_balances{};  ///< tokens are spread evenly over the experts
  std::string recompute{};                ///< the options that speak of it
  std::string options = with_mesh_degrees(options_with_remarks(table, row));
  bool splits_as_stack = false;      ///< sequences between products of tensor parallelism: no cell says whether
  double recomputed_share = 1;       ///< of the layers, under full recompute
  bool recomputes_by_stage = false;  ///< layers that are computed again are counted by the stage

  std::string_view cell(std::string_view column) const {
    return trimmed(column == "options" ? std::string_view(options) : table.cell(row, column));
  }
  bool blank(std::string_view column) const { return says_nothing(cell(column)); }

  /// The number in a cell; nothing if it is blank. A cell that holds anything else makes the row invalid.
  std::optional<int> count(std::string_view column) {
    const auto said = count_of(column, column == "seq_len");
    return said ? std::optional(said->count) : std::nullopt;
  }
  /// The same with its unit, which may be tokens.
  std::optional<WordedCount> count_of(std::string_view column, bool tokens) {
    if (blank(column)) return std::nullopt;
    if (const auto plain = count_in(cell(column))) return WordedCount{*plain};
    const auto said = worded_count(cell(column));
    if (said && (tokens || !said->of_tokens)) return said;
    if (const auto product = counted_product(cell(column))) return WordedCount{*product};
    const auto before_remark = has_remarks(column) ? count_in(split_remark(cell(column)).count) : std::nullopt;
    if (before_remark) return WordedCount{*before_remark};
    refuse(RowStatus::invalid, fmt::format("{} \"{}\" is no count", column, cell(column)));
    return std::nullopt;
  }

  void note(std::string_view text) {
    if (text.empty()) return;
    if (!out.reason.empty()) out.reason += "; ";
    out.reason += text;
  }
  void doubt(double share, std::string_view text) {
    out.doubt += share;
    note(text);
  }
  void refuse(RowStatus status, std::string_view text) {
    if (out.status == RowStatus::ok) out.status = status;
    note(text);
  }
  bool refused() const { return out.status != RowStatus::ok; }
};

/// Reads the accelerators, how many there are, and what joins them. The model and the options' own words are read already.
void read_machine(Reading& r);
/// Whether cells or degrees say how many accelerators there are.
bool states_gpus(const Reading& r);

/// Reads the model's shape.
void read_model(Reading& r);

/// What the cells say of the layers beside what they count, and where the rest is taken from.
struct StatedLayers {
  std::optional<int> shared{}, first_dense_layers{}, predictors{};
  bool width = true;                     ///< of an expert
  bool dense_width = true;               ///< of the dense MLP
  bool top_k = true;                     ///< experts that a token visits
  bool known = false;                    ///< the model is the catalog's
  const catalog::Model* like = nullptr;  ///< the model that the structure was copied from
};
/// Reads what cells, options and the number of parameters say of the model's layers.
void read_layers(Reading& r, const StatedLayers& stated);

/// Parameters in billions: "671", "~671B".
std::optional<double> stated_parameters(const Reading& r);

/// The degrees that the options state.
DegreeWords degrees_of_options(const Reading& r);
/// Reads the degrees and batches that the row states; the others are open.
void read_degrees(Reading& r);
/// Refuses degrees that do not divide the GPUs, and names the nearest that do.
void refuse_product(Reading& r);
/// Reads the global batch that the row states; 0 if none. Degrees and sharding are read already.
void read_batch(Reading& r);
/// Reads how the options say that the job runs.
void read_options(Reading& r);
/// Takes where one of the options holds an accelerator's power below its rating: "power cap 500", "capped at 500 W", "500W TDP".
/// False: it does not.
bool read_power(Reading& r, std::string_view clause);
/// Takes what one of the options says of low-rank adapters, which leave all other weights frozen; those are in 4 bits under
/// QLoRA. Their rank may follow in a clause of its own. `of_run`: the clause is of a cell that names the run's model, software or
/// precision. False: nothing.
bool read_adapters(Reading& r, std::string_view clause, bool of_run = false);
/// Whether the cell of precision is of the weights beside adapters: "QLoRA 4-bit nf4", "4-bit".
bool keeps_weights_in_four_bits(const Reading& r);
/// Keeps frozen weights in 4 bits where that cell says so.
void settle_adapters(Reading& r);
/// Takes what one of the options, a clause, says of the routing of tokens to experts; false: nothing.
bool read_routing(Reading& r, std::string_view clause);
/// Routing as far as the options leave it open; `dropless`: they say that no token is dropped.
void settle_routing(Reading& r, bool dropless);
/// The global batch where only the options state it, or only its parts are stated: those are of the plan in which degrees that no
/// cell states are 1. Where even those are not, the usual ones, with doubt.
void settle_batch(Reading& r);
/// Refuses a batch that no plan divides where another one would run, and names the nearest, or one that would. False: the batch
/// is not the reason.
bool refuse_batch(Reading& r, const catalog::Stack& stack);
/// Chooses the open ones, once the rest of the plan is read.
void settle_degrees(Reading& r, const catalog::Stack& stack);

/// Reads how the job is spread: degrees, batch, sharding, recompute, options. Model, machine and precision are read already.
void read_plan(Reading& r, const catalog::Stack& stack);

}  // namespace eigenbau::tables

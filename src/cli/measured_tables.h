// What do the commands that read tables of measurements have in common?
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "cli/command.h"
#include "fit/scorecard.h"
#include "input/csv.h"
#include "tables/headings.h"
#include "tables/training_parts.h"

namespace eigenbau::cli {

/// A column that a table must have, or others that say the same together.
struct NeededColumn {
  std::string name;
  std::vector<std::string> or_all_of = {};
};

/// Which columns a kind of tables must have, and which it may have.
struct TableKind {
  std::vector<NeededColumn> needed;
  const tables::KnownColumns& known;
};
const TableKind& kernel_table();
const TableKind& collective_table();

/// A table with its headings as they are known, and what is to be said of it.
struct MeasuredTable {
  Csv rows;
  Diagnostics remarks;  ///< columns that are not read
};

/// A table in CSV; "-" for standard input.
Result<MeasuredTable> read_measured(const std::string& path, const TableKind& kind, RaggedRows ragged = RaggedRows::refused);

/// A table of collectives, or one of kernels that may be collectives, whichever its columns say.
Result<MeasuredTable> read_collectives(const std::string& path);

/// What help and explanations say of a table of collectives.
inline constexpr std::string_view kCollectiveTable =
    "The size of a message is in bytes, in a column with its unit (size_mb, size_mib) or count elements of a type; where "
    "nothing states it, a long one is meant (16 GiB). GPUs are num_gpus, or nodes times gpus_per_node. Of the measured columns "
    "time_us, algbw_gbs and busbw_gbs any one will do; the time counts where others contradict it. The column loop says what "
    "timed the calls: library (nccl-tests and its kin) or framework, whose loop adds 22 us to a call; rows of one domain that "
    "neither say it nor name a benchmark in source or notes are taken as timed from a framework's loop.";

/// A table of training runs, and what the catalog says of their parts.
struct TrainingTable {
  Csv rows;
  Diagnostics remarks;
  catalog::Catalog catalog;
  tables::TrainingParts parts;
};
Result<TrainingTable> read_training_table(const Arguments& arguments, RaggedRows ragged = RaggedRows::refused);

/// "FILE", one or more.
Positional table_positional(std::size_t most = 1);

/// A scorecard as a table of a report.
report::Table score_table(std::string key, std::string title, const std::vector<fit::Score>& scores);

/// --catalog, --csv, --json, --html, --output
std::vector<Option> validation_options();

/// Files below `directory`, which is made if it is not there.
Result<void> make_directory(const std::string& path);

}  // namespace eigenbau::cli

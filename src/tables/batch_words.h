// Which batch do words state, and how many sequences or tokens is it?
#pragma once

#include <optional>
#include <string_view>

#include "tables/count_words.h"

namespace eigenbau::tables {

/// A batch of more counts tokens: no published run has as many sequences.
inline constexpr int kMostBatchSequences = 100'000;

/// The global batch as its cell may name it or multiply it out: "GBS 128", "batch size = 1M tokens", "128 x 8192 tokens", "128
/// sequences of 8k tokens". Nothing where the cell does neither.
std::optional<WordedCount> batch_in_cell(std::string_view cell);

/// The global batch that options state: "GBS 128", "gbs128", "global batch size is 1,024", "1K global batch", "effective batch
/// size 256", "train_batch_size 256" (DeepSpeed's, of all ranks), "batch size 4M tokens", "1M tokens per step", "1024 sequences
/// per step". A batch of a device or a micro-batch is none.
std::optional<WordedCount> global_batch_in(std::string_view options);

/// The same of a clause, which may name the batch and give no figure: then it is said elsewhere.
bool speaks_of_global_batch(std::string_view clause);

/// The tokens of a local batch that a clause states: "local batch size 4M tokens", "LBS 8192 tokens".
std::optional<int> local_batch_tokens_in(std::string_view clause);

/// Micro-batches of a step that a clause counts: "GA=8", "gradient accumulation steps 8", "8 accumulation steps", "micro_num 4",
/// "64 microbatches";
/// 0 and 1 are no accumulation. Whatever else follows the words is returned as it is, for the caller to refuse.
std::optional<double> accumulation_in(std::string_view clause);

/// Tokens of the batch that models of so many parameters are usually trained with: 4 Mtoken from 30 billion on, 2 Mtoken from
/// 10 billion on, else 1 Mtoken.
/// Source: GPT-3 (Brown et al. 2020, table 2.1), Llama 1 to 3, OPT, BLOOM, which lie within a factor of four of it.
double usual_batch_tokens(double parameters);

}  // namespace eigenbau::tables

// Over how many ranks do words split sequences, where they call it sequence parallelism?
#pragma once

#include <optional>
#include <string_view>

namespace eigenbau::tables {

/// What a text says of ranks that share a sequence.
struct SequenceWords {
  std::optional<double> ranks;  ///< more than one: "SP 8", "ulysses_sequence_parallel_size=8"; fewer are a switch
  bool by_heads = false;        ///< they exchange tokens for heads: Ulysses
  bool in_ring = false;         ///< keys and values go round: ring attention
};

/// Of what the run itself does, not of what the text compares it with.
SequenceWords sequence_words(std::string_view text);

}  // namespace eigenbau::tables

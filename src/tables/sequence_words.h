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

/// Of statements that hold nothing but this, other degrees and sharding. Those that say more may speak of another run, a release
/// or a socket ("SP 4 fails", "SLES 15 SP4"), and so may those in brackets behind such a one ("better than Ulysses (SP 8)"),
/// several counts ("SP 2, 4 and 8") and years; "TP + SP 8" is tensor parallelism with a switch.
SequenceWords sequence_words(std::string_view text);

}  // namespace eigenbau::tables

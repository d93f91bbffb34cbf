// What do words say of sharding?
#pragma once

#include <optional>
#include <string_view>

namespace eigenbau::tables {

struct Sharding {
  int zero_level = 0;
  bool in_groups = false;  ///< sharded inside a group of ranks and replicated across groups: HSDP
  bool denied = false;     ///< the words say that it is not this, and not what else: "no FSDP"

  /// ZeRO level of software that shards at level `usual` where nothing is said.
  int level_of(int usual) const {
    if (!denied) return zero_level;
    return in_groups || usual < zero_level ? usual : 0;
  }
};

/// "ZeRO-3", "zero 2", "FSDP2", "fully sharded", "HSDP", "MiCS", "os+g+p", "DDP", "distributed optimizer", "none"; what is
/// denied does not count ("DDP not FSDP"). Where all of it is denied nothing is sharded if that was ZeRO, sharding or the
/// distributed optimizer as such ("no ZeRO"); else the words leave what is less ("no FSDP", "ZeRO-3 off"). Nothing where they
/// say none of it.
std::optional<Sharding> sharding_in(std::string_view words);

/// Whether words, in lower case, join sharding over ranks to copies of that: "FSDP+DP", "dp and fsdp", "FSDP/DDP".
bool shards_and_replicates(std::string_view words);

/// Whether one of the options, a clause, speaks of sharding: "FSDP", "ZeRO 3" do, "zero bubble" and "hybrid EP" do not.
bool speaks_of_sharding(std::string_view clause);

/// Whether a clause says that weights stay gathered from the forward to the backward pass, as ZeRO 2 keeps them: "SHARD_GRAD_OP",
/// "reshard_after_forward=False" do, "reshard_after_forward=True" says that they do not. Nothing where it speaks of neither.
std::optional<bool> keeps_gathered(std::string_view clause);

/// Whether a clause says that sequence parallelism is in use: "SP", "sequence parallel off", "no SP". Nothing where it does not
/// name it.
std::optional<bool> sequence_parallel_in(std::string_view clause);

}  // namespace eigenbau::tables

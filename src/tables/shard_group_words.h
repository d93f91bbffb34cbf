// Which ranks does a clause say share one sharded copy?
#pragma once

#include <optional>
#include <string_view>

namespace eigenbau::tables {

struct ShardGroupWords {
  double nodes = 0;              ///< those of so many nodes: "within node", "over 2 nodes"
  std::optional<double> ranks;   ///< so many
  std::optional<double> copies;  ///< there are so many of such groups: "dp_replicate 8"
  bool may_be_all = false;       ///< the number of ranks is behind "FSDP", which may mean all of them
  bool may_be_swapped = false;   ///< "HSDP 8x64" does not say which is which
  bool unread = false;           ///< a number counts neither: "shard size 512 MB"
};

/// Of a clause, which speaks of sharding or goes on with one that does: "HSDP 8", "FSDP8", "ZeRO-3 group of 8", "zero1 size 8",
/// "8-GPU ZeRO-1", "dp_replicate=8 dp_shard=64", "FSDP 8 x DDP 64", "HSDP 8x64", "zero3 in node", "ZeRO-1 per node",
/// "node-level ZeRO-1", "ici_fsdp_parallelism=8". A 1
/// or 2 behind "FSDP" is its version; a number with a unit, a fraction or a plural other than ranks is none. Nothing where it
/// says none of it; none of the figures where the group is all ranks ("zero1 size=-1").
std::optional<ShardGroupWords> shard_group_in(std::string_view clause, bool goes_on = false);

/// Whether a clause goes on with one that speaks of sharding, and says no more than which ranks: "group of 8", "within node". Not
/// "within node NVLink".
bool goes_on_with_group(std::string_view clause);

/// Whether a word of a clause is one of sharding with its ranks: "fsdp8", "fsdp8xddp64". "fsdp2" is a version.
bool names_sharded_ranks(std::string_view clause);

}  // namespace eigenbau::tables

// What do words say of sharding?
#pragma once

#include <optional>
#include <string_view>

namespace eigenbau::tables {

struct Sharding {
  int zero_level = 0;
  bool in_groups = false;  ///< sharded inside a group of ranks and replicated across groups: HSDP
};

/// "ZeRO-3", "zero 2", "FSDP2", "fully sharded", "HSDP", "MiCS", "os+g+p", "DDP", "distributed optimizer", "none"; what is
/// denied does not count ("DDP not FSDP"), and where all of it is denied ("no ZeRO") nothing is sharded. Nothing where the words
/// say none of it.
std::optional<Sharding> sharding_in(std::string_view words);

/// Whether one of the options, a clause, speaks of sharding: "FSDP", "ZeRO 3" do, "zero bubble" and "hybrid EP" do not.
bool speaks_of_sharding(std::string_view clause);

/// Whether a clause says that sequence parallelism is in use: "SP", "sequence parallel off", "no SP". Nothing where it does not
/// name it.
std::optional<bool> sequence_parallel_in(std::string_view clause);

}  // namespace eigenbau::tables

// What do the words of a plan mean: how it is sharded, what it computes again?
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "perf/parallel_plan.h"

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

/// "full, 1 layer", "selective (attn)", "true", "no", "remat", "every layer", "full recompute off"; modules as Megatron names
/// them ("mla_up_proj,mlp"), its layers of each chunk ("block, 2 layers", "2 layers of each chunk", "recompute_num_layers=2"
/// unless the method is uniform, where they are how many share a checkpoint), and policies of MaxText ("minimal",
/// "save_qkv_proj"), as what they are nearest to. Nothing where the words say none of it.
std::optional<perf::Recompute> recompute_in(std::string_view words);

/// Whether one of the options, a clause, speaks of recompute: "full recompute", "gradient checkpointing", "AC" and
/// "activation_checkpoint.mode=full" do; "async checkpointing" and "AC power" do not.
bool speaks_of_recompute(std::string_view clause);

/// Whether a clause goes on with one that speaks of recompute: the name of a module of a layer ("moe act"), "block", "method
/// uniform", "num layers 4", "4 layers".
bool goes_on_with_recompute(std::string_view clause);

/// What of words for recompute cannot be meant as written, or is not known: "-1 is no count of layers". Empty: nothing.
std::string unclear_in_recompute(std::string_view words);

/// Of the layers that are computed again where it is a part: 0.5 of "1 of 2 layers", "10/20", "50%", "every 2nd layer", "every
/// other layer", "selective_ac_option=2".
std::optional<double> recomputed_share_in(std::string_view words);

}  // namespace eigenbau::tables

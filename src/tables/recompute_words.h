// What do words say that the backward pass computes again?
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "perf/parallel_plan.h"

namespace eigenbau::tables {

/// "full, 1 layer", "selective (attn)", "true", "no", "none (flash attention)", "remat", "every layer", "full recompute off";
/// modules as Megatron or its users name them ("mla_up_proj,mlp", "core attention"), its layers of each chunk ("block, 2 layers",
/// "full, block, 2", "2 layers", "recompute_num_layers=2" unless the method is uniform, where they are how many share a
/// checkpoint), and policies of MaxText ("minimal", "save_qkv_proj"), as what they are nearest to. Nothing where the words say
/// none of it.
std::optional<perf::Recompute> recompute_in(std::string_view words);

/// Whether one of the options, a clause, speaks of recompute: "full recompute", "gradient checkpointing", "AC" and
/// "activation_checkpoint.mode=full" do; "async checkpointing" and "AC power" do not.
bool speaks_of_recompute(std::string_view clause);

/// Whether a clause goes on with one that speaks of recompute: the name of a module of a layer ("moe act"), "block", "method
/// uniform", "num layers 4", "4 layers".
bool goes_on_with_recompute(std::string_view clause);

/// What of words for recompute cannot be meant as written, or is not known: "-1 is no count of layers", "swiglu" beside a module
/// that is. Empty: nothing.
std::string unclear_in_recompute(std::string_view words);

/// Whether layers that words count are those of a stage and not of each of its chunks: "6 layers per stage".
bool recomputes_by_stage(std::string_view words);

/// Of the layers that are computed again where it is a part: 0.5 of "1 of 2 layers", "10/20", "50%", "every 2nd layer", "every
/// other layer", "selective_ac_option=2".
std::optional<double> recomputed_share_in(std::string_view words);

}  // namespace eigenbau::tables

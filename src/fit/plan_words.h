// What do the words of a plan mean: how it is sharded, what it computes again?
#pragma once

#include <optional>
#include <string_view>

#include "perf/parallel_plan.h"

namespace eigenbau::fit {

struct Sharding {
  int zero_level = 0;
  bool in_groups = false;  ///< sharded inside a group of ranks and replicated across groups: HSDP
};

/// "ZeRO-3", "zero 2", "FSDP2", "HSDP", "DDP", "distributed optimizer", "none"; nothing where the words say none of it.
std::optional<Sharding> sharding_in(std::string_view words);

/// "full, 1 layer", "selective (attn)", "true", "no"; nothing where the words say none of it.
std::optional<perf::Recompute> recompute_in(std::string_view words);

}  // namespace eigenbau::fit

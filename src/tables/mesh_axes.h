// Which degrees do the axes of a device mesh state?
#pragma once

#include <string>
#include <string_view>

namespace eigenbau::tables {

/// `text` with MaxText's axes as the degrees and the sharding that they mean: "ici_fsdp_parallelism=8, dcn_fsdp_parallelism=16"
/// is "tp 1, pp 1, cp 1, dp 128, fsdp". An axis is what it is within fast links (ici) times that across the network (dcn), 1
/// where it is not named. Weights have copies over the axis of data and are sharded over all other ranks; -1 is what the others
/// leave, which the text does not say: of data and sharding the degrees tell it, of any other axis it stays in the text. Where no
/// axis across the network is named there may be copies over it: "hsdp". All else stays as it is.
std::string with_mesh_degrees(std::string_view text);

}  // namespace eigenbau::tables

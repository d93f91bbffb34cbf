// Are the axes of MaxText's mesh the degrees that they multiply to?
#include "tables/mesh_axes.h"

#include <doctest/doctest.h>

#include <string>
#include <utility>

using namespace eigenbau::tables;

TEST_CASE("an axis is what it is within fast links times that across the network, and 1 where it is not named") {
  for (const auto& [text, degrees] :
       {std::pair{"ici_fsdp_parallelism=8, dcn_fsdp_parallelism=16", "tp 1, pp 1, cp 1, dp 128, fsdp"},
        {"ici_tensor_parallelism: 4 ici_fsdp_parallelism: 2 dcn_fsdp_parallelism: 4", "tp 4, pp 1, cp 1, dp 8, fsdp"},
        {"dcn_fsdp_parallelism 4, --ici_tensor_parallelism 2 --dcn_tensor_parallelism 2", "tp 4, pp 1, cp 1, dp 4, fsdp"},
        {"ICI_FSDP_PARALLELISM=8 dcn_pipeline_parallelism=4", "tp 1, pp 4, cp 1, dp 8, fsdp"},
        {"ici_context_parallelism=2 ici_sequence_parallelism=2, ici_fsdp_transpose_parallelism=2, dcn_fsdp_parallelism=4",
         "tp 1, pp 1, cp 4, dp 8, fsdp"},
        {"ici_expert_parallelism=8 dcn_fsdp_parallelism=16", "tp 1, pp 1, cp 1, ep 8, dp 128, fsdp"}})
    CHECK_MESSAGE(with_mesh_degrees(text).starts_with(std::string(degrees) + ";"), text, with_mesh_degrees(text));
}

TEST_CASE("weights have copies over the axis of data, and what the others leave is not said") {
  for (const auto& [text, degrees] :
       {std::pair{"ici_fsdp_parallelism=8 dcn_data_parallelism=16", "tp 1, pp 1, cp 1, dp 128, fsdp, dp_replicate 16"},
        {"ici_fsdp_parallelism=8 dcn_data_parallelism=-1", "tp 1, pp 1, cp 1, fsdp, dp_shard 8"},
        {"ici_fsdp_parallelism=-1", "tp 1, pp 1, cp 1, fsdp"},
        {"ici_fsdp_parallelism=8", "tp 1, pp 1, cp 1, hsdp"},
        {"dcn_data_parallelism=16", "tp 1, pp 1, cp 1, fsdp, dp_replicate 16"},
        {"ici_fsdp_parallelism=1 ici_data_parallelism=-1", "tp 1, pp 1, cp 1, ddp"},
        {"ici_tensor_parallelism=8", "tp 8, pp 1, cp 1"}})
    CHECK_MESSAGE(with_mesh_degrees(text).starts_with(std::string(degrees) + ";"), text, with_mesh_degrees(text));
  CHECK(with_mesh_degrees("ici_tensor_parallelism=-1").find("ici_tensor_parallelism=-1") != std::string::npos);
}

TEST_CASE("all else stays as it is") {
  CHECK(with_mesh_degrees("remat_policy=full, ici_fsdp_parallelism=8") == "tp 1, pp 1, cp 1, hsdp; remat_policy=full, ");
  for (const char* other : {"", "TP 8, PP 4", "data parallelism 8", "ici_parallelism=8", "ici_other_parallelism=8",
                            "ici_fsdp_parallelism=auto", "audici_fsdp_parallelism=8"})
    CHECK(with_mesh_degrees(other) == other);
}

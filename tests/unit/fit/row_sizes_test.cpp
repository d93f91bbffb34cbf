// Does a model's name that says its sizes find the model of the catalog where no cell holds its shape, and none of other sizes?
#include <doctest/doctest.h>

#include <utility>
#include <vector>

#include "sample_rows.h"
#include "tables/architecture.h"

using namespace eigenbau;
using namespace eigenbau::fit;
using namespace eigenbau::tables;

namespace {

TrainingRow bare_row(const char* name) {
  Cells bare = with(kDense, {{"model", name}, {"tp", ""}, {"pp", ""}, {"vpp", ""}, {"cp", ""}, {"dp", ""}, {"num_gpus", "4096"}});
  for (const char* column : {"layers", "hidden", "heads", "kv_heads", "ffn_hidden", "vocab", "seq_len"}) bare[column] = "";
  return read_training_row(table_of(bare), 0, builtin_training());
}

}  // namespace

TEST_CASE("sizes in a model's name are those of the catalog's model") {
  for (const auto& [known, spellings] : std::vector<std::pair<const char*, std::vector<const char*>>>{
           {"mixtral-8x7b", {"Mixtral 8\u00d77B", "Mixtral 8x7B (46.7B)", "Mixtral 8x7B MoE"}},
           {"mixtral-8x22b", {"Mixtral 8x22B (141B-A39B)"}},
           {"deepseek-v3", {"DeepSeek-V3 671B-A37B", "DeepSeek-V3 (671B/37B active)", "DeepSeek-V3 w/o MTP"}},
           {"deepseek-v2-lite", {"dsv2-lite"}},
           {"gpt-oss-120b", {"gpt-oss-120b (117B-A5B)"}},
           {"gpt-oss-20b", {"gpt-oss-20b (21B, 3.6B active)"}},
           {"kimi-k2", {"Kimi-K2-1T-A32B"}},
           {"dbrx-132b", {"DBRX (132B, 36B active)"}},
           {"qwen3-235b-a22b", {"Qwen3 MoE 235B-A22B"}},
           {"qwen3-30b-a3b", {"Qwen3-MoE-30B"}},
           {"llama4-maverick-400b", {"Llama 4 Maverick 17Bx128E"}}})
    for (const char* name : spellings) {
      const TrainingRow row = bare_row(name);
      CHECK_MESSAGE(row.status == RowStatus::ok, name << ": " << row.reason);
      const auto& model = *model_of_name(builtin_training().models, known);
      CHECK_MESSAGE(catalog::parameters(row.model) == catalog::parameters(model), name << ": " << row.reason);
      CHECK_MESSAGE(catalog::active_parameters(row.model) == catalog::active_parameters(model), name << ": " << row.reason);
    }
}

TEST_CASE("a model of other sizes is not the catalog's") {
  for (const char* name : {"Mixtral 8x7B (13B)", "Mixtral 8x22B (46.7B)", "DeepSeek-V3 1T-A32B", "DeepSeek-V3 671B-A10B",
                           "Llama-3-8B MoE", "Llama-3-8B (70B)", "llama3-70b-A13B", "Qwen3-MoE-8B", "Kimi-K2 32B-A3B"}) {
    const TrainingRow row = bare_row(name);
    CHECK_MESSAGE(row.reason.starts_with("not stated: layers"), name << ": " << row.reason);
  }
}

TEST_CASE("a name may say that no further tokens are predicted") {
  CHECK(bare_row("DeepSeek-V3").model.mtp_layers > 0);
  for (const char* without : {"DeepSeek-V3 w/o MTP", "DeepSeek-V3 without MTP", "DeepSeek-V3 671B (no MTP)"})
    CHECK_MESSAGE(bare_row(without).model.mtp_layers == 0, std::string(without));
}

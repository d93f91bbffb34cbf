// Which model does a row of a table of training runs name, however it is spelled?
#include <doctest/doctest.h>

#include "sample_rows.h"
#include "tables/architecture.h"

using namespace eigenbau;
using namespace eigenbau::fit;
using namespace eigenbau::tables;

namespace {

/// All that a table of runs can say of a model, in cells.
Cells figures_of(const catalog::Model& m) {
  Cells cells = with(kDense, {{"tp", ""}, {"pp", ""}, {"vpp", ""}, {"cp", ""}, {"dp", ""}, {"num_gpus", "4096"}});
  for (const auto& [column, figure] : {std::pair{"layers", m.layers},
                                       {"hidden", m.hidden},
                                       {"heads", m.heads},
                                       {"kv_heads", m.kv_heads},
                                       {"ffn_hidden", m.ffn_hidden},
                                       {"vocab", m.vocabulary},
                                       {"seq_len", m.sequence_length}})
    cells[column] = std::to_string(figure);
  if (!m.experts) return cells;
  return with(cells, {{"experts", std::to_string(m.experts->count)},
                      {"top_k", std::to_string(m.experts->top_k)},
                      {"moe_ffn_hidden", std::to_string(m.experts->hidden)}});
}

/// As many parameters of each kind, and as much work.
bool same_model(const catalog::Model& a, const catalog::Model& b) {
  return catalog::parameters(a) == catalog::parameters(b) && catalog::active_parameters(a) == catalog::active_parameters(b) &&
         catalog::mtp_parameters(a) == catalog::mtp_parameters(b) &&
         catalog::training_flop(a, 8192).causal == catalog::training_flop(b, 8192).causal;
}

}  // namespace

TEST_CASE("every model of the catalog is complete by any of its names") {
  const auto reads = [&](const Cells& cells) { return read_training_row(table_of(cells), 0, builtin_training()); };
  for (const catalog::Model& model : builtin_training().models) {
    Cells bare = with(kDense, {{"tp", ""}, {"pp", ""}, {"vpp", ""}, {"cp", ""}, {"dp", ""}, {"num_gpus", "4096"}});
    for (const char* column : {"layers", "hidden", "heads", "kv_heads", "ffn_hidden", "vocab", "seq_len"}) bare[column] = "";
    const auto by_name = reads(with(bare, {{"model", model.name}}));
    CHECK_MESSAGE(by_name.status == RowStatus::ok, model.name << ": " << by_name.reason);
    CHECK_MESSAGE(same_model(by_name.model, model), model.name);
    for (const std::string& alias : model.aliases)
      CHECK_MESSAGE(same_model(reads(with(bare, {{"model", alias}})).model, by_name.model), alias);
  }
}

TEST_CASE("what no column holds of a model is known by its name, however it is spelled") {
  const auto shape = [](const Cells& figures, const char* name) {
    return read_training_row(table_of(with(figures, {{"model", name}})), 0, builtin_training()).model;
  };
  for (const auto& [known, spellings] : std::vector<std::pair<const char*, std::vector<const char*>>>{
           {"llama4-maverick-400b",
            {"Llama-4-Maverick-17B-128E", "Llama 4 Maverick 400B-A17B", "meta-llama/Llama-4-Maverick-17B-128E-Instruct"}},
           {"llama4-scout-109b", {"Llama-4-Scout-17B-16E", "llama4-scout", "Llama 4 Scout", "Llama-4-17B-16E"}},
           {"gpt-oss-120b", {"gptoss-120b", "GPT-OSS 120B", "gpt_oss_120b", "openai/gpt-oss-120b"}},
           {"qwen3-235b-a22b", {"Qwen 3 235B", "Qwen-3-235B-A22B", "Qwen3-MoE 235B", "Qwen/Qwen3-235B-A22B-Base"}},
           {"deepseek-v3", {"DeepSeekV3", "DSv3", "deepseek_v3", "DeepSeek V3 671B", "DeepSeek-V3.1", "deepseek-ai/DeepSeek-R1"}},
           {"deepseek-v2-lite", {"DeepSeek V2 Lite", "deepseek_v2_lite_16b"}},
           {"glm-4.5", {"GLM-4.5-355B-A32B", "zai-org/GLM-4.5", "GLM 4.5 MoE"}},
           {"glm-4.5-air", {"GLM-4.5-Air", "GLM 4.5 Air 106B"}},
           {"gemma2-27b", {"Gemma 2 27B", "google/gemma-2-27b"}},
           {"moonlight-16b-a3b", {"Moonlight-16B", "moonshotai/Moonlight-16B-A3B"}},
           {"qwen2-57b-a14b", {"Qwen2-57B-A14B", "Qwen 2 57B"}},
           {"llama3-8b", {"Meta-Llama-3-8B", "Megatron-LLaMA-8B", "gpt-llama-8b", "GPT-NeoX Llama 8B", "NeMo llama3_8b"}},
           {"kimi-k2", {"Kimi K2", "moonshotai/Kimi-K2-Base", "kimi_k2 1T"}}}) {
    const auto model = *model_of_name(builtin_training().models, known);
    for (const char* name : spellings) CHECK_MESSAGE(same_model(shape(figures_of(model), name), model), name);
  }
}

TEST_CASE("a copy of a model, or one spelled as in names of files, is that model where no column holds its shape") {
  Cells bare = with(kDense, {{"tp", ""}, {"pp", ""}, {"vpp", ""}, {"cp", ""}, {"dp", ""}, {"num_gpus", "4096"}});
  for (const char* column : {"layers", "hidden", "heads", "kv_heads", "ffn_hidden", "vocab", "seq_len"}) bare[column] = "";
  for (const auto& [known, spellings] : std::vector<std::pair<const char*, std::vector<const char*>>>{
           {"llama3-8b", {"Meta-Llama-3-8B", "llama31_8b", "llama3 8b (LoRA)", "llama3_8b_lora", "Meta-Llama-3.1-8B-Instruct"}},
           {"llama3.1-405b", {"llama31_405b"}},
           {"qwen2.5-7b", {"qwen25_7b"}},
           {"deepseek-v3", {"DSV3", "DeepSeek V3.1"}},
           {"mixtral-8x7b", {"mistralai/Mixtral-8x7B-v0.1", "mistralai/Mixtral-8x7B-Instruct-v0.1"}},
           {"mistral-7b", {"Mistral-7B-v0.3"}},
           {"kimi-k2", {"kimi-k2-1t", "moonshotai/Kimi-K2-1T-Instruct", "Kimi K2 1T"}},
           {"llama4-maverick-400b", {"Llama 4 Maverick 17B-128E", "meta-llama/Llama-4-Maverick-17B-128E-Instruct"}},
           {"megatron-529.6b", {"Megatron-Turing NLG 530B"}}})
    for (const char* name : spellings) {
      const auto row = read_training_row(table_of(with(bare, {{"model", name}})), 0, builtin_training());
      CHECK_MESSAGE(same_model(row.model, *model_of_name(builtin_training().models, known)), name << ": " << row.reason);
    }
  const auto plain = read_training_row(table_of(with(bare, {{"model", "DeepSeek-V3 (w/o MTP)"}})), 0, builtin_training()).model;
  CHECK(plain.layers == model_of_name(builtin_training().models, "deepseek-v3")->layers);
  CHECK(plain.mtp_layers == 0);
  for (const char* name : {"llama31b", "gpt17b", "kimi-k2-7b", "deepseek-v3-1t"}) {
    const auto p = dense(with(bare, {{"model", name}}));
    CHECK_MESSAGE(p.reason.starts_with("not stated: layers"), p.reason);
  }
}

TEST_CASE("a word that merely begins like a series is none of it") {
  const auto said = [](const char* name) { return dense({{"model", name}}).reason; };
  for (const char* name : {"optimus-70b", "optical-70b", "vita-70b", "bertha-70b", "megatronic-70b"}) {
    CHECK_MESSAGE(!says(dense({{"model", name}}), "no law covers"), name);
    CHECK_MESSAGE(dense({{"model", name}}).step.total == dense({{"model", "our-70b"}}).step.total, name);
  }
  CHECK(said("ViT-70B").find("no law covers") != std::string::npos);
  CHECK(said("FalconMamba-70B").find("no law covers") != std::string::npos);
  CHECK(dense({{"model", "Falcon3-70B"}}).step.total == dense({{"model", "llama-70b"}}).step.total);
}

TEST_CASE("a cut of a model has its structure, a model of another width what its series has in common") {
  const auto model = [](const Cells& cells) {
    return read_training_row(table_of(with(kExperts, cells)), 0, builtin_training()).model;
  };
  const Cells v3 = figures_of(*model_of_name(builtin_training().models, "deepseek-v3"));
  const auto cut = model(with(v3, {{"model", "DeepSeek-V3 proxy"}, {"layers", "16"}}));
  CHECK(cut.latent->q_lora == 1536);
  CHECK(cut.experts->groups == 8);
  const auto narrow = model(
      with(v3, {{"model", "DeepSeek-V3 mini"}, {"hidden", "2048"}, {"heads", "16"}, {"kv_heads", "16"}, {"experts", "64"}}));
  CHECK(narrow.latent->kv_lora == 512);
  CHECK(narrow.experts->shared == 1);
  CHECK(narrow.experts->groups == 0);
  CHECK(model(with(v3, {{"model", "DeepSeek-V3 (no MTP)"}})).mtp_layers == 0);
}

TEST_CASE("figures say which model it is where the name does not, and that is said") {
  const catalog::Model known = *model_of_name(builtin_training().models, "glm-4.5");
  const auto row = read_training_row(table_of(with(figures_of(known), {{"model", "our model"}})), 0, builtin_training());
  CHECK(same_model(row.model, known));
  CHECK(row.reason.find("taken for glm-4.5") != std::string::npos);
}

TEST_CASE("a size is no version, and what a model is distilled into is what it is") {
  const auto model = [](const char* name) {
    return read_training_row(table_of(with(kDense, {{"model", name}})), 0, builtin_training()).model;
  };
  for (const char* name :
       {"Llama 40B", "Llama-4B", "DeepSeek-R1-Distill-Llama-70B", "Llama-3.1-Nemotron-70B", "meta-llama/Llama-3.3-70B"})
    CHECK_MESSAGE(same_model(model(name), model("llama3-70b")), name);
  CHECK(model("GPT-3 70B").mlp == catalog::MlpKind::plain);
}

TEST_CASE("layers that no law covers are said, with a wider band; blocks are counted in pairs") {
  for (const char* name :
       {"Nemotron-H-56B", "NVIDIA-Nemotron-Nano-9B-v2", "Nemotron-3-Nano 30B-A3B", "Jamba-398B", "Kimi-Linear-48B", "T5-11B"}) {
    const auto p = dense({{"model", name}});
    CHECK_MESSAGE(says(p, "no law covers"), name);
    CHECK_MESSAGE(p.doubt > dense().doubt, name);
  }
  CHECK(read_training_row(table_of(with(kDense, {{"model", "Nemotron-H-56B"}})), 0, builtin_training()).model.layers == 40);
  for (const char* name : {"nemotron4-340b", "Nemotron-4 15B", "MiniMax-M2", "MiniMax-Text-01"})
    CHECK_MESSAGE(!says(dense({{"model", name}}), "no law covers"), name);
}

TEST_CASE("the band of a model is the same by any of its names") {
  const auto band = [](const char* name) { return dense({{"model", name}}).error; };
  for (const char* name : {"Llama3-70B", "llama3_70b", "Llama 3 70B", "meta-llama/Meta-Llama-3-70B"})
    CHECK_MESSAGE(band(name) == band("llama3-70b"), name);
}

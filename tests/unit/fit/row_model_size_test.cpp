// Which model does a row mean that states a name and a size, and no shape?
#include <doctest/doctest.h>

#include <cmath>
#include <string>

#include "sample_rows.h"
#include "tables/architecture.h"
#include "tables/model_size.h"

using namespace eigenbau;
using namespace eigenbau::fit;
using namespace eigenbau::tables;

namespace {

Cells bare(const Cells& cells) {
  Cells all = with(
      kDense, {{"tp", ""}, {"pp", ""}, {"vpp", ""}, {"cp", ""}, {"dp", ""}, {"num_gpus", "4096"}, {"global_batch_seqs", "8192"}});
  for (const char* column : {"layers", "hidden", "heads", "kv_heads", "ffn_hidden", "vocab", "seq_len"}) all[column] = "";
  return with(all, cells);
}

TrainingRow row_of(const Cells& cells) { return read_training_row(table_of(cells), 0, builtin_training()); }

const catalog::Model& known(const char* name) { return *model_of_name(builtin_training().models, name); }

bool is_known(const TrainingRow& row, const char* name) {
  const catalog::Model& m = known(name);
  return row.status == RowStatus::ok && row.model.layers == m.layers && row.model.hidden == m.hidden &&
         row.model.heads == m.heads && row.model.vocabulary == m.vocabulary && row.model.sequence_length == m.sequence_length;
}

}  // namespace

TEST_CASE("well-known models are known by their names, however their size is rounded") {
  for (const auto& [name, of_catalog] : {std::pair{"LLaMA 7B", "llama1-7b"},
                                         {"LLaMA-13B", "llama1-13b"},
                                         {"LLaMA 65B", "llama1-65b"},
                                         {"LLaMA 30B", "llama1-33b"},
                                         {"Llama 2 34B", "llama2-34b"},
                                         {"Code Llama 34B", "codellama-34b"},
                                         {"GPT-3 1.3B", "gpt3-1.3b"},
                                         {"GPT-3 13B", "gpt3-13b"},
                                         {"GPT 145B", "megatron-145.6b"},
                                         {"GPT3-22B", "megatron-22b"},
                                         {"MT-NLG 530B", "megatron-529.6b"},
                                         {"Megatron GPT 1.7B", "megatron-1.7b"},
                                         {"Megatron-GPT 310B", "megatron-310.1b"},
                                         {"Megatron 76B", "megatron-76.1b"},
                                         {"GPT 39B", "megatron-39.1b"},
                                         {"Megatron-Turing NLG (530B)", "megatron-529.6b"},
                                         {"OPT-66B", "opt-66b"},
                                         {"facebook/opt-6.7b", "opt-6.7b"},
                                         {"BLOOM-7B1", "bloom-7.1b"},
                                         {"bigscience/bloom-7b1", "bloom-7.1b"},
                                         {"Falcon 7B", "falcon-7b"},
                                         {"tiiuae/falcon-40b-instruct", "falcon-40b"},
                                         {"Gemma 3 1B", "gemma3-1b"},
                                         {"google/gemma-3-1b-it", "gemma3-1b"},
                                         {"Qwen2.5-0.5B", "qwen2.5-0.5b"},
                                         {"OLMo 7B", "olmo-7b"},
                                         {"Yi-6B", "yi-6b"},
                                         {"InternLM-20B", "internlm-20b"},
                                         {"Baichuan2-13B-Base", "baichuan2-13b"},
                                         {"Phi-2", "phi-2"},
                                         {"Phi-3-medium", "phi-3-medium"},
                                         {"Pythia-6.9B-deduped", "pythia-6.9b"},
                                         {"EleutherAI/pythia-12b", "pythia-12b"}}) {
    const auto row = row_of(bare({{"model", name}}));
    CHECK_MESSAGE(is_known(row, of_catalog), name << ": " << row.reason);
    CHECK(row.doubt == row_of(bare({{"model", of_catalog}})).doubt);
  }
}

TEST_CASE("the number of parameters says which model of a series it is where the name does not") {
  for (const auto& [name, billions, of_catalog] : {std::tuple{"LLaMA", "13", "llama1-13b"},
                                                   {"GPT-3", "22", "megatron-22b"},
                                                   {"GPT-3", "175", "gpt3-175b"},
                                                   {"MT-NLG", "530", "megatron-529.6b"},
                                                   {"BLOOM", "7.1", "bloom-7.1b"},
                                                   {"BLOOM", "176", "bloom-176b"},
                                                   {"Megatron-LM", "~18.4B", "megatron-18.4b"}}) {
    const auto row = row_of(bare({{"model", name}, {"params_b", billions}}));
    CHECK_MESSAGE(is_known(row, of_catalog), name << ": " << row.reason);
  }
}

TEST_CASE("a size that a series does not have has the proportions of the nearest, said and with doubt") {
  double width = 0;
  for (const char* size : {"0.9B", "3B", "9B", "26B", "50B", "110B", "250B", "700B"}) {
    const auto row = row_of(bare({{"model", std::string("GPT-3 ") + size}}));
    REQUIRE_MESSAGE(row.status == RowStatus::ok, row.reason);
    CHECK(catalog::parameters(row.model) == doctest::Approx(1e9 * std::stod(size)).epsilon(0.05));
    CHECK(row.model.hidden == 128 * row.model.heads);
    CHECK(row.model.hidden >= width);
    CHECK(row.model.heads % 4 == 0);
    CHECK(row.model.mlp == catalog::MlpKind::plain);
    CHECK(row.doubt == doctest::Approx(row_of(bare({{"model", "gpt3-175b"}})).doubt + 0.05));
    CHECK_MESSAGE(row.reason.find("in the proportions of") != std::string::npos, row.reason);
    width = row.model.hidden;
  }
  for (const char* billions : {"0.7", "2", "5", "20", "40", "200"}) {
    const auto m = row_of(bare({{"model", "Llama 3"}, {"params_b", billions}})).model;
    CHECK(catalog::parameters(m) == doctest::Approx(1e9 * std::stod(billions)).epsilon(0.05));
    CHECK_MESSAGE(m.heads % 4 == 0, billions);
    CHECK_MESSAGE(m.kv_heads % 4 == 0, billions);
  }
  const auto grouped = row_of(bare({{"model", "Llama 3"}, {"params_b", "20"}})).model;
  CHECK(grouped.kv_heads < grouped.heads);
  CHECK(grouped.vocabulary == known("llama3-8b").vocabulary);
  CHECK(row_of(bare({{"model", "DeepSeek 67B"}})).status == RowStatus::ok);
}

TEST_CASE("a model with experts has the proportions of one that has them, and as many as its parameters of a token say") {
  const auto of = [](const char* name, const char* ep, const char* options = "") {
    return row_of(bare({{"model", name}, {"ep", ep}, {"options", options}, {"tp", "1"}, {"pp", "1"}}));
  };
  for (const auto& [name, total, active] : {std::tuple{"Qwen3-Coder-480B-A35B", 480e9, 35e9},
                                            {"Qwen3 9B-A2B", 9e9, 2e9},
                                            {"Qwen3-1T-A40B", 1e12, 40e9},
                                            {"our-model-100B-A10B", 100e9, 10e9}}) {
    const auto row = of(name, "8");
    REQUIRE_MESSAGE(row.status == RowStatus::ok, row.reason);
    REQUIRE(row.model.experts);
    CHECK(catalog::parameters(row.model) == doctest::Approx(total).epsilon(0.05));
    CHECK_MESSAGE(catalog::active_parameters(row.model) == doctest::Approx(active).epsilon(0.15), row.reason);
    CHECK(row.model.experts->count % 8 == 0);
    CHECK_MESSAGE(row.reason.find("in the proportions of") != std::string::npos, row.reason);
  }
  CHECK(of("Qwen3-480B-A35B", "64").model.experts->count % 64 == 0);
  // Ranks of experts, their words and a size that no dense model of the series comes near are of experts too.
  CHECK(of("qwen3-100b", "8").model.experts);
  CHECK(of("qwen3-100b", "", "dropless").model.experts);
  CHECK(of("qwen3-coder-480b", "").model.experts);
  CHECK_FALSE(of("qwen3-50b", "").model.experts);
  const double dense = of("qwen3-50b", "").doubt, same = of("qwen3-100b", "8").doubt, other = of("llama3-100b", "8").doubt;
  CHECK(dense < same);
  CHECK(same < other);
}

TEST_CASE("a size of a series whose layers no law covers is answered as of plain layers, with a wide band") {
  const auto row = row_of(bare({{"model", "Nemotron-H-56B"}}));
  REQUIRE_MESSAGE(row.status == RowStatus::ok, row.reason);
  CHECK(catalog::parameters(row.model) == doctest::Approx(56e9).epsilon(0.05));
  CHECK(row.doubt >= row_of(bare({{"model", "Nemotron-4 56B"}})).doubt + 0.25);
  CHECK_MESSAGE(row.reason.find("no law covers") != std::string::npos, row.reason);
}

TEST_CASE("of a version or kind that the catalog does not have the nearest is taken, with doubt") {
  const auto plain = row_of(bare({{"model", "deepseek-v3"}}));
  for (const char* name : {"DeepSeek-V3.2", "DeepSeek-V3.2-Exp"}) {
    const auto row = row_of(bare({{"model", name}}));
    CHECK_MESSAGE(is_known(row, "deepseek-v3"), row.reason);
    CHECK(row.doubt > plain.doubt);
  }
  for (const char* name : {"deepseek-v3-0324", "deepseek-v3 (61 layers)"}) {
    const auto row = row_of(bare({{"model", name}}));
    CHECK_MESSAGE(is_known(row, "deepseek-v3"), row.reason);
    CHECK(row.doubt == plain.doubt);
  }
  CHECK(is_known(row_of(bare({{"model", "Qwen3-VL-235B-A22B"}})), "qwen3-235b-a22b"));
  CHECK(row_of(bare({{"model", "qwen3-vl-235b"}})).doubt > row_of(bare({{"model", "qwen3-235b"}})).doubt);
}

TEST_CASE("a size of no known series is answered in the proportions of Llama, or of one with experts, with a wide band") {
  const double known = row_of(bare({{"model", "llama3-70b"}})).doubt;
  double width = 0;
  for (const auto& [name, billions] : {std::tuple{"SmolLM3-3B", ""},
                                       {"Skywork-13B", ""},
                                       {"LLM 13B", ""},
                                       {"Granite-20B", "20"},
                                       {"our model", "34"},
                                       {"internal dense 70B", ""},
                                       {"", "180"}}) {
    const auto row = row_of(bare({{"model", name}, {"params_b", billions}}));
    REQUIRE_MESSAGE(row.status == RowStatus::ok, name << ": " << row.reason);
    CHECK_FALSE(row.model.experts);
    CHECK(row.model.mlp == catalog::MlpKind::gated);
    CHECK(row.model.hidden >= width);
    CHECK_MESSAGE(row.doubt >= known + 0.15, name);
    CHECK_MESSAGE(row.reason.find("in the proportions of llama") != std::string::npos, row.reason);
    width = row.model.hidden;
  }
  CHECK(catalog::parameters(row_of(bare({{"model", "Apertus-70B"}})).model) == doctest::Approx(70e9).epsilon(0.05));
  for (const char* name : {"our model 9B MoE", "MoE 100B-A10B", "our model 100B (10B active)"}) {
    const auto row = row_of(bare({{"model", name}, {"ep", "8"}, {"tp", "1"}, {"pp", "1"}}));
    REQUIRE_MESSAGE(row.status == RowStatus::ok, name << ": " << row.reason);
    CHECK_MESSAGE(row.model.experts, name);
  }
}

TEST_CASE("what is no size of a series stays unknown") {
  for (const char* name : {"our model", "kimi-k2-7b", "deepseek-v3-1t", "Llama 7B 13B", "our model 7B 13B", "Mamba 7B", "T5-11B",
                           "Mixtral 9B", "GPT-3 (12 layers)", "GPT-3 9m", "LLaMA"}) {
    const auto row = row_of(bare({{"model", name}}));
    const bool gpt3 = std::string(name) == "GPT-3 (12 layers)";
    CHECK_MESSAGE((row.status == RowStatus::invalid || gpt3), name << ": " << row.reason);
  }
  CHECK(size_in_name("BLOOM-7B1") == doctest::Approx(7.1e9));
  CHECK_FALSE(size_in_name("GPT-3"));
}

TEST_CASE("a shape without a length of sequences has that of its model, else what was usual in its year") {
  const auto length = [](const char* model, const char* year) {
    const auto row = row_of(with(kDense, {{"model", model}, {"year", year}, {"seq_len", ""}, {"global_batch_seqs", "128"}}));
    CHECK_MESSAGE(row.status == RowStatus::ok, row.reason);
    return row.model.sequence_length;
  };
  CHECK(length("our-70b", "2021") == 2048);
  CHECK(length("our-70b", "2022") == 2048);
  CHECK(length("our-70b", "2023") == 4096);
  CHECK(length("our-70b", "2025") == 8192);
  CHECK(length("llama2-70b", "2025") == 4096);
  const auto open = dense({{"model", "our-70b"}, {"seq_len", ""}}), stated = dense({{"model", "our-70b"}});
  CHECK(open.step.total == stated.step.total);
  CHECK(says(open, "seq_len taken as 8192"));
}

TEST_CASE("parameters that contradict a known shape are said and in doubt; a convention of counting is no contradiction") {
  for (const char* stated : {"7", "8", "700"}) {
    const auto p = dense({{"params_b", stated}});
    CHECK_MESSAGE(says(p, std::string("where params_b says ") + stated), p.reason);
    CHECK(p.doubt == doctest::Approx(dense().doubt + 0.05));
    CHECK(p.step.total == dense().step.total);
  }
  for (const char* stated : {"70", "70.6", "72", "65"}) CHECK(dense({{"params_b", stated}}).doubt == dense().doubt);
  // Of a token, of a name.
  CHECK(!says(experts({{"params_b", "39"}}), "params_b says"));
  CHECK(!says(dense({{"model", "Llama 3 90B"}, {"params_b", "90"}}), "params_b says"));
}

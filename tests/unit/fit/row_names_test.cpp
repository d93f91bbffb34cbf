// Which model, stack and accelerator does a row of a table of training runs name, however they are spelled?
#include <doctest/doctest.h>

#include "sample_rows.h"
#include "tables/architecture.h"
#include "tables/cell_words.h"
#include "tables/gpu_name.h"
#include "tables/run_text.h"

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

TEST_CASE("a GPU is found by whatever else its name says; one of a generation that no run was fitted on has a wider band") {
  const auto same = [](const char* known, std::initializer_list<const char*> names) {
    for (const char* name : names) {
      const auto p = dense({{"gpu", name}}), by_name = dense({{"gpu", known}});
      CHECK_MESSAGE(p.step.total == by_name.step.total, name);
      CHECK(p.error == by_name.error);
    }
  };
  same("h100-sxm", {"H100", "NVIDIA H100 80GB HBM3", "DGX H100", "8xH100", "H100x8", "8 x H100 SXM5"});
  same("a100-80", {"NVIDIA A100-SXM4-80GB", "A100 80GB", "HGX A100 80 GB"});
  same("a100-pcie", {"NVIDIA A100 80GB PCIe"});
  same("mi300x", {"AMD MI300X", "AMD Instinct MI300X"});
  for (const char* name : {"A800", "V100", "MI250X", "Gaudi 3", "L40", "H100 NVL", "TPU v5p", "RTX 6000 Ada"}) {
    const auto p = dense({{"gpu", name}});
    CHECK_MESSAGE(p.status == RowStatus::ok, name);
    const bool fitted = std::string_view(name) == "A800" || std::string_view(name) == "H100 NVL";
    if (!fitted) CHECK_MESSAGE(p.error > 1.2 * dense().error, name);
  }
  for (const char* name : {"H100 unheard-of", ""}) {
    const auto p = dense({{"gpu", name}});
    CHECK(says(p, "taken as"));
    CHECK(p.doubt > dense().doubt);
  }
  for (const char* name : {"TPU", "Abacus 7"}) CHECK(dense({{"gpu", name}}).status == RowStatus::unsupported);
  CHECK(dense({{"gpu", "V100"}}).step.total > 1.5 * dense({{"gpu", "A100"}}).step.total);
}

TEST_CASE("a short name means the usual variant, a memory that no variant has is said, and a domain may be in the name") {
  for (const auto& [name, known] :
       {std::pair{"MI300", "mi300x"}, {"AMD MI355", "mi355x"}, {"A100-64", "a100-80"}, {"H100-64", "h100-sxm"}}) {
    const auto p = dense({{"gpu", name}});
    CHECK_MESSAGE(p.step.total == dense({{"gpu", known}}).step.total, name);
    CHECK_MESSAGE(says(p, std::string("taken as ") + known), name);
    CHECK(p.doubt > dense().doubt);
  }
  for (const auto& [name, known] : {std::pair{"A100 40G", "a100-40"},
                                    {"A100-40G", "a100-40"},
                                    {"A100 (40 G)", "a100-40"},
                                    {"A100-80G", "a100-80"},
                                    {"H200 141G", "h200"}})
    CHECK_MESSAGE(dense({{"gpu", name}}).reason == dense({{"gpu", known}}).reason, name);
  for (const char* name : {"A100 64G", "A100s 64GB"})
    CHECK_MESSAGE(says(dense({{"gpu", name}}), "taken as a100-80 with 64 GB"), name);
  for (const char* name : {"H100-80", "H100 (8 GPUs)", "64 H100", "H100 x 64"})
    CHECK_MESSAGE(!says(dense({{"gpu", name}}), "GPU "), name);
  const auto domain = [](const char* name) {
    return read_training_row(table_of(with(kDense, {{"gpu", name}})), 0, builtin_training()).machine.scale_up_domain;
  };
  CHECK(domain("GB200 NVL72") == 72);
  CHECK(domain("GB200 NVL36") == 36);
  CHECK(domain("GB200-NVL4") == 4);
  CHECK(domain("GH200 NVL32") == 32);
  CHECK(!says(dense({{"gpu", "GB200 NVL36"}}), "not understood"));
}

TEST_CASE(
    "a GPU has the memory that its name states: a variant's where one is sold with about that, else the same GPU's with it") {
  const auto gpu = [](const char* name) { return find_gpu(builtin_training().gpus, name); };
  for (const auto& [name, known] : {std::pair{"H100 96GB", "h100-96gb-500w"},
                                    {"H100 94 GB", "h100-nvl"},
                                    {"A100 40GB", "a100-40"},
                                    {"H100 96GB HBM3", "h100-sxm"},  // none is sold with that
                                    {"H20 141GB HBM3e", "h20"},
                                    {"H100 PCIe 96GB", "h100-pcie"}})
    CHECK_MESSAGE(gpu(name)->gpu.name == known, std::string(name));
  for (const char* name : {"H100 96GB", "H20 141GB", "H100 96GB HBM3"}) {
    CHECK(gpu(name)->doubt > 0);
    CHECK(contains(gpu(name)->said, " GB"));
  }
  CHECK(gpu("H20 141GB")->gpu.memory == 141 * kGigabyte);
  CHECK(gpu("H20 141GB")->gpu.memory_bandwidth == gpu("H20")->gpu.memory_bandwidth);
  CHECK(gpu("H100 80 GB")->said.empty());
  // The names of servers add up the memory of their accelerators, that of a superchip counts its host's.
  CHECK(gpu("DGX A100 640GB")->said.empty());
  CHECK(gpu("DGX A100 320GB")->gpu.name == "a100-40");
  CHECK(gpu("GH200 480GB")->gpu.memory == gpu("GH200")->gpu.memory);
  CHECK(contains(gpu("GH200 480GB")->said, "not understood"));
}

TEST_CASE("several of a GPU are that GPU, unless the s is of its name") {
  for (const auto& [several, one] : {std::pair{"H100s", "H100"},
                                     {"8 H100s", "H100"},
                                     {"A100s", "A100"},
                                     {"A100 80GBs", "A100-80"},
                                     {"MI300Xs", "MI300X"},
                                     {"TPU v5ps", "TPU v5p"},
                                     {"L40s", "L40S"}}) {
    const auto p = dense({{"gpu", several}}), q = dense({{"gpu", one}});
    CHECK_MESSAGE(p.step.total == q.step.total, several);
    CHECK_MESSAGE(p.reason == q.reason, several);
  }
}

TEST_CASE("what stands in for a GPU that the catalog does not have has that one's memory") {
  for (const auto& [name, known, gigabytes] : {std::tuple{"Ascend 910B", "a100-80", 64.0},
                                               {"Ascend 910B3", "a100-80", 64.0},
                                               {"Ascend NPU", "a100-80", 64.0},
                                               {"Ascend 910C", "h100-sxm", 128.0},
                                               {"Ascend 910", "a100-40", 32.0},
                                               {"AMD MI308X", "h20", 192.0}}) {
    const auto found = find_gpu(builtin_training().gpus, name);
    REQUIRE_MESSAGE(found, std::string(name));
    CHECK_MESSAGE(found->gpu.name == known, std::string(name));
    CHECK(found->gpu.memory == gigabytes * kGigabyte);
    CHECK(found->doubt >= 0.5);
  }
}

TEST_CASE("every stack of the catalog goes by its own name, unless that is a family's") {
  for (std::size_t i = 0; i < builtin_training().stacks.size(); ++i) {
    const catalog::Stack& stack = builtin_training().stacks[i];
    const auto p = dense({{"stack", stack.name}, {"year", "2026"}});
    if (stack.name == stack.family) CHECK_MESSAGE(says(p, "taken as"), stack.name);
    else CHECK_MESSAGE(p.stack == i, stack.name);
    CHECK(!says(p, "not known"));
  }
}

TEST_CASE("a release counts wherever it stands; which one was taken for one that is not stated or not known is said") {
  const auto released = dense({{"source_locator", "container 25.09"}});
  for (const char* name : {"NeMo 25.09", "megatron-core 25.09", "Megatron-Bridge 25.09", "megatron-core-25.09"})
    CHECK(dense({{"stack", name}}).stack == released.stack);
  CHECK(!says(released, "taken as mega"));
  CHECK(says(dense(), "no release stated"));
  const auto near = dense({{"source_locator", "container 27.01"}}), far = dense({{"source_locator", "container 29.12"}});
  CHECK(says(near, "release 27.01 taken as"));
  CHECK(near.doubt > released.doubt);
  CHECK(far.doubt >= near.doubt);
  CHECK(dense({{"stack", "Megatron-LM"}, {"year", "2021"}}).stack != dense({{"stack", "Megatron-LM"}}).stack);
  CHECK(dense({{"stack", "Megatron-LM"}}).stack == dense().stack);
  for (const char* name : {"LLM Foundry", "PyTorch FSDP", "TorchTitan"}) CHECK(dense({{"stack", name}}).doubt == dense().doubt);
  for (const char* name : {"", "nobody-knows"}) CHECK(dense({{"stack", name}}).doubt > dense().doubt);
}

TEST_CASE("a stack that no run was fitted on is taken as one that works like it, said and with doubt") {
  const auto family = [](const char* name) { return builtin_training().stacks[dense({{"stack", name}}).stack].family; };
  for (const auto& [name, like] : {std::pair{"AXLearn", "maxtext"},
                                   {"JAX-Toolbox", "maxtext"},
                                   {"Levanter (JAX)", "maxtext"},
                                   {"HF Trainer", "pytorch-fsdp"},
                                   {"Hugging Face transformers", "pytorch-fsdp"},
                                   {"LitGPT", "pytorch-fsdp"},
                                   {"FSDP2", "torchtitan"},
                                   {"PyTorch FSDP2", "torchtitan"},
                                   {"torchtune", "torchtitan"},
                                   {"OLMo-core", "torchtitan"},
                                   {"GPT-NeoX", "megatron-deepspeed"},
                                   {"Nanotron", "megatron-core"},
                                   {"Accelerate + FSDP", "pytorch-fsdp"},
                                   {"Primus-torchtitan", "torchtitan"}}) {
    CHECK_MESSAGE(family(name) == like, name);
    CHECK_MESSAGE(says(dense({{"stack", name}}), "taken as"), name);
  }
  for (const char* name : {"AXLearn", "HF Trainer", "GPT-NeoX"})
    CHECK(dense({{"stack", name}}).doubt > dense({{"stack", "torchtitan"}}).doubt);
  CHECK(dense({{"stack", "Accelerate with DeepSpeed"}}).stack == dense({{"stack", "DeepSpeed"}}).stack);
}

TEST_CASE("what marks a stack counts whatever the year, and years between are said") {
  const auto marked = [](const char* year) {
    return dense({{"stack", "megatron-lm"}, {"options", "DeepSpeed ZeRO-3"}, {"year", year}});
  };
  for (const char* year : {"2021", "2022", "2023", "2024"}) CHECK(marked(year).stack == marked("2021").stack);
  CHECK(!says(marked("2021"), "of 2021"));
  CHECK(says(marked("2024"), "software of 2024 taken as deepspeed-2021, of 2021"));
  CHECK(marked("2024").doubt > marked("2021").doubt);
  CHECK(says(dense({{"stack", "DeepSpeed"}, {"year", "2024"}}), "no release stated: taken as deepspeed, of 2023"));
}

TEST_CASE("the host waits for every kernel in the Megatron-DeepSpeed of 2022; from then on where the run says so") {
  const Cells small{{"stack", "megatron-deepspeed"}, {"gpu", "A100"}, {"hidden", "1024"}, {"heads", "16"}, {"kv_heads", "16"},
                    {"ffn_hidden", "4096"}};
  const auto blocking = [](const Cells& run) { return dense(with(run, {{"options", "CUDA_LAUNCH_BLOCKING=1"}})).step.total; };
  for (const char* year : {"2023", "2024"}) {
    const Cells run = with(small, {{"year", year}});
    CHECK(dense(run).step.total == dense(with(small, {{"year", "2024"}})).step.total);
    CHECK(blocking(run) > 1.2 * dense(run).step.total);
  }
  const Cells early = with(small, {{"year", "2022"}});
  CHECK(blocking(early) == dense(early).step.total);
}

TEST_CASE("adapters in the name of a model are trained as those in the options are, with all other weights frozen") {
  const auto all = dense();
  for (const char* word : {"lora", "qlora"}) {
    const auto named = dense({{"model", std::string("llama3-70b-") + word}}), told = dense({{"options", word}});
    CHECK(named.step.total == told.step.total);
    CHECK(named.step.total < all.step.total);
    CHECK(named.step.memory.total() < all.step.memory.total());
    CHECK(named.doubt == told.doubt);
    CHECK(named.doubt > all.doubt);
    CHECK(dense({{"model", std::string("llama3-70b-") + word}, {"options", word}}).doubt == told.doubt);
    CHECK_MESSAGE(says(named, "all other weights frozen"), named.reason);
    CHECK(!says(named, "not modeled"));
  }
  const auto lora = dense({{"options", "LoRA"}}), four_bit = dense({{"options", "QLoRA"}});
  CHECK(four_bit.step.memory.weights < lora.step.memory.weights);
  CHECK(four_bit.doubt > lora.doubt);
  for (const char* ranked :
       {"LoRA rank 64", "LoRA r=64", "lora_rank=64", "LoRA (rank 64)", "LoRA 64", "LoRA, alpha 32, rank 64"}) {
    const auto p = dense({{"options", ranked}});
    CHECK_MESSAGE(p.plan.adapter_rank == 64, ranked);
    CHECK_MESSAGE(p.doubt == lora.doubt, p.reason);
  }
  for (const char* stack : {"megatron-core LoRA", "NeMo (LoRA fine-tuning)"})
    CHECK_MESSAGE(dense({{"stack", stack}}).step.total == lora.step.total, stack);
  for (const char* adapters : {"PEFT", "DoRA rank 16", "low-rank adapters", "peft_scheme=lora", "LoRA fine-tuning", "LoRA r16",
                               "lora.rank=16", "instruction tuning with LoRA", "FSDP-LoRA"})
    CHECK_MESSAGE(dense({{"options", adapters}}).step.total == lora.step.total, adapters);
  CHECK(dense({{"options", "no LoRA"}}).step.total == all.step.total);
  for (const char* none : {"lora_rank=0", "peft: none"}) CHECK_MESSAGE(dense({{"options", none}}).doubt == all.doubt, none);
  for (const char* mention : {"future work: LoRA", "LoRA results in table 4", "also supports LoRA", "SFT (LoRA in section 5)",
                              "pre-training, then LoRA fine-tuning", "LoRA adapters merged before training",
                              "the LoRA run is separate", "except LoRA", "LoRA in later work"}) {
    const auto p = dense({{"options", mention}});
    CHECK_MESSAGE(p.step.total == all.step.total, mention);
    CHECK_MESSAGE(p.doubt <= all.doubt + 0.06, p.reason);
  }
  CHECK(dense({{"options", "full finetune (no LoRA)"}}).doubt == all.doubt);
}

TEST_CASE("adapters on a model whose training state would not fit are answered") {
  const Cells run = with(kDense, {{"model", "llama2-70b-lora"},
                                  {"gpu", "B200"},
                                  {"num_gpus", "8"},
                                  {"tp", "1"},
                                  {"pp", "1"},
                                  {"vpp", ""},
                                  {"dp", "8"},
                                  {"precision", "fp8"},
                                  {"recompute", ""},
                                  {"global_batch_seqs", "8"}});
  CHECK(answer(run).status == RowStatus::ok);
  CHECK(answer(with(run, {{"model", "llama2-70b"}})).status == RowStatus::infeasible);
}

TEST_CASE("a release that options name is read and not left out") {
  const auto run = dense({{"options", "container 25.02"}});
  CHECK(!says(run, "not modeled"));
  CHECK(says(run, "25.02") == says(dense({{"source_locator", "container 25.02"}}), "25.02"));
}

TEST_CASE("the band of a model is the same by any of its names") {
  const auto band = [](const char* name) { return dense({{"model", name}}).error; };
  for (const char* name : {"Llama3-70B", "llama3_70b", "Llama 3 70B", "meta-llama/Meta-Llama-3-70B"})
    CHECK_MESSAGE(band(name) == band("llama3-70b"), name);
}

TEST_CASE("watts in a GPU's name hold it there, its own rating does not; a generation is its usual GPU, with doubt") {
  const auto plain = dense();
  const auto rated = dense({{"gpu", "H100(80GB HBM3,700W)"}});
  CHECK(rated.step.total == plain.step.total);
  CHECK(rated.error == plain.error);
  for (const char* name : {"H100(80GB HBM3,500W)", "H100 500 W"}) {
    const auto held = dense({{"gpu", name}});
    CHECK_MESSAGE(held.step.total == dense({{"options", "power cap 500 W"}}).step.total, name);
    CHECK(held.doubt == plain.doubt);
    CHECK(held.step.total > plain.step.total);
  }
  CHECK(says(dense({{"gpu", "H100 900W"}}), "not understood"));
  const auto sixteen = dense({{"gpu", "H100 (96GB HBM3)"}});
  CHECK(sixteen.step.total == plain.step.total);
  CHECK(sixteen.doubt > plain.doubt);
  CHECK(dense({{"gpu", "H100 (96GB HBM2e)"}}).step.total == dense({{"gpu", "h100-96gb-500w"}}).step.total);
  for (const auto& [generation, gpu] : {std::pair{"Hopper", "h100-sxm"}, {"NVIDIA Blackwell", "b200"}}) {
    CHECK(dense({{"gpu", generation}}).step.total == dense({{"gpu", gpu}}).step.total);
    CHECK(dense({{"gpu", generation}}).doubt > dense({{"gpu", gpu}}).doubt);
  }
  CHECK(dense({{"gpu", "Hopper H100"}}).status == RowStatus::ok);
  for (const char* other : {"Ascend 910B", "TPU v3", "MI100", "Max 1550", "RTX PRO 6000"}) {
    const auto p = dense({{"gpu", other}});
    CHECK_MESSAGE(says(p, "the nearest that is known"), other);
    CHECK(p.doubt >= plain.doubt + 0.5);
  }
}

TEST_CASE("weights in 4 bits beside adapters are QLoRA, in whichever cell they stand") {
  const auto four_bit = dense({{"options", "QLoRA r=16"}});
  REQUIRE(four_bit.plan.four_bit_weights);
  for (const Cells& stated :
       {Cells{{"precision", "QLoRA 4-bit nf4"}, {"options", "LoRA r=16"}}, Cells{{"precision", "nf4"}, {"options", "LoRA"}},
        Cells{{"precision", "4-bit"}, {"options", "LoRA"}}, Cells{{"options", "LoRA r=16, load_in_4bit"}},
        Cells{{"options", "load_in_4bit=True; LoRA 16"}}, Cells{{"options", "LoRA 16, 4-bit base weights"}},
        Cells{{"precision", "QLoRA"}}, Cells{{"options", "bnb 4-bit, r=16"}}}) {
    const auto p = dense(stated);
    CHECK_MESSAGE(p.plan.four_bit_weights, p.reason);
    CHECK(p.plan.adapter_rank == 16);
    CHECK(p.step.total == four_bit.step.total);
    CHECK(p.step.memory.total() == four_bit.step.memory.total());
    CHECK(p.doubt == doctest::Approx(four_bit.doubt));
    CHECK(!says(p, "not modeled"));
  }
  for (const char* other : {"LoRA, 4-bit Adam", "LoRA, load_in_8bit", "LoRA, load_in_4bit=False", "LoRA, nvfp4 gather"})
    CHECK_MESSAGE(!dense({{"options", other}}).plan.four_bit_weights, std::string(other));
  CHECK(!dense({{"precision", "4-bit"}}).plan.four_bit_weights);
}

TEST_CASE("a format that the GPU has not is another one, and one of two is in doubt by the other") {
  const auto mx = dense({{"precision", "MXFP8"}}), plain = dense({{"precision", "fp8"}});
  CHECK(mx.step.total == plain.step.total);
  CHECK(mx.doubt > plain.doubt);
  CHECK(says(mx, "no mxfp8 products"));
  CHECK(!says(dense({{"gpu", "B200"}, {"precision", "mxfp8"}}), "no mxfp8 products"));
  const auto wide = dense({{"precision", "bf16"}});
  for (const char* cell : {"bf16/fp8", "fp8/bf16", "FP8 or BF16"}) {
    const auto either = dense({{"precision", cell}});
    CHECK(either.step.total == plain.step.total);
    CHECK(says(either, "taken as fp8"));
    CHECK(either.step.total * (1 + either.error) > wide.step.total);
  }
  for (const char* cell : {"fp8 w/ bf16 weights", "fp8", "bf16 w/o fp8"})
    CHECK(!says(dense({{"precision", cell}}), "the band reaches bf16"));
}

TEST_CASE("two words may stand for another name, and a rented type of machine for its accelerators and network") {
  const auto found = [](const char* name) {
    const auto choice = find_gpu(builtin_training().gpus, name);
    return choice ? choice->gpu.name : std::string("none");
  };
  CHECK(found("Blackwell Ultra") == "b300");
  CHECK(found("NVIDIA Blackwell Ultra GB300") == "gb300");
  CHECK(found("Blackwell") == "b200");
  CHECK(found("A6000 Ada") == "rtx-6000-ada");
  CHECK(found("A6000") == "rtx-a6000");
  CHECK(found("Grace Hopper") == "gh200");
  CHECK(found("p5.48xlarge") == "h100-sxm");
  CHECK(found("p4d.24xlarge") == "a100-40");
  CHECK(found("a3-ultragpu-8g") == "h200");
  CHECK(found("p50") == "none");
  const auto rented = dense({{"gpu", "p5en.48xlarge"}, {"num_gpus", "256"}, {"dp", "16"}, {"interconnect_note", ""}});
  const auto said = dense({{"gpu", "H200"}, {"num_gpus", "256"}, {"dp", "16"}, {"interconnect_note", "p5en"}});
  CHECK(rented.step.total == said.step.total);
  CHECK(rented.doubt == said.doubt);
  CHECK(says(rented, "GPU p5en.48xlarge taken as h200"));
}

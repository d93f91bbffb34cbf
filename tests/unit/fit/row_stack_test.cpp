// Which software does a row of a table of training runs name, and of which time?
#include <doctest/doctest.h>

#include "sample_rows.h"
#include "tables/stack_version.h"

using namespace eigenbau;
using namespace eigenbau::fit;
using namespace eigenbau::tables;

namespace {

const catalog::Stack& stack_of(const Cells& cells) { return builtin_training().stacks[dense(cells).stack]; }

}  // namespace

TEST_CASE("makers, launchers and modes of a stack mean it, those that do more or other than it with doubt") {
  for (const auto& [name, family] : {std::pair{"Llama team", "meta-llama"},
                                     {"Meta", "meta-llama"},
                                     {"Meta AI", "meta-llama"},
                                     {"HSDP", "pytorch-fsdp"},
                                     {"DDP", "pytorch-fsdp"},
                                     {"torch DDP", "pytorch-fsdp"},
                                     {"InternLM-Train", "internevo"},
                                     {"DeepSpeed ZeRO-Offload", "deepspeed"}}) {
    CHECK_MESSAGE(stack_of({{"stack", name}}).family == family, name);
    CHECK(dense({{"stack", name}}).doubt == dense({{"stack", "torchtitan"}}).doubt);
  }
  for (const auto& [name, family] : {std::pair{"nanoGPT", "pytorch-fsdp"},
                                     {"AWS SMP", "pytorch-fsdp"},
                                     {"SageMaker model parallel", "pytorch-fsdp"},
                                     {"xtuner", "pytorch-fsdp"},
                                     {"Unsloth", "pytorch-fsdp"},
                                     {"Lightning", "pytorch-fsdp"},
                                     {"Fabric", "pytorch-fsdp"},
                                     {"metaseq", "pytorch-fsdp"},
                                     {"ZeRO-Offload", "deepspeed"},
                                     {"ZeRO-Infinity", "deepspeed"},
                                     {"Optimum Habana", "deepspeed"},
                                     {"OpenRLHF", "deepspeed"}}) {
    CHECK_MESSAGE(stack_of({{"stack", name}}).family == family, name);
    CHECK(dense({{"stack", name}}).doubt > dense({{"stack", "torchtitan"}}).doubt);
  }
  CHECK(stack_of({{"stack", "Meta, Megatron-Core"}}).family == "megatron-core");
}

TEST_CASE("a stack's name says how it shards where the row does not") {
  const Cells open{
      {"tp", "1"}, {"pp", "1"}, {"vpp", ""}, {"dp", "64"}, {"sharding", ""}, {"recompute", "full"}, {"global_batch_seqs", "64"}};
  const auto plan = [&](const char* stack, const char* sharding) {
    return read_training_row(table_of(with(with(kDense, open), {{"stack", stack}, {"sharding", sharding}})), 0,
                             builtin_training())
        .plan;
  };
  CHECK(plan("HSDP", "").shard_group == plan("PyTorch FSDP", "HSDP").shard_group);
  CHECK(plan("HSDP", "").shard_group > 0);
  CHECK(plan("HSDP", "").zero_level == 3);
  CHECK(plan("DDP", "").zero_level == 0);
  CHECK(plan("HSDP", "FSDP").shard_group == 0);
  CHECK(plan("PyTorch FSDP", "").shard_group == 0);
}

TEST_CASE("words that mark a stack count in its own cell as elsewhere") {
  const auto told = dense({{"stack", "NeMo"}, {"options", "MLPerf"}});
  CHECK(dense({{"stack", "NVIDIA MLPerf NeMo"}}).stack == told.stack);
  CHECK(dense({{"stack", "NeMo"}}).stack != told.stack);
}

TEST_CASE("versions are of the month of their release, later ones never of an earlier") {
  double last = 0;
  for (const char* version :
       {"megatron core 0.5", "mcore 0.6.0", "megatron core v0.7", "megatron lm core v0.8", "mcore 0.8.1", "megatroncore 0.9.0",
        "mcore v0.10", "mcore 0.11", "mcore 0.12.1", "mcore 0.13", "mcore 0.14", "mcore 0.15", "mcore 0.99"}) {
    const auto release = version_release(version);
    REQUIRE_MESSAGE(release, version);
    CHECK(release->month >= last);
    CHECK(release->later == (std::string(version) == "mcore 0.99"));
    last = release->month;
  }
  CHECK(version_release("nemo 1.20")->month < version_release("nemo 1.23")->month);
  CHECK(version_release("nemo 1.23.0")->month < version_release("nemo 2.0.0")->month);
  CHECK(version_release("nemo 2.6")->month > version_release("nemo 2.4")->month);
  CHECK(version_release("nemo 2.99")->later);
  CHECK(version_release("megatron lm 0.14")->month == version_release("mcore 0.14")->month);
  for (const char* other : {"nemo", "nemo 2.0", "nemo 25.04", "mcore 24.11", "megatron 0.8x", "olmo core 1.3", "mcore",
                            "mcore 0.1", "megatron lm 2.5", "megatron lm v3.0"})
    CHECK_MESSAGE(!version_release(other), other);
  for (const auto& [version, release] : {std::pair{"Megatron-Core v0.10", "NeMo 25.02"},
                                         {"MCore 0.12", "NeMo 25.05"},
                                         {"NeMo 2.2", "NeMo 25.02"},
                                         {"NeMo 2.5", "NeMo 25.09"},
                                         {"NeMo 2.6", "NeMo 25.11"},
                                         {"Megatron-LM 0.14", "NeMo 25.09"}})
    CHECK_MESSAGE(dense({{"stack", version}, {"year", ""}}).stack == dense({{"stack", release}, {"year", ""}}).stack, version);
  CHECK(dense({{"stack", "Megatron-Core 0.5"}, {"year", ""}}).stack != dense({{"stack", "Megatron-Core"}, {"year", ""}}).stack);
  // Wherever it stands; a release in the stack's own cell comes first.
  const auto told = dense({{"stack", "NeMo 25.09"}});
  for (const auto& [column, text] :
       {std::pair{"source_locator", "core_v0.14.0"}, {"options", "mcore 0.14"}, {"options", "Megatron-Core 0.14"}})
    CHECK_MESSAGE(dense({{"stack", "megatron-core"}, {column, text}}).stack == told.stack, text);
  CHECK(dense({{"stack", "NeMo 24.11"}, {"options", "mcore 0.14"}}).stack == dense({{"stack", "NeMo 24.11"}}).stack);
  const auto open = dense({{"stack", "megatron-core"}});
  for (const char* other : {"newer than mcore 0.10", "DeepEP, unlike Megatron-Core 0.10"})
    CHECK_MESSAGE(dense({{"stack", "megatron-core"}, {"options", other}}).stack == open.stack, other);
  // Not of files, recipes and documentation, nor of another time or family.
  for (const auto& [column, text] : {std::pair{"options", "NeMo 2.1 checkpoint"},
                                     {"options", "Megatron-Core 0.7 checkpoint"},
                                     {"options", "converted with mcore 0.9"},
                                     {"options", "loaded from a NeMo 24.07 checkpoint"},
                                     {"options", "NeMo 2.1 recipe format"},
                                     {"options", "NeMo 2.1 tokenizer"},
                                     {"options", "NeMo 2.0"},
                                     {"source_locator", "NeMo 2.1 docs"}})
    CHECK_MESSAGE(dense({{"stack", "megatron-core"}, {column, text}}).stack == open.stack, text);
  const Cells late{{"stack", "megatron-core"}, {"year", "2026"}};
  const auto old = dense(with(late, {{"options", "mcore 0.9"}}));
  CHECK(old.stack == dense(late).stack);
  CHECK(old.doubt > dense(late).doubt);
  CHECK(says(old, "a version of another time"));
  for (const char* family : {"torchtitan", "DeepSpeed", "MaxText", "Megatron-DeepSpeed"}) {
    const auto named = dense({{"stack", family}, {"options", "mcore 0.12"}}), silent = dense({{"stack", family}});
    CHECK_MESSAGE(named.stack == silent.stack, family);
    CHECK_MESSAGE(!says(named, "release 25.05"), named.reason);
  }
  // After the last that is known it is taken as that, or of its date, with doubt.
  const auto newest = dense({{"stack", "NeMo 2.6"}}), later = dense({{"stack", "NeMo 2.9"}});
  CHECK(later.stack == newest.stack);
  CHECK(later.doubt > newest.doubt);
  CHECK(says(later, "a version after the last that is known"));
  CHECK(dense({{"stack", "NeMo 2.9"}, {"year", "2026"}}).stack == dense({{"stack", "NeMo"}, {"year", "2026"}}).stack);
}

TEST_CASE("a month beside the year is that of the release") {
  const auto nemo = [](const char* year) { return dense({{"stack", "NeMo"}, {"year", year}}); };
  for (const char* year : {"Sep 2025", "09/2025", "2025-09", "October 2025"})
    CHECK_MESSAGE(nemo(year).stack == dense({{"stack", "NeMo 25.09"}}).stack, year);
  CHECK(nemo("2025-02").stack == dense({{"stack", "NeMo 25.02"}}).stack);
  CHECK(nemo("FY 2025").stack == nemo("2025").stack);
  CHECK(nemo("2025-02").doubt == nemo("2025").doubt);
}

TEST_CASE("a run of no known time may have had any release since its accelerator and number format") {
  const auto run = [](const Cells& changed) { return dense(with({{"stack", "NeMo"}, {"year", ""}}, changed)); };
  const auto newest = dense({{"stack", "NeMo 26.06"}});
  const auto check = [&](const Cells& changed, const char* first) {
    const auto open = run(changed), a = dense(with(changed, {{"stack", first}})),
               b = dense(with(changed, {{"stack", "NeMo 26.06"}}));
    CHECK_MESSAGE(open.step.total / a.step.total == doctest::Approx(b.step.total / open.step.total), open.reason);
    CHECK(open.step.total * (1 + open.error) >= std::max(a.step.total, b.step.total));
    CHECK(open.step.total / (1 + open.error) <= std::min(a.step.total, b.step.total));
    CHECK_MESSAGE(says(open, "no release and no year stated: taken as midway between"), open.reason);
  };
  check({}, "NeMo 24.01");
  check({{"gpu", "B200"}, {"precision", "mxfp8"}}, "NeMo 25.02");
  check({{"gpu", "GB200"}, {"precision", "nvfp4"}}, "NeMo 25.09");
  CHECK(run({{"options", "container 26.06"}}).step.total == newest.step.total);
  CHECK(!says(run({{"stack", "torchtitan"}}), "midway"));  // one release is known
}

TEST_CASE("Megatron beside DeepSpeed is one stack, however the two are joined") {
  const Cells old{{"gpu", "A100-80"}, {"year", "2022"}};
  const auto told = dense(with(old, {{"stack", "megatron-deepspeed"}}));
  for (const char* name : {"Megatron-DeepSpeed", "DeepSpeed + Megatron", "Megatron-LM + DeepSpeed", "DeepSpeed-Megatron",
                           "Megatron-LM/DeepSpeed", "Megatron with DeepSpeed ZeRO-1", "DeepSpeed (Megatron)", "megatron-ds"}) {
    const auto p = dense(with(old, {{"stack", name}}));
    CHECK_MESSAGE(p.step.total == told.step.total, name << ": " << p.reason);
    CHECK(p.doubt == told.doubt);
  }
  const auto neox = dense(with(old, {{"stack", "GPT-NeoX"}}));
  CHECK(neox.step.total == told.step.total);
  CHECK(neox.doubt > told.doubt);
  for (const char* name : {"neox", "gpt-neox 2.0", "GPT-NeoX (DeepSpeed)"}) {
    CHECK_MESSAGE(dense(with(old, {{"stack", name}})).step.total == neox.step.total, name);
    CHECK(dense(with(old, {{"stack", name}})).doubt == neox.doubt);
  }
  CHECK(stack_of(with(old, {{"stack", "DeepSpeed"}})).family == "deepspeed");
  CHECK(stack_of({{"stack", "Megatron-Core (no DeepSpeed)"}}).family == "megatron-core");
  CHECK(stack_of({{"stack", "NeMo, not DeepSpeed"}}).family == "megatron-core");
  CHECK(stack_of(with(old, {{"stack", "Megatron-LM"}})).family == "megatron-lm");
  CHECK(stack_of({{"stack", "megatron-deepspeed-2024 fork"}}).name == "megatron-deepspeed-2024");
}

TEST_CASE("software that has one attention kernel to ask for is taken to run it on long sequences, in doubt by what it saves") {
  const auto run = [](const char* sequence, const char* options, const char* year = "2024") {
    return dense(
        {{"stack", "megatron-deepspeed"}, {"gpu", "A100-80"}, {"year", year}, {"seq_len", sequence}, {"options", options}});
  };
  for (const char* sequence : {"1024", "2048"}) {  // as its published runs
    CHECK(run(sequence, "").step.total == run(sequence, "no flash attention").step.total);
    CHECK(run(sequence, "").doubt == run(sequence, "flash attention").doubt);
  }
  double doubt = 0;
  for (const char* sequence : {"4096", "8192", "32768"}) {
    const auto open = run(sequence, ""), fused = run(sequence, "flash attention");
    CHECK(open.step.total == fused.step.total);
    CHECK(open.doubt > fused.doubt + doubt);
    CHECK(open.doubt < fused.doubt + 1);
    CHECK(says(open, "attention taken as one kernel"));
    doubt = open.doubt - fused.doubt;
    CHECK(run(sequence, "eager attention").step.total > open.step.total);
  }
  // Before it was there nobody asked for it; software that always has it leaves no doubt.
  CHECK(run("4096", "", "2022").step.total > run("4096", "flash attention", "2022").step.total);
  CHECK(dense({{"seq_len", "32768"}}).doubt == dense({{"seq_len", "32768"}, {"options", "flash attention"}}).doubt);
}

TEST_CASE(
    "the first software of a part stands in for any release before it; a run before the next one is midway between the two") {
  const auto run = [](const char* locator, const char* gpu = "GB200") {
    return experts({{"model", "deepseek-v3"},
                    {"layers", "61"},
                    {"hidden", "7168"},
                    {"heads", "128"},
                    {"kv_heads", "128"},
                    {"ffn_hidden", "18432"},
                    {"vocab", "129280"},
                    {"seq_len", "4096"},
                    {"experts", "256"},
                    {"top_k", "8"},
                    {"moe_ffn_hidden", "2048"},
                    {"num_gpus", "256"},
                    {"tp", "2"},
                    {"pp", "4"},
                    {"dp", "32"},
                    {"ep", "64"},
                    {"global_batch_seqs", "2048"},
                    {"gpu", gpu},
                    {"source_locator", locator}});
  };
  const auto first = run("tag v25.05.05"), next = run("tag v25.09");
  REQUIRE(first.step.total > 2 * next.step.total);
  CHECK(run("tag v25.04.02").step.total == first.step.total);
  for (const char* locator : {"tag v25.07", "tag v25.08", ""}) {  // of its year, where none is stated
    const auto p = run(locator);
    CHECK_MESSAGE(p.step.total / first.step.total == doctest::Approx(next.step.total / p.step.total), locator);
    CHECK(p.step.tokens_per_gpu / first.step.tokens_per_gpu == doctest::Approx(first.step.total / p.step.total));
    CHECK(p.step.total * (1 + p.error) > first.step.total);
    CHECK(p.step.total / (1 + p.error) < next.step.total);
    CHECK(p.error < first.step.total / p.step.total - 1 + first.error + 0.10);
    CHECK(says(p, "midway between"));
  }
  CHECK(run("tag v25.11").step.total < first.step.total / 2);
  CHECK(run("tag v25.05.05", "H100").stack != first.stack);
}

TEST_CASE("a name inside that of another stack is not the stack; the release of other software is not the stack's") {
  for (const auto& [name, family] : {std::pair{"NeMo AutoModel", "torchtitan"},
                                     {"automodel", "torchtitan"},
                                     {"InternLM", "internevo"},
                                     {"Megatron-DS", "megatron-deepspeed"},
                                     {"NeMo", "megatron-core"}})
    CHECK_MESSAGE(stack_of({{"stack", name}}).family == family, name);
  CHECK(dense({{"stack", "NeMo AutoModel"}}).doubt > dense({{"stack", "torchtitan"}}).doubt);
  const auto plain = dense({{"stack", "NeMo"}, {"year", "2025"}});
  for (const char* system : {"Ubuntu 22.04", "Ubuntu-22.04 LTS", "ubuntu22.04", "Slurm 23.02", "Slurm v23.11.4", "OFED 23.10",
                             "MOFED: 24.01", "container of Ubuntu 22.04"}) {
    const auto p = dense({{"stack", "NeMo"}, {"year", "2025"}, {"options", system}});
    CHECK_MESSAGE(p.stack == plain.stack, system);
    CHECK(p.error <= plain.error + 0.05);  // no more than an unknown word
  }
  CHECK(dense({{"stack", "NeMo"}, {"year", "2025"}, {"options", "Ubuntu 22.04 LTS"}}).error == plain.error);
  for (const char* options : {"container 24.11", "Slurm 23.02, container 24.11", "tag v24.11.1", "ngc24.11", "(24.11)",
                              "nemo:24.11", "release 24.11", "n8_24.11/run.log"})
    CHECK_MESSAGE(dense({{"stack", "NeMo"}, {"options", options}}).stack == dense({{"stack", "NeMo 24.11"}}).stack, options);
  CHECK(dense({{"stack", "NeMo"}, {"options", "Ubuntu 22.04, container 24.11"}}).stack ==
        dense({{"stack", "NeMo"}, {"options", "container 24.11"}}).stack);
}

TEST_CASE("a release with which a row compares is not its own") {
  const Cells run{{"stack", "NeMo"}, {"year", "2025"}};
  const auto plain = dense(run);
  for (const char* other : {"in 24.05 it was 10 s", "was 12.3 s with 24.05", "24.05 took 12.3 s", "1.3x faster than 24.05",
                            "had 400 TFLOP/s in container 24.05", "reached 900 tokens/s under 24.05", "it was 12.3 s (24.05)",
                            "it was 10 s before, 12.3 s in 24.05"}) {
    INFO(std::string(other));
    const auto p = dense(with(run, {{"options", other}}));
    CHECK(p.stack == plain.stack);
    CHECK(p.step.total == plain.step.total);
    CHECK(p.error > plain.error);
    CHECK(dense(with(run, {{"options", std::string(other) + "; container 24.11"}})).stack ==
          dense(with(run, {{"options", "container 24.11"}})).stack);
  }
  for (const char* own : {"container 24.11 was used", "ran in 24.11"})
    CHECK(dense(with(run, {{"options", own}})).stack == dense(with(run, {{"options", "container 24.11"}})).stack);
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

TEST_CASE("a release that options name is read and not left out") {
  const auto run = dense({{"options", "container 25.02"}});
  CHECK(!says(run, "not modeled"));
  CHECK(says(run, "25.02") == says(dense({{"source_locator", "container 25.02"}}), "25.02"));
}

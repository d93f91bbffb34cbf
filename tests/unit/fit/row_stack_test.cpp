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
    CHECK(*release >= last);
    last = *release;
  }
  CHECK(*version_release("nemo 1.20") < *version_release("nemo 1.23"));
  CHECK(*version_release("nemo 1.23.0") < *version_release("nemo 2.0"));
  for (const char* other : {"nemo", "nemo 25.04", "mcore 24.11", "megatron 0.8x", "olmo core 1.3", "mcore", "mcore 0.1"})
    CHECK_MESSAGE(!version_release(other), other);
  for (const auto& [version, release] :
       {std::pair{"Megatron-Core v0.10", "NeMo 25.02"}, {"MCore 0.12", "NeMo 25.05"}, {"NeMo 2.2", "NeMo 25.02"}})
    CHECK_MESSAGE(dense({{"stack", version}, {"year", ""}}).stack == dense({{"stack", release}, {"year", ""}}).stack, version);
  CHECK(dense({{"stack", "Megatron-Core 0.5"}, {"year", ""}}).stack != dense({{"stack", "Megatron-Core"}, {"year", ""}}).stack);
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

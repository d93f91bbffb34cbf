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

// Is a run sharded as its cell and its options say, over the ranks that they name?
#include <doctest/doctest.h>

#include <string>

#include "sample_rows.h"

using namespace eigenbau;
using namespace eigenbau::fit;

namespace {

TrainingPrediction run(const char* sharding, const char* options) {
  return dense(with(kReplicas, {{"sharding", sharding}, {"options", options}}));
}

}  // namespace

TEST_CASE("an option shards as the cell would where that is blank; else the cell counts") {
  for (const char* words : {"FSDP", "FSDP2", "HSDP", "DDP", "ZeRO-1", "ZeRO-2", "ZeRO-3", "no FSDP", "ZeRO off", "SHARD_GRAD_OP",
                            "NO_SHARD", "no sharding"}) {
    INFO(std::string(words));
    const auto by_option = run("", words), by_cell = run(words, "");
    CHECK(by_option.plan.zero_level == by_cell.plan.zero_level);
    CHECK(by_option.plan.shard_group == by_cell.plan.shard_group);
    CHECK(by_option.step.total == by_cell.step.total);
    CHECK(by_option.doubt == by_cell.doubt);
    CHECK(run("zero1", words).plan.zero_level == 1);
  }
  for (const char* words : {"no FSDP", "FSDP=0", "use_megatron_fsdp=False", "no HSDP"}) {
    INFO(std::string(words));
    CHECK(run("", words).step.total == run("", "").step.total);
    CHECK(run("", words).reason == run("", "").reason);
    CHECK(run(words, "ZeRO-2").plan.zero_level == 2);
    CHECK(run("", std::string(words).append("; distributed optimizer off").c_str()).plan.zero_level == 0);
  }
  CHECK(run("", "HSDP 8x8").plan.zero_level == 3);
  CHECK(run("", "no zero bubble").plan.zero_level == run("", "").plan.zero_level);
}

TEST_CASE("the group that shares a sharded copy has the size that is stated next to its sharding") {
  for (const char* words :
       {"FSDP 8", "HSDP 8", "hsdp shard 8", "HSDP (shard group of 8)", "FSDP2 (dp_shard=8, dp_replicate=8)", "ZeRO-3 group 8",
        "ZeRO-3 (group 8)", "ZeRO-3 within node", "zero3, intra-node", "FSDP, data_parallel_shard_degree=8"}) {
    INFO(std::string(words));
    CHECK(run(words, "").plan.shard_group == 8);
    CHECK(run("", words).plan.shard_group == 8);
    CHECK(run("", words).doubt == run("", "FSDP").doubt);
  }
  for (const char* words : {"FSDP 8 x DDP 8", "FSDP8 x DDP8", "FSDP8xDDP8", "8-way FSDP", "8-way HSDP", "FSDP8", "zero3 in node",
                            "FSDP inside node + DDP across nodes", "HSDP 8x8", "dp_replicate=8 dp_shard=8, FSDP",
                            "HSDP (replicate 8, shard 8)", "FSDP, dp_replicate=8"}) {
    INFO(std::string(words));
    CHECK(run(words, "").plan.shard_group == 8);
    CHECK(run("", words).plan.shard_group == 8);
    CHECK(run("", words).doubt == run("", "FSDP").doubt);
    CHECK(run("zero3", words).plan.shard_group == 8);
  }
  for (const char* words :
       {"ici_fsdp_parallelism=8 dcn_data_parallelism=8", "ici_fsdp 8 dcn_data 8", "dp_replicate 8 dp_shard 8"}) {
    CHECK(run("zero3", words).plan.shard_group == 8);
    CHECK(run("zero3", words).doubt == 0);
  }
  CHECK(run("HSDP 16x4", "").plan.shard_group == 16);
  CHECK(run("HSDP 2x32", "").plan.shard_group == 32);  // 2 are a part of a node
  CHECK(run("FSDP 4 x DDP 16", "").plan.shard_group == 4);
  CHECK(run("DDP 4 x FSDP 16", "").plan.shard_group == 16);
  CHECK(says(run("HSDP 16x4", ""), "in groups of 16"));
  CHECK(says(run("HSDP", ""), "shard group taken as 8"));
  for (const char* odd : {"HSDP 8x64", "FSDP, dp_replicate 7"}) {
    CHECK(says(run(odd, ""), "passed over"));
    CHECK(run(odd, "").doubt > run("FSDP", "").doubt);
  }
  CHECK(run("hsdp shard 16", "").plan.shard_group == 16);
  CHECK(run("zero3", "HSDP 16").plan.shard_group == 16);
  CHECK(run("zero2 within node", "").plan.zero_level == 2);
  CHECK(run("zero2 within node", "").plan.shard_group == 8);
  CHECK(run("zero3", "HSDP 8x8").plan.shard_group == 8);
  for (const char* whole : {"FSDP", "FSDP 64", "FSDP 2", "ZeRO-3 group = all"}) CHECK(run(whole, "").plan.shard_group == 0);
}

TEST_CASE("a group of any level of ZeRO has its size however its software spells it") {
  for (const char* words :
       {"zero1=8", "zero1 size 8", "parallel.zero1.size=8", "ZeRO1 over 8 GPUs", "8-GPU ZeRO-1", "ZeRO-1 group = node",
        "ZeRO-1 group of one node", "zero1: dict(size=8)", "zero1/8", "ZeRO-1 group = 8", "ZeRO stage 1, group 8",
        "num_distributed_optimizer_instances=8", "ZeRO-1 with 8 replicas", "ZeRO-1 (8 groups of 8)", "zero1, 8 replicas"}) {
    INFO(std::string(words));
    CHECK(run("zero1", words).plan.shard_group == 8);
    CHECK(run(words, "").plan.shard_group == 8);
    CHECK(run("zero1", words).plan.zero_level == 1);
    CHECK(run("zero1", words).doubt == 0);
  }
  for (const char* all : {"zero1: dict(size=-1)", "zero1 size = -1", "ZeRO-1 group = all", "zero1=1, zero_stage 1"}) {
    CHECK_MESSAGE(run("zero1", all).plan.shard_group == 0, std::string(all));
    CHECK(run("zero1", all).doubt == 0);
  }
  CHECK(run("zero3", "FSDP within 2 nodes").plan.shard_group == 16);
  CHECK(run("zero3", "FSDP within 9 nodes").plan.shard_group == 0);
}

TEST_CASE("sharding of each node, and of the optimizer in words, is a group of it") {
  for (const char* words :
       {"ZeRO-1 per node", "ZeRO-1 on each node", "node-level ZeRO-1", "ZeRO-1 (node-local)", "ZeRO-1 (per node)",
        "optimizer states sharded over 8 ranks", "optimizer state sharding within a node", "optimizer sharded over 8 GPUs",
        "sharded optimizer, 8 ranks per group"}) {
    CHECK_MESSAGE(run(words, "").plan.zero_level == 1, std::string(words));
    CHECK_MESSAGE(run(words, "").plan.shard_group == 8, std::string(words));
    CHECK_MESSAGE(run(words, "").doubt == run("zero1", "").doubt, std::string(words));
  }
  for (const char* words : {"ZeRO-1 per node", "node-level ZeRO-1", "optimizer states sharded over 8 ranks",
                            "ZeRO-1 (8 ranks per group)", "in-node sharding", "intra-node sharding"})
    CHECK_MESSAGE(run("zero1", words).plan.shard_group == 8, std::string(words));
  for (const char* other : {"ZeRO-1, 8 GPUs per node", "ZeRO-1 with 4 GPUs per node", "ZeRO-1, node-local NVMe",
                            "ZeRO-1 across nodes", "optimizer states sharded over all ranks"})
    CHECK_MESSAGE(run(other, "").plan.shard_group == 0, std::string(other));
}

TEST_CASE("a number that counts no ranks is no group, and one that divides none is passed over and said") {
  for (const char* other :
       {"FSDP 2.4.0", "fsdp 3 retries", "FSDP 3.5 s per checkpoint", "shard size 512 MB", "shards of 1 GB each",
        "FSDP; group 3 of the sweep", "FSDP; group size 128", "FSDP; group 7", "FSDP 2048 MB"}) {
    INFO(std::string(other));
    const auto p = run("zero3", other);
    CHECK(p.status == tables::RowStatus::ok);
    CHECK(p.plan.shard_group == 0);
    CHECK(p.step.total == run("zero3", "").step.total);
  }
  for (const char* said : {"fsdp 3 retries", "shard size 512 MB", "FSDP; group 7"})
    CHECK(says(run("zero3", said), "passed over"));
}

TEST_CASE("a sentence ends like a clause, and a node in another clause of the cell is no group") {
  CHECK(run("zero3", "group = 8. micro_num 4").plan.shard_group == run("zero3", "group = 8; micro_num 4").plan.shard_group);
  CHECK(run("zero3", "HSDP 8.").plan.shard_group == run("zero3", "HSDP 8").plan.shard_group);
  for (const char* cell : {"zero3; NVLink within node", "zero3; tensor parallelism within node"})
    CHECK_MESSAGE(run(cell, "").plan.shard_group == 0, std::string(cell));
}

TEST_CASE("what follows on sharding is its group only where it says nothing else") {
  for (const char* other : {"FSDP; intra-node NVLink", "FSDP; within node NVLink 900 GB/s", "FSDP; replicated runs 3",
                            "FSDP; within 2 % of the paper", "FSDP; NVLink within node"})
    CHECK_MESSAGE(run("zero3", other).plan.shard_group == 0, std::string(other));
}

TEST_CASE("the group of a node divides the ranks, and of two orders that fits which fits the memory") {
  const Cells rack = with(kLargest, {{"gpu", "GB200"},
                                     {"num_gpus", "128"},
                                     {"tp", "2"},
                                     {"pp", "1"},
                                     {"vpp", ""},
                                     {"dp", "64"},
                                     {"sharding", "zero3"},
                                     {"recompute", ""},
                                     {"interconnect_note", "NVL72"},
                                     {"global_batch_seqs", "64"}});
  const auto group = [&](const char* options) { return dense(with(rack, {{"options", options}})).plan.shard_group; };
  CHECK(group("zero3 in node") == 32);  // of 36 in a domain
  for (const char* order : {"HSDP 2x32", "HSDP 32x2"}) CHECK(group(order) == 32);
  CHECK(says(dense(with(rack, {{"options", "HSDP 2x32"}})), "in groups of 32"));
}

TEST_CASE("sharding joined to copies is sharded in groups, in any order and with any joint") {
  const auto joined = run("zero3", "FSDP+DP");
  CHECK(says(joined, "shard group taken as 8"));
  for (const char* words : {"FSDP and DP", "DP + FSDP", "FSDP/DP", "FSDP2 & DDP", "JAX, DDP+FSDP (fast)"}) {
    INFO(std::string(words));
    CHECK(run("zero3", words).plan.shard_group == joined.plan.shard_group);
  }
  for (const char* other : {"FSDP, no DP", "FSDP only", "FSDP and a DPU", "FSDP + TP"})
    CHECK_MESSAGE(run("zero3", other).plan.shard_group == 0, std::string(other));
}

TEST_CASE("what the kernel of attention computes again is no recompute, and a timeout no sharding") {
  for (const char* kernel :
       {"attention recomputed in flash", "flash attention recomputes scores", "FlashAttention recomputing softmax"}) {
    INFO(std::string(kernel));
    CHECK(dense({{"recompute", ""}, {"options", kernel}}).plan.recompute == dense({{"recompute", ""}}).plan.recompute);
  }
  CHECK(dense({{"recompute", ""}, {"options", "full recompute (flash attention)"}}).plan.recompute ==
        dense({{"recompute", "full"}}).plan.recompute);
  CHECK(run("", "ddp timeout 30 min").plan.zero_level == run("", "").plan.zero_level);
  CHECK(run("", "ddp timeout 30 min").doubt == run("", "").doubt);
}

TEST_CASE("files in shards are no sharding, and a node that tensor parallelism fills leaves no group") {
  for (const char* files : {"sharded checkpoints per node", "sharded input files per node", "sharded Orbax checkpoint per node",
                            "sharded data per node", "one data shard for each node"}) {
    CHECK_MESSAGE(run("fsdp", files).plan.shard_group == 0, std::string(files));
    CHECK(run("fsdp", files).step.total == run("fsdp", "").step.total);
  }
  CHECK(run("fsdp", "sharded data parallel per node").plan.shard_group == 8);
  const auto filled = [](const char* sharding) {
    return dense({{"tp", "8"}, {"pp", "1"}, {"vpp", ""}, {"dp", "8"}, {"sharding", sharding}, {"recompute", "full"}});
  };
  CHECK(filled("fsdp per node").plan.shard_group == 0);
  CHECK(filled("fsdp per node").step.total == filled("fsdp").step.total);
  CHECK(filled("fsdp per node").doubt > filled("fsdp").doubt);
}

TEST_CASE("groups of anything else are no sharding group") {
  for (const char* other : {"GQA groups 8", "expert groups 8", "device group 4", "FSDP, device group 4", "LoRA; group 8"})
    CHECK(run("zero3", other).plan.shard_group == 0);
}

TEST_CASE("recompute is read alike in the cell and in the options") {
  for (const char* words : {"recompute moe_act",
                            "recompute mla_up_proj",
                            "recompute_modules=[mlp, moe_act]",
                            "recompute 4 of 20 layers",
                            "recompute 16 of 20 layers",
                            "full recompute",
                            "no recompute",
                            "AC off",
                            "SAC",
                            "recompute full, block, 2 layers",
                            "recompute full, block, 2",
                            "gradient checkpointing (every 2 layers)",
                            "recompute-granularity full, method block, num-layers 2",
                            "activation_checkpoint.mode=full",
                            "activation_checkpoint.mode=selective",
                            "activation_checkpoint.mode=none",
                            "selective_ac_option=2",
                            "recompute auto",
                            "recompute every other layer",
                            "recompute_granularity=full, recompute_num_layers=-1",
                            "recompute_modules=[foo]",
                            "recompute 9 of 8 layers"}) {
    INFO(std::string(words));
    const auto by_option = dense({{"recompute", ""}, {"options", words}}), by_cell = dense({{"recompute", words}});
    CHECK(by_option.step.total == by_cell.step.total);
    CHECK(by_option.doubt == by_cell.doubt);
    CHECK(by_option.plan.recompute == by_cell.plan.recompute);
  }
}

TEST_CASE("layers that a stage computes again are shared by its chunks") {
  const auto plan = [](const char* recompute) { return dense({{"recompute", recompute}}).plan; };  // 5 chunks of 4 layers
  CHECK(plan("10 layers per stage").recompute == plan("block, 2 layers").recompute);
  CHECK(plan("2 layers of each chunk").recompute == plan("block, 2 layers").recompute);
}

TEST_CASE("checkpoints that are saved and a supply of current leave recompute as it is stated, or open") {
  const auto run = [](const std::string& option) { return dense({{"recompute", ""}, {"options", option}}); };
  for (const char* other : {"async checkpointing", "distributed checkpointing", "checkpointing to local NVMe", "AC power",
                            "220V AC", "AC-coupled", "checkpointing every 500 steps"}) {
    INFO(std::string(other));
    CHECK(run(other).plan.recompute == run("").plan.recompute);
    CHECK(run(std::string("full activation checkpointing; ") + other).plan.recompute ==
          run("full activation checkpointing").plan.recompute);
  }
  // What is saved beside the steps says nothing of them; what is not known to is said.
  for (const char* idle : {"async checkpointing", "distributed checkpointing", "checkpointing every 500 steps"})
    CHECK_MESSAGE(!says(run(idle), "not modeled"), std::string(idle));
  for (const char* unknown : {"checkpointing to local NVMe", "AC power", "220V AC", "AC-coupled"})
    CHECK_MESSAGE(says(run(unknown), "not modeled"), std::string(unknown));
}

TEST_CASE("what is said of recompute and cannot be meant widens the band") {
  const auto run = [](const char* recompute) { return dense({{"recompute", recompute}}); };
  for (const char* odd : {"recompute_granularity=full, recompute_num_layers=0", "full, block, 4.5 layers", "full, 9 of 8 layers",
                          "full except mlp", "recompute auto"}) {
    INFO(std::string(odd));
    CHECK(run(odd).doubt > run("full").doubt);
  }
  CHECK(run("full except mlp").step.total == run("full").step.total);
  CHECK(run("selective_ac_option=2").step.total == run("full, every 2nd layer").step.total);
}

TEST_CASE("only experts that stand in every other layer are half as many") {
  const auto run = [](const char* option) { return experts({{"options", option}}); };
  CHECK(run("MoE every other layer").step.total < run("").step.total);
  CHECK(run("sliding window every other layer").step.total == run("").step.total);
  CHECK(experts({{"recompute", "full"}, {"options", "recompute every other layer"}}).step.total <
        experts({{"recompute", "full"}}).step.total);
}

TEST_CASE("fully sharded weights that stay gathered run as ZeRO 2, in the cell as in the options") {
  const auto two = run("zero2", "");
  for (const char* words : {"FSDP (SHARD_GRAD_OP)", "FSDP, reshard_after_forward=False", "fsdp2; reshard_after_forward: never"}) {
    INFO(std::string(words));
    CHECK(run(words, "").step.total == two.step.total);
    CHECK(run("", words).step.total == two.step.total);
    CHECK(run("FSDP", words).step.total == two.step.total);
    CHECK(run("FSDP", words).doubt == two.doubt);
  }
  CHECK(run("FSDP", "reshard_after_forward=True").step.total == run("FSDP", "").step.total);
  CHECK(run("zero1", "reshard_after_forward=False").step.total == run("zero1", "").step.total);
  CHECK(run("HSDP", "reshard_after_forward=False").plan.shard_group == run("HSDP", "").plan.shard_group);
}

TEST_CASE("in a pipeline no software shards by itself what every micro-batch would gather, and a row that says so does") {
  for (const char* stack : {"paxml", "maxtext", "JAX", "levanter", "Alpa", "deepspeed", "torchtitan"}) {
    INFO(std::string(stack));
    const Cells cells{{"stack", stack}, {"vpp", ""}, {"recompute", "full"}};  // which fits at any level
    const auto blank = dense(with(cells, {{"sharding", ""}})), one = dense(with(cells, {{"sharding", "zero1"}}));
    CHECK(blank.plan.zero_level == 1);
    CHECK(blank.step.total == one.step.total);
    CHECK(says(blank, "in a pipeline no weights are gathered for each micro-batch"));
    // So does the plan of a row that leaves stages open, if it has some.
    const auto open = dense(with(cells, {{"sharding", ""}, {"pp", ""}, {"dp", "4"}}));
    CHECK(open.plan.zero_level == (open.plan.pp > 1 ? 1 : 3));
  }
  CHECK(dense({{"stack", "maxtext"}, {"vpp", ""}, {"sharding", "fsdp"}}).plan.zero_level == 3);
  CHECK(dense({{"stack", "maxtext"}, {"vpp", ""}, {"sharding", ""}, {"pp", "1"}, {"dp", "16"}}).plan.zero_level == 3);
}

TEST_CASE("sharding that the software runs as less is said") {
  const Cells stages{{"stack", "torchtitan"}, {"vpp", ""}, {"sharding", "FSDP"}};
  CHECK(says(dense(stages), "keeps gathered weights and sums whole gradients once: ZeRO 1 runs"));
  CHECK(dense(stages).step.total == dense(with(stages, {{"sharding", "zero1"}})).step.total);
  CHECK(!says(dense(with(stages, {{"pp", "1"}, {"dp", "16"}})), "ZeRO 1 runs"));
}

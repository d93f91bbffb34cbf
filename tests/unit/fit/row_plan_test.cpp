// Is the plan of a published run read as its cells and options say, and is what they leave open the fastest?
#include <doctest/doctest.h>

#include <string>

#include "sample_rows.h"
#include "tables/cell_words.h"

using namespace eigenbau;
using namespace eigenbau::fit;
using namespace eigenbau::tables;

TEST_CASE("the spelling of sharding, recompute and switches does not matter; words that say nothing are said to") {
  const auto same = [](const char* column, std::initializer_list<const char*> cells) {
    for (const char* cell : cells) CHECK(dense({{column, cell}}).step.total == dense({{column, *cells.begin()}}).step.total);
  };
  same("sharding", {"zero3/fsdp", "ZeRO-3", "zero 3", "FSDP2", "full shard", "fully sharded", "fully_shard", "os+g+p"});
  same("sharding", {"HSDP", "hybrid", "HYBRID_SHARD", "MiCS", "ZeRO++", "zero3 hybrid"});
  same("sharding", {"zero2", "zero-2", "ZeRO stage 2"});
  same("sharding", {"zero1", "ZeRO 1", "distributed optimizer", "os", "optimizer state"});
  same("sharding", {"none", "ddp", "DDP", "no"});
  same("seq_parallel", {"1", "yes", "on", "True"});
  same("seq_parallel", {"0", "no", "off", "false"});
  same("recompute", {"full", "full, 1 layer", "Full activation", "true", "remat", "save_out_proj"});
  same("recompute", {"selective", "selective (attn)", "minimal"});
  same("recompute", {"none", "no", "false"});
  for (const char* column : {"sharding", "seq_parallel", "recompute"}) {
    const auto blank = dense({{column, ""}}), odd = dense({{column, "foo"}});
    CHECK(odd.step.total == blank.step.total);
    CHECK(odd.error > blank.error);
    CHECK(says(odd, "not understood"));
  }
}

TEST_CASE("the size of a sharding group counts wherever it is stated") {
  const auto in_groups = dense({{"options", "ZeRO-1 group = 2"}});
  CHECK(in_groups.step.total != dense().step.total);
  for (const char* cell : {"ZeRO-1 (group 2)", "zero1, groups of 2", "ZeRO-1 group=2"})
    CHECK(dense({{"sharding", cell}}).step.total == in_groups.step.total);
  const Cells wide{{"num_gpus", "128"}, {"dp", "8"}, {"sharding", "hsdp 4"}};
  CHECK(dense(wide).plan.shard_group == 4);
  CHECK(dense(with(wide, {{"sharding", "zero3"}, {"options", "hybrid shard 4"}})).plan.shard_group == 4);
}

TEST_CASE("a part of the layers that is computed again costs its part, however it is written") {
  const auto step = [](const char* recompute) { return dense({{"recompute", recompute}}).step; };
  const Time none = step("none").total, half = step("50%").total, full = step("full").total;
  CHECK(none < half);
  CHECK(half < full);
  CHECK(half - none > 0.4 * (full - none));
  CHECK(half - none < 0.6 * (full - none));
  // 80 layers on 4 stages of 5 chunks: 4 in each.
  for (const char* same : {"1/2", "full, 1 of 2 layers", "every 2nd layer", "full, block, 2 layers"})
    CHECK(step(same).total == half);
  CHECK(says(dense({{"recompute", "50%"}}), "50 % of the layers"));
  const char* megatron = "recompute_granularity=full; recompute_method=block; recompute_num_layers=2";
  CHECK(dense({{"recompute", ""}, {"options", megatron}}).step.total == half);
}

TEST_CASE("modules are read from the cell and from options, with brackets and without") {
  const auto of_cell = dense({{"recompute", "mlp, layernorm"}});
  CHECK(of_cell.step.total > dense({{"recompute", "layernorm"}}).step.total);
  CHECK(dense({{"recompute", "layernorm"}}).step.total > dense({{"recompute", "none"}}).step.total);
  for (const char* option :
       {"recompute_modules=[mlp, layernorm]", "recompute_modules=mlp,layernorm", "recompute mlp+layernorm"}) {
    CAPTURE(std::string(option));
    const auto row = dense({{"recompute", ""}, {"options", option}});
    CHECK(row.step.total == of_cell.step.total);
    CHECK(!says(row, "not modeled"));
  }
}

TEST_CASE("the whole MoE part of a layer is a module too, which costs more than its activation function") {
  const auto step = [](const char* recompute) { return experts({{"recompute", recompute}}).step; };
  CHECK(step("moe").recompute > step("moe_act").recompute);
  CHECK(step("moe").memory.total() < step("moe_act").memory.total());
  CHECK(step("moe").total == step("selective: moe").total);
  CHECK(!says(experts({{"recompute", "moe"}}), "not understood"));
}

TEST_CASE("options say no as well as yes") {
  const auto with_option = [](const char* option) { return dense({{"options", option}}); };
  struct Pair {
    const char *yes, *no;
  };
  for (const auto& [yes, no] : {Pair{"CPU offload", "no CPU offload"}, Pair{"optimizer offload", "without optimizer offload"},
                                Pair{"activation offloading", "activation offload: off"}}) {
    CHECK(with_option(yes).step.memory.total() < dense().step.memory.total());
    CHECK(with_option(no).step.total == dense().step.total);
    CHECK(with_option(no).doubt == dense().doubt);
  }
  for (const char* off : {"no async TP", "w/o AsyncTP", "TP overlap off", "tp_comm_overlap=False", "vanilla TP"})
    CHECK(with_option(off).step.tensor_parallel > dense({{"options", "async TP"}}).step.tensor_parallel);
  CHECK(with_option("no overlap").step.data_parallel > dense().step.data_parallel);
  for (const char* off : {"no recompute", "without recomputation"})
    CHECK(dense({{"options", off}, {"recompute", ""}}).step.recompute == Time{});
  for (const char* none : {"no MTP", "without MTP", "MTP=0", "w/o MTP", "MTP disabled"})
    CHECK(experts({{"model", "deepseek-v3"}, {"options", none}}).step.total < experts({{"model", "deepseek-v3"}}).step.total);
}

TEST_CASE("a schedule that options name is the one that is priced, as far as chunks and stages can run it") {
  const auto run = [](const char* option, const char* vpp) { return dense({{"options", option}, {"vpp", vpp}}); };
  CHECK(run("1F1B", "").plan.vp == 1);
  CHECK(run("interleaved 1F1B", "").plan.vp > 1);
  CHECK(run("1F1B", "").step.bubble > run("interleaved 1F1B", "").step.bubble);
  for (const char* zero : {"ZB-H1", "zero bubble", "ZBV"}) {
    CHECK(run(zero, "").plan.schedule == perf::Schedule::zero_bubble);
    CHECK(run(zero, "").step.bubble < run("1F1B", "").step.bubble);
  }
  CHECK(run("DualPipe", "").plan.schedule == perf::Schedule::dual_pipe);
  CHECK(says(run("GPipe", ""), "GPipe taken as 1F1B"));
  CHECK(says(run("zero bubble", "5"), "schedule taken as interleaved"));
  CHECK(run("zero bubble", "5").step.total == dense().step.total);
}

TEST_CASE("tokens go to experts as the dispatcher that options name sends them") {
  const auto run = [](const char* option) { return experts({{"options", option}, {"top_k", "4"}}); };
  for (const char* kernel : {"DeepEP", "HybridEP", "hybrid-ep dispatcher"})
    CHECK(run(kernel).step.expert_parallel < run("alltoall dispatcher").step.expert_parallel);
  for (const char* overlap : {"EP A2A overlap", "moe_a2a_overlap"}) {
    CHECK(run(overlap).plan.context == perf::ContextParallel::ring);
    CHECK(run(overlap).plan.expert_overlap);
  }
  CHECK(run("CP a2a").plan.context == perf::ContextParallel::all_to_all);
  CHECK(run("capacity factor 1.5").step.experts > run("token-drop").step.experts);
  CHECK(run("imbalanced routing").step.experts > run("force-balanced routing").step.experts);
}

TEST_CASE("where no plan divides the batch the reason offers batches that run") {
  const Cells open{{"tp", ""}, {"pp", ""}, {"vpp", ""}, {"cp", ""}, {"dp", ""}, {"micro_batch", ""}, {"recompute", ""}};
  struct Case {
    Cells cells;
    const char* said;
    std::initializer_list<const char*> nearest;
  };
  for (const Case& c :
       {Case{{{"options", "GA=7"}}, "128 is no multiple of 7 micro-batches", {"126", "133"}},
        Case{{{"dp", "8"}, {"global_batch_seqs", "100"}}, "100 is no multiple of dp 8", {"96", "104"}},
        Case{{{"num_gpus", "16384"}, {"global_batch_seqs", "100"}}, "divides the global batch of 100", {"96", "104"}}}) {
    const auto p = dense(with(open, c.cells));
    CHECK(p.status == RowStatus::invalid);
    CHECK_MESSAGE(says(p, c.said), p.reason);
    for (const char* batch : c.nearest) {
      CHECK_MESSAGE(says(p, batch), p.reason);
      CHECK(dense(with(with(open, c.cells), {{"global_batch_seqs", batch}})).status == RowStatus::ok);
    }
  }
}

TEST_CASE("no reason why a batch does not divide names a degree that nobody stated") {
  const Cells open{{"tp", ""}, {"pp", ""}, {"vpp", ""}, {"cp", ""}, {"dp", ""}, {"micro_batch", ""}, {"global_batch_seqs", "1"}};
  for (const char* gpus : {"16384", "1048576", "100000000"}) {
    const auto p = dense(with(open, {{"num_gpus", gpus}}));
    CHECK(p.status == RowStatus::invalid);
    CHECK_MESSAGE(says(p, "divides the global batch of 1 ("), p.reason);
    CHECK(!says(p, "dp"));
  }
}

TEST_CASE("what changes a step and has no law is said and widens the band") {
  for (const char* option : {"packed sequences", "Muon optimizer", "anything else"}) {
    CHECK(says(dense({{"options", option}}), "not modeled"));
    CHECK(dense({{"options", option}}).doubt > dense().doubt);
  }
  CHECK(dense({{"options", "packed sequences"}}).doubt > dense({{"options", "Muon optimizer"}}).doubt);
  const auto latent = [](const char* option) { return experts({{"model", "deepseek-v3"}, {"options", option}}); };
  for (const char* ranks :
       {"MLA (q_lora 1536, kv_lora 512)", "q_lora_rank=1536, kv_lora_rank=512", "multi-head latent attention"}) {
    CHECK(latent(ranks).doubt == latent("").doubt);
    CHECK(latent(ranks).reason == latent("").reason);
  }
  CHECK(says(latent("kv_lora 256"), "not modeled"));
  CHECK(!latent("kv_lora 256").plan.freezes_weights());
  CHECK(latent("LoRA rank 16").plan.freezes_weights());
  CHECK(latent("LoRA rank 16").doubt > latent("kv_lora 256").doubt);
  for (const char* option : {"GELU MLP; tied embeddings", "FSDP 4", "forced-balanced routing, dropless"})
    CHECK(!says(dense({{"options", option}}), "not modeled"));
}

TEST_CASE("a degree that is left out follows from the others and from the number of GPUs") {
  for (const char* column : {"tp", "pp", "cp", "dp"}) CHECK(dense({{column, ""}}).step.total == dense().step.total);
  for (const char* dp : {"1", "2", "8", "64"}) {
    const auto p = dense({{"tp", ""}, {"pp", ""}, {"cp", ""}, {"vpp", ""}, {"dp", dp}});
    CHECK(p.plan.dp == count_in(dp));
    CHECK(p.plan.gpus() == 64);
  }
}

TEST_CASE("what a row leaves open is the fastest plan that fits: no value of the cell that fits is faster, and it is said") {
  const auto is_fastest = [](const auto& row, const char* column, const char* name, const auto& value_of) {
    const auto open = row({{column, ""}, {"dp", ""}});
    CHECK(open.status == RowStatus::ok);
    CHECK(says(open, std::string(name) + " " + std::to_string(value_of(open))));
    CHECK(says(open, "taken: "));
    for (const char* value : {"1", "2", "4", "8"}) {
      const auto p = row({{column, value}, {"dp", ""}, {"recompute", "full"}});
      if (p.status == RowStatus::ok && p.step.memory.fits() && !says(p, "(")) CHECK(open.step.total <= 1.002 * p.step.total);
    }
  };
  is_fastest(experts, "ep", "ep", [](const auto& p) { return p.plan.ep; });
  is_fastest(experts, "tp", "tp", [](const auto& p) { return p.plan.tp; });
  is_fastest(dense, "micro_batch", "micro-batch", [](const auto& p) { return p.plan.micro_batch; });
}

TEST_CASE("a run that states too little to see that it fits is answered with one that does") {
  for (const Cells& blank : {Cells{{"pp", ""}, {"dp", ""}, {"vpp", ""}}, Cells{{"tp", ""}, {"dp", ""}},
                             Cells{{"tp", ""}, {"pp", ""}, {"vpp", ""}, {"dp", ""}}}) {
    const auto p = dense(with(blank, {{"recompute", ""}}));
    CHECK(p.status == RowStatus::ok);
    CHECK(p.step.memory.fits(perf::kMemoryTolerance));
    CHECK(p.doubt > dense().doubt);
  }
}

TEST_CASE("a list of degrees is read once, and quantities beside a degree's name leave the row as it is") {
  const Cells open{{"tp", ""}, {"pp", ""}, {"dp", ""}};
  for (const char* list : {"TP,PP,DP = 4,4,4", "TP x PP x DP = 4 x 4 x 4", "TP-PP-DP 4-4-4", "dropless, TP*PP*DP=4*4*4"}) {
    const auto p = dense(with(open, {{"options", list}}));
    CHECK_MESSAGE(p.step.total == dense().step.total, list << ": " << p.reason);
    CHECK_MESSAGE(!says(p, "not modeled"), p.reason);
  }
  for (const char* quantity : {"pp 5% bubble", "TP 30% of time", "pp 1.5 s", "dp 1.3% of the step"}) {
    const auto p = dense(with(open, {{"options", quantity}}));
    CHECK_MESSAGE(p.status == RowStatus::ok, p.reason);
    CHECK(p.plan.gpus() == 64);
  }
}

TEST_CASE("a degree that only the options state is that of the column; where both do, the column counts") {
  struct Same {
    Cells blank;
    const char* options;
  };
  for (const auto& [blank, options] :
       {Same{{{"ep", ""}}, "EP=8"}, Same{{{"ep", ""}}, "dropless, ep 8"}, Same{{{"ep", ""}}, "expert_model_parallel_size=8"},
        Same{{{"tp", ""}, {"pp", ""}, {"dp", ""}}, "TP2 PP4 EP8"}, Same{{{"tp", ""}, {"pp", ""}}, "tp2pp4"},
        Same{{{"tp", ""}}, "--tensor-model-parallel-size 2"}, Same{{{"micro_batch", ""}}, "MBS 1"}, Same{{{"dp", ""}}, "DP=8"}}) {
    INFO(std::string(options));
    const auto p = experts(with(blank, {{"options", options}}));
    CHECK(p.step.total == experts({}).step.total);
    CHECK(p.doubt == experts({}).doubt);
    CHECK(says(p, "as the options say"));
  }
  CHECK(dense({{"vpp", ""}, {"options", "VPP=5"}}).step.total == dense().step.total);
  for (const char* cell : {"EP8", "EP=8", "8-way"}) CHECK(experts({{"ep", cell}}).step.total == experts({}).step.total);
  const auto both = experts({{"options", "EP=4"}});
  CHECK(both.plan.ep == 8);
  CHECK(says(both, "ep 4 of the options passed over"));
  CHECK(says(dense({{"options", "EP=8"}}), "no experts"));
  CHECK(experts({{"ep", ""}, {"options", "EP=100000000000000000000"}}).status == RowStatus::invalid);
  CHECK(experts({{"tp", ""}, {"options", "TP=0"}}).status == RowStatus::invalid);
}

TEST_CASE(
    "experts on more ranks than there are GPUs are refused; on ranks that do not divide those of a stage they widen the band") {
  const Cells eight{{"num_gpus", "8"}, {"tp", "1"}, {"pp", "1"}, {"dp", "8"}, {"recompute", "full"}};
  const Cells fine{
      {"model", "deepseek-moe-16b"}, {"experts", "64"}, {"layers", "28"}, {"hidden", "2048"}, {"heads", "16"}, {"kv_heads", "16"},
      {"moe_ffn_hidden", "1408"},    {"top_k", "6"}};
  const auto run = [&](const char* ep) { return experts(with(with(eight, fine), {{"ep", ep}})); };
  CHECK(run("8").status == RowStatus::ok);
  for (const char* more : {"16", "64"}) {
    CHECK(run(more).status == RowStatus::invalid);
    CHECK_MESSAGE(says(run(more), "nearest ep 8"), run(more).reason);
  }
  const auto six = [&](const char* ep) {
    return experts(with(with(eight, fine), {{"num_gpus", "6"}, {"dp", "6"}, {"global_batch_seqs", "96"}, {"ep", ep}}));
  };
  CHECK(six("4").status == RowStatus::ok);
  CHECK(six("4").doubt > six("2").doubt);
}

TEST_CASE("no parallelism of a kind may be written as 0 or denied, and is a degree of 1") {
  for (const char* none : {"0", "no", "off", "not used", "0 (none)"}) {
    for (const char* column : {"tp", "pp", "cp", "dp"}) {
      const auto p = dense({{column, none}, {"vpp", ""}}), one = dense({{column, "1"}, {"vpp", ""}});
      CHECK_MESSAGE(p.status == one.status, column << " " << none);
      CHECK_MESSAGE(p.step.total == one.step.total, column << " " << none);
    }
    CHECK(dense({{"vpp", none}}).step.total == dense({{"vpp", "1"}}).step.total);
    CHECK(experts({{"ep", none}}).step.total == experts({{"ep", "1"}}).step.total);
  }
  CHECK(dense({{"micro_batch", "0"}}).status == RowStatus::invalid);
}

TEST_CASE("a product in the cell of stages is one where that is what multiplies to the GPUs, else the chunks of each") {
  const auto plan = [](const Cells& changed) { return dense(changed).plan; };
  CHECK(plan({{"pp", "2x2"}}).pp == 4);  // tp 4, dp 4 of 64
  for (const char* vpp : {"", "5"}) {
    CHECK(plan({{"pp", "4x5"}, {"vpp", vpp}}).pp == 4);
    CHECK(plan({{"pp", "4x5"}, {"vpp", vpp}}).vp == 5);
    CHECK(dense({{"pp", "4 x 5"}, {"vpp", vpp}}).step.total == dense().step.total);
  }
  CHECK(says(dense({{"pp", "4x5"}}), "4 stages of 5 chunks"));
  // Both would do where data parallelism is open: who multiplies stages means chunks.
  CHECK(plan({{"pp", "4x2"}, {"vpp", ""}, {"dp", ""}}).pp == 4);
  CHECK(plan({{"pp", "4x2"}, {"vpp", ""}, {"dp", ""}}).vp == 2);
  CHECK(dense({{"pp", "3x5"}, {"vpp", ""}}).status == RowStatus::invalid);
}

TEST_CASE("a product in the cell of a micro-batch is that many of them, of which a pipeline has more than sequences in one") {
  for (const char* cell : {"1 x 32", "1x32", "1\u00d732", "32x1"}) {
    CHECK_MESSAGE(dense({{"micro_batch", cell}}).step.total == dense().step.total, cell);
    CHECK(dense({{"micro_batch", cell}}).error == dense().error);
  }
  // Where the batch is not stated they multiply to it.
  CHECK(dense({{"micro_batch", "1 x 32"}, {"global_batch_seqs", ""}}).step.total == dense().step.total);
  const Cells flat{{"pp", "1"}, {"vpp", ""}, {"dp", "16"}, {"sharding", "zero3"}, {"global_batch_seqs", ""}};
  CHECK(dense(with(flat, {{"micro_batch", "4 x 2"}})).plan.micro_batch == 4);
  CHECK(dense(with(flat, {{"micro_batch", "4 x 2"}})).plan.global_batch == 128);
}

TEST_CASE("the more degrees had to be chosen, the wider the band") {
  const auto micro = dense({{"micro_batch", ""}}), stages = dense({{"micro_batch", ""}, {"pp", ""}, {"vpp", ""}, {"dp", ""}});
  CHECK(micro.doubt > dense().doubt);
  CHECK(stages.doubt > micro.doubt);
}

TEST_CASE("shapes and plans that cannot be are invalid; what needs twice the memory is infeasible") {
  for (const Cells& wrong : {Cells{{"kv_heads", "7"}}, Cells{{"ffn_hidden", "0"}}, Cells{{"vpp", "99"}},
                             Cells{{"model", "x"}, {"heads", "4096"}, {"kv_heads", "4096"}}})
    CHECK(dense(wrong).status == RowStatus::invalid);
  CHECK(experts({{"top_k", "9"}}).status == RowStatus::invalid);
  const Cells alone{{"tp", "1"}, {"pp", "1"}, {"vpp", ""}, {"dp", "64"}, {"recompute", "full"}};
  CHECK(dense(alone).status == RowStatus::infeasible);
  CHECK(dense(with(alone, {{"options", "optimizer offload"}})).status == RowStatus::ok);
}

TEST_CASE("no reason offers a degree of 0") {
  for (const char* pp : {"3", "7", "100"}) {
    const auto p = dense({{"pp", pp}, {"num_gpus", std::to_string(16 * *count_in(pp))}, {"vpp", ""}});
    CHECK(!says(p, " and 0"));
    CHECK(!says(p, "nearest 0"));
  }
}

/// Whether figures per GPU are those of all the GPUs that a row counts.
void check_per_gpu(const TrainingPrediction& p, int offered) {
  const double tokens = static_cast<double>(p.plan.global_batch) * p.plan.sequence_length / p.step.total.in(kSecond) / offered;
  CHECK(p.step.tokens_per_gpu.base() == doctest::Approx(tokens));
}

TEST_CASE("of a round number of GPUs those work that a plan takes, and what is left over is in doubt") {
  const Cells open = with(with(kLargest, kOpenPlan), {{"global_batch_seqs", "2048"}});
  for (const int offered : {24'000, 100'000}) {
    const auto p = dense(with(open, {{"num_gpus", std::to_string(offered)}}));
    CHECK(p.status == RowStatus::ok);
    CHECK(p.gpus < offered);
    CHECK(2 * p.gpus >= offered);
    CHECK(p.plan.gpus() == p.gpus);
    CHECK_MESSAGE(says(p, std::to_string(p.gpus) + " of "), p.reason);
    const auto exact = dense(with(open, {{"num_gpus", std::to_string(p.gpus)}}));
    CHECK(p.step.total == exact.step.total);
    // With those left over the step can only have been shorter.
    CHECK(p.error == exact.error);
    CHECK(p.below == doctest::Approx(static_cast<double>(offered) / p.gpus - 1));
    check_per_gpu(p, offered);
  }
  // Of a number that nobody rounds to, all work.
  CHECK(dense(with(open, {{"num_gpus", "24001"}})).status == RowStatus::invalid);
  CHECK(dense(with(open, {{"num_gpus", "16384"}})).gpus == 16384);
}

TEST_CASE("of a round number of GPUs those work that the stated degrees divide or multiply to") {
  const Cells round{{"num_gpus", "2000"}, {"tp", "8"}, {"pp", "16"}, {"vpp", ""}, {"global_batch_seqs", "960"}};
  const auto p = dense(with(round, {{"dp", ""}}));
  CHECK(p.status == RowStatus::ok);
  CHECK(p.gpus % (8 * 16) == 0);
  CHECK(p.plan.tp * p.plan.pp * p.plan.dp == p.gpus);
  const auto whole = dense(with(round, {{"dp", "15"}}));
  CHECK(whole.gpus == 8 * 16 * 15);
  check_per_gpu(p, 2000);
  check_per_gpu(whole, 2000);
  const auto exact = dense(with(round, {{"dp", "15"}, {"num_gpus", "1920"}}));
  CHECK(whole.step.mfu_causal == doctest::Approx(exact.step.mfu_causal * 1920 / 2000));
  CHECK(whole.step.total == dense(with(round, {{"dp", "15"}, {"num_gpus", "1920"}})).step.total);
  CHECK(dense(with(round, {{"dp", ""}, {"num_gpus", "2001"}})).status == RowStatus::invalid);
}

TEST_CASE("short sequences, which nothing splits, leave the other degrees to take a round number of GPUs") {
  const Cells open = with(kReplicas, {{"tp", ""}, {"pp", ""}, {"cp", ""}, {"dp", ""}, {"recompute", ""}, {"seq_len", "1024"}});
  const auto p = dense(with(open, {{"num_gpus", "3000"}, {"global_batch_seqs", "4096"}}));
  CHECK_MESSAGE(p.status == RowStatus::ok, p.reason);
  CHECK(p.gpus < 3000);
}

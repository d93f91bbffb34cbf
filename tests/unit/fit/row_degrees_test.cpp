// Are degrees that a row states in other forms than a number read as they are meant?
#include <doctest/doctest.h>

#include <string>
#include <utility>

#include "sample_rows.h"

using namespace eigenbau;
using namespace eigenbau::fit;
using namespace eigenbau::tables;

TEST_CASE("a cell may state a degree of its column and one that has none") {
  for (const char* ep : {"8 ETP 1", "8, ETP 1", "8 (ETP 1)", "EP8 ETP1", "ETP 1, EP 8"}) {
    const auto p = experts({{"ep", ep}});
    CHECK_MESSAGE(p.plan.ep == 8, std::string(ep));
    CHECK_MESSAGE(p.plan.etp == 1, std::string(ep));
  }
  CHECK(experts({{"ep", "4 ETP 2"}}).plan.etp == 2);
  const auto both = experts({{"tp", "2/1"}});
  CHECK(both.plan.tp == 2);
  CHECK(both.plan.etp == 1);
  CHECK(both.step.total == experts({{"options", "ETP=1"}}).step.total);
  CHECK(experts({{"ep", "4"}, {"tp", "2/2"}}).step.total == experts({{"ep", "4"}, {"options", "ETP=2"}}).step.total);
  for (const auto& [column, cell] : Cells{{"ep", "8bananas"}, {"tp", "2/1/1"}, {"ep", "8 ETP 1 bananas"}})
    CHECK_MESSAGE(experts({{column, cell}}).status == RowStatus::invalid, cell);
  for (const auto& [column, cell] : Cells{{"ep", "8 bananas"}, {"tp", "2/one"}}) {
    CHECK_MESSAGE(experts({{column, cell}}).step.total == experts({}).step.total, cell);
    CHECK(experts({{column, cell}}).error > experts({}).error);
  }
}

TEST_CASE("copies of experts leave data parallelism to the other degrees, and say how many ranks hold them all") {
  const auto p = experts({{"dp", "EDP2"}});
  CHECK(p.plan.dp == 8);
  CHECK(p.step.total == experts({}).step.total);
  // 64 GPUs are 4 stages of 16 ranks.
  for (const auto& [copies, ranks] : {std::pair{"EDP2", 8}, std::pair{"EDP4", 4}, std::pair{"EDP8", 2}})
    CHECK(experts({{"dp", copies}, {"ep", ""}}).plan.ep == ranks);
}

TEST_CASE("no expert parallelism is one rank, where the column is blank") {
  const Cells small{{"experts", "4"}, {"moe_ffn_hidden", "4096"}, {"model", "our-moe"}};
  const auto one = experts(with(small, {{"ep", "1"}}));
  for (const char* none : {"no EP", "no expert parallelism", "w/o EP"}) {
    INFO(std::string(none));
    CHECK(experts(with(small, {{"ep", ""}, {"options", none}})).step.total == one.step.total);
    CHECK(experts(with(small, {{"ep", none}})).step.total == one.step.total);
    CHECK(experts(with(small, {{"ep", "4"}, {"options", none}})).plan.ep == 4);
  }
  CHECK(says(experts(with(small, {{"ep", ""}, {"options", "no EP overlap"}})), "taken"));
}

TEST_CASE("degrees that are equal are each stated") {
  const auto p = experts({{"ep", ""}, {"dp", ""}, {"options", "EP=DP=8"}});
  CHECK(p.plan.ep == 8);
  CHECK(p.plan.dp == 8);
  CHECK(p.step.total == experts({}).step.total);
}

TEST_CASE("GPUs may be counted by the server") {
  for (const char* cell : {"8 nodes x 8", "8 x 8", "8\u00d78", "8 nodes x 8 GPUs", "8 GPUs x 8 nodes", "8 servers x 8"})
    CHECK_MESSAGE(dense({{"num_gpus", cell}}).step.total == dense().step.total, std::string(cell));
  for (const char* cell : {"8 racks", "8 racks x 8", "x 8"})
    CHECK_MESSAGE(dense({{"num_gpus", cell}}).status == RowStatus::invalid, std::string(cell));
}

TEST_CASE("model parallelism beyond a domain or what divides the heads is that of tensors times that of stages") {
  const auto run = [](const char* gpu, const char* mp, const Cells& cells) {
    return dense(with(with({{"gpu", gpu}, {"num_gpus", "128"}, {"dp", ""}, {"vpp", ""}, {"tp", ""}, {"pp", ""}}, cells),
                      {{"options", std::string("model-parallel size ").append(mp)}}));
  };
  for (const char* mp : {"16", "32", "64"}) {
    INFO(std::string(mp));
    const auto p = run("H100", mp, {});
    CHECK(p.status == RowStatus::ok);
    CHECK(std::to_string(p.plan.tp * p.plan.pp) == mp);
    CHECK(p.plan.tp <= 8);
    CHECK(says(p, "taken as tp x pp"));
    const std::string tp = std::to_string(p.plan.tp), pp = std::to_string(p.plan.pp);
    CHECK(p.step.total == dense({{"num_gpus", "128"}, {"dp", ""}, {"vpp", ""}, {"tp", tp}, {"pp", pp}}).step.total);
  }
  CHECK(run("H100", "8", {}).plan.tp == 8);
  CHECK(run("GB200", "32", {}).plan.tp == 32);
  CHECK(run("H100", "32", {{"pp", "4"}}).plan.tp == 8);
  CHECK(run("H100", "32", {{"tp", "8"}}).plan.tp == 8);
  CHECK(run("H100", "20", {{"num_gpus", "80"}}).plan.tp == 4);  // of 64 heads
}

TEST_CASE("sharding splits a model whose weights are sharded: degrees that are blank are 1 as far as that fits") {
  const Cells open{{"tp", ""}, {"pp", ""}, {"vpp", ""}, {"cp", ""}, {"dp", ""}, {"sharding", "FSDP"}, {"recompute", "full"}};
  for (const char* stack : {"torchtitan", "maxtext", "OLMo-core", "megatron-core"})
    for (const char* sharding : {"FSDP", "ZeRO-3", "HSDP"}) {
      INFO(std::string(stack));
      INFO(std::string(sharding));
      const Cells cells = with(open, {{"stack", stack}, {"sharding", sharding}});
      const auto p = dense(cells);
      CHECK(p.plan.tp * p.plan.pp * p.plan.cp == 1);
      CHECK(p.step.total == dense(with(cells, {{"tp", "1"}, {"pp", "1"}, {"cp", "1"}, {"dp", "64"}})).step.total);
      CHECK(says(p, "sharding splits the model"));
      CHECK(p.doubt > dense(with(cells, {{"tp", "1"}, {"pp", "1"}})).doubt);
    }
  // Fewer sequences than ranks, or too long ones: tensors are split inside a node, stages are not.
  for (const Cells& more : {Cells{{"global_batch_seqs", "16"}}, Cells{{"seq_len", "65536"}}}) {
    const auto p = dense(with(with(open, {{"stack", "torchtitan"}}), more));
    CHECK(p.status == RowStatus::ok);
    CHECK(p.plan.tp > 1);
    CHECK(p.plan.tp <= 8);
    CHECK(p.plan.pp * p.plan.cp == 1);
  }
  const auto stages = dense(with(open, {{"stack", "maxtext"}, {"pp", "4"}}));
  CHECK(stages.plan.pp == 4);
  CHECK(stages.plan.tp * stages.plan.cp == 1);
}

TEST_CASE("degrees of other runs, and of what failed or is only compared with, are none of the run's") {
  const Cells open{{"tp", ""}, {"pp", ""}, {"vpp", ""}, {"cp", ""}, {"dp", ""}, {"micro_batch", ""}};
  const auto blank = dense(open);
  for (const char* options : {"the 405B run uses TP 8 PP 16", "CP 16 only for the 128K stage", "OOM with micro batch 2",
                              "faster than TP 8 PP 4", "TP 2 PP 32 was considered"}) {
    INFO(std::string(options));
    const auto p = dense(with(open, {{"options", options}}));
    CHECK(p.step.total == blank.step.total);
    CHECK(p.doubt > blank.doubt);
  }
  const auto own = dense(with(open, {{"options", "TP 8, PP 4, micro batch 2"}}));
  for (const char* options :
       {"TP 8, PP 4, micro batch 2; the 405B run uses TP 16, PP 16", "TP 8 instead of 4, PP 4, micro batch 2",
        "TP 8, PP 4, micro batch 2 (4 would be OOM)", "the 70B model uses TP 8, PP 4, micro batch 2"})
    CHECK_MESSAGE(dense(with(open, {{"options", options}})).step.total == own.step.total, std::string(options));
}

TEST_CASE("the axes of MaxText's mesh are the degrees of its run") {
  const Cells open{{"stack", "maxtext"}, {"tp", ""}, {"pp", ""},       {"vpp", ""},
                   {"cp", ""},           {"dp", ""}, {"sharding", ""}, {"recompute", "full"}};
  const auto whole = dense(with(open, {{"tp", "1"}, {"pp", "1"}, {"cp", "1"}, {"dp", "64"}, {"sharding", "FSDP"}}));
  for (const char* mesh :
       {"ici_fsdp_parallelism=8, dcn_fsdp_parallelism=8", "ici_fsdp_parallelism=-1",
        "dcn_fsdp_parallelism=-1 ici_fsdp_parallelism=8", "--ici_fsdp_parallelism 8 --dcn_fsdp_parallelism 8"}) {
    const auto p = dense(with(open, {{"options", mesh}}));
    CHECK_MESSAGE(p.step.total == whole.step.total, std::string(mesh));
    CHECK(p.doubt == whole.doubt);
  }
  CHECK(dense(with(open, {{"num_gpus", ""}, {"options", "ici_fsdp_parallelism=8, dcn_fsdp_parallelism=8"}})).step.total ==
        whole.step.total);
  const auto tensors = dense(with(open, {{"options", "ici_tensor_parallelism=4 ici_fsdp_parallelism=2 dcn_fsdp_parallelism=8"}}));
  CHECK(tensors.plan.tp == 4);
  CHECK(tensors.plan.dp == 16);
  const auto copies = dense(with(open, {{"options", "ici_fsdp_parallelism=32 dcn_data_parallelism=2"}}));
  CHECK(copies.plan.shard_group == 32);
  CHECK(dense(with(open, {{"tp", "8"}, {"options", "ici_fsdp_parallelism=-1"}})).plan.tp == 8);
}

// A plan of which only the ranks that share a sequence are left to state.
const Cells kOpenSequence{{"num_gpus", "32"},
                          {"tp", "1"},
                          {"pp", "1"},
                          {"vpp", ""},
                          {"cp", ""},
                          {"dp", ""},
                          {"stack", "DeepSpeed"},
                          {"model", "llama3-8b"},
                          {"layers", "32"},
                          {"hidden", "4096"},
                          {"heads", "32"},
                          {"ffn_hidden", "14336"},
                          {"sharding", "zero3"},
                          {"seq_parallel", ""},
                          {"seq_len", "65536"},
                          {"recompute", ""},
                          {"global_batch_seqs", "32"}};

TEST_CASE("Ulysses is context parallelism by an exchange of heads, wherever it is stated") {
  const Cells& open = kOpenSequence;
  const auto by_degree = dense(with(open, {{"options", "cp 8, cp_comm_type a2a"}}));
  CHECK(by_degree.plan.cp == 8);
  for (const Cells& stated :
       {Cells{{"options", "Ulysses SP=8"}}, Cells{{"options", "ulysses_sequence_parallel_size=8"}},
        Cells{{"sharding", "ZeRO-3, Ulysses 8"}}, Cells{{"seq_parallel", "8 (Ulysses)"}}, Cells{{"seq_parallel", "Ulysses 8"}},
        Cells{{"stack", "DeepSpeed (Ulysses SP 8)"}}, Cells{{"stack", "DeepSpeed-Ulysses"}, {"options", "sp 8"}}}) {
    const auto p = dense(with(open, stated));
    CHECK(p.step.total == by_degree.step.total);
    CHECK_MESSAGE(says(p, "Ulysses 8 taken as cp 8"), p.reason);
    CHECK(!says(p, "not understood"));
  }
  // Software that counts ranks without saying how they share a sequence is taken to exchange heads, with doubt.
  for (const Cells& stated : {Cells{{"options", "sequence_parallel_size: 8"}}, Cells{{"seq_parallel", "8"}}}) {
    const auto bare = dense(with(open, stated));
    CHECK(bare.step.total == by_degree.step.total);
    CHECK(bare.doubt == doctest::Approx(by_degree.doubt + 0.05));
  }
  CHECK(dense(with(open, {{"options", "ring attention, SP 8"}})).plan.context == perf::ContextParallel::ring);
  CHECK(says(dense(with(open, {{"options", "Ulysses"}})), "the ranks of Ulysses are not stated"));
  for (const char* cp : {"1", "4"})
    CHECK(says(dense(with(open, {{"cp", cp}, {"options", "SP 8"}})), "sequence parallelism 8 passed over: cp is"));
  // As many as those of tensor parallelism split sequences between its products.
  const auto between = dense({{"seq_parallel", ""}, {"options", "TP 4, SP 4"}});
  CHECK(between.plan.sequence_parallel);
  CHECK(between.plan.cp == 1);
  CHECK(between.step.total == dense().step.total);
}

TEST_CASE("ranks that share a sequence change no plan that is stated, nor one of which they are no part") {
  for (const char* options : {"SP 8", "Ulysses SP 2", "sequence_parallel_size=4"}) {
    INFO(std::string(options));
    const auto p = dense({{"options", options}});
    CHECK(p.step.total == dense().step.total);
    CHECK(p.error == dense().error);
    // The other degrees make up the GPUs without it.
    const auto blank = dense({{"cp", ""}, {"options", options}});
    CHECK(blank.step.total == dense({{"cp", ""}}).step.total);
  }
  for (const char* odd : {"SP 64", "SP 3", "sequence parallelism 2022"})
    CHECK_MESSAGE(dense(with(kOpenSequence, {{"options", odd}})).plan.cp == dense(kOpenSequence).plan.cp, std::string(odd));
}

TEST_CASE("words of notes, and those that may speak of something else, state no ranks of a sequence") {
  const auto plain = dense(kOpenSequence);
  for (const char* notes :
       {"SP 8", "AMD EPYC 9654 (SP5)", "SLES 15 SP4", "table 3 (SP 2) is another run", "DeepSpeed-Ulysses, SP 8"})
    CHECK_MESSAGE(dense(with(kOpenSequence, {{"notes", notes}})).step.total == plain.step.total, std::string(notes));
  for (const char* words : {"SLES 15 SP4", "SLES 15 (SP4)", "better than DeepSpeed-Ulysses (SP 8)", "TP+SP 8", "SP 8 fails",
                            "we compare with Ulysses", "DeepSpeed-Ulysses cited as related work"})
    for (const char* column : {"options", "stack"}) {
      INFO(std::string(words));
      Cells cells{{"stack", "DeepSpeed"}};
      cells[column] = column == std::string("stack") ? std::string("DeepSpeed; ").append(words) : words;
      const auto p = dense(with(kOpenSequence, cells));
      CHECK(p.plan.cp == plain.plan.cp);
      CHECK(!says(p, "the ranks of Ulysses"));
    }
  CHECK(!says(dense({{"seq_parallel", "no (Ulysses instead)"}}), "not understood"));
}

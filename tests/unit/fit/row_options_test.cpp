// Do options that name a number format, chunks or no more than idle words change a run as the cells that say the same?
#include <doctest/doctest.h>

#include <string>
#include <utility>

#include "sample_rows.h"

using namespace eigenbau;
using namespace eigenbau::fit;
using namespace eigenbau::tables;

TEST_CASE("a number format of products counts in the options where the cell is blank or says bf16") {
  for (const auto& [option, cell] :
       {std::pair{"float8", "fp8"}, std::pair{"float8 tensorwise", "fp8"}, std::pair{"FP8 hybrid", "fp8"},
        std::pair{"float8 rowwise", "fp8 rowwise"}, std::pair{"Transformer Engine FP8", "fp8"},
        std::pair{"fp8 delayed scaling", "fp8"}, std::pair{"fp8 (blockwise)", "fp8 blockwise"}})
    for (const char* stated : {"", "bf16"}) {
      INFO(std::string(option));
      const auto p = dense({{"precision", stated}, {"options", option}});
      CHECK(p.step.total == dense({{"precision", cell}}).step.total);
      CHECK(p.doubt == dense({{"precision", cell}}).doubt);
      CHECK(p.step.total < dense().step.total);
      CHECK(says(p, "precision as the options say"));
    }
  const auto of_b200 = [](const char* cell, const char* option) {
    return dense({{"gpu", "B200"}, {"precision", cell}, {"options", option}}).step.total;
  };
  for (const char* format : {"mxfp8", "nvfp4"}) CHECK(of_b200("", format) == of_b200(format, ""));
  CHECK(dense({{"options", "no FP8"}}).doubt == dense().doubt);
  CHECK(dense({{"precision", "fp8"}, {"options", "no FP8"}}).doubt > dense({{"precision", "fp8"}}).doubt);
  CHECK(dense({{"precision", "fp16"}, {"options", "FP8 hybrid"}}).step.total == dense({{"precision", "fp16"}}).step.total);
}

TEST_CASE("beside a cell of bf16 a mere mention of another format is passed over and said; null is none") {
  for (const char* option : {"same loss as FP8", "compared with FP8", "FP8 unstable", "FP8 planned"}) {
    INFO(std::string(option));
    const auto p = dense({{"options", option}});
    CHECK(p.step.total == dense().step.total);
    CHECK((says(p, "not modeled") || says(p, "passed over")));
    CHECK(p.doubt > dense().doubt);
  }
  for (const char* off : {"fp8: null", "fp8=None", "fp8_recipe: null", "fp8_recipe=none", "fp8: ~", "cpu_offloading: null",
                          "overlap_moe_expert_parallel_comm: null"}) {
    CHECK_MESSAGE(dense({{"options", off}}).step.total == dense().step.total, std::string(off));
    CHECK(dense({{"options", off}}).doubt == dense().doubt);
  }
  CHECK(experts({{"options", "moe_a2a_overlap: null"}}).step.total == experts({}).step.total);
}

TEST_CASE("watts below the rating beside a cap, a limit or TDP hold the power there, in any order") {
  const auto held = dense({{"options", "power cap 500 W"}});
  CHECK(held.step.total > dense().step.total);
  for (const char* words :
       {"500W power limit", "500 W power cap", "capped at 500 W", "limited to 500 W", "power limited to 500 W", "500 W limit",
        "500W TDP", "TDP 500 W", "power cap: 500", "0.5 kW cap", "GPUs capped at 500 watts each"}) {
    INFO(std::string(words));
    CHECK(dense({{"options", words}}).step.total == held.step.total);
    CHECK(dense({{"options", words}}).doubt == held.doubt);
  }
  for (const char* other :
       {"average draw 500 W, no cap", "500 W average below the limit", "rack limit 120 kW", "700 W limit", "500 W"})
    CHECK_MESSAGE(dense({{"options", other}}).step.total == dense().step.total, std::string(other));
}

TEST_CASE("the format of traffic and of the optimizer is not that of products, and is in doubt") {
  for (const char* option : {"float8 all-gather", "8-bit Adam", "fp8 optimizer states", "fp8 communication"}) {
    INFO(std::string(option));
    const auto p = dense({{"options", option}});
    CHECK(p.step.total == dense().step.total);
    CHECK(says(p, "not modeled"));
    CHECK(p.doubt > dense().doubt);
  }
  CHECK(experts({{"options", "fp8 dispatch"}, {"precision", ""}}).step.total == experts({}).step.total);
}

TEST_CASE("words that say nothing of a step leave it and its band as they are; unknown ones widen the band") {
  for (const char* options : {"AdamW, lr 3e-4, weight decay 0.1", "CUDA 12.4; PyTorch 2.6; NCCL 2.20", "from Table 2", "24 hours",
                              "fused AdamW; SDPA; bf16 mixed precision", "strong scaling, within node", "async checkpointing"}) {
    INFO(std::string(options));
    const auto p = dense({{"options", options}});
    CHECK(p.step.total == dense().step.total);
    CHECK(p.doubt == dense().doubt);
    CHECK(!says(p, "not modeled"));
  }
  const auto unknown = dense({{"options", "AdamW, frobnicated kernels"}});
  CHECK(unknown.doubt == doctest::Approx(dense().doubt + 0.05));
  CHECK(says(unknown, "not modeled: frobnicated kernels"));
}

TEST_CASE("chunks that options state in words are those of the column") {
  const auto run = [](const char* vpp, const char* options) { return dense({{"vpp", vpp}, {"options", options}}); };
  for (const char* options : {"1F1B interleaved v=4", "interleaved 1F1B (v=4)", "interleaved schedule, 4 chunks",
                              "interleaved pipeline with 4 model chunks", "virtual pipeline stages 4", "4 virtual stages per GPU",
                              "num-layers-per-virtual-pipeline-stage 5"}) {  // 80 layers on 4 stages
    INFO(std::string(options));
    const auto p = run("", options);
    CHECK(p.plan.vp == 4);
    CHECK(p.step.total == run("4", "").step.total);
    CHECK(p.doubt == run("4", "").doubt);
    CHECK(run("5", options).plan.vp == 5);
  }
  CHECK(says(run("", "num-layers-per-virtual-pipeline-stage 3"), "not modeled"));
  const auto no_stages = dense({{"pp", "1"}, {"tp", "8"}, {"dp", "8"}, {"vpp", ""}, {"options", "interleaved 1F1B, v=4"}});
  CHECK(no_stages.plan.vp == 1);
  CHECK(run("", "interleaved 1F1B, v=99").status == RowStatus::invalid);
}

TEST_CASE("degrees in phrases are those of the columns") {
  const Cells blank{{"tp", ""}, {"pp", ""}, {"cp", ""}, {"dp", ""}, {"vpp", "1"}};
  const auto stated = dense(with(blank, {{"tp", "8"}, {"pp", "2"}, {"cp", "1"}, {"dp", "4"}}));
  for (const char* options : {"8-way tensor, 2-way pipeline", "(t,p,d)=(8,2,4)", "t=8, p=2", "tensor MP 8; pipeline MP 2",
                              "MP=8, PP=2", "8-way model parallelism, 2-way pipeline"}) {
    INFO(std::string(options));
    const auto p = dense(with(blank, {{"cp", "1"}, {"options", options}}));
    CHECK(p.step.total == stated.step.total);
    CHECK(p.doubt == stated.doubt);
  }
  const Cells small{{"model", "llama3-8b"},
                    {"layers", "32"},
                    {"hidden", "4096"},
                    {"heads", "32"},
                    {"ffn_hidden", "14336"},
                    {"vpp", ""},
                    {"tp", ""},
                    {"pp", ""},
                    {"cp", ""},
                    {"dp", ""},
                    {"sharding", "zero3"}};
  const auto alone = dense(with(small, {{"tp", "1"}, {"pp", "1"}, {"cp", "1"}}));
  for (const char* options : {"no model parallelism", "w/o model parallelism", "data parallel only"}) {
    const auto p = dense(with(small, {{"options", options}}));
    CHECK(p.plan.dp == 64);
    CHECK(p.step.total == alone.step.total);
    CHECK(p.doubt == alone.doubt);
  }
  CHECK(dense({{"options", "no model parallelism"}}).plan.tp == 4);
}

TEST_CASE(
    "options that say nothing, and cells that do, are blank ones; separators of thousands and typographic signs are plain") {
  const auto plain = dense();
  for (const char* nothing : {"N/A", "?", "unknown", "-", "\u2013", "\u2014", "NaN"}) {
    CHECK_MESSAGE(dense({{"options", nothing}}).error == plain.error, nothing);
    CHECK_MESSAGE(dense({{"options", nothing}}).reason == plain.reason, nothing);
    for (const char* column : {"cp", "ep", "experts", "micro_batch", "dp"})
      CHECK_MESSAGE(dense({{column, nothing}}).status == RowStatus::ok, column, " ", nothing);
  }
  for (const char* length : {"8 192", "8'192", "8_192", "8,192", "8\u00a0192", "8\u2009192", "8\u202f192"})
    CHECK_MESSAGE(dense({{"seq_len", length}}).step.total == plain.step.total, length);
  CHECK(dense({{"seq_len", "81 92"}}).status == RowStatus::invalid);
  CHECK(dense({{"model", "llama3\u201170b"}}).reason == plain.reason);
}

TEST_CASE("what a cell of a degree remarks is an option") {
  const Cells long_context{{"cp", "4"}, {"dp", "1"}};
  const auto in_cell = [&](const char* column, const char* text) { return dense(with(long_context, {{column, text}})); };
  const auto option = [&](const char* text) { return dense(with(long_context, {{"options", text}})); };
  for (const char* cell : {"4 (a2a)", "4 a2a", "4 (CP a2a)"}) {
    CHECK_MESSAGE(in_cell("cp", cell).step.total == option("CP a2a").step.total, cell);
    CHECK(in_cell("cp", cell).error == option("CP a2a").error);
  }
  const Cells open{{"seq_parallel", ""}};
  CHECK(dense(with(open, {{"tp", "4 (SP off)"}})).step.total == dense(with(open, {{"options", "SP off"}})).step.total);
  CHECK(dense(with(open, {{"tp", "4 + SP"}})).step.total == dense(with(open, {{"options", "SP"}})).step.total);
  for (const char* cell : {"4 SP", "4, SP", "4/SP", "4; SP"})
    CHECK_MESSAGE(dense(with(open, {{"tp", cell}})).step.total == dense(with(open, {{"options", "SP"}})).step.total, cell);
  CHECK(in_cell("cp", "4, a2a").step.total == option("CP a2a").step.total);
  for (const char* cell : {"4, 1F1B", "4 + 1F1B", "4/1F1B"}) {
    const auto p = dense({{"pp", cell}, {"vpp", ""}});
    CHECK_MESSAGE(p.plan.pp == 4, cell);
    CHECK_MESSAGE(p.step.total == dense({{"vpp", ""}, {"options", "1F1B"}}).step.total, cell);
  }
  const auto unknown = dense({{"tp", "4, frobnicated"}});
  CHECK(unknown.error > dense().error);
  CHECK(says(unknown, "frobnicated"));
}

TEST_CASE("a count is the same whatever unit stands behind it, as a product, and where the cell says no") {
  const auto same = [&](const char* column, const char* text, const char* plain) {
    const auto p = dense({{column, text}}), q = dense({{column, plain}});
    CHECK_MESSAGE(p.status == RowStatus::ok, text << ": " << p.reason);
    CHECK_MESSAGE(p.step.total == q.step.total, text);
    CHECK_MESSAGE(p.error == q.error, text);
  };
  for (const char* cell : {"4 stages", "4 pipeline stages", "2x2"}) same("pp", cell, "4");
  for (const char* cell : {"5 chunks", "v=5", "x5", "5 virtual stages", "v5"}) same("vpp", cell, "5");
  for (const char* cell : {"off", "no", "0"}) same("vpp", cell, "1");
  for (const char* cell : {"1 sequence", "1 per GPU", "1 sequence per GPU", "1x1", "1 seq x 32"}) same("micro_batch", cell, "1");
  for (const char* cell : {"32x4", "32 * 4", "128+"}) same("global_batch_seqs", cell, "128");
  for (const char* cell : {"4 ranks", "4 replicas", "2x2"}) same("dp", cell, "4");
  for (const char* cell : {"4 8", "4/2/1", "4+4", "x", "four"})
    CHECK_MESSAGE(dense({{"dp", cell}}).status == RowStatus::invalid, cell);
}

TEST_CASE("a ring of context parallelism is what runs where no way is stated") {
  const auto option = [](const char* text) { return dense({{"cp", "4"}, {"dp", "1"}, {"options", text}}); };
  for (const char* ring : {"cp_comm_type=p2p", "ring attention", "CP ring"}) {
    CHECK_MESSAGE(option(ring).step.total == option("").step.total, ring);
    CHECK(option(ring).error == option("").error);
  }
  for (const char* gathered : {"cp_comm_type=all_gather", "CP all-gather", "context parallelism by allgather"}) {
    CHECK_MESSAGE(option(gathered).plan.context == perf::ContextParallel::all_gather, gathered);
    CHECK_MESSAGE(option(gathered).doubt == option("").doubt, option(gathered).reason);
  }
}

TEST_CASE("offload of a part is that of all, with doubt; of none it is none; layers are those of activations") {
  const auto all = dense({{"options", "optimizer offload"}}), none = dense();
  REQUIRE(all.step.total > none.step.total);
  for (const char* part : {"optimizer offload 50%", "optimizer_offload_fraction=0.5"}) {
    CHECK_MESSAGE(dense({{"options", part}}).step.total == all.step.total, part);
    CHECK(dense({{"options", part}}).error > all.error);
    CHECK(says(dense({{"options", part}}), "all of them taken"));
  }
  CHECK(dense({{"options", "optimizer offload 100%"}}).error == all.error);
  CHECK(dense({{"options", "no offload"}}).error == none.error);
  CHECK(dense({{"options", "optimizer_offload_fraction=0"}}).step.total == none.step.total);
  const auto activations = dense({{"options", "activation offload"}});
  for (const char* layers : {"cpu_offloading_num_layers=4", "activation offload 2 layers"}) {
    CHECK_MESSAGE(dense({{"options", layers}}).step.total == activations.step.total, layers);
    CHECK(dense({{"options", layers}}).error > activations.error);
  }
  CHECK(dense({{"options", "cpu offload"}}).step.total == all.step.total);
  CHECK(says(dense({{"sharding", "zero1, offload params"}}), "not modeled: offload params"));
}

TEST_CASE("weights that the optimizer keeps in 16 bits are those of pure bf16") {
  for (const char* words : {"master weights in bf16", "bf16 master weights", "no fp32 master weights", "no master weights"}) {
    INFO(std::string(words));
    const auto p = dense({{"options", words}});
    CHECK(p.step.memory.total() == dense({{"precision", "bf16 (pure)"}}).step.memory.total());
    CHECK(p.step.memory.total() < dense().step.memory.total());
    CHECK(!says(p, "not modeled"));
  }
  CHECK(dense({{"options", "fp32 master weights"}}).step.memory.total() == dense().step.memory.total());
}

TEST_CASE("a name in brackets behind a schedule and a setting that the plan has no use for are no remarks") {
  const auto named = dense({{"options", "zero bubble (ZB-H1) schedule"}}), alone = dense({{"options", "ZB-H1"}});
  CHECK(named.step.total == alone.step.total);
  CHECK(named.doubt == alone.doubt);
  CHECK(!says(named, "not modeled"));
  const Cells open{{"seq_parallel", ""}, {"tp", ""}};
  CHECK(!says(dense(with(with(kReplicas, open), {{"stack", "PyTorch FSDP"}})), "sequence parallelism"));
  CHECK(says(dense({{"seq_parallel", ""}}), "sequence parallelism on as the stack does"));
}

TEST_CASE("the recompute that was taken is said where nothing states it") {
  for (const char* memory : {"H100", "B200"}) {
    const auto p = dense({{"recompute", ""}, {"gpu", memory}});
    CHECK(says(p, std::string("recompute taken: ") + std::string(catalog::name_of(p.step.recompute_mode.mode))));
    CHECK(p.step.total ==
          dense({{"recompute", std::string(catalog::name_of(p.plan.recompute.mode))}, {"gpu", memory}}).step.total);
  }
  CHECK(!says(dense(), "recompute taken"));
}

TEST_CASE("tensors that are split over a grid of ranks are taken as split one way, with their traffic in doubt") {
  const auto grid = dense({{"tp", ""}, {"options", "2D tensor parallel 2x2"}});
  CHECK(grid.plan.tp == 4);
  CHECK(grid.step.total == dense().step.total);
  CHECK(grid.error == doctest::Approx(dense().error + grid.step.tensor_parallel / grid.step.total));
  for (const char* said : {"2D tensor parallelism", "2.5D tensor parallelism", "2D tensor parallel 2x2"})
    CHECK_MESSAGE(says(dense({{"options", said}}), "not modeled"), std::string(said));
  CHECK(!says(dense({{"options", "3D parallelism"}}), "not modeled"));
}

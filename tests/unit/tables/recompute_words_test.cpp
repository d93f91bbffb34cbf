// Do words for recompute mean the same however they are spelled, and does what they deny not count?
#include "tables/recompute_words.h"

#include <doctest/doctest.h>

#include <string>

#include "tables/run_text.h"

using namespace eigenbau;
using namespace eigenbau::tables;
using perf::Recompute;

TEST_CASE("words for recompute mean the same in a cell and in an option, with blanks, hyphens or underscores") {
  for (const char* full : {"full", "100%", "80/80", "all", "every layer", "ckpt", "nothing_saveable", "recompute", "AC",
                           "save_out_proj", "save out proj", "full, no offload"}) {
    INFO(std::string(full));
    CHECK(recompute_in(full) == Recompute::full);
  }
  for (const char* selective : {"selective", "moe_act", "recompute moe act", "mla up proj", "recompute modules= mlp moe act",
                                "dots-saveable", "selective, not full"}) {
    INFO(std::string(selective));
    REQUIRE(recompute_in(selective));
    CHECK(recompute_in(selective)->mode == Recompute::selective);
  }
  for (const char* none :
       {"none", "none (flash attention)", "no (flash attention)", "off", "no", "disabled", "full recompute off", "not full",
        "not with recompute", "AC off", "without recompute", "no checkpointing", "recompute=False"}) {
    INFO(std::string(none));
    CHECK(recompute_in(none) == Recompute::none);
  }
  for (const char* other : {"", "foo", "not stated"}) CHECK(!recompute_in(other));
}

TEST_CASE("Megatron's flag is selective, no layers are none, all but something is all with what cannot be left out") {
  for (const char* flag : {"--recompute-activations", "recompute-activations", "recompute_activations: true"}) {
    CHECK_MESSAGE(recompute_in(flag) == Recompute::selective, std::string(flag));
    CHECK_MESSAGE(unclear_in_recompute(flag).empty(), std::string(flag));
  }
  // Spelled with a blank it may be no flag.
  CHECK(recompute_in("recompute activations") == Recompute::selective);
  CHECK(!unclear_in_recompute("recompute activations").empty());
  CHECK(recompute_in("recompute-activations, recompute-granularity full") == Recompute::full);
  CHECK(recompute_in("recompute activations of every layer") == Recompute::full);
  CHECK(recompute_in("recompute_activations=false") == Recompute::none);
  for (const char* none : {"0 layers", "0 layers recomputed", "recompute 0 layers", "zero layers"})
    CHECK_MESSAGE(recompute_in(none) == Recompute::none, std::string(none));
  for (const char* all : {"all but attention", "all except attention", "everything but the MLP", "full except mlp"}) {
    CHECK_MESSAGE(recompute_in(all) == Recompute::full, std::string(all));
    CHECK_MESSAGE(contains(unclear_in_recompute(all), "excepted"), std::string(all));
  }
}

TEST_CASE("what is said not to be told says nothing of recompute") {
  for (const char* open :
       {"recompute not stated", "recompute: not printed", "activation checkpointing unknown", "recompute not reported"})
    CHECK_MESSAGE(!recompute_in(open), std::string(open));
  for (const char* full : {"full, method not stated", "full (modules unknown)"})
    CHECK_MESSAGE(recompute_in(full) == Recompute::full, std::string(full));
}

TEST_CASE("checkpoints that are saved and a supply of current are no recompute") {
  for (const char* clause : {"full recompute", "gradient checkpointing", "activation checkpointing", "selective checkpointing",
                             "checkpointing", "no checkpointing", "checkpointing of 4 of 20 layers", "ac", "full ac", "ac off",
                             "ac=op", "full checkpointing", "full activation checkpointing", "full activation checkpoint",
                             "selective ac option=2", "activation checkpoint.mode=none", "recompute auto", "sac"}) {
    INFO(std::string(clause));
    CHECK(speaks_of_recompute(clause));
  }
  for (const char* clause :
       {"async checkpointing", "distributed checkpointing", "checkpointing to local nvme", "ac power", "220v ac", "ac coupled",
        "checkpointing every 500 steps", "dist checkpointing", "checkpointing to disk", "from a saved checkpoint",
        "full distributed checkpointing", "full checkpoints", "full state checkpoints every hour", "checkpoint full"}) {
    INFO(std::string(clause));
    CHECK(!speaks_of_recompute(clause));
  }
}

TEST_CASE("a clause goes on with one of recompute where it holds nothing but its words") {
  for (const char* clause : {"block", "method block", "uniform", "num layers 4", "4 layers", "2 layers of each chunk", "moe act"})
    CHECK(goes_on_with_recompute(clause));
  for (const char* clause : {"4", "of 16", "mtp num layers 1", "async", "80 layers deep", ""})
    CHECK(!goes_on_with_recompute(clause));
}

TEST_CASE("words for recompute that are not understood say nothing; those that cannot be meant are told") {
  for (const char* open :
       {"recompute auto", "recompute=unknown", "recompute foo", "async checkpointing", "AC power", "220V AC", "AC-coupled"})
    CHECK(!recompute_in(open));
  for (const char* count : {"-1", "2.5", "10001", "0"}) {
    INFO(std::string(count));
    for (const char* before : {"recompute_granularity=full, ", ""}) {
      const std::string words = std::string(before) + "recompute_num_layers=" + count;
      CHECK(recompute_in(words) == Recompute::full);
      CHECK(!unclear_in_recompute(words).empty());
    }
  }
  for (const char* words : {"full, block, 4.5 layers", "9 of 8 layers", "recompute_modules=[foo]", "full except mlp"}) {
    INFO(std::string(words));
    REQUIRE(recompute_in(words));
    CHECK(!unclear_in_recompute(words).empty());
  }
  for (const char* words : {"full, 6", "selective, 6", "core_attn, SwiGLU", "recompute_modules=[mlp, foo]"}) {
    INFO(std::string(words));
    CHECK(contains(unclear_in_recompute(words), "passed over"));
  }
  for (const char* words :
       {"full", "full, block, 4 layers", "full/block 4", "full (4 layers)", "full, uniform, 1 layer", "8 of 8 layers",
        "recompute_modules=[mlp]", "core attention, RMSNorm", "selective (attn)", "selective", "none", "every 2 layers"}) {
    INFO(std::string(words));
    CHECK(unclear_in_recompute(words).empty());
  }
}

TEST_CASE("modules are those that are named, one by one; a name inside another's is not") {
  using Module = catalog::RecomputeModule;
  const auto modules = [](const char* words) { return recompute_in(words)->modules; };
  CHECK(modules("recompute_modules= moe_act layernorm") ==
        catalog::RecomputeModules().add(Module::moe_act).add(Module::layernorm));
  CHECK(modules("mla_up_proj,mlp") == catalog::RecomputeModules().add(Module::mla_up_proj).add(Module::mlp));
  CHECK(modules("selective: moe, shared_experts") == catalog::RecomputeModules().add(Module::moe).add(Module::shared_experts));
  CHECK(modules("selective core_attn") == catalog::RecomputeModules().add(Module::core_attn));
  CHECK(modules("core attention") == modules("core_attn"));
  CHECK(modules("MLA up-projection, RMSNorm") == modules("mla_up_proj, layernorm"));
  CHECK(modules("selective: MoE activation, shared expert") == modules("moe_act, shared_experts"));
  CHECK(modules("selective").empty());
  CHECK(modules("selective, no moe_act").empty());
}

TEST_CASE("a number of layers is one of each chunk, unless checkpoints are spread uniformly or the words do not say") {
  const auto layers = [](const char* words) { return recompute_in(words)->num_layers; };
  CHECK(layers("full, block, 4 layers") == 4);
  CHECK(layers("recompute granularity=full, recompute method=block, recompute num layers=5") == 5);
  CHECK(layers("recompute_num_layers: 3") == 3);
  CHECK(layers("recompute-granularity full, method block, num-layers 4") == 4);
  for (const char* four : {"4 layers of each chunk", "block, 4 layers", "full, block, 4", "full/block 4", "full, block (4)",
                           "4 layers", "full (4 layers)", "4 layers per stage"}) {
    INFO(std::string(four));
    CHECK(layers(four) == 4);
    CHECK(recomputes_by_stage(four) == contains(four, "stage"));
  }
  for (const char* all : {"full", "full, 1 layer", "full, uniform, 1 layer", "recompute_method=uniform recompute_num_layers=1"})
    CHECK(layers(all) == 0);
}

TEST_CASE("a share of the layers") {
  CHECK(recomputed_share_in("1 of 2 layers") == 0.5);
  for (const char* half : {"half", "every 2nd layer", "every 2", "every other layer", "every second layer", "half of the layers",
                           "selective_ac_option=2", "mode='selective', selective_ac_option='2'", "every 2 layers, full"})
    CHECK(recomputed_share_in(half) == 0.5);
  for (const char* third : {"every third layer", "a third of the layers", "one third of layers"})
    CHECK_MESSAGE(recomputed_share_in(third) == 1 / 3.0, std::string(third));
  for (const char* more : {"two thirds of the layers", "recompute two thirds of all layers"})
    CHECK_MESSAGE(recomputed_share_in(more) == 2 / 3.0, std::string(more));
  CHECK(recomputed_share_in("three quarters of the layers") == 0.75);
  for (const char* other : {"half the memory", "every third step", "half of the time"}) CHECK(!recomputed_share_in(other));
  for (const char* quarter : {"25%", "25 %", "25 % of the layers", "quarter of the layers", "every fourth layer"})
    CHECK(recomputed_share_in(quarter) == 0.25);
  for (const char* none : {"every layer", "full, saved every 500 steps", "9 of 8 layers", "4 layers of each chunk"})
    CHECK(!recomputed_share_in(none));
  for (const char* half : {"50 % of the layers, costs 30 %", "costs 15 % with 1 of 2 layers", "full, 50%", "AC of 50 %"})
    CHECK_MESSAGE(recomputed_share_in(half) == 0.5, std::string(half));
}

TEST_CASE("a share of something else is none of the layers") {
  for (const char* other : {"recompute costs 30 %", "recomputation overhead of 30 %", "30 % overhead",
                            "recompute adds 30% to the step", "recompute with 1/3 more FLOPs"}) {
    INFO(std::string(other));
    CHECK(!recomputed_share_in(other));
    CHECK(!recompute_in(other));
  }
  for (const char* all : {"full recompute costs 30 %", "full (30 % overhead)"}) {
    INFO(std::string(all));
    CHECK(!recomputed_share_in(all));
    CHECK(recompute_in(all) == Recompute::full);
    CHECK(!unclear_in_recompute(all).empty());
  }
}

// Which adapters does a row of a table of training runs train, and what is frozen beside them?
#include <doctest/doctest.h>

#include "sample_rows.h"

using namespace eigenbau;
using namespace eigenbau::fit;
using namespace eigenbau::tables;

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

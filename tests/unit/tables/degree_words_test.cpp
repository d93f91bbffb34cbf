// Are degrees of parallelism read from words as they are meant, and from no others?
#include "tables/degree_words.h"

#include <doctest/doctest.h>

#include <string>
#include <utility>
#include <vector>

using namespace eigenbau::tables;

TEST_CASE("a degree is the same in all spellings, and nothing of it is left") {
  for (const char* text :
       {"EP=64", "EP64", "ep 64", "ep: 64", "EP-64", "expert_model_parallel_size=64", "--expert-parallel-size 64",
        "expert parallelism of 64", "64-way EP", "64-way expert parallelism", "EP 64-way", "ep = 64.0"}) {
    INFO(std::string(text));
    CHECK(degree_words(text).of("ep") == 64);
    CHECK(degree_words(text).figures.size() == 1);
    CHECK(degree_words(text).rest.empty());
  }
  for (const auto& [text, column] : std::vector<std::pair<const char*, const char*>>{{"tensor-model-parallel-size 4", "tp"},
                                                                                     {"pipeline_model_parallel_size=4", "pp"},
                                                                                     {"context parallel 4", "cp"},
                                                                                     {"virtual-pipeline parallel 4", "vpp"},
                                                                                     {"expert_tensor_parallel_size: 4", "etp"},
                                                                                     {"data parallel size 4", "dp"},
                                                                                     {"MBS 4", "micro_batch"},
                                                                                     {"micro-batch-size 4", "micro_batch"}}) {
    INFO(std::string(text));
    CHECK(degree_words(text).of(column) == 4);
    CHECK(degree_words(text).figures.size() == 1);
  }
}

TEST_CASE("several degrees stand in one word, in a row, or before their figures") {
  for (const char* text : {"tp8pp4ep32", "TP8 PP4 EP32", "TP=8, PP=4, EP=32", "tp8xpp4xep32", "TP8/PP4/EP32",
                           "TP 8 x PP 4 x EP 32", "TP/PP/EP = 8/4/32", "tp-8-pp-4-ep-32"}) {
    INFO(std::string(text));
    const DegreeWords words = degree_words(text);
    CHECK(words.of("tp") == 8);
    CHECK(words.of("pp") == 4);
    CHECK(words.of("ep") == 32);
    CHECK(words.figures.size() == 3);
  }
}

TEST_CASE("a list of names and a list of figures are joined by any sign, and none of the names is read by itself") {
  for (const char* text : {"TP/PP/DP = 4/2/8", "TP x PP x DP = 4 x 2 x 8", "TPxPPxDP=4x2x8", "TP*PP*DP=4*2*8", "TP,PP,DP = 4,2,8",
                           "TP-PP-DP 4-2-8", "TP \u00d7 PP \u00d7 DP = 4\u00d72\u00d78", "TP, PP, DP = 4, 2, 8"}) {
    INFO(std::string(text));
    const DegreeWords words = degree_words(text);
    CHECK(words.of("tp") == 4);
    CHECK(words.of("pp") == 2);
    CHECK(words.of("dp") == 8);
  }
  CHECK(degree_words("DP x TP = 16 x 4").of("dp") == 16);
  CHECK(degree_words("DP x TP = 16 x 4").of("tp") == 4);
  for (const char* text : {"TP x PP = 4", "TP*PP 4", "TP-PP 4", "TP,PP,DP = 4,2", "TP/PP/DP = 4/2"}) {
    INFO(std::string(text));
    CHECK(degree_words(text).figures.empty());
  }
  for (const char* text : {"async TP, EP 8", "async TP, EP 8, 16 experts"}) {
    CHECK(degree_words(text).of("ep") == 8);
    CHECK(!degree_words(text).of("tp"));
  }
}

TEST_CASE("quantities, other groups and what is denied are no degrees") {
  for (const char* text : {"pp 5% bubble", "TP 30% of time", "EP 50 GB/s", "EP 12 ms", "pp 1.5 s", "dp 1.3% of the step",
                           "dp 32-bit grads", "DP 4 bytes", "dp 2.5", "hybrid-ep 2", "not tp 8", "no tp 8", "without TP 8",
                           "tp 8 off", "tp 8 not used", "instead of tp 8", "rather than tp 8", "no 8-way TP", "pp 8/16"}) {
    INFO(std::string(text));
    CHECK(degree_words(text).figures.empty());
  }
  for (const char* text : {"expert data parallel 8", "expert-data-parallel-size 8"}) CHECK(!degree_words(text).of("dp"));
  for (const char* text : {"moe_tp 2", "expert-tp 2", "etp 2"}) {
    CHECK(degree_words(text).of("etp") == 2);
    CHECK(!degree_words(text).of("tp"));
  }
  CHECK(degree_words("tp 8 not pp 4").of("tp") == 8);
  CHECK(!degree_words("tp 8 not pp 4").of("pp"));
  for (const char* text : {"no sp, tp 8", "tp 8, ep off", "tp 8 with ep 2 off"}) CHECK(degree_words(text).of("tp") == 8);
  CHECK(degree_words("TP 8 GB200").of("tp") == 8);
}

TEST_CASE("what is no degree is left as it was") {
  for (const char* text :
       {"PP 1F1B", "CP a2a", "DP 8x64", "HSDP 8x64", "dp_shard=8", "FSDP 4", "EP overlap", "no EP overlap", "dp=-1",
        "capacity factor 1", "EP, 8 experts", "TP/PP/EP = 8/4", "virtual pipeline stage 2", "micro-batches 8", "80 GB"}) {
    INFO(std::string(text));
    CHECK(degree_words(text).figures.empty());
    CHECK(!degree_words(text).rest.empty());
  }
  CHECK(degree_words("tp 4 with lora").rest.find("lora") != std::string::npos);
  CHECK(degree_words("tp 4 with lora").of("tp") == 4);
}

TEST_CASE("degrees that are said to be equal share a figure") {
  for (const char* text : {"EP=DP=64", "ep = dp = 64", "EP=DP=64, TP 2"}) {
    INFO(std::string(text));
    CHECK(degree_words(text).of("ep") == 64);
    CHECK(degree_words(text).of("dp") == 64);
  }
  CHECK(degree_words("EP=DP=64").rest.empty());
  for (const char* text : {"EP=DP", "EP=DP=64 GB", "not EP=DP=64"})
    CHECK_MESSAGE(degree_words(text).figures.empty(), std::string(text));
}

TEST_CASE("a kind of parallelism that there is none of has a degree of 1, unless the words go on") {
  for (const char* text : {"no EP", "no expert parallelism", "without EP", "w/o EP", "async TP, no EP", "no EP; dropless",
                           "no TP/EP", "no TP and EP", "no EP (ZeRO-3)"}) {
    INFO(std::string(text));
    CHECK(degree_words(text).of("ep") == 1);
  }
  CHECK(degree_words("no TP or PP").figures.size() == 2);
  for (const char* text : {"no EP overlap", "no EP 8", "no TP comm", "no DeepEP", "no deep-ep", "no DP", "casino EP"})
    CHECK_MESSAGE(!degree_words(text).of("ep"), std::string(text));
}

TEST_CASE("copies of an expert are no data parallelism") {
  for (const char* text : {"EDP16", "edp 16", "expert data parallel 16"}) {
    INFO(std::string(text));
    CHECK(degree_words(text).of("edp") == 16);
    CHECK(!degree_words(text).of("dp"));
  }
}

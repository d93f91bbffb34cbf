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

TEST_CASE("what is no degree is left as it was") {
  for (const char* text :
       {"PP 1F1B", "CP a2a", "DP 8x64", "HSDP 8x64", "dp_shard=8", "FSDP 4", "EP overlap", "no EP", "dp=-1", "capacity factor 1",
        "EP, 8 experts", "TP/PP/EP = 8/4", "virtual pipeline stage 2", "micro-batches 8", "80 GB"}) {
    INFO(std::string(text));
    CHECK(degree_words(text).figures.empty());
    CHECK(!degree_words(text).rest.empty());
  }
  CHECK(degree_words("tp 4 with lora").rest.find("lora") != std::string::npos);
  CHECK(degree_words("tp 4 with lora").of("tp") == 4);
}

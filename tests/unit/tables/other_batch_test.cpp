// Is a batch that a run does not train with told from its own?
#include "tables/other_batch.h"

#include <doctest/doctest.h>

#include <string>
#include <utility>

using namespace eigenbau::tables;

TEST_CASE("batches of evaluations, bounds, optima, changes and other runs are others, to the end of their clause") {
  for (const char* text : {"eval per-device batch 8",
                           "per_device_eval_batch_size 8",
                           "validation batch size 64",
                           "GBS 64 for evaluation",
                           "inference batch 32",
                           "critical batch size 2M tokens",
                           "max batch 64",
                           "maximum global batch size 4M tokens",
                           "optimal batch size 1M tokens",
                           "initial GBS 256",
                           "GBS 256 to 2048",
                           "GBS 128 and 256",
                           "GBS 128/256",
                           "GBS ramped from 256 to 2048",
                           "batch ramp 16 512",
                           "up to GBS 4096",
                           "the reference uses GBS 512",
                           "reference GBS 512",
                           "MLPerf used GBS 512",
                           "the paper has a batch of 512",
                           "their global batch is 512",
                           "another run with GBS 512",
                           "GBS would be 512",
                           "larger batch size 4M tokens",
                           "critical batch size 2,000,000 tokens"}) {
    const RunWords words = words_of_own_batch(text);
    CHECK_MESSAGE(words.own.empty(), std::string(text));
    CHECK(words.others == text);
  }
  for (const auto& [text, own] : {std::pair{"GBS 128, eval batch 8, TP 8", "GBS 128,, TP 8"},
                                  {"GBS 128 (the reference uses GBS 512)", "GBS 128 ()"},
                                  {"Max batch 64. GBS 128", ". GBS 128"},
                                  {"per_device_train_batch_size 4 per_device_eval_batch_size 8 logging_steps 5",
                                   "per_device_train_batch_size 4  logging_steps 5"},
                                  {"--micro-batch-size 1 --eval-batch-size 8 --tp 8", "--micro-batch-size 1  --tp 8"}})
    CHECK_MESSAGE(words_of_own_batch(text).own == own, words_of_own_batch(text).own);
}

TEST_CASE("a batch that a run is plainly said to train with is its own, and so is all that speaks of no batch") {
  for (const char* text : {"",
                           "GBS 128",
                           "global batch size = 1,024",
                           "we use GBS 128",
                           "uses GBS 128",
                           "this config has GBS 128",
                           "GBS 128 in all runs",
                           "GBS 128 and 64 GPUs",
                           "GBS 128; validation every 100 steps",
                           "eval_interval=100 gbs=128",
                           "max seq 8192, GBS 128",
                           "max_seq_len=8192 gbs=128",
                           "TP 8 as in the reference",
                           "inference of 8 experts",
                           "1M tokens per batch",
                           "batch per GPU 4",
                           "MBS 1, GA 8",
                           "warmup 2000 steps, local batch 4",
                           "best of 3 runs",
                           "GBS 128 after 5 warmup steps",
                           "test run with GBS 128",
                           "tested with batch 512",
                           "GBS 128 without validation",
                           "GBS 128 and TP 8 as we would use to serve inference"}) {
    CHECK_MESSAGE(words_of_own_batch(text).own == text, words_of_own_batch(text).own);
    CHECK(words_of_own_batch(text).others.empty());
  }
}

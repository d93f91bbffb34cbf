// Is a batch read from words that state one, and from no others?
#include "tables/batch_words.h"

#include <doctest/doctest.h>

#include <string>

using namespace eigenbau::tables;

TEST_CASE("a batch of a device, a micro-batch and a length are no global batch") {
  for (const char* words : {"batch size per GPU 4", "micro-batch size 4", "local batch size 4M tokens", "4M tokens", "batch norm",
                            "batched GEMM", "global batch", "per_device_train_batch_size 4"})
    CHECK_MESSAGE(!global_batch_in(words), std::string(words));
  CHECK(global_batch_in("effective batch size 256")->count == 256);
  CHECK(!global_batch_in("effective batch size 256")->of_tokens);
  CHECK(global_batch_in("batch size 4M tokens")->of_tokens);
  CHECK(global_batch_in("1M tokens per batch")->of_tokens);
}

TEST_CASE("accumulation is counted before or after its name") {
  for (const char* words : {"ga=8", "grad accumulation 8", "gradient accumulation steps 8", "accumulation steps 8",
                            "8 accumulation steps", "gradient accumulation = 8", "micro num 8"})
    CHECK_MESSAGE(accumulation_in(words) == 8, std::string(words));
  for (const char* words : {"gradient accumulation", "accumulation fusion", "8 steps", "fp32 accumulation"})
    CHECK_MESSAGE(!accumulation_in(words), std::string(words));
}

TEST_CASE("larger models are trained with larger batches") {
  double last = 0;
  for (const double parameters : {1e8, 1e9, 9.9e9, 10e9, 29e9, 30e9, 1e12}) {
    CHECK(usual_batch_tokens(parameters) >= last);
    last = usual_batch_tokens(parameters);
  }
  CHECK(last == 4 * usual_batch_tokens(1e9));
}

TEST_CASE("a cell of batches may name them or multiply them out") {
  for (const char* cell : {"GBS 128", "gbs128", "global batch size = 128", "batch: 128"}) {
    INFO(std::string(cell));
    const auto said = batch_in_cell(cell);
    REQUIRE(said);
    CHECK(said->count == 128);
    CHECK(!said->of_tokens);
  }
  for (const char* cell : {"128 x 8192 tokens", "128 seqs of 8k tokens", "GBS 1M tokens", "batch of 128 x 8192 tokens"}) {
    INFO(std::string(cell));
    const auto said = batch_in_cell(cell);
    REQUIRE(said);
    CHECK(said->count == 128 * 8192);
    CHECK(said->of_tokens);
  }
  for (const char* cell : {"128", "1M tokens", "128 x 8192", "GBS", "batch norm 4", "128 tokens x 8192 tokens", ""})
    CHECK_MESSAGE(!batch_in_cell(cell), std::string(cell));
}

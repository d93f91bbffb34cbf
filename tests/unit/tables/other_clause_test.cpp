// Is what a run did told from what others did, what failed and what was not made?
#include "tables/other_clause.h"

#include <doctest/doctest.h>

#include <string>

#include "tables/other_run.h"

using namespace eigenbau::tables;

namespace {

constexpr RunSize kOwn{70e9, 8192, 256};

std::string own(std::string_view text) { return words_of_own_run(text, kOwn).own; }
std::string others(std::string_view text) { return words_of_own_run(text, kOwn).others; }

}  // namespace

TEST_CASE("batches of evaluations, bounds, optima, changes, parts and other runs are others, to the end of their clause") {
  for (const char* text : {"eval per-device batch 8",
                           "per_device_eval_batch_size 8",
                           "validation batch size 64",
                           "GBS 64 for evaluation",
                           "evaluated with global batch 64",
                           "inference batch 32",
                           "critical batch size 2M tokens",
                           "max batch 64",
                           "maximum global batch size 4M tokens",
                           "optimal batch size 1M tokens",
                           "initial GBS 256",
                           "GBS 256 at the start",
                           "GBS 256 to 2048",
                           "GBS 256->2048",
                           "GBS 256 -> 2048",
                           "GBS 256-2048",
                           "GBS 256, later 2048",
                           "GBS 256, then 2048",
                           "GBS 256, increased to 2048",
                           "GBS 256\u20132048",
                           "GBS 128 and 256",
                           "GBS 128/256",
                           "GBS 2048 / 2",
                           "half GBS 2048",
                           "2x GBS 512",
                           "twice the global batch 512",
                           "GBS ramped from 256 to 2048",
                           "batch ramp 16 512",
                           "up to GBS 4096",
                           "GBS up to 2048",
                           "GBS at most 2048",
                           "GBS >= 256",
                           "GBS 512?",
                           "GBS 64 per DP rank",
                           "GBS 64 per replica",
                           "GBS 64 per node",
                           "GBS 2048 on 1024 GPUs",
                           "not GBS 2048",
                           "no GBS 2048",
                           "not a global batch of 2048",
                           "the reference uses GBS 512",
                           "reference GBS 512",
                           "MLPerf used GBS 512",
                           "the paper has a batch of 512",
                           "their global batch is 512",
                           "another run with GBS 512",
                           "next run: GBS 2048",
                           "next run: GBS=2048",
                           "not GBS=2048",
                           "was GBS 2048 before",
                           "GBS would be 512",
                           "extrapolated to GBS 2048",
                           "with GBS 2048 it is 5% faster",
                           "GBS 2048 recommended",
                           "GBS 2048 OOMs",
                           "GBS=256 did not fit",
                           "larger batch size 4M tokens",
                           "critical batch size 2,000,000 tokens"}) {
    CHECK_MESSAGE(own(text).empty(), std::string(text));
    CHECK(others(text) == text);
  }
  CHECK(own("GBS 128, eval batch 8, TP 8") == "GBS 128,, TP 8");
  CHECK(own("GBS 128 (the reference uses GBS 512)") == "GBS 128 ()");
  CHECK(own("Max batch 64. GBS 128") == ". GBS 128");
  CHECK(own("per_device_train_batch_size 4 per_device_eval_batch_size 8 logging_steps 5") ==
        "per_device_train_batch_size 4  logging_steps 5");
  CHECK(own("--micro-batch-size 1 --eval-batch-size 8 --tp 8") == "--micro-batch-size 1  --tp 8");
}

TEST_CASE("whatever words of a plan are somebody else's, failed, were not made or serve another purpose are others") {
  for (const char* text : {"the paper uses TP8",
                           "reference uses full recompute",
                           "the reference uses ZeRO-3",
                           "reference used fp8",
                           "eval with TP 8",
                           "recommended TP=8",
                           "the paper uses TP=8",
                           "inference TP 8",
                           "TP 8 for inference",
                           "recommended TP 8",
                           "TP=2 OOMs",
                           "micro batch 4 OOMs",
                           "TP 4 ran out of memory",
                           "FSDP crashed",
                           "would need TP 16",
                           "ZeRO-3 could be used",
                           "with TP 2 it is faster",
                           "previous run: PP 8",
                           "future: TP 8",
                           "last run: TP 8",
                           "TP 4 -> 8",
                           "TP 4->8",
                           "TP 4 to 8",
                           "TP 4 or 8",
                           "max TP 8",
                           "default TP 8",
                           "initially TP 4",
                           "TP 4 at first",
                           "also tested TP 8",
                           "DeepSeek uses TP 8",
                           "the paper uses TP8, full recompute, ZeRO-1",
                           "they use TP 8, PP 2"}) {
    CHECK_MESSAGE(own(text).find_first_not_of(", ") == std::string::npos, own(text));
    CHECK(!others(text).empty());
  }
  CHECK(own("the paper uses TP8, full recompute; PP 4") == ",; PP 4");
  CHECK(own("the paper uses TP8, we use TP 4") == ", we use TP 4");
  CHECK(own("TP 8, later PP 4") == "TP 8,");
  CHECK(own("TP 8 for inference; TP 4 in training") == "; TP 4 in training");
  CHECK(own("full recompute, TP=2 OOMs, PP 4") == "full recompute,, PP 4");
}

TEST_CASE("what a run is plainly said to have is its own, and so is all that speaks of no plan") {
  for (const char* text : {"",
                           "GBS 128",
                           "global batch size = 1,024",
                           "global batch size is 1024",
                           "GBS was 1024",
                           "1K global batch",
                           "train_batch_size=1024",
                           "1024 sequences per step",
                           "tokens per batch: 8388608",
                           "we use GBS 128",
                           "uses GBS 128",
                           "this config has GBS 128",
                           "GBS 128 in all runs",
                           "GBS 128 and 64 GPUs",
                           "GBS 128 on 256 GPUs",
                           "GBS 128; validation every 100 steps",
                           "eval_interval=100 gbs=128",
                           "max seq 8192, GBS 128",
                           "max_seq_len=8192 gbs=128",
                           "TP 8 as in the reference",
                           "GBS 128 as recommended",
                           "baseline: full recompute",
                           "ablation: TP 8",
                           "best config: GBS=1024 MBS=1",
                           "same TP 8 as the baseline",
                           "full recompute to avoid OOM",
                           "full recompute since it does not fit otherwise",
                           "attention uses TP 2, experts use EP 8",
                           "uses TP 8, PP 4",
                           "max seq 8192 TP 8",
                           "TP 8 per node",
                           "TP/PP = 4/8",
                           "TP 8 and PP 4",
                           "(t,p,d)=(8,6,3)",
                           "TP 8 on 8 GPUs",
                           "TP8-PP4-DP2",
                           "overlap p2p with the next stage",
                           "TP 8, no OOM",
                           "no recompute",
                           "no TP",
                           "without sequence parallel",
                           "inference of 8 experts",
                           "reference implementation of FSDP",
                           "1M tokens per batch",
                           "batch per GPU 4",
                           "MBS 1, GA 8",
                           "warmup 2000 steps, local batch 4",
                           "best of 3 runs",
                           "GBS 128 after 5 warmup steps",
                           "test run with GBS 128",
                           "tested with batch 512",
                           "llama3-70b GBS 128",
                           "GBS 128 without validation"}) {
    CHECK_MESSAGE(own(text) == text, own(text));
    CHECK(others(text).empty());
  }
}

TEST_CASE("notes on networks are another's in the same way") {
  for (const char* text : {"reference cluster uses 200G", "4:1 oversubscribed in the old cluster", "could be oversubscribed 4:1"})
    CHECK_MESSAGE(words_of_own_network(text).own.empty(), words_of_own_network(text).own);
  for (const char* text : {"8x 400Gb/s NDR InfiniBand", "RoCE 400G, 2:1 at spine", "non-blocking"})
    CHECK(words_of_own_network(text).own == text);
}

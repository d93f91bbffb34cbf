// Does the band of a row with blank cells reach what these may have held?
#include <doctest/doctest.h>

#include <algorithm>
#include <string>

#include "sample_rows.h"

using namespace eigenbau;
using namespace eigenbau::fit;

namespace {

double ratio(const TrainingPrediction& a, const TrainingPrediction& b) {
  const double r = a.step.total / b.step.total;
  return std::max(r, 1 / r);
}

}  // namespace

TEST_CASE("a blank precision is bf16, and the band widens to the step in fp8 where the accelerator has it") {
  for (const char* gpu : {"H100", "B200", "MI300X"}) {
    INFO(std::string(gpu));
    const Cells run{{"gpu", gpu}};
    const auto bf16 = dense(run), fp8 = dense(with(run, {{"precision", "fp8"}})), open = dense(with(run, {{"precision", ""}}));
    CHECK(open.step.total == bf16.step.total);
    CHECK(open.doubt == doctest::Approx(bf16.doubt + ratio(bf16, fp8) - 1));
    CHECK(says(open, "the band reaches fp8"));
  }
  for (const Cells& certain : {Cells{{"gpu", "A100"}}, Cells{{"options", "no fp8"}}, Cells{{"options", "FP8 hybrid"}}}) {
    const auto open = dense(with(certain, {{"precision", ""}})), stated = dense(certain);
    CHECK(open.doubt == stated.doubt);
    CHECK(!says(open, "the band reaches"));
  }
}

TEST_CASE("what options may only mention is the format of a blank cell, and the band reaches bf16") {
  const Cells open{{"precision", ""}};
  const auto with_options = [&](const char* options) { return dense(with(open, {{"options", options}})); };
  const auto certain = with_options("FP8 hybrid"), mention = with_options("DeepSeek-style FP8");
  CHECK(mention.step.total == certain.step.total);
  CHECK(mention.doubt > certain.doubt + ratio(dense(), certain) - 1.001);
  CHECK(says(mention, "the band reaches bf16"));
  CHECK(!says(certain, "the band reaches"));
  for (const char* passing : {"peak 1979 TFLOPs fp8 for MFU", "future work: FP8", "FP8 run gives 1.4x"}) {
    CHECK_MESSAGE(with_options(passing).step.total == dense(open).step.total, std::string(passing));
    CHECK_MESSAGE(says(with_options(passing), "the band reaches fp8"), std::string(passing));
  }
}

TEST_CASE("a blank length of sequences is the model's, and the band widens to half of it") {
  const auto stated = dense(), half = dense({{"seq_len", "4096"}}), open = dense({{"seq_len", ""}});
  CHECK(open.step.total == stated.step.total);
  CHECK(open.doubt == doctest::Approx(stated.doubt + ratio(stated, half) - 1));
  CHECK(says(open, "sequences half as long"));
  // Of a batch in tokens the length changes attention alone.
  const auto tokens = dense({{"seq_len", ""}, {"global_batch_seqs", "1M tokens"}});
  CHECK(tokens.step.total == stated.step.total);
  CHECK(tokens.doubt ==
        doctest::Approx(stated.doubt + ratio(stated, dense({{"seq_len", "4096"}, {"global_batch_seqs", "256"}})) - 1));
  CHECK(tokens.doubt < open.doubt / 2);
}

TEST_CASE("what several blank cells leave open adds up") {
  const auto one = dense({{"precision", ""}}), other = dense({{"seq_len", ""}}),
             both = dense({{"precision", ""}, {"seq_len", ""}});
  CHECK(both.doubt == doctest::Approx(one.doubt + other.doubt - dense().doubt));
}

TEST_CASE("where the stack's own level of sharding does not fit, the lowest above it that fits is taken, said, with doubt") {
  const Cells large{{"tp", "8"}, {"pp", "1"}, {"vpp", ""}, {"dp", "8"}, {"recompute", "full"}};
  const auto at = [&](const char* sharding, const char* stack = "megatron-core") {
    return dense(with(with(large, kLargest), {{"gpu", "B200"}, {"stack", stack}, {"sharding", sharding}}));
  };
  const auto open = at("");
  const int level = open.plan.zero_level;
  CHECK(level > 1);
  CHECK(open.step.memory.fits(perf::kMemoryTolerance));
  CHECK(!at(("zero" + std::to_string(level - 1)).c_str()).step.memory.fits(perf::kMemoryTolerance));
  CHECK(open.step.total == at(("zero" + std::to_string(level)).c_str()).step.total);
  CHECK(open.doubt > at(("zero" + std::to_string(level)).c_str()).doubt);
  CHECK(says(open, "no plan fits at ZeRO level 1"));
  // What is stated stays, and so does what fits.
  CHECK(at("zero1").plan.zero_level == 1);
  CHECK(dense(with(large, {{"sharding", ""}})).plan.zero_level == 1);
  // PyTorch's FSDP in a pipeline runs no level above 1.
  CHECK(dense(with(large, {{"sharding", ""}, {"num_gpus", "16"}, {"tp", "2"}, {"pp", "2"}, {"dp", "4"}})).plan.zero_level == 1);
}

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

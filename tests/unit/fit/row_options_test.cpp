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

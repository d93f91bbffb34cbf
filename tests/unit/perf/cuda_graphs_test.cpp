// Laws of launches that are replayed.
#include "perf/cuda_graphs.h"

#include <doctest/doctest.h>

#include "perf/training_step.h"
#include "sample_jobs.h"

namespace eigenbau::perf {

TEST_CASE("what is switched on and off again is as it was, and what is on already changes nothing") {
  const catalog::TrainingConstants eager;
  const auto replayed = with_cuda_graphs(eager, true);
  CHECK(replayed.host_dense < eager.host_dense);
  CHECK(with_cuda_graphs(replayed, true).host_dense == replayed.host_dense);
  CHECK(with_cuda_graphs(eager, false).host_moe == eager.host_moe);
  for (Time catalog::TrainingConstants::* part :
       {&catalog::TrainingConstants::host_dense, &catalog::TrainingConstants::host_moe, &catalog::TrainingConstants::host_expert,
        &catalog::TrainingConstants::chunk_gap})
    CHECK((with_cuda_graphs(replayed, false).*part).base() == doctest::Approx((eager.*part).base()));
}

TEST_CASE("replayed launches speed up what waits for the host, and leave large layers as they are") {
  const auto gain = [](int hidden, int micro_batch) {
    catalog::Model model = gpt3_175b();
    model.hidden = hidden;
    model.ffn_hidden = 4 * hidden;
    model.layers = 32;
    model.heads = model.kv_heads = hidden / 128;
    const ParallelPlan plan{.tp = 1, .dp = 8, .micro_batch = micro_batch, .global_batch = 8 * micro_batch};
    const catalog::TrainingConstants eager;
    const auto step = [&](const catalog::TrainingConstants& stack) {
      return training_step(model, h100_machine(8), plan, stack).total;
    };
    return step(eager) / step(with_cuda_graphs(eager, true));
  };
  CHECK(gain(1024, 1) > 1.3);
  CHECK(gain(8192, 4) < 1.01);
  CHECK(gain(8192, 4) >= 1);
  CHECK(gain(1024, 1) > gain(2048, 1));
}

}  // namespace eigenbau::perf

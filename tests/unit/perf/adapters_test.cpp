// What do frozen weights save: gradients of weights, their traffic and state, and nothing else?
#include "perf/adapters.h"

#include <doctest/doctest.h>

#include "perf/layer.h"
#include "perf/memory.h"
#include "perf/pipeline.h"
#include "perf/training_step.h"
#include "perf/weight_time.h"
#include "sample_jobs.h"

using namespace eigenbau;
using namespace eigenbau::perf;

namespace {

const catalog::TrainingConstants kStack{};

ParallelPlan plan(int rank, int zero_level = 1) {
  return {.tp = 8,
          .pp = 4,
          .dp = 8,
          .zero_level = zero_level,
          .micro_batch = 1,
          .global_batch = 128,
          .sequence_length = 2048,
          .recompute = Recompute::none,
          .adapter_rank = rank};
}

LayerTime layer(int rank, bool eight_bit = false) {
  const catalog::Model model = gpt3_175b();
  const Machine machine = h100_machine(256);
  ParallelPlan p = plan(rank);
  if (eight_bit) p.precision = catalog::Precision::fp8;
  return layer_time(model_shape(model), platform_of(machine, kStack), p, job_rates(machine, p, kStack), false);
}

TrainingStep step(int rank, int zero_level = 1) {
  return training_step(gpt3_175b(), h100_machine(256), plan(rank, zero_level), kStack);
}

MemoryUse held(const ParallelPlan& p) { return memory_use(gpt3_175b(), h100_machine(256), p, kStack); }

WeightTime moved(const ParallelPlan& p) {
  const catalog::Model model = gpt3_175b();
  const Machine machine = h100_machine(256);
  return weight_time(step_context(model, machine, kStack, p), p);
}

}  // namespace

TEST_CASE("without gradients of weights the backward pass of products is as long as the forward pass, all else as before") {
  for (const bool eight_bit : {false, true}) {
    const LayerTime all = layer(0, eight_bit), frozen = layer(16, eight_bit);
    CHECK(frozen.matrix_forward == all.matrix_forward);
    CHECK(frozen.matrix_backward / frozen.matrix_forward == doctest::Approx(1).epsilon(0.1));
    CHECK(frozen.matrix_backward / all.matrix_backward == doctest::Approx(0.5).epsilon(0.1));
    CHECK(frozen.attention_backward == all.attention_backward);
    CHECK(frozen.tensor_backward == all.tensor_backward);
    CHECK(frozen.element_wise_backward == all.element_wise_backward);
    CHECK(frozen.host == all.host);
  }
  const catalog::Model model = gpt3_175b();
  CHECK(catalog::training_flop(model, 2048, true).causal < catalog::training_flop(model, 2048).causal);
  CHECK(catalog::training_flop(model, 1, true).causal / catalog::training_flop(model, 1).causal ==
        doctest::Approx(2.0 / 3).epsilon(0.001));
}

TEST_CASE("gradients and optimizer are of the adapters: 2r/h of the weights, all of them where the rank is half of the width") {
  const WeightBytes all = held(plan(0)), some = held(plan(96));
  const double share = 2 * 96.0 / 12288;
  CHECK(some.gradients / all.gradients == doctest::Approx(share));
  CHECK(some.optimizer / all.optimizer == doctest::Approx(share));
  CHECK(some.weights / all.weights == doctest::Approx(1 + share));
  CHECK(held(plan(12288 / 2)).optimizer == all.optimizer);
  Bytes last{};
  for (const int rank : {1, 8, 64, 512}) {
    CHECK(held(plan(rank)).total() > last);
    last = held(plan(rank)).total();
    CHECK(last < all.total());
  }
  // Whole weights are gathered for each layer all the same.
  CHECK(held(plan(16, 3)).buffers > 0.6 * held(plan(0, 3)).buffers);
  ParallelPlan four_bit = plan(16);
  four_bit.four_bit_weights = true;
  CHECK(held(four_bit).weights / held(plan(16)).weights == doctest::Approx(4.127 / 16).epsilon(0.02));
}

TEST_CASE("only the adapters' gradients travel, and under ZeRO 3 all weights") {
  for (const int zero_level : {0, 1, 2}) {
    const WeightTime all = moved(plan(0, zero_level)), some = moved(plan(16, zero_level));
    CHECK(some.reduction < 0.1 * all.reduction);
    if (zero_level > 0) CHECK(some.gather < 0.1 * all.gather);
    CHECK(some.optimizer / all.optimizer == doctest::Approx(trained_share(plan(16), 12288)));
  }
  ParallelPlan all = plan(0, 3), some = plan(16, 3);
  all.pp = some.pp = 1;
  all.dp = some.dp = 32;
  CHECK(moved(some).forward == moved(all).forward);
  CHECK(moved(some).backward < moved(all).backward);
  CHECK(moved(some).backward > moved(all).forward);
}

TEST_CASE("without gradients of weights nothing fills the drain of a pipeline") {
  for (const Schedule schedule : {Schedule::zero_bubble, Schedule::dual_pipe}) {
    ParallelPlan all = plan(0), some = plan(16);
    all.schedule = some.schedule = schedule;
    // Of 4 stages, F + B of 3 and F&B + B of one.
    CHECK(bubble_share(some, 16, {0.5, 0}) == doctest::Approx((schedule == Schedule::zero_bubble ? 3 : 1.5) / 16));
    CHECK(bubble_share(all, 16) == doctest::Approx((schedule == Schedule::zero_bubble ? 1 : 2.0 / 3) / 16));
  }
}

TEST_CASE("the band of a run of adapters is that of training all weights, and wider by what no fitted run knows") {
  ParallelPlan some = plan(16), four_bit = plan(16);
  four_bit.four_bit_weights = true;
  CHECK(adapters_doubt(plan(0)) == 0);
  CHECK(adapters_doubt(some) > 0.1);
  CHECK(adapters_doubt(four_bit) > adapters_doubt(some));
  CHECK(step(16).error == doctest::Approx(step(0).error + adapters_doubt(some)));
  catalog::Stack stack;
  const auto error = [&](const ParallelPlan& p) { return training_step(gpt3_175b(), h100_machine(256), p, stack).error; };
  CHECK(error(four_bit) - adapters_doubt(four_bit) == doctest::Approx(error(some) - adapters_doubt(some)));
}

TEST_CASE("a step of adapters is shorter than one of all weights, and longer with their rank") {
  for (const int zero_level : {0, 1}) {
    const TrainingStep all = step(0, zero_level);
    Time last{};
    for (const int rank : {4, 16, 256}) {
      const TrainingStep some = step(rank, zero_level);
      CHECK(some.total >= last);
      CHECK(some.total < all.total);
      CHECK(some.total > 0.5 * all.total);
      CHECK(some.memory.total() < all.memory.total());
      CHECK(some.memory.activations == all.memory.activations);
      last = some.total;
    }
  }
}

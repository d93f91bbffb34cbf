// Laws of DualPipe: two stages a rank, and micro-batches in pairs.
#include <doctest/doctest.h>

#include "perf/pipeline.h"
#include "perf/training_step.h"
#include "sample_weights.h"

using namespace eigenbau;
using namespace eigenbau::literals;
using namespace eigenbau::perf;

TEST_CASE("DualPipe hides expert traffic behind compute, but not for free") {
  const Machine machine = h100_machine(2048);
  ParallelPlan plan = sparse_plan();
  const TrainingStep plain = training_step(sparse(), machine, plan, catalog::Stack{});
  plan.schedule = Schedule::dual_pipe;
  const TrainingStep paired = training_step(sparse(), machine, plan, catalog::Stack{});
  CHECK(paired.total < plain.total);
  CHECK(paired.expert_parallel < plain.expert_parallel);
  CHECK(paired.expert_parallel > 0.1 * plain.expert_parallel);
  CHECK(paired.bubble < plain.bubble);
}

TEST_CASE("DualPipe never shows more expert traffic than there is, however little that is") {
  const Machine machine = h100_machine(2048);
  for (const int ep : {2, 8, 64}) {
    ParallelPlan plan = sparse_plan();
    plan.ep = ep;
    const TrainingStep plain = training_step(sparse(), machine, plan, catalog::Stack{});
    plan.schedule = Schedule::dual_pipe;
    CHECK(training_step(sparse(), machine, plan, catalog::Stack{}).expert_parallel <= plain.expert_parallel);
  }
}

TEST_CASE("DualPipe hides no more traffic than there is other work, what is recomputed among it") {
  const catalog::Model model = sparse();
  for (const Bandwidth nic : {25_Gbps, 100_Gbps, 400_Gbps})
    for (const Recompute recompute : {Recompute(Recompute::none), Recompute(Recompute::full)}) {
      Machine machine = h100_machine(2048);
      machine.nic_per_gpu = nic;
      ParallelPlan plan = sparse_plan().with(recompute);
      plan.schedule = Schedule::dual_pipe;
      catalog::TrainingConstants stack;
      stack.single_copies = false;
      const StepContext job = step_context(model, machine, stack, plan);
      const LayerStep layer = micro_batch(job, plan).moe;
      const Time once = layer.device.expert_traffic_forward;
      const Time exchange = once + layer.device.expert_traffic_backward + (recompute == Recompute::full ? once : Time{});
      const Time other = layer.device.forward() + layer.device.backward() + layer.recompute - exchange;
      CHECK(layer.paired <= exchange);
      CHECK(layer.paired <= other);
    }
}

TEST_CASE("DualPipe holds the weights of two stages and shards the optimizer over both their replicas") {
  const Machine machine = h100_machine(64);
  const catalog::TrainingConstants constants;
  ParallelPlan plan = data_parallel(8, 1);
  plan.pp = 8;
  plan.global_batch = 128;
  const MemoryUse plain = memory_use(grouped(), machine, plan, constants);
  plan.schedule = Schedule::dual_pipe;
  const MemoryUse paired = memory_use(grouped(), machine, plan, constants);
  CHECK(paired.weights.in(plain.weights) == doctest::Approx(2));
  CHECK(paired.gradients.in(plain.gradients) == doctest::Approx(2));
  CHECK(paired.optimizer.in(plain.optimizer) == doctest::Approx(1));
  plan.schedule = Schedule::one_f_one_b;
  const Time once = weights(grouped(), plan).reduction;
  plan.schedule = Schedule::dual_pipe;
  CHECK(weights(grouped(), plan).reduction > 1.5 * once);
}

TEST_CASE("one micro-batch has nothing beside it: DualPipe hides no more behind it than another schedule does") {
  const Machine machine = h100_machine(64);
  ParallelPlan plan = data_parallel(32, 1);
  plan.pp = 2;
  plan.ep = 8;
  plan.global_batch = 32;
  plan.schedule = Schedule::zero_bubble;
  const TrainingStep plain = training_step(grouped(), machine, plan, catalog::TrainingConstants{});
  plan.schedule = Schedule::dual_pipe;
  const TrainingStep paired = training_step(grouped(), machine, plan, catalog::TrainingConstants{});
  CHECK(paired.expert_parallel == plain.expert_parallel);
  CHECK(paired.data_parallel >= plain.data_parallel);  // weights of two stages
  CHECK(paired.total >= plain.total);
}

TEST_CASE("DualPipe pairs what its loops do: never more than all, more with more micro-batches, less with more stages") {
  ParallelPlan plan{.schedule = Schedule::dual_pipe};
  for (plan.pp = 2; plan.pp <= 32; plan.pp += 2) {
    double before = 0;
    for (int m = 2 * plan.pp; m <= 512; m += 2) {
      plan.global_batch = m;
      double pairs = 0;  // of all ranks of a half, in its fourth and fifth steps
      for (int rank = 0; rank < plan.pp / 2; ++rank) pairs += 2 * (m / 2.0 - plan.pp + rank + 1) + (plan.pp / 2.0 - rank - 1);
      const double share = paired_share(plan);
      CHECK(share == doctest::Approx(pairs / (plan.pp / 2.0) / m));
      CHECK(share > before);
      CHECK(share < 1);
      before = share;
    }
  }
}

TEST_CASE("a rank of DualPipe works on a stage from either end: layers without experts at one end make up for the output") {
  catalog::Model model = grouped();
  model.experts = catalog::Experts{.count = 8, .top_k = 2, .hidden = 4096};
  const Machine machine = h100_machine(64);
  ParallelPlan plan = data_parallel(32, 1);
  plan.pp = 4;
  plan.dp = 16;
  plan.ep = 8;
  plan.global_batch = 1024;
  plan.schedule = Schedule::dual_pipe;
  const catalog::TrainingConstants stack;
  const auto slowest = [&] {
    const StepContext job = step_context(model, machine, stack, plan);
    return pipeline_time(job, plan, micro_batch(job, plan), {});
  };
  const PipelineTime ends = slowest();
  CHECK(ends.outputs == 0.5);  // the output comes on top of equal stages
  model.layers += 3;           // fills the first stages
  model.experts->first_dense_layers = 3;
  const PipelineTime uneven = slowest();
  const MicroBatch micro = micro_batch(step_context(model, machine, stack, plan), plan);
  const StageShape shape = stage_shape(model, plan);
  const double paired = paired_share(plan);
  const auto time_of = [&](const LayerSums& layer) { return layer.total - paired * layer.paired; };
  const double first = shape.layers.first, last = shape.layers.last;
  const Time end = 0.5 * (first * time_of(micro.layer(shape.first_moe_share)) +
                          last * time_of(micro.layer(shape.last_moe_share)) + micro.head + time_of(micro.mtp));
  const Time between = shape.layers.most * time_of(micro.with_experts);
  CHECK(uneven.slowest / longer(end, between) == doctest::Approx(1));
}

TEST_CASE("DualPipe moves the weights of its two stages once for two micro-batches") {
  ParallelPlan one = data_parallel(32, 3);
  one.pp = 4;
  one.dp = 16;
  one.global_batch = 1024;
  ParallelPlan two = one;
  two.schedule = Schedule::dual_pipe;
  const Machine machine = h100_machine(64);
  for (const int level : {2, 3}) {
    one.zero_level = two.zero_level = level;
    const Time single = training_step(grouped(), machine, one, catalog::TrainingConstants{}).data_parallel;
    const Time paired = training_step(grouped(), machine, two, catalog::TrainingConstants{}).data_parallel;
    CHECK(paired < 1.7 * single);  // over a group twice as large
  }
}

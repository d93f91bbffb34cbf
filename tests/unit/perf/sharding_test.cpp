// Over which ranks is state sharded, what travels for it, and what does a rank keep?
#include <doctest/doctest.h>

#include <cmath>

#include "perf/local_parameters.h"
#include "perf/memory.h"
#include "perf/training_step.h"
#include "sample_weights.h"

using namespace eigenbau;
using namespace eigenbau::literals;
using namespace eigenbau::perf;

namespace {

/// 8 billion parameters.
catalog::Model dense_model() {
  catalog::Model model = gpt3_175b();
  model.layers = 32;
  model.hidden = 4096;
  model.heads = model.kv_heads = 32;
  model.ffn_hidden = 16384;
  return model;
}

catalog::Model sparse_model(int count = 64) {
  catalog::Model model = dense_model();
  model.experts = catalog::Experts{.count = count, .top_k = 2, .hidden = 4096};
  return model;
}

Bytes memory(const catalog::Model& model, const ParallelPlan& plan, const catalog::TrainingConstants& stack = {}) {
  return memory_use(model, h100_machine(plan.gpus()), plan, stack).total();
}

}  // namespace

TEST_CASE("a group of all ranks is no group") {
  for (const int level : {1, 2, 3}) {
    const WeightTime all = weights(sparse_model(), data_parallel(64, level)),
                     group = weights(sparse_model(), data_parallel(64, level, 64));
    CHECK(group.reduction == all.reduction);
    CHECK(group.gather == all.gather);
    CHECK(group.forward == all.forward);
    CHECK(group.backward == all.backward);
    CHECK(group.across == all.across);
    CHECK(group.broadcast == all.broadcast);
    CHECK(group.optimizer == all.optimizer);
    CHECK(memory(sparse_model(), data_parallel(64, level, 64)) == memory(sparse_model(), data_parallel(64, level)));
  }
}

TEST_CASE("in groups of a domain weights stay inside it, and a group of one gathers nothing") {
  const WeightTime wide = weights(dense_model(), data_parallel(64, 1)), inside = weights(dense_model(), data_parallel(64, 1, 8)),
                   alone = weights(dense_model(), data_parallel(64, 1, 1));
  CHECK(inside.gather < 0.5 * wide.gather);
  CHECK(alone.gather == Time{});
  // Gradients are summed over all ranks in any case.
  CHECK(alone.reduction + alone.across > wide.reduction);
  CHECK(inside.reduction + inside.across > wide.reduction);
}

TEST_CASE("ZeRO 2 in groups scatters after each micro-batch and sums between groups once; in groups of one it is ZeRO 1") {
  catalog::TrainingConstants stack;
  const auto shown = [&](int level, int group, int micro_batches) {
    ParallelPlan plan = data_parallel(64, level, group);
    plan.micro_batch = 1;
    plan.global_batch = 64 * micro_batches;
    return training_step(dense_model(), h100_machine(64), plan, stack).data_parallel;
  };
  for (const bool scatters : {true, false}) {  // software without the scatter sums in its place
    stack.reduce_scatter = scatters;
    const Time each_more = (shown(2, 8, 32) - shown(2, 8, 16)) / 16,
               inside = weights(dense_model(), data_parallel(64, 2, 8), stack).reduction;
    CHECK(each_more < 1.01 * inside);
    CHECK(each_more > 0.99 * stack.dp_unhidden * inside);
    CHECK(shown(2, 8, 32) < shown(2, 0, 32));  // inside a server, not across all of them
    CHECK(shown(2, 1, 32) == shown(1, 1, 32));
  }
  const auto buffers = [](int level) {
    return memory_use(dense_model(), h100_machine(64), data_parallel(64, level, 1), {}).buffers;
  };
  CHECK(buffers(3) == buffers(2));  // nothing is gathered
}

TEST_CASE("experts are sharded over what expert parallelism leaves of a group") {
  // Experts over as many ranks as share a copy: each rank has its own, which nobody gathers or shards.
  ParallelPlan plan = data_parallel(64, 3, 8);
  plan.ep = 8;
  catalog::Model none = sparse_model();
  none.experts->hidden = 1;
  CHECK(weights(sparse_model(), plan).forward.in(weights(none, plan).forward) == doctest::Approx(1).epsilon(1e-3));
  const auto kept = [](const ParallelPlan& p) { return memory_use(sparse_model(), h100_machine(64), p, {}).weights; };
  ParallelPlan wider = plan;
  wider.shard_group = 16;
  CHECK(kept(wider) < kept(plan));
  // On a domain alone the same ranks hold the same.
  ParallelPlan domain = data_parallel(8, 3);
  domain.ep = 8;
  CHECK(kept(domain).base() == doctest::Approx(kept(plan).base()));
}

TEST_CASE("what moves a layer at a time takes once a step what it takes each time it is needed") {
  catalog::TrainingConstants stack;
  stack.layer_messages = true;
  for (const int ranks : {16, 256, 4096}) {
    const WeightTime once = weights(dense_model(), data_parallel(ranks, 1), stack),
                     each = weights(dense_model(), data_parallel(ranks, 3), stack);
    CHECK(once.gather.in(each.forward) == doctest::Approx(1).epsilon(1e-9));
    CHECK(once.reduction.in(each.backward - each.forward) == doctest::Approx(1).epsilon(1e-9));
  }
}

TEST_CASE("experts are shared by whole ranks: a group that leaves them no whole number shards none") {
  ParallelPlan plan = data_parallel(192, 3);
  plan.ep = 64;
  const auto kept = [&](int group) {
    plan.shard_group = group;
    return memory_use(sparse_model(), h100_machine(192), plan, catalog::TrainingConstants{}).weights;
  };
  catalog::Model none = sparse_model();
  none.experts->hidden = 1;
  const auto experts = [&](int group) {
    plan.shard_group = group;
    return (kept(group) - memory_use(none, h100_machine(192), plan, catalog::TrainingConstants{}).weights).base();
  };
  CHECK(experts(96) == doctest::Approx(experts(64)).epsilon(1e-3));  // one and a half ranks of three
  CHECK(experts(0) == doctest::Approx(experts(64) / 3).epsilon(1e-3));
}

TEST_CASE("whole tensors from their owners: nothing hides them, and each waits for the chain of all ranks") {
  catalog::TrainingConstants broadcasts;
  broadcasts.broadcasts_parameters = true;
  const auto shown = [&](int ranks) {
    return training_step(dense_model(), h100_machine(ranks), data_parallel(ranks, 1), broadcasts).data_parallel;
  };
  for (const int ranks : {64, 512}) {
    const WeightTime w = weights(dense_model(), data_parallel(ranks, 1), broadcasts);
    CHECK(w.gather == Time{});
    CHECK(shown(ranks) >= w.broadcast);
  }
  const auto sent = [&](int ranks) { return weights(dense_model(), data_parallel(ranks, 1), broadcasts).broadcast; };
  CHECK(sent(2048) > 1.5 * sent(512));  // as many tensors, four times the ranks
  CHECK(weights(dense_model(), data_parallel(512, 1, 8), broadcasts).broadcast < 0.5 * sent(512));
}

TEST_CASE("a stack that shards no further with experts runs the level that it has") {
  const Machine machine = h100_machine(64);
  for (const int most : {0, 1, 2}) {
    catalog::TrainingConstants stack;
    stack.expert_zero_level = most;
    ParallelPlan three = data_parallel(64, 3), runs = data_parallel(64, most);
    three.ep = runs.ep = 8;
    CHECK(training_step(sparse_model(), machine, three, stack).total ==
          training_step(sparse_model(), machine, runs, stack).total);
    CHECK(memory(sparse_model(), three, stack) == memory(sparse_model(), runs, stack));
    three.ep = 1;
    CHECK(training_step(sparse_model(), machine, three, stack).total ==
          training_step(sparse_model(), machine, three, catalog::TrainingConstants{}).total);
  }
}

TEST_CASE("a higher ZeRO level needs less memory, and what is gathered is never more than a stage has") {
  for (const catalog::Model& model : {dense_model(), sparse_model(8)})
    for (const int pp : {1, 2, 8, 16, 32})
      for (const int dp : {1, 2, 8}) {
        const auto use = [&](int level) {
          ParallelPlan plan = data_parallel(dp, level);
          plan.pp = pp;
          plan.global_batch = 64;
          return memory_use(model, h100_machine(plan.gpus()), plan, catalog::TrainingConstants{});
        };
        const MemoryUse whole = use(0);
        CHECK(use(1).total() <= whole.total());
        CHECK(use(2).total() <= use(1).total());
        CHECK(use(3).buffers <= whole.weights + whole.gradients);
        // Two gathered layers of four are half of the weights.
        if (dp == 8 && pp <= 8) CHECK(use(3).total() < use(2).total());
        if (dp == 1) CHECK(use(3).total() == whole.total());
      }
}

TEST_CASE("where the sharded weights are the optimizer's own, a parameter takes 16 bytes, in pure bf16 as many as elsewhere") {
  const catalog::Model model = dense_model();
  const Machine machine = h100_machine(8);
  catalog::TrainingConstants copies, master;
  master.shards_master = true;
  const auto kept = [&](const catalog::TrainingConstants& stack, const ParallelPlan& plan) {
    const MemoryUse use = memory_use(model, machine, plan, stack);
    return use.weights + use.gradients + use.optimizer;
  };
  ParallelPlan plan = data_parallel(8, 3);
  const double parameters = 8 * kept(copies, plan).base() / 18;
  CHECK(8 * kept(master, plan).base() == doctest::Approx(16 * parameters));
  // What a layer is cast to stands beside it in groups of one as well.
  const auto buffers = [&](int group) { return memory_use(model, machine, data_parallel(8, 3, group), master).buffers; };
  CHECK(buffers(1) == buffers(2));
  plan.pure_bf16 = true;
  CHECK(kept(master, plan) == kept(copies, plan));
  for (const int level : {0, 1, 2}) CHECK(kept(master, data_parallel(8, level)) == kept(copies, data_parallel(8, level)));
}

TEST_CASE("the stage that predicts further tokens has a table of its own for them, unless there is only one") {
  catalog::Model model = dense_model();
  model.vocabulary = 500'000;
  ParallelPlan plan = data_parallel(1, 0);
  plan.pp = 4;
  const auto tables = [&] {
    double most = 0;
    for (const LocalParameters& stage : local_parameters(model_shape(model), model, plan)) most = std::max(most, stage.tables);
    return most / model_shape(model).embedding_parameters();
  };
  CHECK(tables() == 1);
  model.mtp_layers = 1;
  CHECK(tables() == 2);
  model.tied_embeddings = true;
  CHECK(tables() == 1);
}

TEST_CASE("embedding and output count as a layer each: a stage in the middle has none of their tables") {
  catalog::Model model = dense_model();
  model.layers = 30;  // 8 stages of four, the ends of three
  model.vocabulary = 1000;
  ParallelPlan plan = data_parallel(1, 0);
  plan.pp = 8;
  const auto kept = [&] { return memory_use(model, h100_machine(8), plan, {}).weights; };
  const Bytes small = kept();
  model.vocabulary = 20'000;  // less than a layer
  CHECK(kept() == small);
  model.vocabulary = 500'000;
  CHECK(kept() > small);
}

TEST_CASE("where every second layer has experts, a stage of single layers has all of them or none") {
  catalog::Model model = sparse_model(8);
  model.layers = 48;
  model.experts->every = 2;
  const auto held = [&](int pp, int vp) {
    ParallelPlan plan = data_parallel(1, 0);
    plan.pp = pp;
    plan.vp = vp;
    double most = 0;
    for (const LocalParameters& stage : local_parameters(model_shape(model), model, plan)) most = std::max(most, stage.experts);
    return most;
  };
  const double all = held(1, 1);
  CHECK(held(8, 3) == doctest::Approx(all / 8));        // two layers a chunk: one of them
  CHECK(held(16, 3) == doctest::Approx(2 * all / 16));  // one layer a chunk, 16 stages apart: the same kind three times
  CHECK(held(16, 1) == doctest::Approx(2 * all / 24));  // layers 1, 3 and 5 of every six: two in the first three, one in the next
  for (const int pp : {2, 4, 8, 16})
    for (const int vp : {1, 3}) CHECK(held(pp, vp) >= 0.999 * all / pp);
}

TEST_CASE("a domain more never makes a stream of gradients cheaper") {
  Machine machine = h100_machine();
  machine.gpu.generation = "blackwell";
  machine.scale_up_domain = 72;
  machine.nic_per_gpu = 800_Gbps;
  Time last{};
  for (const int ranks : {36, 72, 144, 288}) {
    machine.gpus = ranks;
    catalog::TrainingConstants stack;
    stack.bucket_growth = 0;  // as many messages for any number of ranks
    const catalog::Model model = sparse_model(8);
    const ParallelPlan plan = data_parallel(ranks, 1);
    const WeightTime time = weight_time(step_context(model, machine, stack, plan), plan);
    CHECK(time.reduction + time.gather > last);
    last = time.reduction + time.gather;
  }
}

TEST_CASE("less power never makes a step shorter, beside a ring as well") {
  catalog::Model model = sparse_model(8);
  model.sequence_length = 65536;
  for (const auto& [tp, cp] : {std::pair{8, 1}, {8, 2}, {8, 8}, {1, 8}, {2, 4}}) {
    ParallelPlan plan = data_parallel(64 / tp / cp, 3);
    plan.tp = tp;
    plan.cp = cp;
    plan.sequence_length = 65536;
    Time last{};
    for (const Power cap : {700_W, 600_W, 500_W, 400_W, 300_W}) {
      Machine machine = h100_machine(64);
      machine.power_cap = cap;
      const Time now = training_step(model, machine, plan, catalog::TrainingConstants{}).total;
      CHECK(now >= last);
      last = now;
    }
  }
}

// What may hide what: weights behind compute, rings behind attention, messages behind chunks; and what ranks hold twice.
#include <doctest/doctest.h>

#include "perf/layer.h"
#include "perf/pipeline.h"
#include "perf/training_step.h"
#include "sample_weights.h"

using namespace eigenbau;
using namespace eigenbau::literals;
using namespace eigenbau::perf;

namespace {

catalog::Model with_experts(int count) {
  catalog::Model model = grouped();
  model.experts = catalog::Experts{.count = count, .top_k = 2, .hidden = 4096};
  return model;
}

}  // namespace

TEST_CASE("a stack that overlaps nothing shows every byte that it gathers, sums and scatters") {
  const Machine machine = h100_machine(64);
  for (const int group : {0, 8, 16}) {
    ParallelPlan plan = data_parallel(64, 3);
    plan.shard_group = group;
    plan.dp_overlap = Overlap::off;
    const WeightTime w = weights(grouped(), plan);
    const TrainingStep step = training_step(grouped(), machine, plan, catalog::TrainingConstants{});
    CHECK(step.data_parallel.in(w.forward + w.backward + w.across) == doctest::Approx(1));
    CHECK((group == 0) == (w.across == Time{}));
  }
}

TEST_CASE("between ZeRO-3 groups at least the unhidden share shows, and all of it where the window is full") {
  const Time hour = 1_h;
  WeightWindow window{.micro_batches = 4, .once = hour, .unhidden = 0.2, .forward = hour, .backward = hour};
  CHECK(exposed_gathered(window, {}, {}, hour / 2).in(hour) == doctest::Approx(0.1));
  CHECK(exposed_gathered(window, {}, {}, 10 * hour).in(hour) == doctest::Approx(2 + 8 - 1));
  // The scatters of the last micro-batch have filled the window.
  CHECK(exposed_gathered(window, {}, hour, hour / 2).in(hour) == doctest::Approx(0.5));
}

TEST_CASE("exposed traffic is no compute that could hide weights") {
  const Machine machine = h100_machine(64);
  const catalog::TrainingConstants constants;
  const ParallelPlan plan = data_parallel(64, 3);
  const catalog::Model model = grouped();
  const StepContext job = step_context(model, machine, constants, plan);
  PipelineTime stage;
  stage.slowest = 10_s;
  const WeightWindow all = weight_window(job, plan, stage);
  stage.traffic = 4_s;
  const WeightWindow rest = weight_window(job, plan, stage);
  CHECK(rest.forward.in(all.forward) == doctest::Approx(0.6));
  CHECK(rest.backward.in(all.backward) == doctest::Approx(0.6));
  CHECK(rest.once.in(all.once) == doctest::Approx(0.6));
}

TEST_CASE("experts under ZeRO-3 travel in their own group") {
  // As many expert ranks as data-parallel ranks: each rank's experts are its own, nothing is gathered but what is dense.
  ParallelPlan plan = data_parallel(64, 3);
  plan.ep = 64;
  const catalog::Model sparse = with_experts(64);
  catalog::Model none = sparse;
  none.experts->hidden = 1;
  CHECK(weights(sparse, plan).forward.in(weights(none, plan).forward) == doctest::Approx(1).epsilon(1e-6));
  // One expert rank in each domain: they leave it on one adapter each, all at once.
  plan.ep = 8;
  const double wide = weights(sparse, plan).forward / weights(none, plan).forward;
  plan.ep = 1;
  const double narrow = weights(sparse, plan).forward / weights(none, plan).forward;
  CHECK(wide > 0.7 * narrow);  // an eighth of the experts at an eighth of the rate
}

TEST_CASE("a ring hides behind attention as long as attention is longer") {
  const catalog::TrainingConstants constants;
  const auto layer = [&](int sequence, Bandwidth nic) {
    Machine machine = h100_machine(64);
    machine.nic_per_gpu = nic;
    ParallelPlan plan = data_parallel(1, 1);
    plan.tp = 8;
    plan.cp = 8;
    plan.sequence_length = sequence;
    return layer_time(model_shape(grouped()), platform_of(machine, constants), plan, job_rates(machine, plan, constants), false);
  };
  // Long sequences: attention grows with the square, a fixed share of the ring shows.
  const LayerTime large = layer(1 << 20, 400_Gbps), larger = layer(1 << 21, 400_Gbps);
  CHECK(larger.context_forward / large.context_forward == doctest::Approx(2).epsilon(0.02));
  CHECK(large.context_forward < large.attention_forward);
  // A slow network: what is longer than attention shows whole, and no more is hidden than attention takes.
  const LayerTime slow = layer(1 << 17, 10_Gbps), slower = layer(1 << 17, 5_Gbps);
  CHECK(slow.context_forward > slow.attention_forward);
  const Time hidden = slower.context_forward - 2 * slow.context_forward;
  CHECK(hidden <= slow.attention_forward);
  CHECK(hidden > 0.5 * slow.attention_forward);
}

TEST_CASE("attention in a ring runs at the efficiency of a rank's share of the sequence, and launches at every step") {
  const Machine machine = h100_machine(64);
  const catalog::TrainingConstants constants;
  ParallelPlan plan = data_parallel(1, 1);
  plan.sequence_length = 32768;
  const auto layer = [&](int cp, ContextParallel kind) {
    plan.cp = cp;
    plan.context = kind;
    return layer_time(model_shape(grouped()), platform_of(machine, constants), plan, job_rates(machine, plan, constants), false);
  };
  const LayerTime alone = layer(1, ContextParallel::ring);
  const LayerTime exchange = layer(8, ContextParallel::all_to_all), ring = layer(8, ContextParallel::ring);
  CHECK((8 * exchange.attention_forward).in(alone.attention_forward) == doctest::Approx(1));
  const double s0 = constants.attention_half_length;
  CHECK((8 * ring.attention_forward).in(alone.attention_forward) == doctest::Approx((1 + s0 / 4096) / (1 + s0 / 32768)));
  CHECK(exchange.host == alone.host);
  const Time step = layer(2, ContextParallel::ring).host - alone.host;
  CHECK((ring.host - alone.host).in(step) == doctest::Approx(7));
}

TEST_CASE("attention waits for an exchange of heads: no share of a ring hides it, and backward outputs travel again") {
  const Machine machine = h100_machine(64);
  ParallelPlan plan = data_parallel(1, 1);
  plan.sequence_length = 32768;
  plan.cp = 8;
  plan.context = ContextParallel::all_to_all;
  const auto layer = [&](double exposed) {
    catalog::TrainingConstants constants;
    constants.cp_exposed = exposed;
    return layer_time(model_shape(grouped()), platform_of(machine, constants), plan, job_rates(machine, plan, constants), false);
  };
  CHECK(layer(0.1).context_forward == layer(1).context_forward);
  CHECK(layer(1).context_forward > Time{});
  CHECK(layer(1).context_backward > layer(1).context_forward);
  CHECK(layer(1).context_backward < 1.5 * layer(1).context_forward);
}

TEST_CASE("attention waits for keys and values that are gathered first: forward once, backward again beside their gradients") {
  const Machine machine = h100_machine(64);
  ParallelPlan plan = data_parallel(1, 1);
  plan.sequence_length = 32768;
  const auto layer = [&](int cp, double exposed, ContextParallel kind = ContextParallel::all_gather) {
    catalog::TrainingConstants constants;
    constants.cp_exposed = exposed;
    plan.cp = cp;
    plan.context = kind;
    return layer_time(model_shape(grouped()), platform_of(machine, constants), plan, job_rates(machine, plan, constants), false);
  };
  CHECK(layer(1, 1).context_forward == Time{});
  CHECK(layer(8, 0.1).context_forward == layer(8, 1).context_forward);
  CHECK(layer(8, 1).context_backward.in(layer(8, 1).context_forward) == doctest::Approx(2).epsilon(0.1));
  // As many bytes as a ring that nothing hides moves, in one message.
  CHECK(layer(8, 1).context_forward < layer(8, 1, ContextParallel::ring).context_forward);
  CHECK(layer(8, 1).context_forward > 0.3 * layer(8, 1, ContextParallel::ring).context_forward);
  CHECK(layer(8, 1).host == layer(1, 1).host);  // no further step launches anything
}

TEST_CASE("ranks beyond the heads of keys and values hold the same ones again") {
  const Machine machine = h100_machine(64);
  const catalog::TrainingConstants constants;
  ParallelPlan plan = data_parallel(1, 0);
  plan.tp = 8;
  plan.dp = 8;
  const auto held = [&](int kv_heads) { return memory_use(grouped(kv_heads), machine, plan, constants).weights; };
  // One head of keys and values, held by all of 8 ranks, is what 8 heads are, each held by one.
  const catalog::Model one = grouped(1), eight = grouped(8);
  const ModelShape a = model_shape(one), b = model_shape(eight);
  const double split = 2 * 32 * (b.attention_parameters - a.attention_parameters) / 8;
  const double repeated = 2 * 32 * a.repeated_parameters(8);
  CHECK((held(8) - held(1)).base() == doctest::Approx(split - repeated));
  CHECK(a.repeated_parameters(8) == doctest::Approx(4096 * 2 * 128 * (1 - 1.0 / 8)));
  CHECK(b.repeated_parameters(8) == 0);
  CHECK(held(8).in(held(1)) == doctest::Approx(1));
}

TEST_CASE("ZeRO 2 keeps one shard of the gradients and sums them after every micro-batch, but gathers weights once") {
  ParallelPlan plan = data_parallel(64, 2);
  plan.dp_overlap = Overlap::off;
  plan.global_batch = 64 * 4;
  const WeightTime w = weights(grouped(), plan);
  const auto shown = [&] { return training_step(grouped(), h100_machine(64), plan, catalog::TrainingConstants{}).data_parallel; };
  CHECK(shown().in(4 * w.reduction + w.gather) == doctest::Approx(1));
  plan.zero_level = 1;
  CHECK(shown().in(w.reduction + w.gather) == doctest::Approx(1));
}

TEST_CASE("what is summed after every micro-batch hides behind no more than the compute of all of them") {
  const catalog::Model model = grouped();
  for (const int chunks : {1, 2, 4}) {
    Machine machine = h100_machine(64);
    machine.nic_per_gpu = 10_Gbps;
    ParallelPlan plan = data_parallel(16, 2);
    plan.pp = 4;
    plan.vp = chunks;
    plan.schedule = chunks > 1 ? Schedule::interleaved : Schedule::one_f_one_b;
    plan.global_batch = 16 * 32;
    const catalog::TrainingConstants constants;
    const WeightTime w = weights(grouped(), plan);
    const StepContext job = step_context(model, machine, constants, plan);
    const PipelineTime pipeline = pipeline_time(job, plan, micro_batch(job, plan), hop_time(job, plan));
    const Time all = 32 * w.reduction + w.gather;
    CHECK(all - exposed_weight_time(job, plan, w, pipeline) <= pipeline.work);
  }
}

TEST_CASE("experts are sharded over all ranks that hold the same ones, in memory and in the update") {
  const Machine machine = h100_machine(64);
  const catalog::TrainingConstants constants;
  const catalog::Model model = with_experts(8);
  // 8 ranks of tensor parallelism hold whole experts each, or an eighth of every one: 8 or 64 ranks share the same state.
  ParallelPlan whole = data_parallel(8, 1), split = data_parallel(8, 1);
  whole.tp = split.tp = 8;
  split.etp = 8;
  CHECK(memory_use(model, machine, whole, constants).optimizer.in(memory_use(model, machine, split, constants).optimizer) ==
        doctest::Approx(1));
  CHECK(weights(model, whole).optimizer.in(weights(model, split).optimizer) == doctest::Approx(1));
  whole.zero_level = 3;
  CHECK(weights(model, whole).across == Time{});
}

TEST_CASE("what ZeRO 3 gathers hides behind a third of the compute forward, behind a quarter with full recompute") {
  const Machine machine = h100_machine(64);
  const catalog::TrainingConstants constants;
  const catalog::Model model = grouped();
  ParallelPlan plan = data_parallel(64, 3);
  const auto share = [&](Recompute recompute) {
    plan.recompute = recompute;
    const StepContext job = step_context(model, machine, constants, plan);
    const WeightWindow window = weight_window(job, plan, pipeline_time(job, plan, micro_batch(job, plan), {}));
    return window.forward / (window.forward + window.backward);
  };
  CHECK(share(Recompute::none) == doctest::Approx(1.0 / 3));
  CHECK(share(Recompute::full) == doctest::Approx(1.0 / 4));
}

TEST_CASE("the busiest rank is worse the more ranks there are and the fewer experts each holds") {
  const catalog::TrainingConstants constants;
  ParallelPlan plan;
  const ModelShape shape = model_shape(with_experts(256));
  CHECK(expert_imbalance(shape, plan, constants) == 1);
  double before = 1;
  for (plan.ep = 2; plan.ep <= 256; plan.ep *= 2) {
    const double now = expert_imbalance(shape, plan, constants);
    CHECK(now > before);
    before = now;
  }
  plan.ep = 64;
  // More experts on a rank even one another out.
  CHECK(expert_imbalance(model_shape(with_experts(1024)), plan, constants) - 1 ==
        doctest::Approx((expert_imbalance(shape, plan, constants) - 1) / 2));
  plan.routing = Routing::token_drop;
  CHECK(expert_imbalance(shape, plan, constants) == 1);
  plan.imbalance = 1.3;
  CHECK(expert_imbalance(shape, plan, constants) == 1.3);
}

TEST_CASE("without overlap interleaved stages show every message, and more chunks more of them") {
  const Machine machine = h100_machine(64);
  catalog::TrainingConstants constants;
  constants.dp_overlap = false;
  constants.chunk_gap = {};
  ParallelPlan plan = data_parallel(8, 1);
  plan.pp = 8;
  plan.global_batch = 128;
  plan.schedule = Schedule::interleaved;
  const auto messages = [&](int vp) {
    plan.vp = vp;
    return training_step(grouped(), machine, plan, constants).point_to_point;
  };
  const double micro_batches = 16, fill = 7;
  CHECK(messages(4).in(messages(2)) == doctest::Approx((4 * micro_batches + fill) / (2 * micro_batches + fill)));
}

TEST_CASE("micro-batches that run side by side hide traffic of experts, and neither launches nor more than there is") {
  ParallelPlan plan = data_parallel(64, 1);
  plan.ep = 64;
  plan.recompute = Recompute::none;
  const catalog::Model model = with_experts(64);
  const Machine machine = h100_machine(64);
  const catalog::TrainingConstants stack;
  const auto step = [&](int micro_batches, bool overlap) {
    plan.global_batch = 64 * micro_batches;
    plan.expert_overlap = overlap;
    return training_step(model, machine, plan, stack);
  };
  CHECK(step(1, true).total == step(1, false).total);  // there is no other
  for (const int count : {2, 8, 64}) {
    const TrainingStep alone = step(count, false), beside = step(count, true);
    CHECK(beside.total < alone.total);
    CHECK(alone.total - beside.total <= 1.1 * alone.expert_parallel);  // stragglers are a share of the step
    CHECK(beside.expert_parallel >= Time{});
    CHECK(beside.memory.activations > alone.memory.activations);  // of one micro-batch more
  }
  // Whatever is hidden, a layer takes as long as its launches.
  plan.pp = 2;
  plan.dp = 32;
  plan.ep = 32;
  plan.schedule = Schedule::dual_pipe;
  plan.sequence_length = 128;
  plan.global_batch = 256;
  const MicroBatch micro = micro_batch(step_context(model, machine, stack, plan), plan);
  CHECK(micro.moe.total - micro.moe.paired >= micro.moe.device.host);
  CHECK(micro.moe.paired >= Time{});
}

TEST_CASE("whole sequences go to the next stage from every rank, parts of them where they are split or the stack parts them") {
  const catalog::Model model = grouped();
  const Machine machine = h100_machine(64);
  ParallelPlan plan{.tp = 8, .pp = 8, .global_batch = 64, .sequence_length = 8192};
  catalog::TrainingConstants stack, scatters;
  scatters.scatters_messages = true;
  const auto hop = [&](const catalog::TrainingConstants& of) { return hop_time(step_context(model, machine, of, plan), plan); };
  const Time split = hop(stack);
  CHECK(hop(scatters) == split);
  plan.sequence_parallel = false;
  CHECK(hop(scatters) == split);
  CHECK(hop(stack) > 4 * split);
  CHECK(hop(stack) < 8 * split);
}

TEST_CASE("traffic of experts runs beside another micro-batch where there are both, chunks to turn at, and one exchange alone") {
  const ParallelPlan plan{.pp = 4, .vp = 2, .dp = 8, .ep = 8, .global_batch = 64, .schedule = Schedule::interleaved};
  CHECK(can_overlap_experts(plan));
  const auto changed = [&](auto member, auto value) {
    ParallelPlan other = plan;
    other.*member = value;
    return can_overlap_experts(other);
  };
  CHECK_FALSE(changed(&ParallelPlan::ep, 1));
  CHECK_FALSE(changed(&ParallelPlan::global_batch, 8));  // one micro-batch
  CHECK(changed(&ParallelPlan::global_batch, 16));
  for (const Schedule schedule : {Schedule::one_f_one_b, Schedule::zero_bubble, Schedule::dual_pipe})
    CHECK_FALSE(changed(&ParallelPlan::schedule, schedule));
  const ParallelPlan one_stage{.dp = 8, .ep = 8, .global_batch = 64};
  CHECK(can_overlap_experts(one_stage));
  Recompute modules = Recompute::selective;
  modules.modules.add(catalog::RecomputeModule::moe_act);
  CHECK(changed(&ParallelPlan::recompute, modules));
  modules.modules.add(catalog::RecomputeModule::moe);
  CHECK_FALSE(changed(&ParallelPlan::recompute, modules));
  CHECK(changed(&ParallelPlan::recompute, Recompute(Recompute::selective)));
  CHECK_FALSE(changed(&ParallelPlan::recompute, Recompute(Recompute::full)));
}

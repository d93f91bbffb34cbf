// Laws of the training step: limits, scaling and symmetry that hold for any constants.
#include "perf/training_step.h"

#include <doctest/doctest.h>

#include <cmath>
#include <tuple>

#include "perf/error_band.h"
#include "perf/layer.h"
#include "perf/pipeline.h"
#include "perf/plan_check.h"
#include "perf/rank_group.h"
#include "sample_jobs.h"

using namespace eigenbau;
using namespace eigenbau::literals;
using namespace eigenbau::perf;

namespace {

ParallelPlan gpt3_plan() {
  ParallelPlan plan;
  plan.tp = 4;
  plan.pp = 8;
  plan.dp = 4;
  plan.global_batch = 256;
  plan.sequence_length = 2048;
  return plan;
}

catalog::Stack stack() { return {}; }

}  // namespace

TEST_CASE("the bubble is (p-1)/(m·v) of a stage's work") {
  ParallelPlan plan;
  plan.pp = 8;
  plan.vp = 6;
  CHECK(bubble_share(plan, 64) == doctest::Approx(7.0 / (64 * 6)));
  plan.pp = 1;
  CHECK(bubble_share(plan, 64) == 0);
}

TEST_CASE("the parts of a step add up to its total") {
  for (const int pp : {1, 4, 8}) {
    ParallelPlan plan = gpt3_plan();
    plan.pp = pp;
    plan.dp = 128 / plan.tp / pp;
    const TrainingStep s = training_step(gpt3_175b(), h100_machine(128), plan, stack());
    const Time parts = s.matrix + s.attention + s.experts + s.element_wise + s.head + s.recompute + s.host + s.tensor_parallel +
                       s.context_parallel + s.expert_parallel + s.data_parallel + s.point_to_point + s.bubble + s.optimizer +
                       s.fixed + s.straggler;
    CHECK(parts.in(s.total) == doctest::Approx(1).epsilon(1e-9));
  }
}

TEST_CASE("one accelerator alone pays for its kernels, its host and its optimizer, nothing else") {
  ParallelPlan plan;
  plan.global_batch = 4;
  catalog::Model model = gpt3_175b();
  model.layers = 2;
  const TrainingStep s = training_step(model, h100_machine(1), plan, stack());
  CHECK(s.tensor_parallel.base() == 0);
  CHECK(s.data_parallel.base() == 0);
  CHECK(s.point_to_point.base() == 0);
  CHECK(s.bubble.base() == 0);
  CHECK(s.straggler.base() == 0);
}

TEST_CASE("full recompute costs one more forward pass") {
  ParallelPlan plan = gpt3_plan();
  const TrainingStep none = training_step(gpt3_175b(), h100_machine(128), plan, stack());
  plan.recompute = Recompute::full;
  const TrainingStep full = training_step(gpt3_175b(), h100_machine(128), plan, stack());
  CHECK(none.recompute.base() == 0);
  const Time passes = none.matrix + none.attention + none.element_wise + none.tensor_parallel;
  CHECK(full.recompute.in(passes) > 0.28);
  CHECK(full.recompute.in(passes) < 0.38);
}

TEST_CASE("at a fixed global batch more accelerators never raise the compute of a step") {
  ParallelPlan plan = gpt3_plan();
  plan.global_batch = 2048;
  Time before{1e300 * kSecond};
  for (const int dp : {4, 8, 16, 32}) {
    plan.dp = dp;
    const TrainingStep s = training_step(gpt3_175b(), h100_machine(32 * dp), plan, stack());
    const Time compute = s.matrix + s.attention + s.element_wise + s.head;
    CHECK(compute < before);
    before = compute;
  }
}

TEST_CASE("memory grows with the micro-batch and shrinks with recompute") {
  ParallelPlan plan = gpt3_plan();
  const auto memory = [&] { return memory_use(gpt3_175b(), h100_machine(128), plan, catalog::TrainingConstants{}).total(); };
  const Bytes one = memory();
  plan.micro_batch = 2;
  CHECK(memory() > one);
  plan.micro_batch = 1;
  plan.recompute = Recompute::selective;
  const Bytes selective = memory();
  CHECK(selective <= one);
  plan.recompute = Recompute::full;
  CHECK(memory() < selective);
}

TEST_CASE("sharding of optimizer, gradients and weights each saves memory") {
  ParallelPlan plan = gpt3_plan();
  Bytes before{1e300 * kByte};
  for (const int level : {0, 1, 2, 3}) {
    plan.zero_level = level;
    const MemoryUse use = memory_use(gpt3_175b(), h100_machine(128), plan, catalog::TrainingConstants{});
    CHECK(use.weights + use.gradients + use.optimizer < before);
    before = use.weights + use.gradients + use.optimizer;
  }
}

TEST_CASE("a stack that keeps gathered weights through a pipeline runs ZeRO 3 as ZeRO 1, and only there") {
  catalog::Stack keeps = stack();
  keeps.training.regathers_in_pipeline = false;
  const auto run = [](const catalog::Stack& by, int pp, int zero) {
    ParallelPlan plan = gpt3_plan();
    plan.pp = pp;
    plan.dp = 128 / plan.tp / pp;
    plan.zero_level = zero;
    return training_step(gpt3_175b(), h100_machine(128), plan, by);
  };
  CHECK(run(keeps, 8, 3).total == run(keeps, 8, 1).total);
  CHECK(run(keeps, 8, 2).total == run(keeps, 8, 1).total);
  CHECK(run(keeps, 8, 3).memory.total() == run(keeps, 8, 1).memory.total());
  CHECK(run(keeps, 1, 3).total == run(stack(), 1, 3).total);
  CHECK(run(keeps, 8, 3).total < run(stack(), 8, 3).total);
}

TEST_CASE("products never run faster in a step than the best that was found for the accelerator") {
  // Largest products of S. Bekman's table of achievable rates (2025), bf16.
  for (const auto& [generation, peak, watts, best] :
       {std::tuple{"cdna3", 1307.0, 750.0, 668.4}, {"cdna3", 1307.0, 1000.0, 784.9}, {"cdna4", 2500.0, 1400.0, 1565.0}}) {
    Machine machine = h100_machine(8);
    machine.gpu.generation = generation;
    machine.gpu.peak.bf16 = peak * kTeraflopPerSecond;
    machine.gpu.tdp = watts * kWatt;
    CHECK(job_rates(machine, gpt3_plan(), stack().training).head <= best * kTeraflopPerSecond);
  }
}

TEST_CASE("a lower power cap makes a step longer, a longer sequence makes attention dearer per token") {
  Machine machine = h100_machine(128);
  const TrainingStep rated = training_step(gpt3_175b(), machine, gpt3_plan(), stack());
  machine.power_cap = 500_W;
  CHECK(training_step(gpt3_175b(), machine, gpt3_plan(), stack()).total > rated.total);
  ParallelPlan longer = gpt3_plan();
  longer.sequence_length = 8192;
  const TrainingStep s = training_step(gpt3_175b(), h100_machine(128), longer, stack());
  CHECK(s.attention > 4 * rated.attention);
}

namespace {

/// A sparse model whose experts lie in 8 groups.
catalog::Model sparse() {
  catalog::Model model = gpt3_175b();
  model.layers = 61;
  model.hidden = 7168;
  model.heads = model.kv_heads = 64;
  model.ffn_hidden = 18432;
  model.sequence_length = 4096;
  model.experts = catalog::Experts{.count = 256, .top_k = 8, .hidden = 2048, .groups = 8};
  return model;
}

ParallelPlan sparse_plan() {
  ParallelPlan plan;
  plan.pp = 16;
  plan.dp = 128;
  plan.ep = 64;
  plan.global_batch = 15360;
  plan.sequence_length = 4096;
  return plan;
}

}  // namespace

TEST_CASE("expert traffic grows with the groups that a token's experts may lie in") {
  const Machine machine = h100_machine(2048);
  Time before{};
  for (const int groups : {1, 2, 4, 8}) {
    catalog::Model model = sparse();
    model.experts->groups_per_token = groups;
    const Time traffic = training_step(model, machine, sparse_plan(), stack()).expert_parallel;
    CHECK(traffic > before);
    before = traffic;
  }
  CHECK(training_step(sparse(), machine, sparse_plan(), stack()).expert_parallel == before);
}

TEST_CASE("a router that picks groups first sends to no more ranks inside a domain than hold them") {
  const Machine machine = h100_machine(2048);
  ParallelPlan plan = sparse_plan();
  plan.ep = 8;  // one domain, a group of experts on each rank
  const auto traffic = [&](int groups) {
    catalog::Model model = sparse();
    model.experts->groups_per_token = groups;
    return training_step(model, machine, plan, stack()).expert_parallel;
  };
  Time before{};
  for (const int groups : {1, 2, 4, 8}) {
    CHECK(traffic(groups) > before);
    before = traffic(groups);
  }
  // One rank of eight gets all copies of a token: one, where all ranks in reach get 8·(1 - (7/8)^8).
  const double copies = 8 * (1 - std::pow(7.0 / 8, sparse().experts->top_k));
  CHECK(traffic(8) / traffic(1) == doctest::Approx(copies).epsilon(0.1));
}

TEST_CASE("a copy per expert is never less traffic than a copy per rank, and 8-bit dispatch is less than 16-bit") {
  const Machine machine = h100_machine(2048);
  catalog::TrainingConstants constants;
  const auto traffic = [&](catalog::Precision precision) {
    ParallelPlan plan = sparse_plan();
    plan.precision = precision;
    return training_step(sparse(), machine, plan, constants).expert_parallel;
  };
  const Time single = traffic(catalog::Precision::fp8);
  constants.single_copies = false;
  CHECK(traffic(catalog::Precision::fp8) > single);
  constants.single_copies = true;
  constants.dispatch_bytes_fp8 = 1;
  CHECK(traffic(catalog::Precision::fp8) / single == doctest::Approx(0.75).epsilon(0.02));
}

TEST_CASE("DualPipe hides expert traffic behind compute, but not for free") {
  const Machine machine = h100_machine(2048);
  ParallelPlan plan = sparse_plan();
  const TrainingStep plain = training_step(sparse(), machine, plan, stack());
  plan.schedule = Schedule::dual_pipe;
  const TrainingStep paired = training_step(sparse(), machine, plan, stack());
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
    const TrainingStep plain = training_step(sparse(), machine, plan, stack());
    plan.schedule = Schedule::dual_pipe;
    CHECK(training_step(sparse(), machine, plan, stack()).expert_parallel <= plain.expert_parallel);
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

TEST_CASE("expert traffic between domains follows the NIC and its transport") {
  const auto traffic = [](Bandwidth nic, NicTransport transport) {
    Machine machine = h100_machine(2048);
    machine.nic_per_gpu = nic;
    machine.transport = transport;
    return training_step(sparse(), machine, sparse_plan(), stack()).expert_parallel;
  };
  CHECK(traffic(400_Gbps, NicTransport::infiniband) < traffic(200_Gbps, NicTransport::infiniband));
  CHECK(traffic(400_Gbps, NicTransport::tcp) > traffic(400_Gbps, NicTransport::infiniband));
}

TEST_CASE("what selective recompute repeats uses no network") {
  const auto repeated = [](Bandwidth nic) {
    Machine machine = h100_machine(2048);
    machine.nic_per_gpu = nic;
    return training_step(sparse(), machine, sparse_plan().with(Recompute::selective), stack()).recompute;
  };
  CHECK(repeated(100_Gbps) == repeated(400_Gbps));
}

TEST_CASE("no stage has layers that the model does not have") {
  for (const int layers : {6, 16, 61, 62, 80, 126})
    for (int pp = 1; pp <= layers; ++pp)
      for (int vp = 1; pp * vp <= layers; ++vp) {
        const StageLayers stages = stage_layers(layers, {.pp = pp, .vp = vp});
        CHECK(stages.most >= stages.mean);
        CHECK(stages.mean * pp == doctest::Approx(layers));
        CHECK(stages.most + (pp > 1 ? stages.last : 0) <= layers);
        // All stages full would be at least all layers, one of them less would not be too many.
        CHECK(stages.most * pp >= layers);
      }
}

TEST_CASE("the last stage holds the logits, those of every predicted token, and the layers that predict") {
  const Machine machine = h100_machine(64);
  const catalog::TrainingConstants constants;
  catalog::Model model = gpt3_175b();
  model.vocabulary = 256000;
  ParallelPlan plan{.pp = 8, .dp = 8, .micro_batch = 4, .global_batch = 256, .recompute = Recompute::full};
  const double logits = 4.0 * model.vocabulary * plan.micro_batch * model.sequence_length;  // fp32
  const MemoryUse once = memory_use(model, machine, plan, constants);
  CHECK(once.activations >= 2 * logits * kByte);
  model.mtp_layers = 1;
  const MemoryUse twice = memory_use(model, machine, plan, constants);
  CHECK(twice.activations >= 3 * logits * kByte);
  CHECK(twice.weights > once.weights);
}

TEST_CASE("what the last stage holds more is nothing where the first, with all micro-batches in flight, is the fullest") {
  const Machine machine = h100_machine(64);
  ParallelPlan plan{.pp = 8, .dp = 8, .micro_batch = 1, .global_batch = 256, .recompute = Recompute::none};
  const auto total = [&](int predictors) {
    catalog::Model model = gpt3_175b();
    model.mtp_layers = predictors;
    return memory_use(model, machine, plan, catalog::TrainingConstants{}).total();
  };
  CHECK(total(1) == total(0));
  plan.recompute = Recompute::full;
  CHECK(total(1) > total(0));
}

TEST_CASE("either end of DualPipe holds one micro-batch of its last stage, and all others in flight of its first") {
  ParallelPlan plan{.pp = 8, .dp = 1, .micro_batch = 1, .global_batch = 64, .schedule = Schedule::dual_pipe};
  catalog::Model model = gpt3_175b();
  const LayersInFlight even = layers_in_flight(model, plan);
  CHECK(even[kMiddleStage] == (plan.pp + 1) * model.layers / plan.pp);
  CHECK(even[kLastStage] == even[kMiddleStage]);
  model.mtp_layers = 1;
  CHECK(layers_in_flight(model, plan)[kLastStage] == even[kLastStage] + 1);
  model.layers -= plan.pp + 1;  // a layer fewer in each stage, two in the last
  const LayersInFlight uneven = layers_in_flight(model, plan);
  CHECK(uneven[kMiddleStage] == even[kMiddleStage] - (plan.pp + 1));
  CHECK(uneven[kLastStage] == uneven[kMiddleStage]);
}

TEST_CASE("one rank of one holds all parameters, those that join hidden states and tokens among them") {
  catalog::Model model = sparse();
  const auto held = [&] {
    return memory_use(model, h100_machine(1), {.global_batch = 1}, catalog::TrainingConstants{}).weights.base() / 2;
  };
  model.mtp_layers = 0;
  const double without = held();
  CHECK(without / catalog::parameters(model) == doctest::Approx(1).epsilon(1e-3));
  model.mtp_layers = 2;
  const double predictors = catalog::mtp_parameters(model), joined = 2 * 2.0 * model.hidden * model.hidden;
  CHECK(std::abs(held() - without - predictors) < 0.1 * joined);
}

TEST_CASE("chunks that layers do not fill evenly fill the pipeline at the pace of the largest") {
  ParallelPlan plan;
  plan.pp = 4;
  for (int vp = 1; vp <= 16; ++vp) {
    plan.vp = vp;
    const StageLayers stages = stage_layers(62, plan);
    CHECK(stages.chunk * vp >= stages.mean);
    if (!lays_out_evenly(62, 4 * vp) && vp > 1) CHECK(stages.chunk * vp >= stages.most);
  }
}

TEST_CASE("ranks that share an expert each keep what all of their tokens bring to it") {
  const Machine machine = h100_machine(2048);
  Bytes before{};
  for (const int etp : {1, 2, 4, 8}) {
    ParallelPlan plan = sparse_plan();
    plan.tp = 8;
    plan.dp = 16;
    plan.ep = 8;
    plan.etp = etp;
    const Bytes kept = memory_use(sparse(), machine, plan, catalog::TrainingConstants{}).activations;
    CHECK(kept > before);
    before = kept;
  }
}

TEST_CASE("where pp does not divide the layers, the last stage takes what the filled ones leave") {
  ParallelPlan plan;
  for (const int pp : {4, 8, 16}) {
    plan.pp = pp;
    const StageLayers stages = stage_layers(61, plan);
    CHECK(stages.last + (pp - 1) * stages.most == 61);
    CHECK(stages.last < stages.most);
  }
}

TEST_CASE("what is offloaded to the host frees memory and costs time") {
  const Machine machine = h100_machine(128);
  const ParallelPlan plan = gpt3_plan();
  const TrainingStep plain = training_step(gpt3_175b(), machine, plan, stack());
  ParallelPlan states = plan, activations = plan;
  states.offload_optimizer = true;
  activations.offload_activations = true;
  const TrainingStep without_states = training_step(gpt3_175b(), machine, states, stack());
  CHECK(without_states.memory.optimizer == Bytes{});
  CHECK(without_states.optimizer > plain.optimizer);
  CHECK(without_states.total > plain.total);
  const TrainingStep without_activations = training_step(gpt3_175b(), machine, activations, stack());
  CHECK(without_activations.memory.activations < plain.memory.activations);
  CHECK(without_activations.total >= plain.total);
}

TEST_CASE("an optimizer on the host leaves the weights of products where they are, and takes gradients once they are sharded") {
  catalog::TrainingConstants stack;
  for (const bool master : {false, true}) {
    stack.shards_master = master;
    for (int level = 0; level <= 3; ++level) {
      ParallelPlan plan = gpt3_plan(), away = plan;
      plan.zero_level = away.zero_level = level;
      away.offload_optimizer = true;
      const MemoryUse here = memory_use(gpt3_175b(), h100_machine(128), plan, stack),
                      there = memory_use(gpt3_175b(), h100_machine(128), away, stack);
      CHECK(there.optimizer == Bytes{});
      CHECK(there.weights > Bytes{});
      CHECK(there.total() < here.total());
      if (level < 2) CHECK(there.gradients == here.gradients);
      else CHECK(there.gradients < 0.5 * here.gradients);
    }
  }
}

TEST_CASE("activations go to the host beside the forward pass and come back beside the backward pass, not both beside either") {
  const catalog::Model model = gpt3_175b();
  const catalog::TrainingConstants stack;
  ParallelPlan plan = gpt3_plan();
  const Machine usual = h100_machine(128);
  const LayerStep stays = micro_batch(step_context(model, usual, stack, plan), plan).dense;
  plan.offload_activations = true;
  const ActivationBytes kept = activation_bytes(model_shape(model), plan, stack);
  const auto offloaded = [&](Time one_way) {
    Machine machine = usual;
    machine.gpu.host_bandwidth = Bytes::from_base(kept.per_layer * kept.tokens) / one_way;
    return micro_batch(step_context(model, machine, stack, plan), plan).dense.total;
  };
  CHECK(offloaded(1000 * stays.total) / (2000 * stays.total) == doctest::Approx(1));
  CHECK(offloaded(stays.device.forward() / 100) == stays.total);
  // Between the two the backward pass hides its own part, the forward pass does not: as long as both together is not enough.
  const Time between = offloaded(stays.total / 2);
  CHECK(between > stays.total);
  CHECK(between < 1.5 * stays.total);
}

TEST_CASE("a band narrows with every fitted run of the same kind, and is wider where those were far off or are unlike") {
  const catalog::TrainingConstants constants;
  const Machine machine = h100_machine(128);
  const TrainingStep step = training_step(gpt3_175b(), machine, gpt3_plan(), constants);
  const catalog::FittedRun run = run_of(gpt3_175b(), machine, gpt3_plan(), step);
  catalog::FittedRun alike = run, off = run, unlike = run;
  alike.error = constants.error_dense;
  off.error = 3 * constants.error_dense;
  unlike.error = alike.error;
  unlike.model = "another";
  unlike.gpus *= 64;
  unlike.hidden /= 4;
  CHECK(distance(run, run) == 0);
  CHECK(distance(run, unlike) == doctest::Approx(distance(unlike, run)));
  double before = HUGE_VAL;
  for (const std::size_t runs : {0u, 1u, 2u, 10u, 100u}) {
    const double typical = typical_error(run, std::vector(runs, alike), constants);
    CHECK(typical < before);
    CHECK(typical > constants.error_dense);
    before = typical;
  }
  const auto near = [&](const catalog::FittedRun& other) { return typical_error(run, std::vector{other}, constants); };
  CHECK(near(off) > near(alike));
  CHECK(near(unlike) > near(alike));
  CHECK(near(unlike) < typical_error(run, {}, constants));
  // Rates that no run was fitted to are in more doubt, until a run on that accelerator is.
  catalog::FittedRun assumed = run;
  assumed.new_generation = true;
  assumed.gpu = "another";
  alike.gpu = unlike.gpu = run.gpu;
  CHECK(typical_error(assumed, {}, constants) > typical_error(run, {}, constants));
  catalog::FittedRun first = alike;
  first.gpu = assumed.gpu;
  CHECK(typical_error(assumed, std::vector{first}, constants) == doctest::Approx(near(alike)));
  CHECK(error_band(0.1, constants, false) > 2 * error_band(0.05, constants, false));
  CHECK(relative_band(0, constants, true) == 0);
}
